// An event that has the focus is moved by keys, as by the mouse: the arrows carry it while Alt is held, with Shift they make it longer
// or shorter, and it is put down where it is when Alt is let go. Until then nothing is asked for; Escape puts it back.
import type { Calendar as Grid, EventApi } from '@fullcalendar/core';
import { arrowOf } from './dom';
import { say } from './language';
import { hear } from './notice';

const quarter = 15 * 60_000, day = 86_400_000; // as far as the mouse moves it at least

/** The column, as the one that carries knows it. */
interface Owner {
  readonly grid: Grid;
  /** The event that gets the focus again when it is drawn anew. */
  focused: string | null;
  told(event: EventApi): string;
  /** From take() to letGo() the grid stays as it is. */
  take(): void;
  readonly letGo: () => void;
  put(event: EventApi, putBack: () => void): void;
}

export class Carrying {
  #carried: { event: EventApi; start: Date; end: Date } | null = null;

  constructor(room: HTMLElement, private readonly owner: Owner, signal: AbortSignal) {
    room.addEventListener('keydown', (event) => this.#key(event), { signal });
    document.addEventListener('keyup', (event) => {
      if (event.key !== 'Alt' || !this.#carried) return;
      event.preventDefault(); // some browsers open their menu
      this.#putDown();
    }, { signal });
    document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') this.#putBack(); }, { signal });
    addEventListener('blur', () => this.#putBack(), { signal }); // Alt is let go somewhere else
  }

  #key(pressed: KeyboardEvent): void {
    const { key, target, shiftKey } = pressed;
    if (!pressed.altKey || pressed.ctrlKey || pressed.metaKey || !(target instanceof HTMLElement)) return;
    const arrow = arrowOf(key), id = target.closest<HTMLElement>('.fc-timegrid-event[data-event]')?.dataset['event'];
    if (!id || !arrow) return;
    pressed.preventDefault(); // Alt and an arrow leave the page in some browsers
    const event = this.owner.grid.getEventById(id), [down, across] = arrow;
    if (shiftKey && across) return;
    if (!event?.startEditable) return hear(say('This cannot be moved.'));
    if (this.#carried?.event.id !== id) this.#putBack();
    if (!this.#carried) {
      this.#carried = { event, start: event.start!, end: event.end! };
      this.owner.take();
    }
    const { event: carried } = this.#carried, by = down * quarter + across * day;
    const start = new Date(carried.start!.getTime() + (shiftKey ? 0 : by)), end = new Date(carried.end!.getTime() + by);
    if (end.getTime() - start.getTime() < quarter) return;
    this.owner.focused = id;
    carried.setDates(start, end);
    hear(this.owner.told(carried));
  }

  #putDown(): void {
    const { event, start, end } = this.#carried!, putBack = () => event.setDates(start, end);
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
