// Why an event stands where it does, or waits: as if it were asked for now, which starts come before its own, and what
// speaks against each. The scheduler tells of starts, not of time that somebody has taken: an event of two hours that cannot
// start at eight may have an open hour there. So each line says from when to when no start will do, and, of another event,
// where that stands itself.
import { answer, client, type Calendar, type Event, type EventRequest, type Verdict } from './api';
import { h } from './dom';
import { eventOf } from './placing';
import { lengthText } from './words';
import { momentText, rangeText, wallOf } from './zone';

const most = 12; // lines
const instant = (text: string | null) => (text === null ? Infinity : Date.parse(text));

/** The starts from one instant to before another, and why none of them will do. */
interface Passed {
  from: number;
  to: number;
  why: string;
}

/** The wish of an event that is there, as a new one would ask for it. */
function wishOf(event: Event): EventRequest {
  return {
    event_name: event.event_name, duration: event.duration, calendars: event.calendars, attendees: event.attendees,
    priority: event.priority, ...(event.date ? { date: event.date } : {}), ...(event.not_before ? { not_before: event.not_before } : {}),
    ...(event.not_after ? { not_after: event.not_after } : {}), ...(event.check_attendees === null ? {} : { check_attendees: event.check_attendees }),
  };
}

const spanOf = (event: Event, zone: string) => rangeText(instant(event.start_timestamp), instant(event.end_timestamp), zone);

