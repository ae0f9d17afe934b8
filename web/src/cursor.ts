// A keyboard cursor in the grid of times. The arrows move it by slot and day, Shift with an arrow changes its length, and Enter opens the
// form for an event there. The day's column, in which the cursor is drawn, has the focus. A screen reader announces what is below it.
import type { Calendar } from './api';
import { arrowOf, h } from './dom';
import { hear } from './notice';
import type { Page } from './page';
import { addDays, dateOf, wallOf } from './zone';

const slot = 30, day = 24 * 60; // minutes

/** The wall time of a minute counted from a date's midnight; it may lie on the next date. */
const wallAt = (date: string, minute: number): string => wallOf(Date.parse(date) + minute * 60_000, 'UTC');

/** The part of the column that its cursor uses. */
interface Owner {
  readonly page: Page;
  readonly settings: Calendar;
  /** The events between two wall times, in words. */
  between(start: string, end: string): string;
}

export class GridCursor {
  readonly #mark = h('div', { class: 'cursor', 'aria-hidden': 'true' });
  #date = '';
  #from = 0;
  #slots = 1;
  /** Whether to focus the date's column as soon as it is drawn. */
  #comes = false;

  constructor(private readonly room: HTMLElement, private readonly owner: Owner, signal: AbortSignal) {
    room.addEventListener('keydown', (event) => this.#key(event), { signal });
    room.addEventListener('focusin', ({ target }) => { if (this.#isColumn(target) && target.matches(':focus-visible')) this.#enter(target); }, { signal });
    room.addEventListener('focusout', () => this.#mark.remove(), { signal });
  }

  /** Call it for each column that the grid draws. Tab leads to the `first` one while the cursor is in none of them. */
  mounted(column: HTMLElement, date: string, first: boolean): void {
    if (first || date === this.#date) column.tabIndex = 0;
    if (!this.#comes || date !== this.#date) return;
    this.#comes = false;
    // The column is in the page only after the grid has drawn all columns.
    queueMicrotask(() => this.#focus(column));
  }

  #isColumn(target: EventTarget | null): target is HTMLElement {
    return target instanceof HTMLElement && target.matches('.fc-timegrid-col[data-date]');
  }

  #enter(column: HTMLElement): void {
    const date = column.dataset['date']!;
    if (date !== this.#date) [this.#date, this.#from, this.#slots] = [date, this.#beginOf(date), 1];
    this.#draw(column);
  }

  /** The first minute of the cursor: today that of the next half hour, on another day that of nine o'clock. */
  #beginOf(date: string): number {
    const { page, settings: { time_zone: zone } } = this.owner, soon = wallOf(page.now() + slot * 60_000, zone);
    return date === dateOf(page.now(), zone) ? Number(soon.slice(11, 13)) * 60 + (soon.slice(14, 16) < '30' ? 0 : 30) : 9 * 60;
  }

  #focus(column: HTMLElement): void {
    for (const other of this.room.querySelectorAll<HTMLElement>('.fc-timegrid-col[tabindex]')) other.tabIndex = other === column ? 0 : -1;
    column.tabIndex = 0;
    column.focus({ preventScroll: true });
    this.#draw(column);
  }

  #draw(column: HTMLElement): void {
    const [start, end] = this.#times();
    Object.assign(this.#mark.style, { top: `${(this.#from / day) * 100}%`, height: `${((this.#slots * slot) / day) * 100}%` });
    (column.querySelector('.fc-timegrid-col-frame') ?? column).append(this.#mark);
    this.#mark.scrollIntoView({ block: 'nearest' });
    hear(this.owner.between(start, end));
  }

  #times(): [string, string] { return [wallAt(this.#date, this.#from), wallAt(this.#date, this.#from + this.#slots * slot)]; }

  #key(event: KeyboardEvent): void {
    const { key, target, shiftKey } = event;
    if (!this.#isColumn(target) || event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = arrowOf(key), [down, across] = arrow ?? [0, 0], books = key === 'Enter' || key === ' ';
    if (!arrow && !books) return;
    event.preventDefault();
    if (!this.#mark.isConnected) return this.#enter(target); // after a mouse click, the first key only shows the cursor
    const [start, end] = this.#times(), { page, settings } = this.owner;
    if (books) return page.mayWrite ? page.book(settings, start, this.#slots > 1 ? end : null) : undefined;
    if (across) return this.#go(addDays(this.#date, across));
    if (shiftKey) this.#slots = Math.max(1, Math.min(this.#slots + down, (day - this.#from) / slot));
    else [this.#from, this.#slots] = [Math.max(0, Math.min(this.#from + down * slot, day - slot)), 1];
    this.#draw(target);
  }

  #go(date: string): void {
    this.#date = date;
    const column = this.room.querySelector<HTMLElement>(`.fc-timegrid-col[data-date="${date}"]`);
    if (column) return this.#focus(column);
    this.#comes = true;
    this.owner.page.go({ date });
  }
}
