// The form of a calendar's hours: painted days, weekly hours, and whether clients may book a provider on its page. Events already placed
// do not move.
import { answer, client, compareClocks, type Availability, type Calendar } from './api';
import { called } from './calendars';
import { h } from './dom';
import { check, field, input } from './form';
import { formDialog, type FormDialog } from './form_dialog';
import { joined, say } from './language';
import type { Page } from './page';
import { notice } from './notice';
import { brushChoice, PollGrid } from './poll_grid';
import { joined as joinedSpans, nothing, openOf, stateOf, within, without, type Span } from './poll_times';
import { readSettings } from './reading';
import { weekdays } from './within';
import { addDays, clockText, dateOf, dayText, instantOf, readersWeek, shortTime, wallOf, weekdayLabel, weekdayName, weekOf } from './zone';

// ---- weekly hours as text: "09:00–12:00, 13:00–17:00"; an empty field is a closed day ----

type Hours = Calendar['hours'];
type Spans = NonNullable<Hours['monday']>;

/** Spans for display, or with shortTime() as text for a field. */
const spansText = (spans: Spans, time = clockText) => spans.map(({ start, end }) => `${time(start)}–${time(end)}`).join(', ');

const timeForm = '([01]?\\d|2[0-4])(?:[:.]([0-5]\\d)(?::([0-5]\\d))?)?';
const spanForm = new RegExp(`^${timeForm} ?(?:-|–|to) ?${timeForm}$`);

/** The spans of a text; null if the text cannot be parsed. The server checks whether they overlap. */
function spansOf(text: string): Spans | null {
  const parts = text.split(/[,;]/).map((part) => part.trim()).filter((part) => part !== '').map((part) => spanForm.exec(part));
  if (parts.includes(null)) return null;
  const clock = (hour = '', minute = '00', second = '00') => `${hour.padStart(2, '0')}:${minute}${second === '00' ? '' : `:${second}`}`;
  const spans = (parts as RegExpExecArray[]).map(([, ...clocks]) => ({ start: clock(...clocks.slice(0, 3)), end: clock(...clocks.slice(3)) }));
  return spans.every(({ start, end }) => start < end && end <= '24:00') ? spans : null;
}

class WeekHours {
  readonly element: HTMLDetailsElement;
  readonly #fields: HTMLInputElement[];

