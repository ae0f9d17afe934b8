// Moves the focused event by keys as the mouse does. While Alt is held, the arrows carry it, and with Shift they change its length.
// Releasing Alt puts it down, and only then is a request sent. Escape puts it back.
import type { Calendar as Grid, EventApi } from '@fullcalendar/core';
import { arrowOf } from './dom';
import { say } from './language';
import { hear } from './notice';

const quarter = 15 * 60_000, day = 86_400_000; // the smallest steps of the mouse

/** The part of the column that Carrying uses. */
interface Owner {
  readonly grid: Grid;
  /** The event to focus again when it is redrawn. */
  focused: string | null;
  told(event: EventApi): string;
  /** The grid does not change between take() and letGo(). */
  take(): void;
  readonly letGo: () => void;
  put(event: EventApi, putBack: () => void): void;
}

export class Carrying {
  #carried: { event: EventApi; start: Date; end: Date } | null = null;

  constructor(room: HTMLElement, private readonly owner: Owner, signal: AbortSignal) {
    // On the document: an event that is carried out of the dates shown is drawn no more, and loses the focus.
    document.addEventListener('keydown', (event) => this.#key(event, room), { signal });
    document.addEventListener('keyup', (event) => {
      if (event.key !== 'Alt' || !this.#carried) return;
      event.preventDefault(); // some browsers open their menu
      this.#putDown();
    }, { signal });
    document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') this.#putBack(); }, { signal });
    addEventListener('blur', () => this.#putBack(), { signal }); // Alt is released in another window
  }

  #key(pressed: KeyboardEvent, room: HTMLElement): void {
    const { key, target, shiftKey } = pressed;
    if (!pressed.altKey || pressed.ctrlKey || pressed.metaKey || !(target instanceof HTMLElement)) return;
    const focused = room.contains(target) ? target.closest<HTMLElement>('.fc-timegrid-event[data-event]')?.dataset['event'] : undefined;
    const arrow = arrowOf(key), id = focused ?? this.#carried?.event.id;
    if (!id || !arrow) return;
    pressed.preventDefault(); // in some browsers Alt and an arrow leave the page
    const event = this.#carried?.event.id === id ? this.#carried.event : this.owner.grid.getEventById(id), [down, across] = arrow;
    if (shiftKey && across) return;
    if (!event?.startEditable) return hear(say('This cannot be moved.'));
    if (this.#carried?.event.id !== id) this.#putBack();
    if (!this.#carried) {
      this.#carried = { event, start: event.start!, end: event.end! };
      this.owner.take();
    }
    const { event: carried } = this.#carried, by = down * quarter + across * day;
    const start = new Date(carried.start!.getTime() + (shiftKey ? 0 : by)), end = new Date(carried.end!.getTime() + by);
    if (shiftKey && end.getTime() - start.getTime() < quarter) return;
    this.owner.focused = id;
    carried.setDates(start, end);
    hear(this.owner.told(carried));
  }

  #putDown(): void {
    const { event, start, end } = this.#carried!, putBack = () => this.owner.grid.getEventById(event.id)?.setDates(start, end); // null if it was deleted meanwhile
    this.#carried = null;
    this.owner.put(event, putBack);
    this.owner.letGo();
  }

  #putBack(): void {
    if (!this.#carried) return;
    const { event, start, end } = this.#carried;
    this.#carried = null;
    this.owner.focused = event.id;
    event.setDates(start, end);
    this.owner.letGo();
    hear(say('Put back.'));
  }
}
