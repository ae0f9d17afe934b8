// Why an event has its time, or waits. The page asks the scheduler to explain the event's wish as if the event did not exist. The scheduler
// answers which starts it passes over, and why. A start passed over need not be taken: an event of two hours may not start at eight
// although eight to nine is open. So each line names a span of starts and, if another event is in the way, its time.
import { answer, client, type Event, type Verdict } from './api';
import { h } from './dom';
import { joined, say } from './language';
import { eventOf } from './placing';
import { learnCalendars, passedText } from './refusals';
import { titleOf } from './words';
import { endText, momentText, rangeText } from './zone';

const most = 12; // lines
const instant = (text: string | null) => (text === null ? Infinity : Date.parse(text));
/** Rounds down to the minute, because the search begins at the present instant. */
const minute = (time: number) => Math.floor(time / 60_000) * 60_000;

async function explained({ id }: Event): Promise<Verdict[]> {
  const verdicts = await answer(client.GET('/events/{id}/explain', { params: { path: { id }, query: { limit: 200 } } }));
  await learnCalendars(verdicts);
  return verdicts;
}

async function inTheWay(ids: number[], zone: string): Promise<string> {
  const names = await Promise.all(ids.slice(0, 3).map(async (id) => {
    const other = await eventOf(id).catch(() => null);
    return other?.start_timestamp ? joined([titleOf(other)!, `(${rangeText(other.start_timestamp, other.end_timestamp!, zone)})`], ' ') : say('event {number}', { number: id });
  }));
  const more = ids.length - names.length;
  return more > 0 ? say('{names} and {n} more are in the way', { names: joined(names, ', '), n: more }) : say('{names} are in the way', { names: joined(names, ', '), n: ids.length });
}

/** The line of a verdict: its starts before the event's own, and why none of them is possible. */
async function line(verdict: Verdict, event: Event): Promise<HTMLElement> {
  const { candidate, conflicts } = verdict, zone = event.time_zone;
  const from = minute(instant(candidate!.start_timestamp)), to = Math.min(instant(candidate!.end_timestamp), instant(event.start_timestamp));
  const several = event.calendars.length + event.attendee_calendars.length > 1;
  const reason = conflicts && conflicts.length > 0 ? await inTheWay(conflicts, zone) : passedText(verdict, event.duration!, several);
  return h('li', {}, h('b', {}, say('A start from {from} to before {to}:', { from: momentText(from, zone), to: endText(from, to, zone) })), ` ${reason}.`);
}

async function lines(passed: Verdict[], event: Event): Promise<HTMLElement> {
  const rest = passed.length - most;
  return h('ul', { class: 'verdicts' }, ...await Promise.all(passed.slice(0, most).map((one) => line(one, event))),
    rest > 0 && h('li', {}, say('And {n} more.', { n: rest })));
}

async function ofFixed(event: Event): Promise<HTMLElement> {
  if (event.start_timestamp) return h('p', {}, say('Somebody asked for this time, and it stays there until somebody moves it.'));
  const conflicts = (await explained(event)).at(-1)?.conflicts ?? [];
  return h('div', {}, h('p', {}, say('Somebody asked for a time that is not open. It takes that time as soon as it opens, and no other.')),
    conflicts.length > 0 && h('p', {}, `${await inTheWay(conflicts, event.time_zone)}.`));
}

const once = say('When it was placed, this was the earliest start that every rule allowed.');

/** Explains the event's place: the starts before it that the scheduler would pass over if the event were requested now. */
export async function why(event: Event, now: number): Promise<HTMLElement> {
  if (event.placement === 'fixed') return ofFixed(event);
  const zone = event.time_zone, start = instant(event.start_timestamp);
  // An event that has begun cannot be explained: a request for its start would now be in the past.
  if (start <= now) return h('p', {}, once);
  const verdicts = await explained(event), first = instant(verdicts.at(-1)?.candidate?.start_timestamp ?? null);
  const passed = verdicts.filter(({ verdict, candidate }) => verdict === 'passed_over' && candidate && instant(candidate.start_timestamp) < start);
  if (event.start_timestamp === null) return h('div', {}, h('p', {}, say('It waits because none of these starts will do:')), await lines(passed, event));
  return h('div', {}, h('p', {}, verdictText(first, start, zone)),
    passed.length > 0 && h('p', {}, say('What comes before it was passed over:')), passed.length > 0 && await lines(passed, event));
}

/** `first` is the start at which the event would be placed now. If it is later than `start`, the rules have changed since. */
function verdictText(first: number, start: number, zone: string): string {
  if (first < start) return `${once} ${say('An earlier one has opened since, {moment}: planning the calendar again may move it there.', { moment: momentText(first, zone) })}`;
  return first === start ? say('It is the earliest start that every rule allows.') : once;
}
