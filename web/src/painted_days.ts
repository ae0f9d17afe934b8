// The hours of a calendar by day, painted as open or closed. A painted day gets its own hours. Any other day keeps its hours to the minute,
// although a cell is half an hour.
import { answer, client, type Availability, type Calendar } from './api';
import { compareClocks } from './clocks';
import { h } from './dom';
import { say } from './language';
import { brushChoice, PollGrid } from './poll_grid';
import { joined, nothing, openOf, stateOf, within, without, type Span } from './poll_times';
import { shownSpans } from './week_hours';
import { addDays, dateOf, dayText, instantOf, wallOf } from './zone';

const days = 28, cell = 1800;
const [earliest, latest] = [6, 22]; // nights are shown only if they have hours, so that a day fits the screen

const stroked = (before: Span[], { open, spans }: { open: boolean; spans: Span[] }) => (open ? joined([...before, ...spans]) : spans.reduce(without, before));

export class PaintedDays {
  readonly element = h('div', {});
  readonly #own = h('ul', { class: 'own-days', 'aria-label': say('Days with hours of their own') });
  #grid: PollGrid | null = null;
  #read: Availability[] = [];
  #open: Span[] = [];
  /** The strokes painted since the days were read, in order. */
  #strokes: { open: boolean; spans: Span[] }[] = [];
  #brush = true;
  #wanted = '';

  constructor(private readonly calendar: Calendar, private readonly giveBack: (date: string) => void) {}

  /** Reads the days from a date on, and shows them. */
  async show(from: string): Promise<void> {
    this.#wanted = from;
    const read = await this.#ask(from);
    if (from !== this.#wanted) return; // superseded: drawing it would erase strokes on other days
    this.#strokes = [];
    this.#draw(read);
  }

  #ask(from: string): Promise<Availability[]> {
    return answer(client.GET('/calendars/{name}/availability', { params: { path: { name: this.calendar.name }, query: { from, to: addDays(from, days - 1) } } }));
  }

  /** Reads the painted days again. If somebody else has changed any, shows all days as they are now, with the strokes on top. Returns the changed ones. */
  async readAgain(): Promise<string[]> {
    const painted = this.changes().map(({ date }) => date), text = (one: Availability | undefined) => JSON.stringify(one?.spans);
    if (painted.length === 0) return [];
    const read = await this.#ask(this.#wanted);
    const others = read.filter((one) => painted.includes(one.date) && text(one) !== text(this.#read.find(({ date }) => date === one.date)));
    if (others.length > 0) this.#draw(read);
    return others.map(({ date }) => dayText(date));
  }

  /** Takes over a day as it was stored. */
  stored(day: Availability): void { this.#read = this.#read.map((one) => (one.date === day.date ? day : one)); }

  #draw(read: Availability[]): void {
    const { name, time_zone: zone } = this.calendar;
    this.#read = read;
    for (const { open } of read) for (const { start_timestamp } of open) compareClocks(start_timestamp, zone);
    this.#open = this.#strokes.reduce(stroked, openOf(read));
    const hour = (date: string, time: number) => instantOf(`${date}T${String(time).padStart(2, '0')}:00`, zone);
    const spans = read.flatMap(({ spans: all }) => all), first = Math.min(earliest, ...spans.map(({ start }) => Number(start.slice(0, 2)))), last = Math.max(latest, ...spans.map(({ end }) => Math.ceil(Number(end.slice(0, 2)) + Number(end.slice(3, 5)) / 60)));
    this.#grid = new PollGrid({
      label: say('Hours of {name}', { name }), zone, open: read.map(({ date }) => ({ start: hour(date, first), end: hour(date, last) })), preview: () => (this.#brush ? 'yes' : 'none'),
      look: (span) => {
        const { look, partly } = stateOf({ ...nothing(), yes: this.#open }, span);
        return { classes: `${look}${partly ? ' partly' : ''}`, words: look === 'none' ? say('closed') : partly ? say('open in part') : say('open') };
      },
      paint: (painted) => this.#paint(painted),
    }, cell);
    this.#tellOwn();
    const brushes = brushChoice([[say('Open'), 'yes', true], [say('Closed'), '', false]], this.#brush, (brush) => { this.#brush = brush; });
    this.element.replaceChildren(brushes, this.#grid.element, this.#own);
  }

  #paint(painted: Span[]): void {
    const stroke = { open: this.#brush, spans: painted };
    this.#strokes.push(stroke);
    this.#open = stroked(this.#open, stroke);
    this.#grid!.update();
    // Tell the dialog that something is unsaved.
    this.element.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** The days that were painted and whose hours then differ from the stored ones, with the painted hours as wall times. */
  changes(): { date: string; spans: Availability['spans'] }[] {
    const zone = this.calendar.time_zone;
    return this.#read.flatMap((one) => {
      const { date } = one, day = { start: instantOf(date, zone), end: instantOf(addDays(date, 1), zone) }, open = within(this.#open, day);
      if (!this.#strokes.some(({ spans }) => within(spans, day).length > 0)) return [];
      if (JSON.stringify(openOf([one])) === JSON.stringify(open)) return [];
      const clock = (instant: number) => (dateOf(instant, zone) > date ? '24:00' : wallOf(instant, zone).slice(11));
      return [{ date, spans: open.map(({ start, end }) => ({ start: clock(start), end: clock(end) })) }];
    });
  }

  #tellOwn(): void {
    const own = this.#read.filter(({ overridden }) => overridden);
    this.#own.hidden = own.length === 0;
    this.#own.replaceChildren(...own.map(({ date, spans }) => h('li', {}, h('b', {}, dayText(date)), spans.length > 0 ? shownSpans(spans) : say('closed'),
      h('button', { class: 'quiet', 'aria-label': say('{day} as in every week', { day: dayText(date) }), click: () => this.giveBack(date) }, say('As in every week')))));
  }
}
