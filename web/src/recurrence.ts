// The rule of a series (RFC 5545, 3.3.10) in words. A rule with a part that has no words here is shown as written, because words without
// that part would be wrong.
import { listed, say } from './language';
import { clockText, dayText, momentText, monthName, weekdayName } from './zone';

export const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const units: Record<string, [one: string, several: (n: number) => string]> = {
  DAILY: [say('every day'), (n) => say('every {n} days', { n })], WEEKLY: [say('every week'), (n) => say('every {n} weeks', { n })],
  MONTHLY: [say('every month'), (n) => say('every {n} months', { n })], YEARLY: [say('every year'), (n) => say('every {n} years', { n })],
};
const ordinals: Record<string, (day: string) => string> = {
  1: (day) => say('the first {day}', { day }), 2: (day) => say('the second {day}', { day }), 3: (day) => say('the third {day}', { day }),
  4: (day) => say('the fourth {day}', { day }), 5: (day) => say('the fifth {day}', { day }),
  [-1]: (day) => say('the last {day}', { day }), [-2]: (day) => say('the last but one {day}', { day }),
};

/** The values in words; undefined if any value has no word. */
function each(values: string, word: (value: string) => string | undefined): string | undefined {
  const words = values.split(',').map(word);
  return words.includes(undefined) ? undefined : listed(words as string[]);
}

function dayWord(value: string): string | undefined {
  const [, number, day] = /^([+-]?\d+)?([A-Z]{2})$/.exec(value) ?? [];
  if (!day || !weekdays.includes(day)) return undefined;
  const name = weekdayName(weekdays.indexOf(day));
  return number === undefined ? name : ordinals[Number(number)]?.(name);
}

function monthDayWord(value: string): string | undefined {
  if (Number(value) > 0) return say('day {number}', { number: Number(value) });
  return value === '-1' ? say('the last day') : undefined;
}

/** The day or moment of "20271231", "20271231T090000" (wall clock) or "20271231T080000Z" (UTC); undefined for other text. */
function untilWord(value: string, zone: string): string | undefined {
  const [, year, month, day, hour, minute, second, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(value) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return dayText(date);
  if (utc) return momentText(`${date}T${hour}:${minute}:${second}Z`, zone);
  return `${dayText(date)}, ${clockText(`${hour}:${minute}:${second}`)}`;
}

function ruleText(rule: string, zone: string): string {
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const take = (name: string) => { const value = parts.get(name); parts.delete(name); return value; };
  const unit = units[take('FREQ') ?? ''], interval = Number(take('INTERVAL') ?? 1);
  const days: (string | undefined)[] = [unit && (interval === 1 ? unit[0] : unit[1](interval))];
  const ends: (string | undefined)[] = [];
  const tell = (words: (string | undefined)[], name: string, whole: (said: string) => string, word: (value: string) => string | undefined) => {
    const value = take(name);
    if (value === undefined) return;
    const said = each(value, word);
    words.push(said && whole(said));
  };
  take('WKST'); // the words leave out WKST, the first day of the week
  tell(days, 'BYDAY', (said) => say('on {days}', { days: said }), dayWord);
  tell(days, 'BYMONTHDAY', (said) => say('on {dates}', { dates: said }), monthDayWord);
  tell(days, 'BYMONTH', (said) => say('in {months}', { months: said }), (value) => (/^([1-9]|1[012])$/.test(value) ? monthName(Number(value)) : undefined));
  tell(ends, 'COUNT', (said) => said, (value) => (value === '1' ? say('once') : say('{n} times', { n: Number(value) })));
  tell(ends, 'UNTIL', (said) => say('until {day}', { day: said }), (value) => untilWord(value, zone));
  if ([...days, ...ends].includes(undefined) || parts.size > 0) return rule;
  return [days.join(' '), ...ends].join(', ');
}

/** The rule in words, and how many of its occurrences are excluded. */
export function recurrenceText(recurrence: string, zone: string): string {
  const lines = recurrence.split(/\s+/).filter((line) => line !== '');
  const rules = lines.filter((line) => line.startsWith('RRULE:')).map((line) => ruleText(line.slice(6), zone));
  const without = lines.filter((line) => line.startsWith('EXDATE')).flatMap((line) => line.slice(line.indexOf(':') + 1).split(',')).length;
  return without > 0 ? say('{rule}, without {n} of them', { rule: rules.join('; '), n: without }) : rules.join('; ');
}
