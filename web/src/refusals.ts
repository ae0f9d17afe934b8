// Why a request or an event has no place, in words made from the reason and its facts (docs/errors.md).
import { isAnswer, Refused, type Facts, type Problem, type Reason, type Verdict } from './api';
import { called, known } from './calendars';
import { faultText } from './faults';
import { english, language, listed, say } from './language';
import { fieldName, lengthText, rights } from './words';
import { frameText, momentText, rangeText } from './zone';

/** ", until Mon 1 Mar, 09:00"; empty if the facts have no limit. */
const until = ({ limit }: Facts, zone: string) => (limit ? say(', until {moment}', { moment: momentText(limit, zone) }) : '');

/** " of 15 minutes"; empty if the facts have no slot increment. */
const ofIncrement = ({ slot_increment }: Facts) => (slot_increment === undefined ? '' : say(' of {length}', { length: lengthText(slot_increment) }));

/** The time in the facts, which was requested, searched or lost; empty if the facts have none. */
const spanOf = ({ start_timestamp: from, end_timestamp: to }: Facts, zone: string, text = frameText): string => (from && to ? text(from, to, zone) : '');

/** "for 30 minutes on Mon 1 Mar"; without the duration if the time searched is exactly that long. */
function stretch(facts: Facts, zone: string): string {
  const { start_timestamp: from, end_timestamp: to, duration } = facts;
  const length = duration === undefined || (from && to && Date.parse(to) - Date.parse(from) === duration * 1000) ? '' : say('for {length}', { length: lengthText(duration) });
  return [length, spanOf(facts, zone)].filter((part) => part !== '').join(' ') || say('for so long at that time');
}

const lost: Partial<Record<Reason, string>> = { in_the_past: say(', and its start has passed'), conflict: say(', and its time is taken'), over_limit: say(', and its day is full'), displaced: say(', and its poll has another event') };

const calendarOf = ({ calendar }: Facts, otherwise = say('the calendar')) => (calendar ? called(calendar) : otherwise);

/** Learns the display names of the calendars in these facts or verdicts. */
export const learnCalendars = (all: { facts?: Facts | null; calendar?: string | null }[]): Promise<void> =>
  known.learn(all.flatMap(({ facts, calendar }) => [facts?.calendar, calendar, ...(facts?.free ?? [])].filter((name) => typeof name === 'string'))).catch(isAnswer); // the name suffices

const sentences: Record<Reason, (facts: Facts, zone: string) => string> = {
  in_the_past: () => say('That time is over already.'),
  source_stale: (facts) => say('{calendar} has not heard from its source for too long.', { calendar: calendarOf(facts, say('The calendar')) }),
  outside_window: (facts, zone) => say('The hours asked for leave no room {when}.', { when: stretch(facts, zone) }),
  beyond_horizon: (facts, zone) => say('That is further ahead than {calendar} is planned{until}.', { calendar: calendarOf(facts), until: until(facts, zone) }),
  too_soon: (facts, zone) => say('That is sooner than the notice that {calendar} asks for{until}.', { calendar: calendarOf(facts), until: until(facts, zone) }),
  outside_hours: (facts, zone) => (facts.calendar ? say('{calendar} is not open {when}.', { calendar: called(facts.calendar), when: stretch(facts, zone) })
    : say('There are no common hours {when}.', { when: stretch(facts, zone) })),
  off_increment: (facts) => {
    const increment = ofIncrement(facts);
    if (facts.duration !== undefined) return say('No start on the grid{increment} leaves {length} within the hours.', { increment, length: lengthText(facts.duration) });
    return facts.calendar ? say('It does not begin on the grid{increment} of {calendar}.', { increment, calendar: called(facts.calendar) }) : say('It does not begin on the grid{increment}.', { increment });
  },
  over_limit: (facts, zone) => {
    const places = { calendar: calendarOf(facts, say('The calendar')), until: until(facts, zone) }, { max_events_per_day: most } = facts;
    return most === undefined ? say('{calendar} is full{until}: it takes no more events a day.', places) : say('{calendar} is full{until}: it takes {n} events a day.', { ...places, n: most });
  },
  conflict: (facts) => (facts.clock_change ? say('It overlaps another occurrence, because the clock changes between them.')
    : facts.bound ? say('The time is taken, and your rights do not let anything move for you.') : say('The time is taken by something that cannot be moved.')),
  no_open_slot: (facts, zone) => {
    if (facts.duration === undefined) return say('None of the time that it could have is open for so long.');
    const length = lengthText(facts.duration), when = spanOf(facts, zone);
    return when ? say('No stretch of {length} is open {when}.', { length, when }) : say('No stretch of {length} is open.', { length });
  },
  displaced: (facts, zone) => {
    const range = spanOf(facts, zone, rangeText);
    return range ? say('Another event took its time, {range}, and no other was open.', { range }) : say('Another event took its time, and no other was open.');
  },
  hold_expired: (facts, zone) => {
    const why = (facts.cause && lost[facts.cause]) ?? '';
    return facts.limit ? say('Nobody confirmed it until {moment}{why}.', { moment: momentText(facts.limit, zone), why }) : say('Nobody confirmed it in time{why}.', { why });
  },
  window_passed: (facts, zone) => (facts.limit ? say('It waited until its time was over, {moment}.', { moment: momentText(facts.limit, zone) }) : say('It waited until its time was over.')),
};