  constructor(hours: Hours) {
    this.#fields = weekdays.map((day) => input(day, 'text', spansText(hours[day] ?? [], shortTime), { placeholder: say('closed') }));
    for (const one of this.#fields) one.addEventListener('invalid', () => { this.element.open = true; }); // a hidden field cannot be corrected
    for (const one of this.#fields) one.addEventListener('input', () => {
      const wrong = spansOf(one.value) === null;
      one.setCustomValidity(wrong ? say('“{value}” are no hours: write 09:00–12:00, 13:00–17:00, or nothing for a closed day.', { value: one.value }) : '');
      one.setAttribute('aria-invalid', String(wrong));
    });
    this.element = h('details', { class: 'more' }, h('summary', {}, say('Hours of every week')),
      h('div', { class: 'week-hours' }, ...readersWeek.map((weekday) =>
        field(weekdayLabel(weekday), this.#fields[(weekday + 6) % 7]!))));
  }

  /** Takes over the current hours, except for days edited here. Returns the days that somebody else has changed. */
  take(now: Hours): string[] {
    return weekdays.flatMap((day, index) => {
      const one = this.#fields[index]!, { value, defaultValue } = one, text = spansText(now[day] ?? [], shortTime);
      if (text === defaultValue) return [];
      one.defaultValue = text;
      one.value = value === defaultValue ? text : value;
      return [weekdayName((index + 1) % 7)];
    });
  }

  /** All hours if any were edited, or else null. */
  changed(): Hours | null {
    if (this.#fields.every(({ value, defaultValue }) => value === defaultValue)) return null;
    return Object.fromEntries(weekdays.map((day, index) => [day, spansOf(this.#fields[index]!.value)!])) as Hours;
  }
}

// ---- hours by day, painted as open or closed ----

// A painted day gets its own hours. Any other day keeps its hours to the minute, although a cell is half an hour.

const daysShown = 28, cell = 1800;
const [earliest, latest] = [6, 22]; // nights are shown only if they have hours, so that a day fits the screen

const stroked = (before: Span[], { open, spans }: { open: boolean; spans: Span[] }) => (open ? joinedSpans([...before, ...spans]) : spans.reduce(without, before));

class PaintedDays {
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
    return answer(client.GET('/calendars/{name}/availability', { params: { path: { name: this.calendar.name }, query: { from, to: addDays(from, daysShown - 1) } } }));
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
    this.#own.replaceChildren(...own.map(({ date, spans }) => h('li', {}, h('b', {}, dayText(date)), spans.length > 0 ? spansText(spans) : say('closed'),
      h('button', { class: 'quiet', 'aria-label': say('{day} as in every week', { day: dayText(date) }), click: () => this.giveBack(date) }, say('As in every week')))));
  }
}

// ---- the dialog ----

export function openHours(calendar: Calendar, page: Page): void {
  const { name } = calendar, path = (day: string) => ({ params: { path: { name, date: day } } });
  const first = input('first', 'date', weekOf(page.date), { required: true });
  const show = async () => {
    first.defaultValue = first.value;
    await days.show(first.value).catch(dialog.failed);
  };
  const saveFirst = () => dialog.tell(say('Save first, or close without saving: what is painted would be lost.'));
  const days = new PaintedDays(calendar, (day) => dialog.alone(async () => {
    if (days.changes().length > 0) return saveFirst();
    await answer(client.DELETE('/calendars/{name}/availability/{date}', path(day))).catch(dialog.failed);
    await show();
    page.refresh();
  }));
  const week = new WeekHours(calendar.hours);
  const clients = name.startsWith('provider:') ? check('public_booking', say('Clients book by themselves, on the public page'), calendar.public_booking) : null;
  const box = clients?.querySelector('input');
  const settings = () => {
    const hours = week.changed();
    return { ...(hours ? { hours } : {}), ...(box && box.checked !== box.defaultChecked ? { public_booking: box.checked } : {}) };
  };
  const isChanged = () => days.changes().length > 0 || Object.keys(settings()).length > 0;
  first.addEventListener('change', () => {
    if (first.value < '1000') return;
    if (days.changes().length === 0) return void show();
    first.value = first.defaultValue;
    saveFirst();
  });
  const dialog: FormDialog = formDialog({
    title: say('Hours of {name}', { name: called(name) }), name: 'hours', submit: say('Save'), keep: isChanged, fields: [
      h('p', {}, h('small', {}, say('Times are those of {time_zone}. Paint with the mouse; a finger taps, or rests a moment and then paints; with the keyboard: arrows, and Space; with Shift the arrows paint. What is booked stays where it is.', { time_zone: calendar.time_zone }))),
      field(say('First day'), first), days.element, week.element, clients,
    ],
  }, async () => {
    dialog.tell('');
    const body = settings();
    if (!isChanged()) return dialog.close();
    // A save replaces all hours of a day, or of the week, so it would undo a change that was not shown here.
    const [now, painted] = await Promise.all([readSettings(name), days.readAgain()]);
    if (now.time_zone !== calendar.time_zone) return dialog.tell(say('Times are now those of {zone}. Close this without saving, and begin anew.', { zone: now.time_zone }));
    const others = [...(body.hours ? week.take(now.hours) : []), ...painted];
    if (others.length > 0) return dialog.tell(say('Somebody has changed these days meanwhile: {days}. They are shown as they are now, with what you have changed. Look at them, and save again.', { days: joined(others, ', ') }));
    for (const { date, spans } of days.changes()) {
      try {
        days.stored(await answer(client.PUT('/calendars/{name}/availability/{date}', { ...path(date), body: spans })));
      } catch (error) {
        return dialog.failed(error, `${dayText(date)}: `); // the days before it are stored; another Save retries this one
      }
    }
    if (Object.keys(body).length > 0) await answer(client.PUT('/calendars/{name}', { params: { path: { name } }, body }));
    page.refresh();
    dialog.close();
    notice(say('Saved the hours of {name}.', { name: called(name) }));
  });
  void show();
}
