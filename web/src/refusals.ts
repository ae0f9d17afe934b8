// Why a request or an event has no place, in words. The words are made from the reason and its facts (docs/errors.md). A
// rejection that version 1.0 recorded has a reason and no facts.
import type { Facts, Problem, Reason, Verdict } from './api';
import { fieldName, lengthText } from './words';
import { dayText, momentText, rangeText, timeText, wallOf } from './zone';

const instant = (text: string) => Date.parse(text);
const moment = (text: string, zone: string) => momentText(instant(text), zone);

/** ", until Mon 1 Mar, 09:00"; empty when the facts have no limit. */
const until = ({ limit }: Facts, zone: string) => (limit ? `, until ${moment(limit, zone)}` : '');

/** " of 15 minutes"; empty when the facts have no slot increment. */
const ofIncrement = ({ slot_increment }: Facts) => (slot_increment === undefined ? '' : ` of ${lengthText(slot_increment)}`);

/** "on Mon 1 Mar" for a day, "on Mon 1 Mar, 09:00 to 10:00" for a part of a day, else "from Mon 1 Mar, 09:00 to Tue 2 Mar, 10:00". */
function within(from: number, to: number, zone: string): string {
  const start = wallOf(from, zone), end = wallOf(to, zone), day = start.slice(0, 10);
  if (start.endsWith('T00:00:00') && end.endsWith('T00:00:00') && wallOf(to - 1000, zone).startsWith(day)) return `on ${dayText(start)}`;
  if (end.startsWith(day)) return `on ${momentText(from, zone)} to ${timeText(to, zone)}`;
  return `from ${momentText(from, zone)} to ${momentText(to, zone)}`;
}

/** The time in the facts, which the request asked for, searched or lost; empty when the facts have no time. */
function spanOf({ start_timestamp: from, end_timestamp: to }: Facts, zone: string, text = within): string {
  return from && to ? text(instant(from), instant(to), zone) : '';
}

/** "for 30 minutes on Mon 1 Mar"; without the duration when the searched time is exactly as long as the duration. */
function stretch(facts: Facts, zone: string): string {
  const { start_timestamp: from, end_timestamp: to, duration } = facts;
  const length = duration === undefined || (from && to && instant(to) - instant(from) === duration * 1000) ? '' : `for ${lengthText(duration)}`;
  return [length, spanOf(facts, zone)].filter((part) => part !== '').join(' ') || 'for so long at that time';
}

const lost: Partial<Record<Reason, string>> = { in_the_past: ', and its start has passed', conflict: ', and its time is taken', over_limit: ', and its day is full' };

const sentences: Record<Reason, (facts: Facts, zone: string) => string> = {
  in_the_past: () => 'That time is over already.',
  beyond_horizon: (facts, zone) => `That is further ahead than ${facts.calendar ?? 'the calendar'} is planned${until(facts, zone)}.`,
  too_soon: (facts, zone) => `That is sooner than the notice that ${facts.calendar ?? 'the calendar'} asks for${until(facts, zone)}.`,
  outside_hours: (facts, zone) =>
    (facts.calendar ? `${facts.calendar} is not open ${stretch(facts, zone)}.` : `There are no common hours ${stretch(facts, zone)}.`),
  off_increment: (facts) => (facts.duration === undefined ? `It does not begin on the grid${ofIncrement(facts)}${facts.calendar ? ` of ${facts.calendar}` : ''}.`
    : `No start on the grid${ofIncrement(facts)} leaves ${lengthText(facts.duration)} within the hours.`),
  over_limit: (facts, zone) => `${facts.calendar ?? 'The calendar'} is full${until(facts, zone)}: it takes ${eventsText(facts)} a day.`,
  conflict: () => 'The time is taken by something that cannot be moved.',
  no_open_slot: (facts, zone) => (facts.duration === undefined ? 'None of the time that it could have is open for so long.'
    : `No stretch of ${lengthText(facts.duration)} is open${spanOf(facts, zone, (...span) => ` ${within(...span)}`)}.`),
  displaced: (facts, zone) => `Another event took its time${spanOf(facts, zone, (...span) => `, ${rangeText(...span)}`)}, and no other was open.`,
  hold_expired: (facts, zone) => `Nobody confirmed it ${facts.limit ? `until ${moment(facts.limit, zone)}` : 'in time'}${(facts.cause && lost[facts.cause]) ?? ''}.`,
  window_passed: (facts, zone) => `It waited until its time was over${facts.limit ? `, ${moment(facts.limit, zone)}` : ''}.`,
};

const eventsText = ({ max_events_per_day: most }: Facts) => (most === undefined ? 'no more events' : most === 1 ? 'one event' : `${most} events`);

/** The sentence for a reason and its facts; for a series it begins with "Occurrence 2 of 12: ". */
export function reasonText(reason: Reason, facts: Facts, zone: string): string {
  const { occurrence, occurrences } = facts;
  return (occurrence ? `Occurrence ${occurrence}${occurrences ? ` of ${occurrences}` : ''}: ` : '') + sentences[reason](facts, zone);
}

/** Why no start of a span of starts will do, when no event is in the way. `several`: the event needs more than one calendar. */
export function passedText({ reason, facts, detail }: Verdict, duration: number, several: boolean): string {
  const whose = several && facts?.calendar ? `of ${facts.calendar}` : 'of the calendar';
  switch (reason) {
    case 'in_the_past': return 'that time is over';
    case 'outside_window': return 'earlier than was asked for';
    case 'outside_hours': return `the hours ${whose} hold no stretch of ${lengthText(duration)} that begins then`;
    case 'off_increment': return facts?.slot_increment === undefined ? 'not on the grid of one calendar or another' : `not on the grid${ofIncrement(facts)} ${whose}`;
    case 'too_soon': return `the notice ${whose} is not kept`;
    case 'over_limit': return `the day has as many events as ${several && facts?.calendar ? facts.calendar : 'it'} takes, ${facts?.max_events_per_day}`;
    case 'beyond_horizon': return `further ahead than ${several && facts?.calendar ? facts.calendar : 'the calendar'} is planned`;
    case null: return 'there are more reasons than are listed here';
    default: return detail ?? reason;
  }
}

/** A refusal in words for the person at the page. */
export function problemText(problem: Problem, zone = 'UTC'): string {
  if (problem.reason) return reasonText(problem.reason, problem.facts ?? {}, zone);
  if (problem.type === '/problems/version-mismatch') return 'Somebody has changed this event meanwhile. Look at it again, and then decide.';
  if (problem.type === '/problems/not-allowed') return 'Your role does not allow this.';
  const errors = Array.isArray(problem.errors) ? problem.errors : [];
  if (errors.length > 0) return errors.map(({ field, message }) => (field ? `${fieldName(field)}: ${message}` : message)).join('; ') + '.';
  return problem.detail ?? problem.title;
}