/** Whether the page has a sentence for this reason, which a newer server may lack. */
export const isKnown = (reason: string): reason is Reason => reason in sentences;

/** The sentence for a reason and its facts. For a series it begins with "Occurrence 2 of 12: ". */
export function reasonText(reason: Reason, facts: Facts, zone: string): string {
  const { occurrence, occurrences, free = [] } = facts;
  const sentence = [sentences[reason](facts, zone), ...(free.length > 0 ? [say('Free at that time: {names}.', { names: listed(free.map(called)) })] : [])].join(' ');
  if (!occurrence) return sentence;
  return occurrences ? say('Occurrence {number} of {all}: {sentence}', { number: occurrence, all: occurrences, sentence }) : say('Occurrence {number}: {sentence}', { number: occurrence, sentence });
}

/** Why a span of starts is not possible if no event is in the way. `several`: the event needs more than one calendar. */
export function passedText({ reason, facts, detail }: Verdict, duration: number, several: boolean): string {
  const name = several && facts?.calendar ? called(facts.calendar) : null;
  const whose = name ? say('of {calendar}', { calendar: name }) : say('of the calendar');
  switch (reason) {
    case 'in_the_past': return say('that time is over');
    case 'outside_window': return say('not in the time asked for');
    case 'outside_hours': return say('the hours {whose} hold no stretch of {length} that begins then', { whose, length: lengthText(duration) });
    case 'off_increment': return facts?.slot_increment === undefined ? say('not on the grid of one calendar or another') : say('not on the grid{increment} {whose}', { increment: ofIncrement(facts), whose });
    case 'too_soon': return say('the notice {whose} is not kept', { whose });
    case 'over_limit': return name ? say('the day has as many events as {calendar} takes, {count}', { calendar: name, count: facts?.max_events_per_day ?? '' })
      : say('the day has as many events as it takes, {count}', { count: facts?.max_events_per_day ?? '' });
    case 'comes_later': return say('open too, but {calendar} comes first', { calendar: called(facts!.after!.calendar) });
    case 'beyond_horizon': return say('further ahead than {calendar} is planned', { calendar: name ?? say('the calendar') });
    case null: return say('there are more reasons than are listed here');
    default: return detail ?? (isKnown(reason) ? sentences[reason](facts ?? {}, 'UTC').replace(/\.$/, '') : reason);
  }
}

