// The days of a poll as a grid of cells in the reader's zone. A cell is a span of time. The owner of the grid decides how a cell looks and
// what painting does. The grid works with mouse, touch and keyboard.
import { arrowOf, h, icon } from './dom';
import { say } from './language';
import { datesOf, within, type Span } from './poll_times';
import { clockText, dateOf, dayText, instantOf, isSkipped, timeText, wallOf } from './zone';

interface GridOptions {
  label: string;
  zone: string;
  /** When the event may take place. Cells outside cannot be painted. */
  open: Span[];
  look: (span: Span) => { classes: string; words: string; text?: string };
  /** The look that cells under the pointer will get. */
  preview?: () => string;
  paint: (spans: Span[]) => void;
}

interface Cell { td: HTMLTableCellElement; span: Span; row: number; column: number }

const rest = 400; // milliseconds that a finger must rest before it paints
const narrow = matchMedia('(max-width: 44rem)');
const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}:00`;

/** The minute of its day that the zone's clock shows at this instant. */
const minuteOf = (instant: number, zone: string) => {
  const wall = wallOf(instant, zone);
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
};

/** The instant of a wall time of a date; 24:00 is the next date's midnight. */
const at = (date: string, minutes: number, zone: string) => instantOf(`${date}T${clock(minutes)}`, zone);

/** The choice of a brush. Each brush is shown with the look of its cells. */
export function brushChoice<Brush>(brushes: [label: string, look: string, brush: Brush][], chosen: Brush, choose: (brush: Brush) => void): HTMLElement {
  return h('fieldset', { class: 'tools' }, h('legend', {}, say('Paint')), ...brushes.map(([label, look, brush]) => h('label', {},
    h('input', { type: 'radio', name: 'brush', checked: brush === chosen, change: () => choose(brush) }), h('span', { class: `swatch ${look}` }), label)));
}

export class PollGrid {
  readonly element = h('section', { class: 'panel' });
  readonly #days = h('div', { class: 'days' });
  readonly #title = h('span', { 'aria-live': 'polite' });
  readonly #dates: string[];
  readonly #step: number;
  #first = 0;
  #cells: Cell[] = [];
  #stroke: { from: Cell; to: Cell } | null = null;
  /** The cell under a finger that has not rested long enough yet. */
  #touched: { cell: Cell; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(private readonly options: GridOptions, duration: number) {
    this.#dates = datesOf(options.open, options.zone);
    this.#step = duration % 1800 === 0 ? 30 : 15;
    const turn = (label: string, name: 'back' | 'forward', way: number) =>
      h('button', { class: 'quiet', 'data-steps': true, 'aria-label': label, click: () => this.#turn(way) }, icon(name));
    const turns = this.#dates.length > this.#width ? [turn(say('Earlier days'), 'back', -1), turn(say('Later days'), 'forward', 1)] : [];
    this.element.append(h('div', { class: 'line' }, ...turns, this.#title), this.#days);
    this.#days.addEventListener('pointerdown', (event) => this.#begin(event));
    this.#days.addEventListener('pointermove', (event) => this.#go(event));
    this.#days.addEventListener('pointercancel', () => this.#drop());
    // Until a stroke begins, the browser may scroll, and then sends pointercancel.
    for (const kind of ['touchmove', 'contextmenu']) this.#days.addEventListener(kind, (event) => { if (this.#stroke) event.preventDefault(); }, { passive: false });
    this.#days.addEventListener('keydown', (event) => this.#key(event));
    narrow.addEventListener('change', () => this.draw());
    this.draw();
  }

  get #width(): number { return narrow.matches ? 3 : 7; }

  #turn(way: number): void {
    this.#first = Math.max(0, Math.min(this.#first + way * this.#width, this.#dates.length - 1));
    this.draw();
  }

  /** Shows the days around an instant. */
  reveal(instant: number): void {
    const index = this.#dates.indexOf(dateOf(instant, this.options.zone));
    if (index < 0 || (index >= this.#first && index < this.#first + this.#width)) return;
    this.#first = Math.floor(index / this.#width) * this.#width;
    this.draw();
  }

  /** The first and the last minute of the day that any of these dates needs, rounded outwards to the grid's steps. */
  #hours(dates: string[]): [number, number] {
    let from = 1440, to = 0;
    for (const date of dates)
      for (const { start, end } of within(this.options.open, { start: at(date, 0, this.options.zone), end: at(date, 1440, this.options.zone) })) {
        from = Math.min(from, minuteOf(start, this.options.zone));
        to = Math.max(to, Math.ceil((minuteOf(end - 60_000, this.options.zone) + 1) / this.#step) * this.#step); // beyond an hour that is skipped
        while (to < 1440 && at(date, to, this.options.zone) < end) to += this.#step; // a repeated hour's row has both passes
      }
    return [Math.floor(from / this.#step) * this.#step, to];
  }

  draw(): void {
    const dates = this.#dates.slice(this.#first, this.#first + this.#width), [from, to] = this.#hours(dates);
    const focused = this.#cells.find(({ td }) => td === document.activeElement);
    this.#cells = [];
    this.#title.textContent = dates.length > 0 ? say('{first} to {last}', { first: dayText(dates[0]!), last: dayText(dates.at(-1)!) }) : '';
    const head = h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, say('Time')), ...dates.map((date) => h('th', { scope: 'col' }, dayText(date)))));
    const body = h('tbody', {});
    for (let minutes = from, row = 0; minutes < to; minutes += this.#step, ++row)
      body.append(h('tr', { class: minutes % 60 === 0 ? 'hour' : null }, h('th', { scope: 'row' }, clockText(clock(minutes))),
        ...dates.map((date, column) => this.#cell(date, minutes, row, column))));
    this.#days.replaceChildren(h('table', { role: 'grid', 'aria-label': this.options.label }, head, body));
    this.update();
    const back = focused && this.#cellAt(focused.row, focused.column);
    const first = back ?? this.#cells.find((cell) => this.#isOpen(cell)) ?? this.#cells[0];
    if (first) first.td.tabIndex = 0;
    back?.td.focus();
  }

  #cell(date: string, minutes: number, row: number, column: number): HTMLTableCellElement {
    const { zone } = this.options, start = at(date, minutes, zone), end = at(date, minutes + this.#step, zone);
    // A wall time that a clock change skips has an empty span.
    const span = { start, end: isSkipped(`${date}T${clock(minutes)}`, zone) ? start : end };
    const td = h('td', { role: 'gridcell', tabindex: -1 });
    this.#cells.push({ td, span, row, column });
    return td;
  }

  #isOpen({ span }: Cell): boolean { return within(this.options.open, span).length > 0; }
  #cellAt(row: number, column: number): Cell | undefined { return this.#cells.find((cell) => cell.row === row && cell.column === column); }
  #cellOf(target: EventTarget | null): Cell | undefined { return this.#cells.find(({ td }) => td === (target as Element | null)?.closest('td')); }

  /** Updates the look of each cell from the owner. */
  update(): void {
    const { zone, look } = this.options;
    for (const cell of this.#cells) {
      const { td, span } = cell, day = dayText(wallOf(span.start, zone)), open = this.#isOpen(cell);
      if (!open) {
        td.setAttribute('aria-disabled', 'true');
        td.setAttribute('aria-label', say('{day}: not asked about', { day }));
        continue;
      }
      const { classes, words, text = '' } = look(span);
      td.className = classes;
      td.textContent = text;
      td.setAttribute('aria-label', `${day}, ${timeText(span.start, zone)} – ${timeText(span.end, zone)}: ${words}`);
    }
  }

  // ---- painting ----

  #begin(event: PointerEvent): void {
    const cell = this.#cellOf(event.target);
    if (!cell || event.button !== 0 || !this.#isOpen(cell)) return;
    this.#drop();
    addEventListener('pointerup', () => this.#end(), { once: true }); // outside the grid too
    if (event.pointerType === 'mouse') {
      event.preventDefault(); // do not select text
      return this.#start(cell);
    }
    // A finger scrolls, taps a cell, or paints after a rest.
    this.#touched = { cell, timer: setTimeout(() => this.#start(cell), rest) };
  }

  #start(cell: Cell): void {
    this.#focus(cell);
    this.#stroke = { from: cell, to: cell };
    this.#show();
  }

  #go(event: PointerEvent): void {
    if (!this.#stroke) return;
    const cell = this.#cellOf(document.elementFromPoint(event.clientX, event.clientY));
    if (!cell || cell === this.#stroke.to) return;
    this.#stroke.to = cell;
    this.#show();
  }

  #stroked(): Cell[] {
    if (!this.#stroke) return [];
    const { from, to } = this.#stroke;
    const between = (value: number, a: number, b: number) => value >= Math.min(a, b) && value <= Math.max(a, b);
    return this.#cells.filter((cell) => between(cell.row, from.row, to.row) && between(cell.column, from.column, to.column) && this.#isOpen(cell));
  }

  #show(): void {
    const stroked = new Set(this.#stroked()), preview = this.options.preview?.();
    for (const cell of this.#cells) {
      cell.td.classList.toggle('painting', stroked.has(cell));
      if (preview) cell.td.classList.toggle(`painting-${preview}`, stroked.has(cell));
    }
  }

  #end(): void {
    if (this.#touched && !this.#stroke) this.#start(this.#touched.cell);
    const cells = this.#stroked();
    this.#drop();
    if (cells.length > 0) this.options.paint(cells.flatMap(({ span }) => within(this.options.open, span)));
  }

  #drop(): void {
    clearTimeout(this.#touched?.timer);
    this.#stroke = this.#touched = null;
    this.update();
  }

  #focus(cell: Cell): void {
    for (const { td } of this.#cells) td.tabIndex = -1;
    cell.td.tabIndex = 0;
    cell.td.focus();
  }

  /** Arrows move between cells, and with Shift they paint on the way. Space and Enter paint the cell. */
  #key(event: KeyboardEvent): void {
    const cell = this.#cellOf(event.target);
    if (!cell) return;
    const way = arrowOf(event.key), paint = (which: Cell) => this.#isOpen(which) && this.options.paint(within(this.options.open, which.span));
    if (event.key === ' ' || event.key === 'Enter') paint(cell);
    else if (way) {
      const next = this.#cellAt(cell.row + way[0], cell.column + way[1]);
      if (next) this.#focus(next);
      if (event.shiftKey) for (const which of next ? [cell, next] : [cell]) paint(which);
    } else return;
    event.preventDefault();
  }
}
