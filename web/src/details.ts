// The details of one event: attendees, location and time, why it was placed there, its history, its attachments, and the actions on it.
import { answer, client, once, Refused, unlessRefused, type Change, type Event, type Once, type Verdict } from './api';
import { called, calledAll, callings, naming } from './calendars';
import { deedsFor } from './deeds';
import { h, icon } from './dom';
import { openDialog } from './dialog';
import { field, input, pressedTwice } from './form';
import { joined, say } from './language';
import { listsShown } from './one_of';
import type { Page } from './page';
import { eventOf, outsideHours } from './placing';
import { notice } from './notice';
import { isProposal, offerText, proposedText } from './proposals';
import { recurrenceText } from './recurrence';
import { errorText, learnCalendars, passedText } from './refusals';
import { changeText, contactLink, contactOf, fieldName, isAppointment, kindOf, kinds, replyOf, statusText, titleOf, wishText } from './words';
import { endText, momentText, rangeText, recordText } from './zone';

const row = (term: string, ...values: (Node | string | null)[]) => [h('dt', {}, term), h('dd', {}, ...values)];

function facts(event: Event, now: number): HTMLElement {
  const contact = contactOf(event), reply = replyOf(event);
  const zone = event.time_zone, kind = kindOf(event, now);
  const when = event.start_timestamp ? `${rangeText(event.start_timestamp, event.end_timestamp!, zone)}` : say('no place yet');
  const outside = h('small');
  if (kind !== 'past') void outsideHours(event).then((text) => { outside.textContent = text && `, ${text}`; }, () => {});
  return h(
    'dl', { class: 'facts' },
    ...row(say('When'), when, ' ', h('small', {}, zone), outside),
    ...row(say('State'), h('span', { class: `badge ${kind}` }, icon(kind), ` ${kinds[kind].name}`), ` ${statusText(event.status, kind)}`, proposedText(event), offerText(event)),
    ...(event.status === 'held' && event.expires_at && !isProposal(event) ? row(say('Held until'), recordText(event.expires_at, zone)) : []),
    ...(event.event_location ? row(say('Where'), h('bdi', {}, event.event_location)) : []),
    ...(event.attendees.length > 0 ? row(say('Who'), naming(event.attendees, () => [calledAll(event.attendees)])) : []),
    ...(event.max_attendees ? row(say('Seats'), say('{left} of {seats} left', { left: event.seats_left!, seats: event.max_attendees })) : []),
    ...(contact ? row(say('Mail or telephone'), contactLink(contact)) : []),
    ...(event.description ? row(isAppointment(event) ? say('Note') : say('Description'), h('span', { class: 'description', dir: 'auto' }, event.description)) : []),
    ...(reply ? row(say('Answer'), h('span', { class: 'description', dir: 'auto' }, reply)) : []),
    ...row(say('Calendars'), callings([...event.calendars, ...event.attendee_calendars])),
    ...(event.one_of ? row(say('Any of several'), listsShown(event)) : []),
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

function historyList(changes: Change[], zone: string): HTMLElement {
  // Each calendar of an event has its own record of a change.
  const told = new Map(changes.map((change) => [JSON.stringify({ ...change, calendar: null, seq: null }), change]));
  return h('ol', { class: 'history' }, ...[...told.values()].map((change) => {
    const range = change.new_range, joint = change.kind && joints[change.kind];
    const text = changeText(change), where = range && joint ? joint(text, rangeText(range.start_timestamp, range.end_timestamp, zone)) : text;
    const what = change.fields && change.fields.length > 0 && change.kind === 'updated' ? ` (${change.fields.map(fieldName).join(', ')})` : '';
    return h('li', {}, h('time', { datetime: change.at }, recordText(change.at, zone)), ' ', say('{change} by {who}', { change: where + what, who: change.principal ?? '' }));
  }));
}

// ---- why the event has its time, or waits ----

// The page asks the scheduler to explain the event's wish as if the event did not exist. The scheduler answers which starts it passes over,
// and why. A start passed over need not be taken: an event of two hours may not start at eight although eight to nine is open. So each line
// names a span of starts and, if another event is in the way, its time.

const most = 12; // lines
const instant = (text: string | null) => (text === null ? Infinity : Date.parse(text));
/** Rounds down to the minute, because the search begins at the present instant. */
const minute = (time: number) => Math.floor(time / 60_000) * 60_000;

async function explained({ id }: Event): Promise<Verdict[]> {
  const verdicts = await answer(client.GET('/events/{id}/explain', { params: { path: { id }, query: { limit: 200 } } }));
  await learnCalendars(verdicts);
  return verdicts;
}

/**
 * The facts that together forbid every start that a waiting event could have (rule 2.19), by start; null if these are too many. Each is told
 * for the starts that none before it forbids.
 */
async function forbidden({ id }: Event): Promise<Verdict[] | null> {
  const proof = await unlessRefused(answer(client.GET('/events/{id}/proof', { params: { path: { id } } })));
  if (!proof) return null;
  const { allowed = [], facts = [] } = proof;
  await learnCalendars(facts);
  const last = allowed.at(-1)?.last ?? '';
  let reached = allowed[0]?.first ?? '';
  return facts.map(({ reason, forbids: { from = reached, until = last }, event_id: other, facts: told }) => {
    const start = instant(from) < instant(reached) ? reached : from;
    reached = until;
    return {
      verdict: 'passed_over', reason, calendar: told.calendar ?? null, conflicts: other === undefined ? null : [other], moves: [], detail: null, facts: told,
      candidate: { start_timestamp: start, end_timestamp: until },
    };
  });
}

async function inTheWay(ids: number[], zone: string): Promise<string> {
  const names = await Promise.all(ids.slice(0, 3).map(async (id) => {
    const other = await eventOf(id).catch(() => null);
    return other?.start_timestamp ? joined([titleOf(other)!, `(${rangeText(other.start_timestamp, other.end_timestamp!, zone)})`], ' ') : say('event {number}', { number: id });
  }));
  const more = ids.length - names.length;
  return more > 0 ? say('{names} and {n} more are in the way', { names: joined(names, ', '), n: more }) : say('{names} are in the way', { names: joined(names, ', '), n: ids.length });
}

/** The line of a verdict: a candidate that was not chosen, or starts before the event's own; and why that is not possible. */
async function line(passed: Verdict, event: Event): Promise<HTMLElement> {
  const { verdict, calendar, candidate, conflicts } = passed, zone = event.time_zone, isOther = verdict === 'not_chosen';
  const from = minute(instant(candidate?.start_timestamp ?? null)), to = Math.min(instant(candidate?.end_timestamp ?? null), instant(event.start_timestamp));
  const several = isOther || event.calendars.length + event.attendee_calendars.length > 1;
  const reason = conflicts && conflicts.length > 0 ? await inTheWay(conflicts, zone) : passedText(passed, event.duration!, several);
  const what = isOther ? `${called(calendar!)}:` : say('A start from {from} to before {to}:', { from: momentText(from, zone), to: endText(from, to, zone) });
  return h('li', {}, h('b', {}, what), ` ${reason}.`);
}

/** A list of verdicts below these words; nothing if there are none. */
async function list(words: string, verdicts: Verdict[], event: Event): Promise<HTMLElement[]> {
  const rest = verdicts.length - most;
  if (verdicts.length === 0) return [];
  return [h('p', {}, words), h('ul', { class: 'verdicts' }, ...await Promise.all(verdicts.slice(0, most).map((one) => line(one, event))),
    rest > 0 && h('li', {}, say('And {n} more.', { n: rest })))];
}

async function ofFixed(event: Event): Promise<HTMLElement> {
  if (event.start_timestamp) return h('p', {}, say('Somebody asked for this time, and it stays there until somebody moves it.'));
  const conflicts = (await explained(event)).at(-1)?.conflicts ?? [];
  return h('div', {}, h('p', {}, say('Somebody asked for a time that is not open. It takes that time as soon as it opens, and no other.')),
    conflicts.length > 0 && h('p', {}, `${await inTheWay(conflicts, event.time_zone)}.`));
}

const asPlaced = say('When it was placed, this was the earliest start that every rule allowed.');

/** Explains the event's place: the starts before it that the scheduler would pass over if the event were requested now. */
async function why(event: Event, now: number): Promise<HTMLElement> {
  if (event.placement === 'fixed') return ofFixed(event);
  const zone = event.time_zone, start = instant(event.start_timestamp);
  // An event that has begun cannot be explained: a request for its start would now be in the past.
  if (start <= now) return h('p', {}, asPlaced);
  const verdicts = await explained(event), first = instant(verdicts.at(-1)?.candidate?.start_timestamp ?? null), waits = event.start_timestamp === null;
  const passed = (waits && await forbidden(event)) || verdicts.filter(({ verdict, candidate }) => verdict === 'passed_over' && candidate && instant(candidate.start_timestamp) < start);
  // A later start than its own would mean that the rules have changed since.
  const told = first < start ? `${asPlaced} ${say('An earlier one has opened since, {moment}: planning the calendar again may move it there.', { moment: momentText(first, zone) })}`
    : first === start ? say('It is the earliest start that every rule allows.') : asPlaced;
  return h('div', {}, !waits && h('p', {}, told),
    ...await list(waits ? say('It waits because none of these starts will do:') : say('What comes before it was passed over:'), passed, event),
    ...await list(say('Not chosen from its lists:'), verdicts.filter(({ verdict, calendar }) => verdict === 'not_chosen' && calendar), event));
}

// ---- attachments ----

const largest = 10 * 1024 * 1024;

/** By event and name, and by content: a file whose answer was lost, chosen again, is not attached twice. */
const writes = new Map<string, Once<unknown>>();
const fileKey = ({ id }: Event, name: string) => JSON.stringify([id, name]);

/** The attachments as links. A reader who may write also gets a field to add a file, and a button to remove each attachment. */
function attachments(event: Event, page: Page): HTMLElement {
  const { mayWrite } = page;
  const arrived = event.attachments.map(({ name }) => fileKey(event, name));
  for (const [file, write] of writes) if (write.unanswered && arrived.some((one) => file.startsWith(one))) writes.delete(file);
  const told = h('div', { role: 'status' });
  const doing = async (words: string, act: () => Promise<unknown>) => {
    told.textContent = say('Asking…');
    try {
      await act();
      notice(words);
      if (told.isConnected) page.look(event);
    } catch (error) {
      if (told.isConnected) told.textContent = errorText(error);
      else notice(errorText(error), 'bad');
    }
  };
  const attach = (file: File) => {
    if (file.size > largest) { told.textContent = say('{name} is larger than 10 MiB.', { name: file.name }); return; }
    if (file.size === 0) { told.textContent = say('{name} is empty.', { name: file.name }); return; }
    void doing(say('Attached: {name}.', { name: file.name }), async () => {
      const content = `${fileKey(event, file.name)} ${file.type} ${new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))}`;
      const write = writes.get(content) ?? once((key) => answer(client.POST('/events/{id}/attachments', {
        params: { path: { id: event.id }, query: { name: file.name }, header: { 'Idempotency-Key': key } },
        body: file as never, bodySerializer: (body: unknown) => body as File, headers: { 'Content-Type': file.type || 'application/octet-stream' },
      })));
      writes.set(content, write);
      await write();
      writes.delete(content);
    });
  };
  const chooser: HTMLInputElement = input('attachment', 'file', '', { change: () => { for (const file of chooser.files ?? []) attach(file); } });
  const remove = (n: number, name: string) => doing(say('Removed: {name}.', { name }), async () => { await answer(client.DELETE('/events/{id}/attachments/{n}', { params: { path: { id: event.id, n } } })); });
  return h('div', {}, h('ul', { class: 'attachments' }, ...event.attachments.map((one) => {
    const button = pressedTwice({ words: say('Remove'), label: say('Remove {name}', { name: one.name }), question: say('Remove this attachment?'), about: one.name, style: 'quiet danger' },
      () => void remove(one.n, one.name));
    return h('li', {}, h('a', { class: 'attachment', dir: 'auto', href: one.url ?? `/events/${event.id}/attachments/${one.n}`, rel: 'noreferrer noopener', target: '_blank' }, one.name), mayWrite && button);
  })), mayWrite && field(say('Attach a file'), chooser, say('of at most 10 MiB')), told);
}

// ---- the dialog ----

/** Content that is loaded when it is unfolded. */
export function disclosure(summary: string, load: () => Promise<HTMLElement>): HTMLElement {
  const content = h('div', { 'aria-live': 'polite' });
  const element: HTMLDetailsElement = h('details', { class: 'more', toggle: () => {
    if (element.open) load().then((shown) => content.replaceChildren(shown), (error: unknown) => content.replaceChildren(errorText(error)));
  } }, h('summary', {}, summary), content);
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
