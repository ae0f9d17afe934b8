// The interface of the page to its parts. main.ts builds the parts and implements it, and the parts import nothing from main.ts.
import type { Calendar, Event, EventRequest, Scope, Whoami } from './api';
import type { Draft } from './event_form';
import type { Drawer } from './side';
import type { State } from './state';

export interface Page {
  readonly who: Whoami;
  readonly mayWrite: boolean;
  readonly mayManage: boolean;
  readonly state: State;
  readonly drawer: Drawer;

  /** The settings of the calendars shown, as of when the columns were drawn. */
  readonly settings: Calendar[];

  /** The date shown. If the address names none, today in the first calendar's zone. */
  readonly date: string;

  /** The scheduler's clock, in milliseconds since 1970, independent of this device's. */
  readonly now: () => number;

  /** The zone of a calendar, or of the first calendar shown if the page does not know it. */
  zoneOf(name: string): string;

  /** Changes what is shown, and the address with it. */
  go(change: Partial<State>): void;

  hide(name: string): void;

  /** Reads the content of the columns again. */
  refresh(): void;

  /** Rebuilds the columns from the calendars' current settings. */
  redraw(): void;

  showWaiting(): void;

  /** Reopens the details with the current state of the event. */
  look(event: Event): void;

  /** Opens the form of an event between two wall times, or of the default length if there is no end. */
  book(calendar: Calendar, start: string, end: string | null): void;

  /** Opens the form of the event. */
  edit(event: Event, scope: Scope | undefined): void;

  /** Opens the form of a new event like this one, but without its metadata, which may identify this event: say, a program's order number. */
  copy(event: Event): void;

  /** Opens the form of a rejected request, for another time. A series is fixed, so the scheduler cannot choose its time. */
  tryAgain(wish: EventRequest): void;

  /** The initial content of an event's form. */
  draftOf(event: Event, zone?: string): Draft;
}
