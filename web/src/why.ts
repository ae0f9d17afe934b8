// Why an event stands where it does, or waits: the scheduler is asked about its wish as if the event itself were not there, and
// tells which starts it passes over, and why. It tells of starts, not of time that somebody has taken: an event of two hours
// that cannot start at eight may have an open hour there. So each line says from when to when no start will do, and, of another
// event, where that stands itself.
import { answer, client, type Event, type EventRequest, type Verdict } from './api';
import { h } from './dom';
import { eventOf, spanText } from './placing';
import { passedText } from './refusals';
import { momentText, rangeText } from './zone';

const most = 12; // lines
const instant = (text: string | null) => (text === null ? Infinity : Date.parse(text));

/** The wish of an event that is there, as a new one would ask for it. */
function wishOf(event: Event): EventRequest {
  const wish: EventRequest = {
    event_name: event.event_name, duration: event.duration, calendars: event.calendars, attendees: event.attendees, priority: event.priority,
  };
  if (event.wished_start) wish.start_timestamp = event.wished_start;
  for (const name of ['date', 'start_time', 'not_before', 'not_after', 'check_attendees'] as const)
    if (event[name] !== null) Object.assign(wish, { [name]: event[name] });
  return wish;
}

async function explained(event: Event): Promise<Verdict[]> {
  return answer(client.POST('/events/explain', { body: wishOf(event), params: { query: { limit: 200, aside: event.id } } }));
}

async function inTheWay(ids: number[], zone: string): Promise<string> {
  const names = await Promise.all(ids.slice(0, 3).map(async (id) => {
    const other = await eventOf(id).catch(() => null);
    return other?.start_timestamp ? `${other.event_name} (${spanText(other.start_timestamp, other.end_timestamp!, zone)})` : `event ${id}`;
  }));
  const more = ids.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${ids.length === 1 ? 'is' : 'are'} in the way`;
}

/** The starts of a row that come before the event's own, and why none of them will do. */
async function line(verdict: Verdict, event: Event): Promise<HTMLElement> {
  const { candidate, conflicts } = verdict, zone = event.time_zone;
  const from = instant(candidate!.start_timestamp), to = Math.min(instant(candidate!.end_timestamp), instant(event.start_timestamp));
  const several = event.calendars.length + event.attendee_calendars.length > 1;
  const reason = conflicts && conflicts.length > 0 ? await inTheWay(conflicts, zone) : passedText(verdict, event.duration, several);
  return h('li', {}, h('b', {}, `A start from ${rangeText(from, to, zone, ' to before ')}:`), ` ${reason}.`);
}

async function lines(passed: Verdict[], event: Event): Promise<HTMLElement> {
  const rest = passed.length - most;
  return h('ul', { class: 'verdicts' }, ...await Promise.all(passed.slice(0, most).map((one) => line(one, event))),
    rest > 0 && h('li', {}, `And ${rest} more.`));
}

async function ofFixed(event: Event): Promise<HTMLElement> {
  if (event.start_timestamp) return h('p', {}, 'Somebody asked for this time, and it stays there until somebody moves it.');
  const conflicts = (await explained(event)).at(-1)?.conflicts ?? [];
  return h('div', {}, h('p', {}, 'Somebody asked for a time that is not open. It takes that time as soon as it opens, and no other.'),
    conflicts.length > 0 && h('p', {}, `${await inTheWay(conflicts, event.time_zone)}.`));
}

const once = 'When it was placed, this was the earliest start that every rule allowed.';

/** What is passed over until its own place, as if it were asked for today. */
export async function why(event: Event, now: number): Promise<HTMLElement> {
  if (event.placement === 'fixed') return ofFixed(event);
  const zone = event.time_zone, start = instant(event.start_timestamp);
  // Of what has begun nothing can be asked as if it had not.
  if (start <= now) return h('p', {}, once);
  const verdicts = await explained(event), first = instant(verdicts.at(-1)?.candidate?.start_timestamp ?? null);
  const passed = verdicts.filter(({ verdict, candidate }) => verdict === 'passed_over' && candidate && instant(candidate.start_timestamp) < start);
  if (event.start_timestamp === null) return h('div', {}, h('p', {}, 'It waits because none of these starts will do:'), await lines(passed, event));
  return h('div', {}, h('p', {}, verdictText(first, start, zone)),
    passed.length > 0 && h('p', {}, 'What comes before it was passed over:'), passed.length > 0 && await lines(passed, event));
}

/** `first`: where it would go today. Later than where it stands, the rules have changed. */
function verdictText(first: number, start: number, zone: string): string {
  if (first < start) return `${once} An earlier one has opened since, ${momentText(first, zone)}: planning the calendar again may move it there.`;
  return first === start ? 'It is the earliest start that every rule allows.' : once;
}
