// The weekly hours of a calendar as text: "09:00–12:00, 13:00–17:00". An empty field is a closed day.
import type { Calendar } from './api';
import { h } from './dom';
import { field, input } from './form';
import { say } from './language';
import { clockText, firstWeekday, shortTime, weekdayName } from './zone';

type Hours = Calendar['hours'];
type Spans = NonNullable<Hours['monday']>;
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Spans for display. */
export const shownSpans = (spans: Spans) => spans.map(({ start, end }) => `${clockText(start)}–${clockText(end)}`).join(', ');

/** Spans as text for a field. */
const spansText = (spans: Spans) => spans.map(({ start, end }) => `${shortTime(start)}–${shortTime(end)}`).join(', ');

const time = '([01]?\\d|2[0-4])(?:[:.]([0-5]\\d)(?::([0-5]\\d))?)?';
const span = new RegExp(`^${time} ?(?:-|–|to) ?${time}$`);

/** The spans of a text; null if the text cannot be parsed. The server checks whether they overlap. */
export function spansOf(text: string): Spans | null {
  const parts = text.split(/[,;]/).map((part) => part.trim()).filter((part) => part !== '').map((part) => span.exec(part));
  if (parts.includes(null)) return null;
  const clock = (hour = '', minute = '00', second = '00') => `${hour.padStart(2, '0')}:${minute}${second === '00' ? '' : `:${second}`}`;
  const spans = (parts as RegExpExecArray[]).map(([, ...clocks]) => ({ start: clock(...clocks.slice(0, 3)), end: clock(...clocks.slice(3)) }));
  return spans.every(({ start, end }) => start < end && end <= '24:00') ? spans : null;
}

export class WeekHours {
  readonly element: HTMLDetailsElement;
  readonly #fields: HTMLInputElement[];

  constructor(hours: Hours) {
    this.#fields = weekdays.map((day) => input(day, 'text', spansText(hours[day] ?? []), { placeholder: say('closed') }));
    for (const one of this.#fields) one.addEventListener('invalid', () => { this.element.open = true; }); // a hidden field cannot be corrected
    for (const one of this.#fields) one.addEventListener('input', () => {
      const wrong = spansOf(one.value) === null;
      one.setCustomValidity(wrong ? say('“{value}” are no hours: write 09:00–12:00, 13:00–17:00, or nothing for a closed day.', { value: one.value }) : '');
      one.setAttribute('aria-invalid', String(wrong));
    });
    this.element = h('details', { class: 'more' }, h('summary', {}, say('Hours of every week')),
      h('div', { class: 'week-hours' }, ...[0, 1, 2, 3, 4, 5, 6].map((shown) => (shown + firstWeekday) % 7).map((weekday) =>
        field(weekdayName(weekday).replace(/^./, (letter) => letter.toUpperCase()), this.#fields[(weekday + 6) % 7]!))));
  }

  /** Takes over the current hours, except for days edited here. Returns the days that somebody else has changed. */
  take(now: Hours): string[] {
    return weekdays.flatMap((day, index) => {
      const one = this.#fields[index]!, { value, defaultValue } = one, text = spansText(now[day] ?? []);
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
