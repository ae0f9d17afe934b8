// Wall clock times and instants in a zone: a calendar's, or on the page of a poll the reader's. A wall time is text without an offset,
// "2027-03-28T09:00:00". An instant is a number of milliseconds since 1970, or a timestamp of the server. Times are shown in the reader's
// locale; the examples here are in en-GB.
import { language, locale, say } from './language';

/** A marker: the milliseconds of a wall time as if its zone were UTC. A date means its midnight, and 24:00 the next one. */
const markerOf = (wall: string) => Date.parse(wall.length > 10 ? wall + 'Z' : wall);

type Instant = number | string;
const numberOf = (instant: Instant): number => (typeof instant === 'string' ? Date.parse(instant) : instant);

/** The wall time of a marker. */
const wallOfMarker = (marker: number) => new Date(marker).toISOString().slice(0, 19);

const formats = new Map<string, Intl.DateTimeFormat>();

function formattedWall(instant: number, zone: string): string {
  // The Swedish format is that of ISO 8601.
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(zone, format);
  return format.format(instant).replace(' ', 'T').padStart(19, '0');
}

const quarter = 900_000;
/** By zone and quarter of an hour: the zone's offset from UTC in milliseconds. */
const offsets = new Map<string, Map<number, number>>();

/** The wall time of an instant. A week of events needs thousands, so offsets are cached: since 1972 clocks change only on a quarter hour. */
export function wallOf(when: Instant, zone: string): string {
  const instant = numberOf(when);
  if (!(instant > Date.UTC(1973) && instant < Date.UTC(9999))) return formattedWall(instant, zone);
  const known = offsets.get(zone) ?? new Map<number, number>(), at = Math.floor(instant / quarter);
  offsets.set(zone, known);
  let offset = known.get(at);
  if (offset === undefined) {
    if (known.size > 20_000) known.clear();
    offset = markerOf(formattedWall(at * quarter, zone)) - at * quarter;
    known.set(at, offset);
  }
  return wallOfMarker(instant + offset);
}

/** Whether the browser knows the zone. */
export function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** The zone's offset from UTC at an instant, in milliseconds. */
const offsetAt = (instant: number, zone: string): number => markerOf(wallOf(instant, zone)) - Math.floor(instant / 1000) * 1000;

/** The date of an instant. */
export const dateOf = (instant: Instant, zone: string): string => wallOf(instant, zone).slice(0, 10);

const day = 86_400_000;

/** The instant of a wall time by rule 2.1.5 (RFC 5545, 3.3.5): the first of two, or for a skipped time that of the offset before the change. */
export function instantOf(wall: string, zone: string): number {
  const marker = markerOf(wall), exact = wallOfMarker(marker);
  const before = marker - offsetAt(marker - day, zone);
  const after = marker - offsetAt(marker + day, zone);
  return wallOf(before, zone) === exact || wallOf(after, zone) !== exact ? before : after;
}

/** Whether a clock change skips this wall time. */
export const isSkipped = (wall: string, zone: string): boolean => wallOf(instantOf(wall, zone), zone) !== wallOfMarker(markerOf(wall));

/** Whether a day begins at this instant: at its midnight, the first of two, or at the end of a gap that skips midnight. */
const beginsDay = (instant: number, zone: string): boolean => instantOf(dateOf(instant, zone), zone) === instant;

/** The instant of a wall time. Of two, it is the one with the same offset as the instant `like`, but of two midnights the first if `like` begins a day. */
export function instantLike(wall: string, zone: string, like: number): number {
  const marker = markerOf(wall), alike = marker - offsetAt(like, zone);
  if (marker % day === 0 && beginsDay(like, zone)) return instantOf(wall, zone);
  return wallOf(alike, zone) === wallOfMarker(marker) ? alike : instantOf(wall, zone);
}

/** instantLike() of an end: in a skipped hour, it is the instant at which the clock jumps. */
export function endLike(wall: string, zone: string, like: number): number {
  let end = instantLike(wall, zone, like);
  if (isSkipped(wall, zone)) for (end -= end % quarter; wallOf(end - quarter, zone) > wall;) end -= quarter;
  return end;
}

/** The wall time of an instant; its midnight if a day begins at it, even if the clock skips midnight. */
export const wallOfDay = (instant: number, zone: string): string => (beginsDay(instant, zone) ? `${dateOf(instant, zone)}T00:00:00` : wallOf(instant, zone));

