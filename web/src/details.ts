// The details of one event: attendees, location and time, why it was placed there, its history, and the actions on it.
import { answer, client, Refused, type Change, type Event } from './api';
import { attachments } from './attach';
import { calledAll, callings, known } from './calendars';
import { contactLink, contactOf, isAppointment, replyOf } from './client';
import { deedsFor } from './deeds';
import { h, icon } from './dom';
import { openDialog } from './dialog';
import { outsideHours } from './hours';
import { say } from './language';
import type { Page } from './page';
import { eventOf } from './placing';
import { notice } from './notice';
import { isProposal, offerText, proposedText } from './proposals';
import { recurrenceText } from './recurrence';
import { errorText } from './refusals';
import { why } from './why';
import { changeText, fieldName, kindOf, kinds, statusText, titleOf, wishText } from './words';
import { rangeText, recordText } from './zone';

const row = (term: string, ...values: (Node | string | null)[]) => [h('dt', {}, term), h('dd', {}, ...values)];

/** The attendees by display name. */
function people(names: string[]): HTMLElement {
  const element = h('span'), draw = () => { element.textContent = calledAll(names); };
  draw();
  void known.learn(names).then(draw, () => {}); // the name suffices
  return element;
}

function facts(event: Event, now: number): HTMLElement {
  const contact = contactOf(event), reply = replyOf(event);
  const zone = event.time_zone, kind = kindOf(event, now);
  const when = event.start_timestamp ? `${rangeText(event.start_timestamp, event.end_timestamp!, zone)}` : say('no place yet');
  const outside = h('small');
  if (kind !== 'past') void outsideHours(event).then((text) => { outside.textContent = text && `, ${text}`; }, () => {});
  return h(
    'dl', { class: 'facts' },
    ...row(say('When'), when, ' ', h('small', {}, zone), outside),
    ...row(say('State'), h('span', { class: `badge ${kind}` }, icon(kinds[kind].icon), ` ${kinds[kind].name}`), ` ${statusText(event.status, kind)}`, proposedText(event), offerText(event)),
    ...(event.status === 'held' && event.expires_at && !isProposal(event) ? row(say('Held until'), recordText(event.expires_at, zone)) : []),
    ...(event.event_location ? row(say('Where'), h('bdi', {}, event.event_location)) : []),
    ...(event.attendees.length > 0 ? row(say('Who'), people(event.attendees)) : []),
    ...(contact ? row(say('Mail or telephone'), contactLink(contact)) : []),
    ...(event.description ? row(isAppointment(event) ? say('Note') : say('Description'), h('span', { class: 'description', dir: 'auto' }, event.description)) : []),
    ...(reply ? row(say('Answer'), h('span', { class: 'description', dir: 'auto' }, reply)) : []),
    ...row(say('Calendars'), callings([...event.calendars, ...event.attendee_calendars])),
    ...row(say('Wished'), event.placement === 'automatic' ? say('{wish}, priority {priority}', { wish: wishText(event, zone), priority: event.priority ?? '' }) : wishText(event, zone)),
    ...(event.recurrence ? row(say('Repeats'), recurrenceText(event.recurrence, zone)) : []),
  );
}

/** How to join the time to the text of a change. */
const joints: Partial<Record<NonNullable<Change['kind']>, (change: string, when: string) => string>> = {
  placed: (change, when) => say('{change} on {when}', { change, when }), held: (change, when) => say('{change} on {when}', { change, when }),
  moved: (change, when) => say('{change} to {when}', { change, when }),
  started: (change, when) => `${change}, ${when}`, completed: (change, when) => `${change}, ${when}`,
};

/** Each calendar of an event has its own record of a change. Merges the records of one change. */
function toldOnce(changes: Change[]): Change[] {
  const told = new Map(changes.map((change) => [JSON.stringify({ ...change, calendar: null, seq: null }), change]));
  return [...told.values()];
}

function historyList(changes: Change[], zone: string): HTMLElement {
  return h('ol', { class: 'history' }, ...toldOnce(changes).map((change) => {
    const range = change.new_range, joint = change.kind && joints[change.kind];
    const text = changeText(change), where = range && joint ? joint(text, rangeText(range.start_timestamp, range.end_timestamp, zone)) : text;
    const what = change.fields && change.fields.length > 0 && change.kind === 'updated' ? ` (${change.fields.map(fieldName).join(', ')})` : '';
    return h('li', {}, h('time', { datetime: change.at }, recordText(change.at, zone)), ' ', say('{change} by {who}', { change: where + what, who: change.principal ?? '' }));
  }));
}

/** Content that is loaded when it is unfolded. */
export function disclosure(summary: string, load: () => Promise<HTMLElement>): HTMLElement {
  const content = h('div', { 'aria-live': 'polite' });
  const element = h('details', { class: 'more' }, h('summary', {}, summary), content);
  element.addEventListener('toggle', () => {
    if (element.open) load().then((shown) => content.replaceChildren(shown), (error: unknown) => content.replaceChildren(errorText(error)));
  });
  return element;
}

/** Opens the details once the event has been read, unless `wanted` then returns false. */
export async function openDetails(id: number, page: Page, wanted: () => boolean, closed: () => void): Promise<void> {
  const event = await eventOf(id).catch((error: unknown) => {
    const words = errorText(error);
    if (!wanted()) return null;
    notice(error instanceof Refused && error.problem.status === 404 ? say('There is no event {number} any more.', { number: id }) : words, 'bad');
    closed();
    return null;
  });
  if (!event || !wanted()) return;
  const dialog = openDialog(titleOf(event)!, 'details', closed), { mayWrite } = page;
  dialog.body.append(
    facts(event, page.now()),
    disclosure(event.start_timestamp ? say('Why there?') : say('Why does it wait?'), () => why(event, page.now())),
    disclosure(say('What happened'), async () => historyList(await answer(client.GET('/events/{id}/history', { params: { path: { id } } })), event.time_zone)),
    ...(event.attachments.length > 0 || mayWrite ? [h('details', { class: 'more', open: event.attachments.length > 0 }, h('summary', {}, say('Attached')), attachments(event, page))] : []),
    mayWrite ? deedsFor(event, page, dialog.close) : '',
  );
}