const titles: Record<string, string> = {
  'unparsable-value': say('A value cannot be read.'), 'invalid-value': say('A value is not possible.'), 'malformed-request': say('A value cannot be read.'),
  'not-found': say('What was asked for is not there any more.'), 'invalid-state': say('Its state does not allow this.'), 'hold-expired': say('Its deadline has passed.'),
  'content-too-large': say('That is too large.'), 'too-many-bookings': say('There are too many bookings already.'), internal: say('Something went wrong on the server.'),
};

/** A text written by the server in English. In another language, a translated title precedes it. */
function serverText({ type, title, detail }: Problem): string {
  const own = titles[type.replace('/problems/', '')], text = detail ?? title;
  return language === 'en' || !own ? english(text) : `${own} (${english(text)})`;
}

/** What the caller's grant leaves out; null if it is not a bound that refuses. */
function boundText({ bound, granted, ...facts }: Facts, zone: string): string | null {
  const calendar = calendarOf(facts), n = Number(granted);
  switch (bound) {
    case 'max_priority': return say('{calendar} lets you give a priority of {most} at most.', { calendar, most: n });
    case 'may_preempt': return say('{calendar} does not let your events take the place of others.', { calendar });
    case 'max_held': return say('{calendar} lets you hold {n} events at a time.', { calendar, n });
    case 'until': return say('Your rights on {calendar} have ended: {moment}.', { calendar, moment: momentText(String(granted), known.of(facts.calendar!)?.time_zone ?? zone) });
    default: return null;
  }
}

/** The role allows the action but the calendar does not. The server's hint names the missing right, and who can give it. */
function notAllowedText({ detail, hint, facts }: Problem, zone: string): string {
  const bound = facts && boundText(facts, zone);
  if (bound) return `${bound} ${say('Whoever manages the calendar can allow more.')}`;
  if (hint?.startsWith('Ask somebody who may book')) return say('Whoever has proposed an event cannot confirm it.');
  if (hint?.startsWith('Ask a manager to enter')) return say('You are not on the list') + '.';
  const [, right] = /^Ask whoever manages the calendar for the right (\w+)\.$/.exec(hint ?? '') ?? [], [, calendar] = /^calendar "([^"]+)"/.exec(detail ?? '') ?? [];
  const label = rights.find(([one]) => one === right)?.[1];
  return label === undefined ? say('Your role does not allow this.')
    : say('{calendar} does not give you the right “{right}”. Whoever manages the calendar can give it.', { calendar: calendar === undefined ? say('The calendar') : called(calendar), right: label });
}

/** If a request was refused because its first calendar is no longer in the request's zone: the calendar's current zone. */
export function zoneNow({ errors }: Problem): string | null {
  const fault = Array.isArray(errors) ? errors.find(({ field }) => field === 'time_zone') : undefined;
  return /^the first calendar is in (.+)$/.exec(fault?.message ?? '')?.[1] ?? null;
}

/** A refusal in words for the person at the page. */
export function problemText(problem: Problem, zone = 'UTC'): string {
  const now = zoneNow(problem);
  if (now !== null) return say('Times are now those of {zone}. Look at them again.', { zone: now });
  if (problem.reason) return reasonText(problem.reason, problem.facts ?? {}, zone);
  if (problem.type === '/problems/version-mismatch') return say('Somebody has changed this event meanwhile. Look at it again, and then decide.');
  if (problem.type === '/problems/not-allowed') return notAllowedText(problem, zone);
  if (problem.type === '/problems/not-let-in') return say('You are signed in, but your organisation does not let you use this calendar. Ask whoever looks after its sign-in.');
  const errors = Array.isArray(problem.errors) ? problem.errors : [];
  if (errors.length > 0) return errors.map(({ field, message }) => (field ? say('{field}: {value}', { field: fieldName(field), value: faultText(message) }) : faultText(message))).join('; ') + '.';
  return serverText(problem);
}

/** An error in words for the person at the page. Rethrows a fault of the page itself. */
export function errorText(error: unknown, zone?: string): string {
  isAnswer(error);
  return error instanceof Refused ? problemText(error.problem, zone) : `${error.message} ${say('Nothing is lost: try again in a moment.')}`;
}
