// One event: who, where, when and why there, what has happened to it, and what may be done with it.
import { answer, client, once, Refused, Unreachable, type Change, type Event, type EventRequest, type Scope, type Verdict } from './api';
import { h, icon } from './dom';
import { openDialog } from './dialog';
import { choice, text } from './form';
import { errorText, learn, nameOf } from './placing';
import { notice } from './notice';
import { changeText, kindOf, kinds, lengthText, reasonText, statusText } from './words';
import { dayText, longDayText, rangeText, shortTime, timeText, wallOf } from './zone';

export interface Surroundings {
  mayWrite: boolean;
  now: () => number;
  edit: (event: Event) => void;
  changed: () => void;
}

const row = (term: string, ...values: (Node | string | null)[]) => [h('dt', {}, term), h('dd', {}, ...values)];
const at = (instant: string, zone: string) => `${dayText(wallOf(Date.parse(instant), zone))}, ${timeText(Date.parse(instant), zone)}`;

function wishText(event: Event): string {
  const zone = event.time_zone, parts: string[] = [];
  if (event.placement === 'fixed') {
    parts.push(event.wished_start ? `at ${at(event.wished_start, zone)}` : `on ${dayText(event.date!)} at ${shortTime(event.start_time!)}`);
  } else {
    parts.push(event.date ? `any time on ${longDayText(event.date)}` : 'as early as possible');
    if (event.not_before) parts.push(`not before ${at(event.not_before, zone)}`);
    if (event.not_after) parts.push(`over by ${at(event.not_after, zone)}`);
    parts.push(`priority ${event.priority}`);
  }
  return `${lengthText(event.duration)}, ${parts.join(', ')}`;
}

function facts(event: Event, now: number): HTMLElement {
  const zone = event.time_zone, kind = kindOf(event, now);
  const when = event.start_timestamp ? `${rangeText(Date.parse(event.start_timestamp), Date.parse(event.end_timestamp!), zone)}` : 'no place yet';
  return h(
    'dl', { class: 'facts' },
    ...row('When', when, ' ', h('small', {}, zone)),
    ...row('State', h('span', { class: `badge ${kind}` }, icon(kinds[kind].icon), ` ${kinds[kind].name}`), ` ${statusText(event.status)}`),
    ...(event.status === 'held' && event.expires_at ? row('Held until', at(event.expires_at, zone)) : []),
    ...(event.event_location ? row('Where', event.event_location) : []),
    ...(event.attendees.length > 0 ? row('Who', event.attendees.join(', ')) : []),
    ...row('Calendars', [...event.calendars, ...event.attendee_calendars].join(', ')),
    ...row('Wished', wishText(event)),
    ...(event.recurrence ? row('Repeats', event.recurrence.split(/\s+/).filter((line) => line.startsWith('RRULE:')).map((line) => line.slice(6)).join(' ')) : []),
    ...(event.attachments.length > 0 ? row('Attached', ...event.attachments.map((one) =>
      h('a', { class: 'attachment', href: one.url ?? `/events/${event.id}/attachments/${one.n}`, rel: 'noreferrer noopener', target: '_blank' }, one.name))) : []),
  );
}

function historyList(changes: Change[], zone: string): HTMLElement {
  return h('ol', { class: 'history' }, ...changes.map((change) => {
    const range = change.new_range;
    const where = range && ['placed', 'moved', 'held', 'started', 'completed'].includes(change.kind)
      ? ` to ${rangeText(Date.parse(range.start_timestamp), Date.parse(range.end_timestamp), zone)}` : '';
    const what = change.fields && change.fields.length > 0 && change.kind === 'updated' ? ` (${change.fields.join(', ')})` : '';
    return h('li', {}, h('time', { datetime: change.at }, at(change.at, zone)), ` ${changeText(change.kind)}${where}${what} by ${change.principal}`);
  }));
}

// ---- why there ----

