// The page, as its parts know it: main.ts builds the parts and implements this; the parts import nothing of main.ts.
import type { Calendar, Event, EventRequest, Scope, Whoami } from './api';
import type { Drawer } from './drawer';
import type { Draft } from './event_form';
import type { State } from './state';

export interface Page {
  readonly who: Whoami;
  readonly mayWrite: boolean;
  readonly mayManage: boolean;
  readonly state: State;
  readonly drawer: Drawer;

  /** The settings of the calendars that are shown, as they were when the columns were drawn. */
  readonly settings: Calendar[];

  /** The date that is shown; today's on the first calendar where the address names none. */
  readonly date: string;

  /** The scheduler's clock, in milliseconds since 1970, whatever this device's says. */
  readonly now: () => number;

  /** The zone of a calendar; of one that the page has not heard of, that of the first that is shown. */
  zoneOf(name: string): string;

  /** Changes what is shown, and the address with it. */
  go(change: Partial<State>): void;

  hide(name: string): void;

  /** Reads what the columns show anew. */
  refresh(): void;

  /** Draws the columns anew, by the settings that the calendars have now. */
  redraw(): void;

  showWaiting(): void;

  /** Opens a dialog on the settings as they are now: the settings of a column are those of its beginning. */
  withSettings(name: string, open: (settings: Calendar) => void): void;

  /** Opens the details anew, as the event is now. */
  look(event: Event): void;

  /** Opens the form of an event between two wall times; without an end it has the usual length. */
  book(calendar: Calendar, start: string, end: string | null): void;

  /** Opens the form of the event. */
  edit(event: Event, scope: Scope | undefined): void;

  /** Opens the form of a new event that is like this one, without its metadata: a program's number of an order, say, is of this one alone. */
  copy(event: Event): void;

  /** Opens the form of a request that found no place, for another time. The scheduler chooses none for a series, which is fixed. */
  tryAgain(wish: EventRequest): void;

  /** What the form of an event begins with. */
  draftOf(event: Event, zone?: string): Draft;
}
