// Wall clock times and instants in a zone: that of a calendar, and on the page of a poll that of its reader. A wall time is text without
// an offset, "2027-03-28T09:00:00"; an instant is a number of milliseconds since 1970.

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

export function wallOf(instant: number, zone: string): string {
  const part: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) part[type] = value;
  return `${part['year']!.padStart(4, '0')}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}`;
}

/** By how many milliseconds the zone's clocks are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  return Date.parse(wallOf(instant, zone) + 'Z') - Math.floor(instant / 1000) * 1000;
}

const day = 86_400_000;

/** The instant of a wall time by rule 2.1.5 (RFC 5545, 3.3.5): the first of two; for a skipped time by the offset before the change. */
export function instantOf(wall: string, zone: string): number {
  const marker = Date.parse(wall + 'Z');
  const before = marker - offsetAt(marker - day, zone);
  const after = marker - offsetAt(marker + day, zone);
  return wallOf(before, zone) === wall || wallOf(after, zone) !== wall ? before : after;
}

/** The first instant later than `after` at which the wall clock shows this time: of two such instants perhaps the second. */
export function nextInstantOf(wall: string, zone: string, after: number): number {
  const first = instantOf(wall, zone);
  return first > after ? first : Date.parse(wall + 'Z') - offsetAt(first + day, zone);
}

/** Whether the wall clock shows the time of this instant twice on that day. */
function isRepeated(instant: number, zone: string): boolean {
  const wall = wallOf(instant, zone);
  return [-3_600_000, 3_600_000, -1_800_000, 1_800_000].some((step) => wallOf(instant + step, zone) === wall);
}

/** "UTC+1", "UTC+5:30". */
export function offsetText(instant: number, zone: string): string {
  const minutes = offsetAt(instant, zone) / 60_000;
  const hours = Math.trunc(Math.abs(minutes) / 60), rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest ? ':' + String(rest).padStart(2, '0') : ''}`;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' });
const dayOfYearFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const monthFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });
const longDayFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const rangeFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });

let clock = (): number => Date.now();

/** Sets the clock of the scheduler, once the page knows it. Dates in the clock's year are shown without the year. */
export function tellTimeBy(now: () => number): void { clock = now; }

/** "Mon 1 Mar" for a wall time or date; "Wed 15 Nov 2028" in another year than the clock's. */
export function dayText(wall: string): string {
  const sameYear = Number(wall.slice(0, 4)) === new Date(clock()).getUTCFullYear();
  return (sameYear ? dayFormat : dayOfYearFormat).format(Date.parse(wall.slice(0, 10) + 'T00:00:00Z')).replace(',', '');
}

export function longDayText(wall: string): string {
  return longDayFormat.format(Date.parse(wall.slice(0, 10) + 'T00:00:00Z')).replace(',', '');
}

/** "March 2027" for a date. */
export const monthText = (date: string) => monthFormat.format(Date.parse(date + 'T00:00:00Z'));

/** "1 – 7 March 2027" for two dates. */
export function daysText(first: string, last: string): string {
  const from = Date.parse(first + 'T00:00:00Z'), to = Date.parse(last + 'T00:00:00Z');
  return rangeFormat.formatRange(from, to).replace(/\s*–\s*/, ' – ');
}

/** "09:00" for "09:00:00"; "09:00:30" stays as it is. */
export const shortTime = (time: string) => (time.endsWith(':00') ? time.slice(0, 5) : time);

/** "09:00"; with the offset, "02:30 (UTC+1)", in an hour that a clock change repeats. */
export function timeText(instant: number, zone: string): string {
  const short = shortTime(wallOf(instant, zone).slice(11));
  return isRepeated(instant, zone) ? `${short} (${offsetText(instant, zone)})` : short;
}

/** "Mon 1 Mar, 09:00". */
export function momentText(instant: number, zone: string): string {
  return `${dayText(wallOf(instant, zone))}, ${timeText(instant, zone)}`;
}

/** momentText() of a recorded timestamp, to the minute. */
export function recordText(instant: string, zone: string): string {
  return momentText(Math.floor(Date.parse(instant) / 60_000) * 60_000, zone);
}

/** Whether a range is whole days of the zone. */
export function isAllDay(from: number, to: number, zone: string): boolean {
  return to > from && [from, to].every((one) => wallOf(one, zone).endsWith('T00:00:00'));
}

/** The first and the last of whole days. */
function wholeDays(from: number, to: number, zone: string): [string, string] {
  return [wallOf(from, zone).slice(0, 10), addDays(wallOf(to, zone).slice(0, 10), -1)];
}

/** "Mon 1 Mar, 09:00 – 09:30"; "Mon 1 Mar, all day" of whole days. `between` stands between start and end. */
export function rangeText(from: number, to: number, zone: string, between = ' – '): string {
  const start = wallOf(from, zone), end = wallOf(to, zone);
  if (isAllDay(from, to, zone)) {
    const [first, lastDay] = wholeDays(from, to, zone);
    return `${dayText(first)}${first === lastDay ? '' : between + dayText(lastDay)}, all day`;
  }
  const last = start.slice(0, 10) === end.slice(0, 10) ? timeText(to, zone) : `${dayText(end)}, ${timeText(to, zone)}`;
  return `${dayText(start)}, ${timeText(from, zone)}${between}${last}`;
}

/** A time to choose from: "from Mon 1 Mar, 09:00 to 12:00"; of whole days "on Mon 1 Mar", "from Mon 1 Mar to Tue 2 Mar". */
export function frameText(from: number, to: number, zone: string): string {
  if (!isAllDay(from, to, zone)) return `from ${rangeText(from, to, zone, ' to ')}`;
  const [first, lastDay] = wholeDays(from, to, zone);
  return first === lastDay ? `on ${dayText(first)}` : `from ${dayText(first)} to ${dayText(lastDay)}`;
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date + 'T00:00:00Z') + days * day).toISOString().slice(0, 10);
}

/** The first of the month that is so many months after a date's. */
export function addMonths(date: string, months: number): string {
  return new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1 + months, 1)).toISOString().slice(0, 10);
}

/** The Monday of a date's week. */
export function mondayOf(date: string): string {
  const weekday = (new Date(date + 'T00:00:00Z').getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}