/** The wish of an event that is there, as a new one would ask for it. */
function wishOf(event: Event): EventRequest {
  return {
    event_name: event.event_name, duration: event.duration, calendars: event.calendars, attendees: event.attendees,
    priority: event.priority, ...(event.date ? { date: event.date } : {}), ...(event.not_before ? { not_before: event.not_before } : {}),
    ...(event.not_after ? { not_after: event.not_after } : {}), ...(event.check_attendees === null ? {} : { check_attendees: event.check_attendees }),
  };
}

async function verdictText(verdict: Verdict, zone: string): Promise<HTMLElement> {
  const { candidate, reason, conflicts } = verdict;
  const span = candidate ? rangeText(Date.parse(candidate.start_timestamp), Date.parse(candidate.end_timestamp), zone) : '';
  const by = conflicts && conflicts.length > 0 ? (await Promise.all(conflicts.slice(0, 3).map((id) => nameOf(id).catch(() => `event ${id}`)))).join(', ') : '';
  const why = by ? `taken by ${by}` : reason === 'outside_window' ? 'before what was asked for' : reason === 'outside_hours' ? 'outside the hours' : reason ? reasonText(reason).toLowerCase().replace(/\.$/, '') : verdict.detail ?? '';
  return h('li', {}, h('b', {}, span), ` ${why}`);
}

/** Where the explanation meets the event itself: who else is in the way until its place. */
async function othersBefore(event: Event, from: string): Promise<HTMLElement[]> {
  const lists = await Promise.all(event.calendars.map((calendar) =>
    answer(client.GET('/events', { params: { query: { calendar, from, to: event.start_timestamp!, status: ['pending', 'in_progress', 'held'], limit: 20 } } }))));
  const others = new Map((lists.flat() as Event[]).filter(({ id }) => id !== event.id).map((other) => [other.id, other]));
  return [...others.values()].map((other) =>
    h('li', {}, h('b', {}, rangeText(Date.parse(other.start_timestamp!), Date.parse(other.end_timestamp!), event.time_zone)), ` taken by ${other.event_name}`));
}

/** Explained as if it were asked for today: what is passed over until its own place. */
async function why(event: Event): Promise<HTMLElement> {
  if (event.placement === 'fixed')
    return h('p', {}, event.start_timestamp ? 'Somebody asked for this time, and it stays there until somebody moves it.'
      : 'Somebody asked for a time that is not open. It takes that time as soon as it opens, and no other.');
  const verdicts: Verdict[] = await answer(client.POST('/events/explain', { body: wishOf(event), params: { query: { limit: 200 } } }));
  const start = event.start_timestamp ? Date.parse(event.start_timestamp) : Infinity;
  const before = verdicts.filter(({ verdict, candidate, conflicts }) =>
    verdict === 'passed_over' && candidate && Date.parse(candidate.start_timestamp) < start && !conflicts?.includes(event.id));
  const own = verdicts.find(({ conflicts, candidate }) => conflicts?.includes(event.id) && candidate && Date.parse(candidate.start_timestamp) < start)?.candidate;
  const rows = [...(await Promise.all(before.slice(0, 12).map((one) => verdictText(one, event.time_zone)))),
    ...(own && event.start_timestamp ? await othersBefore(event, own.start_timestamp) : [])];
  const list = h('ul', { class: 'verdicts' }, ...rows);
  if (event.start_timestamp === null) return h('div', {}, h('p', {}, 'It waits because none of these times will do:'), list);
  const open = verdicts.at(-1)?.candidate;
  const earlier = open && Date.parse(open.start_timestamp) < start;
  return h('div', {},
    h('p', {}, earlier ? 'When it was placed, this was the earliest start that every rule allowed. An earlier one has opened since; it is taken when somebody asks for the calendar to be planned again.'
      : 'It is the earliest start that every rule allows.'),
    rows.length > 0 && h('p', {}, 'What comes before it was passed over:'), rows.length > 0 && list);
}

