// The details of one event: its people, place and time, why the event stands there, its history, and what a person may do
// with the event.
import { answer, client, Refused, type Change, type Event, type Scope } from './api';
import { attachments } from './attach';
import { deedsFor } from './deeds';
import { h, icon } from './dom';
import { openDialog } from './dialog';
import { outsideHours } from './hours';
import { errorText, learn } from './placing';
import { notice } from './notice';
import { recurrenceText } from './recurrence';
import { why } from './why';
import { changeText, fieldName, kindOf, kinds, statusText, wishText } from './words';
import { rangeText, recordText } from './zone';

export interface Surroundings {
  mayWrite: boolean;
  now: () => number;
  edit: (event: Event, scope: Scope | undefined) => void;
  changed: () => void;
  look: (event: Event) => void;
  copy: (event: Event) => void;
}

const row = (term: string, ...values: (Node | string | null)[]) => [h('dt', {}, term), h('dd', {}, ...values)];

function facts(event: Event, now: number): HTMLElement {
  const zone = event.time_zone, kind = kindOf(event, now);
  const when = event.start_timestamp ? `${rangeText(Date.parse(event.start_timestamp), Date.parse(event.end_timestamp!), zone)}` : 'no place yet';
  const outside = h('small');
  if (kind !== 'past') void outsideHours(event).then((text) => { outside.textContent = text && `, ${text}`; }, () => {});
  return h(
    'dl', { class: 'facts' },
    ...row('When', when, ' ', h('small', {}, zone), outside),
    ...row('State', h('span', { class: `badge ${kind}` }, icon(kinds[kind].icon), ` ${kinds[kind].name}`), ` ${statusText(event.status, kind)}`),
    ...(event.status === 'held' && event.expires_at ? row('Held until', recordText(event.expires_at, zone)) : []),
    ...(event.event_location ? row('Where', event.event_location) : []),
    ...(event.description ? row('Description', h('span', { class: 'description' }, event.description)) : []),
    ...(event.attendees.length > 0 ? row('Who', event.attendees.join(', ')) : []),
    ...row('Calendars', [...event.calendars, ...event.attendee_calendars].join(', ')),
    ...row('Wished', wishText(event, zone) + (event.placement === 'automatic' ? `, priority ${event.priority}` : '')),
    ...(event.recurrence ? row('Repeats', recurrenceText(event.recurrence, zone)) : []),
  );
}

/** How its time follows what was done. */
const joints: Partial<Record<NonNullable<Change['kind']>, string>> = { placed: ' on ', moved: ' to ', held: ' on ', started: ', ', completed: ', ' };

/** Each calendar of an event has its own record of a change: a change of several calendars is told once. */
function toldOnce(changes: Change[]): Change[] {
  const told = new Map(changes.map((change) => [JSON.stringify({ ...change, calendar: null, seq: null }), change]));
  return [...told.values()];
}

function historyList(changes: Change[], zone: string): HTMLElement {
  return h('ol', { class: 'history' }, ...toldOnce(changes).map((change) => {
    const range = change.new_range, joint = change.kind && joints[change.kind];
    const where = range && joint ? joint + rangeText(Date.parse(range.start_timestamp), Date.parse(range.end_timestamp), zone) : '';
    const what = change.fields && change.fields.length > 0 && change.kind === 'updated' ? ` (${change.fields.map(fieldName).join(', ')})` : '';
    return h('li', {}, h('time', { datetime: change.at }, recordText(change.at, zone)), ` ${changeText(change)}${where}${what} by ${change.principal}`);
  }));
}

function disclosure(summary: string, load: () => Promise<HTMLElement>): HTMLElement {
  const content = h('div', { 'aria-live': 'polite' });
  const element = h('details', { class: 'more' }, h('summary', {}, summary), content);
  element.addEventListener('toggle', () => {
    if (element.open) load().then((shown) => content.replaceChildren(shown), (error: unknown) => content.replaceChildren(errorText(error)));
  });
  return element;
}

/** Opens the details when the event has been read, unless `wanted` says that they are no longer wanted. */
export async function openDetails(id: number, { mayWrite, now, edit, changed, look, copy }: Surroundings, wanted: () => boolean, closed: () => void): Promise<void> {
  let event: Event;
  try {
    event = await answer(client.GET('/events/{id}', { params: { path: { id } } }));
  } catch (error) {
    const words = errorText(error);
    if (!wanted()) return;
    notice(error instanceof Refused && error.problem.status === 404 ? `There is no event ${id} any more.` : words, 'bad');
    closed();
    return;
  }
  learn([event]);
  if (!wanted()) return;
  const dialog = openDialog(event.event_name, 'details', closed);
  dialog.body.append(
    facts(event, now()),
    disclosure(event.start_timestamp ? 'Why there?' : 'Why does it wait?', () => why(event, now())),
    disclosure('What happened', async () => historyList(await answer(client.GET('/events/{id}/history', { params: { path: { id } } })), event.time_zone)),
    ...(event.attachments.length > 0 || mayWrite ? [h('details', { class: 'more', open: event.attachments.length > 0 }, h('summary', {}, 'Attached'), attachments(event, mayWrite, look))] : []),
    (mayWrite && deedsFor(event, { now: now(), edit, changed, look, copy, close: dialog.close })) || '',
  );
}