async function inTheWay(ids: number[], zone: string): Promise<string> {
  const names = await Promise.all(ids.slice(0, 3).map(async (id) => {
    const other = await eventOf(id).catch(() => null);
    return other?.start_timestamp ? `${other.event_name} (${spanOf(other, zone)})` : `event ${id}`;
  }));
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} in the way`;
}

async function whyPassed({ reason, conflicts, calendar, detail }: Verdict, event: Event): Promise<string> {
  if (conflicts && conflicts.length > 0) return inTheWay(conflicts, event.time_zone);
  const its = event.calendars.length + event.attendee_calendars.length > 1 && calendar ? `of ${calendar}` : 'of the calendar';
  switch (reason) {
    case 'in_the_past': return 'that time is over';
    case 'outside_window': return 'earlier than was asked for';
    case 'outside_hours': return `the hours ${its} hold no stretch of ${lengthText(event.duration)} that begins then`;
    case 'off_increment': return `not on the grid ${its}`;
    case 'too_soon': return `the notice ${its} is not kept`;
    case 'over_limit': return 'the day has as many events as it takes';
    case null: return 'there are more reasons than are listed here';
    default: return detail ?? reason;
  }
}

/** By how long a claim is longer than its event, on both sides. */
const buffersOf = ({ buffer_before, buffer_after }: Calendar) => (buffer_before + buffer_after) * 1000;

/**
 * Of the starts at which only the event itself is in its way, those at which another would be too: the scheduler names but
 * one. `open` is the first at which none is.
 */
async function behindItself(event: Event, from: number): Promise<{ passed: Passed[]; open: number | null }> {
  const start = instant(event.start_timestamp), length = event.duration * 1000, zone = event.time_zone;
  const claims = (await Promise.all([...event.calendars, ...event.attendee_calendars].map(async (calendar) => {
    const query = { calendar, from: new Date(from - 86_400_000).toISOString(), to: new Date(start + length).toISOString(), limit: 1000 };
    const [settings, events] = await Promise.all([
      answer(client.GET('/calendars/{name}', { params: { path: { name: calendar } } })),
      answer(client.GET('/events', { params: { query: { ...query, status: ['pending', 'in_progress', 'completed', 'held'] } } })),
    ]);
    const increment = settings.slot_increment * 1000, buffers = buffersOf(settings);
    return (events as Event[]).filter(({ id }) => id !== event.id).map((other) =>
      ({ other, increment, from: instant(other.start_timestamp) - buffers, to: instant(other.end_timestamp) + buffers }));
  }))).flat();
  const increment = Math.max(...claims.map((claim) => claim.increment), 1000);
  const passed: Passed[] = [];
  for (let at = from; at < start;) {
    const [last] = claims.filter((claim) => claim.from < at + length && claim.to > at).sort((a, b) => b.to - a.to);
    if (!last) return { passed, open: at };
    const midnight = Date.parse(wallOf(last.to, zone).slice(0, 10) + 'T00:00:00Z'), wall = Date.parse(wallOf(last.to, zone) + 'Z') - midnight;
    const to = Math.min(last.to + (Math.ceil(wall / increment) * increment - wall), start);
    passed.push({ from: at, to, why: `${last.other.event_name} (${spanOf(last.other, zone)}) is in the way` });
    at = to;
  }
  return { passed, open: null };
}

function line({ from, to, why: reason }: Passed, zone: string): HTMLElement {
  return h('li', {}, h('b', {}, `A start from ${rangeText(from, to, zone).replace(' – ', ' to before ')}:`), ` ${reason}.`);
}

function lines(passed: Passed[], zone: string): HTMLElement {
  const rest = passed.length - most;
  return h('ul', { class: 'verdicts' }, ...passed.slice(0, most).map((one) => line(one, zone)),
    rest > 0 && h('li', {}, `And ${rest} more.`));
}

function ofFixed(event: Event): HTMLElement {
  return h('p', {}, event.start_timestamp ? 'Somebody asked for this time, and it stays there until somebody moves it.'
    : 'Somebody asked for a time that is not open. It takes that time as soon as it opens, and no other.');
}

/** Explained as if it were asked for today: what is passed over until its own place. */
export async function why(event: Event, now: number): Promise<HTMLElement> {
  if (event.placement === 'fixed') return ofFixed(event);
  const zone = event.time_zone, start = instant(event.start_timestamp);
  // Of what has begun nothing can be asked as if it had not.
  if (start <= now) return h('p', {}, once);
  const verdicts: Verdict[] = await answer(client.POST('/events/explain', { body: wishOf(event), params: { query: { limit: 200 } } }));
  const before = verdicts.filter(({ verdict, candidate }) => verdict === 'passed_over' && candidate && instant(candidate.start_timestamp) < start);
  // A row that ends with its own place, or after it, by what it takes there itself.
  const isOwn = ({ conflicts, reason, candidate }: Verdict) =>
    conflicts?.includes(event.id) || (reason === 'over_limit' && event.start_timestamp !== null && instant(candidate!.end_timestamp) > start);
  const own = before.find(isOwn), others = before.filter((one) => one !== own);
  const passed = await Promise.all(others.map(async (one) =>
    ({ from: instant(one.candidate!.start_timestamp), to: instant(one.candidate!.end_timestamp), why: await whyPassed(one, event) })));
  if (event.start_timestamp === null) return h('div', {}, h('p', {}, 'It waits because none of these starts will do:'), lines(passed, zone));
  const behind = own ? await behindItself(event, instant(own.candidate!.start_timestamp)) : { passed: [], open: null };
  const found = verdicts.at(-1)?.candidate, first = found ? instant(found.start_timestamp) : Infinity;
  // Of a day that is full by itself only the claims are known, and not what the other rules say of each start.
  const open = first < start ? first : own?.reason === 'over_limit' ? null : behind.open, rows = [...passed, ...behind.passed];
  const known = (own !== undefined && own.reason !== 'over_limit') || first <= start; // else the rules have changed, or there are more reasons than rows
  return h('div', {}, h('p', {}, verdictText(open, known, zone)),
    rows.length > 0 && h('p', {}, 'What comes before it was passed over:'), rows.length > 0 && lines(rows, zone));
}

const once = 'When it was placed, this was the earliest start that every rule allowed.';

function verdictText(open: number | null, known: boolean, zone: string): string {
  if (open !== null) return `${once} An earlier one has opened since, ${momentText(open, zone)}: planning the calendar again may move it there.`;
  return known ? 'It is the earliest start that every rule allows.' : once;
}