function disclosure(summary: string, load: () => Promise<HTMLElement>): HTMLElement {
  const content = h('div', { 'aria-live': 'polite' });
  const element = h('details', { class: 'more' }, h('summary', {}, summary), content);
  element.addEventListener('toggle', () => {
    if (element.open) load().then((shown) => content.replaceChildren(shown), (error: unknown) => content.replaceChildren(errorText(error)));
  });
  return element;
}

// ---- what may be done ----

type Deed = 'cancel' | 'confirm' | 'deny';
const deeds: Record<Deed, { label: string; done: string }> = {
  confirm: { label: 'Confirm', done: 'Confirmed' }, deny: { label: 'Deny', done: 'Denied' }, cancel: { label: 'Cancel event', done: 'Cancelled' },
};

async function perform(deed: Deed, event: Event, scope: Scope | undefined): Promise<void> {
  const body = scope ? { scope } : {};
  await once((key) => {
    const params = { path: { id: event.id }, header: { 'If-Match': `"${event.version}"`, 'Idempotency-Key': key } };
    if (deed === 'confirm') return answer(client.POST('/events/{id}/confirm', { params, body }));
    if (deed === 'deny') return answer(client.POST('/events/{id}/deny', { params, body }));
    return answer(client.POST('/events/{id}/cancel', { params, body }));
  })();
}

function actions(event: Event, { now, edit, changed }: Surroundings, close: () => void): HTMLElement | null {
  const kind = kindOf(event, now());
  if (kind === 'past' || ['cancelled', 'denied', 'expired'].includes(event.status)) return null;
  const scopes = event.series ? choice('scope', 'Of the series', [['one', 'this one'], ['following', 'this and the following'], ['all', 'all']], 'one', () => {}) : null;
  const sure = new Set<Deed>();
  const button = (deed: Deed, look: string) => {
    const element = h('button', { type: 'button', class: look, click: () => void go() }, deeds[deed].label);
    const go = async () => {
      // What frees a time that somebody else may take at once is asked twice for.
      if (deed !== 'confirm' && !sure.has(deed)) {
        sure.add(deed);
        element.textContent = `${deeds[deed].label}: really?`;
        return;
      }
      element.disabled = true;
      try {
        await perform(deed, event, scopes ? (text(form, 'scope') as Scope) : undefined);
        notice(`${deeds[deed].done}: ${event.event_name}.`);
        close();
        changed();
      } catch (error) {
        element.disabled = false;
        notice(errorText(error), 'bad');
      }
    };
    return element;
  };
  const movable = event.status !== 'in_progress';
  const form = h(
    'form', { submit: (submitted: SubmitEvent) => submitted.preventDefault() }, scopes,
    h('footer', {}, button('cancel', 'quiet danger'), event.status === 'held' ? button('deny', 'danger') : null,
      movable ? h('button', { type: 'button', class: event.status === 'held' ? '' : 'main', click: () => { close(); edit(event); } }, 'Change…') : null,
      event.status === 'held' ? button('confirm', 'main') : null),
  );
  return form;
}

/** Unless it is no longer wanted once it is known. */
export async function openDetails(id: number, surroundings: Surroundings, wanted: () => boolean, closed: () => void): Promise<void> {
  let event: Event;
  try {
    event = await answer(client.GET('/events/{id}', { params: { path: { id } } }));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    if (!wanted()) return;
    notice(error instanceof Refused && error.problem.status === 404 ? `There is no event ${id} any more.` : errorText(error), 'bad');
    closed();
    return;
  }
  learn([event]);
  if (!wanted()) return;
  const dialog = openDialog(event.event_name, 'details', closed);
  dialog.body.append(
    facts(event, surroundings.now()),
    disclosure(event.start_timestamp ? 'Why there?' : 'Why does it wait?', () => why(event)),
    disclosure('What happened', async () => historyList(await answer(client.GET('/events/{id}/history', { params: { path: { id } } })), event.time_zone)),
    ...(surroundings.mayWrite ? [actions(event, surroundings, dialog.close)].filter((part) => part !== null) : []),
  );
}
