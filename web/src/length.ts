// A length as people write it, and the end that it leads to. What fits no form here is refused at its field: a part of it would be
// another length.
import type { Event } from './api';
import { field, input } from './form';
import { say } from './language';
import { lengthText } from './words';
import { addDays, dayText, instantLike, instantOf, shortTime, wallOf } from './zone';

const most = 366 * 86_400;
// In each of the page's languages, as lengthText writes them too.
const hours = '(?:h(?:ours?|eures?)?|std\\.?|stunden?|час(?:а|ов)?|ч\\.?)', minutes = '(?:m(?:in(?:ut(?:es?|en))?)?\\.?|мин(?:ут[аы]?)?\\.?)';

/** Each form with what its parts count, in seconds. */
const forms: [RegExp, ...number[]][] = [
  [RegExp(`^(\\d+) ?(?:${minutes})?$`, 'i'), 60], // 90, 90 min
  [RegExp(`^(\\d+(?:[.,]\\d+)?) ?${hours}$`, 'i'), 3600], // 2 h, 1.5 h, 1,5 hours
  [RegExp(`^(\\d+) ?${hours} ?([0-5]\\d)$`, 'i'), 3600, 60], // 1h30
  [RegExp(`^(\\d+) ?${hours} ?([0-5]?\\d) ?${minutes}$`, 'i'), 3600, 60], // 1 h 5 min
  [/^(\d+):([0-5]\d)$/, 3600, 60], // 1:30
  [/^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/i, 3600, 60, 1], // ISO 8601, 4.4.3.2: PT1H30M
];

/** The length in seconds; null where the text is no length, or a length that no event may have. */
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

/** How long the event lasts, in seconds; of days by the clock of its calendar. */
export function secondsOf({ duration, days, start_timestamp, end_timestamp, wished_start, date, start_time, time_zone: zone }: Event): number {
  if (duration !== null) return duration;
  if (start_timestamp && end_timestamp) return (Date.parse(end_timestamp) - Date.parse(start_timestamp)) / 1000;
  const wall = wished_start ? wallOf(wished_start, zone) : `${date}T${start_time}`;
  return (instantOf(addDays(wall.slice(0, 10), days!) + wall.slice(10), zone) - instantOf(wall, zone)) / 1000;
}

/** So that lengthOf reads it: in minutes, where they are whole. */
export const written = (seconds: number) => (seconds % 60 === 0 ? String(seconds / 60) : `PT${Math.floor(seconds / 60)}M${seconds % 60}S`);

/** A field for a length, which tells below what it reads. */
export function lengthField(label: string, name: string, seconds: number | null, hint: string, required: boolean): HTMLElement {
  const control = input(name, 'text', seconds === null ? '' : written(seconds), { required });
  const element = field(label, control, hint), told = element.querySelector('small')!;
  const read = () => {
    const { value } = control, length = lengthOf(value), wrong = value.trim() !== '' && length === null;
    control.setCustomValidity(wrong ? say('“{value}” is no length: write 90, 90 min, 1h30, 1:30, 1.5 h or PT1H30M, at most 366 days.', { value }) : '');
    control.setAttribute('aria-invalid', String(wrong));
    told.textContent = wrong ? control.validationMessage : length === null ? hint : lengthText(length);
  };
  control.addEventListener('input', read);
  read();
  return element;
}

/** The instant of a start that a form shows. Where the clock shows it twice, it is the instant that was filled in with it. */
export function instantIn(form: HTMLFormElement, wall: string, zone: string): number {
  const { instant } = (form.elements.namedItem('start') as HTMLInputElement).dataset, first = instantOf(wall, zone);
  return instant && wallOf(instant, zone) === wallOf(first, zone) ? instantLike(wall, zone, Date.parse(instant)) : first;
}

// ---- the end, beside the start and the length of a fixed event: the request has the length alone ----

export function endField(): HTMLElement {
  return field(say('End'), input('end', 'time', '', { step: 'any' }), ' ');
}

/** Keeps end and length together, so that who fills in one sees the other one follow, in the zone that `zone` tells. Result: the function that reads the end anew. */
export function joinEnd(form: HTMLFormElement, zone: () => string): () => void {
  const [date, start, end, length] = ['date', 'start', 'end', 'duration'].map((name) => form.elements.namedItem(name) as HTMLInputElement) as
    [HTMLInputElement, HTMLInputElement, HTMLInputElement, HTMLInputElement];
  const told = form.querySelector('#end-field-hint')!;
  const from = () => (date.value && start.value ? instantIn(form, `${date.value}T${start.value}`, zone()) : null);
  const tell = (wall: string) => { told.textContent = wall.slice(0, 10) === date.value ? '' : say('on {day}', { day: dayText(wall) }); };
  const follow = () => {
    const began = from(), long = lengthOf(length.value);
    if (began === null || Number.isNaN(began) || long === null) return;
    const wall = wallOf(began + long * 1000, zone());
    end.value = shortTime(wall.slice(11));
    end.defaultValue = end.value; // the length says whether anything was changed
    tell(wall);
  };
  // An end that is not later than the start is one of the next day.
  const lead = () => {
    const began = from();
    if (began === null || !end.value) return;
    const on = (day: string) => instantLike(`${day}T${end.value}`, zone(), began);
    const day = on(date.value) > began ? date.value : addDays(date.value, 1);
    length.value = written((on(day) - began) / 1000);
    length.dispatchEvent(new Event('input', { bubbles: true }));
    end.dataset['typed'] = end.value; // for as long as it shows that
  };
  for (const one of [date, start, length]) one.addEventListener('input', follow);
  end.addEventListener('input', lead);
  return follow;
}