/** Whether the wall clock shows the time of this instant twice on that day. */
export function isRepeated(instant: number, zone: string): boolean {
  const wall = wallOf(instant, zone);
  return [30, 60, 120].some((minutes) => [-1, 1].some((way) => wallOf(instant + way * minutes * 60_000, zone) === wall));
}

/** The name of a zone in a sentence is its city: "Berlin" for "Europe/Berlin". */
export const cityOf = (zone: string): string => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** "UTC+1", "UTC+5:30". */
export function offsetText(instant: number, zone: string): string {
  const minutes = offsetAt(instant, zone) / 60_000;
  const hours = Math.trunc(Math.abs(minutes) / 60), rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? ':' + String(rest).padStart(2, '0') : ''}`;
}

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
const dayFormat = format({ weekday: 'short', day: 'numeric', month: 'short' });
const dayOfYearFormat = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const longDayFormat = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const hourFormat = format({ hour: 'numeric' });
/** Whether the reader uses the 12-hour clock. */
const halfDays = hourFormat.resolvedOptions().hour12 === true;
const hour = halfDays ? 'numeric' : '2-digit';
const clockFormat = format({ hour, minute: '2-digit' });
const secondsFormat = format({ hour, minute: '2-digit', second: '2-digit' });

/** In English, drops the comma after the weekday. */
const plain = (text: string) => (language === 'en' ? text.replace(',', '') : text);

let clock = (): number => Date.now();

/** Sets the clock of the scheduler, once the page knows it. Dates in the clock's year are shown without the year. */
export function tellTimeBy(now: () => number): void { clock = now; }

/** "Mon 1 Mar" for a wall time or date; "Wed 15 Nov 2028" outside the clock's year. */
export function dayText(wall: string): string {
  const sameYear = Number(wall.slice(0, 4)) === new Date(clock()).getUTCFullYear();
  return plain((sameYear ? dayFormat : dayOfYearFormat).format(markerOf(wall)));
}

export const longDayText = (wall: string): string => plain(longDayFormat.format(markerOf(wall)));

/** "March 2027" for a date. */
export const monthText = (date: string) => format({ month: 'long', year: 'numeric' }).format(markerOf(date));

/** "1 – 7 March 2027" for two dates. */
export const daysText = (first: string, last: string): string =>
  format({ day: 'numeric', month: 'long', year: 'numeric' }).formatRange(markerOf(first), markerOf(last)).replace(/\s*–\s*/, ' – ');

/** "09:00" for "09:00:00", for a form's field; "09:00:30" stays as it is. */
export const shortTime = (time: string) => (time.endsWith(':00') ? time.slice(0, 5) : time);

/** A wall clock time as the reader writes it: "09:00", "2:00 pm"; the end of a day is "24:00". */
export function clockText(time: string): string {
  const last = time.startsWith('24'), marker = Date.parse(`2000-01-01T${last ? '00:00:00' : time.padEnd(8, ':00')}Z`);
  if (Number.isNaN(marker)) return time;
  return last && !halfDays ? '24:00' : (time.padEnd(8, ':00').endsWith(':00') ? clockFormat : secondsFormat).format(marker);
}

/** The label of a full hour beside the grid: "09:00", "9 am". */
export const hourText = (time: string) => (halfDays && time.startsWith('00', 3) ? hourFormat.format(Date.parse(`2000-01-01T${time}Z`)) : clockText(time));

/** The weekday of a wall time, 0 for Sunday. */
export const weekdayOf = (wall: string): number => new Date(markerOf(wall)).getUTCDay();

/** The name of a weekday, 0 for Sunday: "Monday". */
export const weekdayName = (weekday: number, style: 'long' | 'short' = 'long') => format({ weekday: style }).format(Date.UTC(2000, 0, 2 + weekday));

/** The name of a weekday as a label: "Lun." */
export const weekdayLabel = (weekday: number, style?: 'short') => weekdayName(weekday, style).replace(/^./, (letter) => letter.toUpperCase());

/** "March" for 3. */
export const monthName = (month: number) => format({ month: 'long' }).format(Date.UTC(2000, month - 1, 1));

/** "Mon 1", above a day of the week. */
export const dayHeader = (wall: string) => `${weekdayName(weekdayOf(wall), 'short')} ${Number(wall.slice(8, 10))}`;

/** "09:00"; with the offset, "02:30 (UTC+1)", in an hour that a clock change repeats. */
export function timeText(instant: Instant, zone: string): string {
  const short = clockText(wallOf(instant, zone).slice(11));
  return isRepeated(numberOf(instant), zone) ? `${short} (${offsetText(numberOf(instant), zone)})` : short;
}

/** "Mon 1 Mar, 09:00". */
export const momentText = (instant: Instant, zone: string): string => `${dayText(wallOf(instant, zone))}, ${timeText(instant, zone)}`;

/** momentText() of a recorded timestamp, to the minute. */
export const recordText = (instant: string, zone: string): string => momentText(Math.floor(Date.parse(instant) / 60_000) * 60_000, zone);

/** Whether a range is whole days of the zone. */
export const isAllDay = (from: Instant, to: Instant, zone: string): boolean =>
  numberOf(to) > numberOf(from) && [from, to].every((at) => beginsDay(numberOf(at), zone));

/** The first and the last day of a range of whole days. */
const wholeDays = (from: Instant, to: Instant, zone: string): [string, string] => [dateOf(from, zone), addDays(dateOf(to, zone), -1)];

/** The end of a range after its start is shown: its time, with its day if that differs. */
export const endText = (from: Instant, to: Instant, zone: string): string =>
  (dateOf(from, zone) === dateOf(to, zone) ? timeText(to, zone) : momentText(to, zone));

/** "Mon 1 Mar, 09:00 – 09:30"; "Mon 1 Mar, all day" for whole days. */
export function rangeText(from: Instant, to: Instant, zone: string): string {
  if (!isAllDay(from, to, zone)) return `${momentText(from, zone)} – ${endText(from, to, zone)}`;
  const [first, last] = wholeDays(from, to, zone);
  return say('{day}, all day', { day: first === last ? dayText(first) : `${dayText(first)} – ${dayText(last)}` });
}

/**
 * A time to choose from: "on Mon 1 Mar, 09:00 to 12:00", "from Mon 1 Mar, 09:00 to Tue 2 Mar, 10:00"; for whole days "on Mon 1 Mar",
 * "from Mon 1 Mar to Tue 2 Mar".
 */
export function frameText(from: Instant, to: Instant, zone: string): string {
  const [first, last] = wholeDays(from, to, zone);
  if (!isAllDay(from, to, zone)) {
    const facts = { from: momentText(from, zone), to: endText(from, to, zone) };
    return first === dateOf(to, zone) ? say('on {from} to {to}', facts) : say('from {from} to {to}', facts);
  }
  return first === last ? say('on {day}', { day: dayText(first) }) : say('from {from} to {to}', { from: dayText(first), to: dayText(last) });
}

/** The number of days from `date` to `other`. */
export const daysTo = (date: string, other: string): number => (markerOf(other) - markerOf(date)) / day;
/** The dates from `first` to `last`, both included; none if `last` is earlier. */
export const datesFrom = (first: string, last: string): string[] => Array.from({ length: daysTo(first, last) + 1 }, (_, days) => addDays(first, days));
export const addDays = (date: string, days: number): string => wallOfMarker(markerOf(date) + days * day).slice(0, 10);

/** The first day of the month that is `months` after the date's. */
export const addMonths = (date: string, months: number): string =>
  new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + months, 1)).toISOString().slice(0, 10);

/** The day on which the reader's week begins, 0 for Sunday. */
export const firstWeekday: number = (() => {
  const known = new Intl.Locale(locale) as Intl.Locale & { weekInfo?: { firstDay: number }; getWeekInfo?: () => { firstDay: number } };
  return (known.getWeekInfo?.() ?? known.weekInfo ?? { firstDay: locale === 'en-US' ? 7 : 1 }).firstDay % 7;
})();

/** The weekdays in the order of the reader's week. */
export const readersWeek: number[] = [0, 1, 2, 3, 4, 5, 6].map((shown) => (shown + firstWeekday) % 7);

/** The first day of a date's week. */
export const weekOf = (date: string): string => addDays(date, -((weekdayOf(date) - firstWeekday + 7) % 7));
