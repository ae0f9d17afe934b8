// A length as people write it, and the end that follows from it. The field refuses text that matches no form entirely, because a partial
// match would be another length.
import type { Event } from './api';
import { controlOf, field, input, typeIn } from './form';
import { say } from './language';
import { lengthText } from './words';
import { addDays, dayText, instantLike, instantOf, shortTime, wallOf } from './zone';

const most = 366 * 86_400;
// The units in all languages of the page, including the forms that lengthText writes.
const hours = '(?:h(?:ours?|eures?)?|std\\.?|stunden?|час(?:а|ов)?|ч\\.?)', minutes = '(?:m(?:in(?:ut(?:es?|en))?)?\\.?|мин(?:ут[аы]?)?\\.?)';

/** Each form with the seconds that one unit of each of its parts has. */
const forms: [RegExp, ...number[]][] = [
  [RegExp(`^(\\d+) ?(?:${minutes})?$`, 'i'), 60], // 90, 90 min
  [RegExp(`^(\\d+(?:[.,]\\d+)?) ?${hours}$`, 'i'), 3600], // 2 h, 1.5 h, 1,5 hours
  [RegExp(`^(\\d+) ?${hours} ?([0-5]\\d)$`, 'i'), 3600, 60], // 1h30
  [RegExp(`^(\\d+) ?${hours} ?([0-5]?\\d) ?${minutes}$`, 'i'), 3600, 60], // 1 h 5 min
  [/^(\d+):([0-5]\d)$/, 3600, 60], // 1:30
  [/^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/i, 3600, 60, 1], // ISO 8601, 4.4.3.2: PT1H30M
];

/** The length in seconds. Null if the text is not a length, or is one that no event may have. */
export function lengthOf(written: string): number | null {
  const text = written.trim().replace(/\s+/g, ' ');
  for (const [form, ...units] of forms) {
    const parts = form.exec(text)?.slice(1);
    if (!parts) continue;
    const seconds = Math.round(parts.reduce((sum, part, index) => sum + Number((part ?? '0').replace(',', '.')) * units[index]!, 0));
    return seconds > 0 && seconds <= most ? seconds : null;
  }
  return null;
}

/** The event's length in seconds. A length in days is converted by its calendar's clock. */
export function secondsOf({ duration, days, start_timestamp, end_timestamp, wished_start, date, start_time, time_zone: zone }: Event): number {
  if (duration !== null) return duration;
  if (start_timestamp && end_timestamp) return (Date.parse(end_timestamp) - Date.parse(start_timestamp)) / 1000;
  const wall = wished_start ? wallOf(wished_start, zone) : `${date}T${start_time}`;
  return (instantOf(addDays(wall.slice(0, 10), days!) + wall.slice(10), zone) - instantOf(wall, zone)) / 1000;
}

/** A length in a form that lengthOf reads: whole minutes if possible. */
export const written = (seconds: number) => (seconds % 60 === 0 ? String(seconds / 60) : `PT${Math.floor(seconds / 60)}M${seconds % 60}S`);

/** A field for a length, which shows below how it reads the text. `days`: a length in days that it has until another is typed. */
export function lengthField(label: string, name: string, seconds: number | null, hint: string, required: boolean, days?: number | null): HTMLElement {
  const control = input(name, 'text', seconds === null ? '' : written(seconds), { required, input: () => read(), ...(days ? { 'data-days': days } : {}) });
  const element = field(label, control, hint), told = element.querySelector('small')!;
  const read = () => {
    const { value } = control, length = lengthOf(value), wrong = value.trim() !== '' && length === null;
    control.setCustomValidity(wrong ? say('“{value}” is no length: write 90, 90 min, 1h30, 1:30, 1.5 h or PT1H30M, at most 366 days.', { value }) : '');
    control.setAttribute('aria-invalid', String(wrong));
    told.textContent = wrong ? control.validationMessage : length === null ? hint : lengthText(length);
  };
  read();
  return element;
}

/** The instant of the form's start. If the clock shows that time twice, the instant that the form was filled with decides. */
export function instantIn(form: HTMLFormElement, wall: string, zone: string): number {
  const { instant } = controlOf(form, 'start').dataset, first = instantOf(wall, zone);
  return instant && wallOf(instant, zone) === wallOf(first, zone) ? instantLike(wall, zone, Date.parse(instant)) : first;
}

/** The length in days that the form was filled with, while no other is typed. */
export function daysIn(form: HTMLFormElement): number | null {
  const { value, defaultValue, dataset: { days } } = controlOf(form, 'duration');
  return days && value === defaultValue ? Number(days) : null;
}

// ---- the end of a fixed event, beside its start and length; the request has only the length ----

/** Keeps end and length consistent in the zone that `zone` returns: editing one updates the other. Returns the function that updates the end. */
export function joinEnd(form: HTMLFormElement, zone: () => string): () => void {
  const date = controlOf(form, 'date'), start = controlOf(form, 'start'), end = controlOf(form, 'end'), length = controlOf(form, 'duration');
  const told = form.querySelector('#end-field-hint')!;
  const from = () => (date.value && start.value ? instantIn(form, `${date.value}T${start.value}`, zone()) : null);
  const tell = (wall: string) => { told.textContent = wall.slice(0, 10) === date.value ? '' : say('on {day}', { day: dayText(wall) }); };
  let later = 0, leads = false; // the days from the start to the end of an event of more than a day
  const follow = () => {
    const began = from(), days = daysIn(form);
    if (began === null || Number.isNaN(began)) return;
    // Set defaultValue too: days stay days, however long the clock makes them.
    if (days) length.value = length.defaultValue = written((instantOf(`${addDays(date.value, days)}T${start.value}`, zone()) - began) / 1000);
    const long = lengthOf(length.value);
    if (long === null) return;
    const wall = wallOf(began + long * 1000, zone());
    end.value = shortTime(wall.slice(11));
    end.defaultValue = end.value; // only the length shows whether the person changed anything
    if (!leads) later = long > 86_400 ? Math.round((Date.parse(wall.slice(0, 10)) - Date.parse(date.value)) / 86_400_000) : 0;
    tell(wall);
  };
  // Only a time is typed: the end of a longer event stays on its day, and otherwise an end not later than the start is on the next day.
  const lead = () => {
    const began = from();
    if (began === null || !end.value) return;
    const on = (day: string) => instantLike(`${day}T${end.value}`, zone(), began);
    const days = later || (on(date.value) > began ? 0 : 1);
    leads = true;
    typeIn(length, written((on(addDays(date.value, days)) - began) / 1000));
    leads = false;
    end.dataset['typed'] = end.value; // the end counts as typed while it has this value
  };
  for (const one of [date, start, length]) one.addEventListener('input', follow);
  end.addEventListener('input', lead);
  return follow;
}
