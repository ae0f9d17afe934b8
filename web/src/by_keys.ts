// An event that has the focus is moved by keys, as by the mouse: the arrows carry it while Alt is held, with Shift they make it longer
// or shorter, and it is put down where it is when Alt is let go. Until then nothing is asked for; Escape puts it back.
import type { Calendar as Grid, EventApi } from '@fullcalendar/core';
import { say } from './language';
import { hear } from './notice';

const quarter = 15 * 60_000, day = 86_400_000; // as far as the mouse moves it at least

export interface CarryMeans {
  /** The grid stays as it is until the event is put down. */
  take: () => void;
  letGo: () => void;
  /** The event is drawn anew, and has to get the focus again. */
  redrawn: (id: string) => void;
  tell: (event: EventApi) => string;
  put: (event: EventApi, moved: boolean, lengthened: boolean, putBack: () => void) => void;
}

export class Carrying {
  #carried: { event: EventApi; start: Date; end: Date } | null = null;

  constructor(room: HTMLElement, private readonly grid: () => Grid, private readonly means: CarryMeans, signal: AbortSignal) {
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
    const up = key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : 0, across = key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : 0;
    const id = target.closest<HTMLElement>('.fc-timegrid-event[data-event]')?.dataset['event'];
    if (!id || (!up && !across)) return;
    pressed.preventDefault(); // Alt and an arrow leave the page in some browsers
    const event = this.grid().getEventById(id);
    if (shiftKey && across) return;
    if (!event?.startEditable) return hear(say('This cannot be moved.'));
    if (this.#carried?.event.id !== id) this.#putBack();
    if (!this.#carried) {
      this.#carried = { event, start: event.start!, end: event.end! };
      this.means.take();
    }
    const { event: carried } = this.#carried, by = up * quarter + across * day;
    const start = new Date(carried.start!.getTime() + (shiftKey ? 0 : by)), end = new Date(carried.end!.getTime() + by);
    if (end.getTime() - start.getTime() < quarter) return;
    this.means.redrawn(id);
    carried.setDates(start, end);
    hear(this.means.tell(carried));
  }

  #putDown(): void {
    const { event, start, end } = this.#carried!, putBack = () => event.setDates(start, end);
    this.#carried = null;
    const moved = event.start!.getTime() !== start.getTime();
    const lengthened = event.end!.getTime() - event.start!.getTime() !== end.getTime() - start.getTime();
    if (moved || lengthened) this.means.put(event, moved, lengthened, putBack);
    this.means.letGo();
  }

  #putBack(): void {
    if (!this.#carried) return;
    const { event, start, end } = this.#carried;
    this.#carried = null;
    this.means.redrawn(event.id);
    event.setDates(start, end);
    this.means.letGo();
    hear(say('Put back.'));
  }
}
