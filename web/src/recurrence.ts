// The rule of a series (RFC 5545, 3.3.10) in words. If a part of the rule has no words here, the rule is shown as it is
// written: without that part the words would be untrue.
import { dayText, momentText, shortTime } from './zone';

const days: Record<string, string> = { MO: 'Monday', TU: 'Tuesday', WE: 'Wednesday', TH: 'Thursday', FR: 'Friday', SA: 'Saturday', SU: 'Sunday' };
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const units: Record<string, string> = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' };
const ordinals: Record<string, string> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', [-1]: 'last', [-2]: 'last but one' };

const listed = (items: string[]) => (items.length < 2 ? items.join() : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`);

/** The values in words; undefined when a value has no word. */
function each(values: string, word: (value: string) => string | undefined): string | undefined {
  const words = values.split(',').map(word);
  return words.includes(undefined) ? undefined : listed(words as string[]);
}

function dayWord(value: string): string | undefined {
  const [, number, day] = /^([+-]?\d+)?([A-Z]{2})$/.exec(value) ?? [];
  if (!day || !days[day]) return undefined;
  if (number === undefined) return days[day];
  const ordinal = ordinals[Number(number)];
  return ordinal && `the ${ordinal} ${days[day]}`;
}

function monthDayWord(value: string): string | undefined {
  if (Number(value) > 0) return `day ${Number(value)}`;
  return value === '-1' ? 'the last day' : undefined;
}

/** The day or moment of "20271231", "20271231T090000" (wall clock) or "20271231T080000Z" (UTC); undefined for other text. */
function untilWord(value: string, zone: string): string | undefined {
  const [, year, month, day, hour, minute, second, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(value) ?? [];
  if (year === undefined) return undefined;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return dayText(date);
  if (utc) return momentText(Date.parse(`${date}T${hour}:${minute}:${second}Z`), zone);
  return `${dayText(date)}, ${shortTime(`${hour}:${minute}:${second}`)}`;
}

function ruleText(rule: string, zone: string): string {
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const take = (name: string) => { const value = parts.get(name); parts.delete(name); return value; };
  const unit = units[take('FREQ') ?? ''], interval = Number(take('INTERVAL') ?? 1);
  const days: (string | undefined)[] = [unit && (interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`)];
  const ends: (string | undefined)[] = [];
  const say = (words: (string | undefined)[], name: string, before: string, word: (value: string) => string | undefined) => {
    const value = take(name);
    if (value === undefined) return;
    const said = each(value, word);
    words.push(said && `${before}${said}`);
  };
  take('WKST'); // WKST says on which day a week begins, which the words leave out
  say(days, 'BYDAY', 'on ', dayWord);
  say(days, 'BYMONTHDAY', 'on ', monthDayWord);
  say(days, 'BYMONTH', 'in ', (value) => months[Number(value) - 1]);
  say(ends, 'COUNT', '', (value) => (value === '1' ? 'once' : `${value} times`));
  say(ends, 'UNTIL', 'until ', (value) => untilWord(value, zone));
  if ([...days, ...ends].includes(undefined) || parts.size > 0) return rule;
  return [days.join(' '), ...ends].join(', ');
}

/** The rule in words, and how many of its days are left out. */
export function recurrenceText(recurrence: string, zone: string): string {
  const lines = recurrence.split(/\s+/).filter((line) => line !== '');
  const rules = lines.filter((line) => line.startsWith('RRULE:')).map((line) => ruleText(line.slice(6), zone));
  const without = lines.filter((line) => line.startsWith('EXDATE')).flatMap((line) => line.slice(line.indexOf(':') + 1).split(',')).length;
  return rules.join('; ') + (without > 0 ? `, without ${without} of them` : '');
}
