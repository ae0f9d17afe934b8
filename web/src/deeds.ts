// The actions on an event: confirm, deny, cancel or copy it, or open its form. Denying or cancelling frees a time that another caller may
// take at once. So the page asks first and says how many occurrences are affected. For another scope it asks again.
import { allPages, answer, client, once, oneFor, unlessRefused, type Event, type Once, type Scope } from './api';
import { KnownCalendars } from './calendars';
import { h } from './dom';
import { scopeChoice, text, unpressed } from './form';
import { say } from './language';
import type { Page } from './page';
import { notice, undo } from './notice';
import { booking, isStale, settle, wishOf } from './placing';
import { doneText, isOwnProposal, sendDeed, type Deed } from './proposals';
import { errorText } from './refusals';
import { isLate, kindOf, titleOf } from './words';

const labels: Record<Deed, string> = { confirm: say('Confirm'), deny: say('Deny'), cancel: say('Cancel event') };
/** The text of the button after the first press. */
const questions: Partial<Record<Deed, string>> = { deny: say('Really deny?'), cancel: say('Really cancel?') };

/** Whether the event was imported. An import recognises it by the file's UID, which the calendar's feed shows, and a new booking loses that. */
async function isImported({ id, calendars, start_timestamp: from, end_timestamp: to }: Event): Promise<boolean> {
  const text = await answer(client.GET('/calendars/{name}.ics', { params: { path: { name: calendars[0]! }, query: { from: from!, to: to! } }, parseAs: 'text' }));
  return !text.includes(`UID:jb-${id}-`);
}

/** Whether a new booking would claim other attendees' calendars than the event does. Guests claim nothing, and would no longer be guests. */
function claimsOthers({ calendars, attendees, attendee_calendars, check_attendees }: Event, settings: KnownCalendars): boolean {
  const named = (names: string[]) => names.flatMap((name) => settings.of(name) ?? []), stands = named(calendars);
  const claims = check_attendees ?? stands.some((one) => one.check_attendees), would = claims ? named(attendees).filter((one) => !stands.includes(one)) : [];
  return String([...new Set(would.map(({ name }) => name))].sort()) !== String([...attendee_calendars].sort());
}

/** Whether more depends on the event than it shows: a client's link, a session, a poll that would reopen without it, or an import. */
async function hasMore(event: Event): Promise<boolean> {
  const { id, calendars, attendees, attendee_calendars } = event, all = [...calendars, ...attendee_calendars], settings = new KnownCalendars();
  if (all.some((name) => /^(?:provider|coach|client):/.test(name))) return true;
  const [polls, changes, imported] = await Promise.all([
    allPages((after) => client.GET('/polls', { params: { query: { limit: 1000, ...(after ? { after: Number(after) } : {}) } } })),
    answer(client.GET('/events/{id}/history', { params: { path: { id } } })), isImported(event), settings.learn([...all, ...attendees]),
  ]);
  // An event that has changed calendars may come from a file imported into the first one. On a calendar that holds bookings, a confirmed
  // event would need a confirmation again.
  return imported || changes.some(({ fields }) => fields?.includes('calendars')) || polls.some(({ event_id }) => event_id === id) || claimsOthers(event, settings)
    || all.some((name) => settings.of(name)?.confirm_within !== null);
}

/** Whether booking the event again restores all of it: it is in no series, has no attachments, and none of its wishes is dormant. Throws
 *  Unreachable if the server does not answer. */
async function comesBack(event: Event): Promise<boolean> {
  const { series, attachments, status, start_timestamp: start, hold_for, placement, not_before, not_after, within } = event;
  if (series !== null || attachments.length > 0 || status !== 'pending' || start === null || hold_for !== null) return false;
  if (placement === 'fixed' && (not_before ?? not_after ?? within) !== null) return false;
  return await unlessRefused(hasMore(event)) === false;
}

/** Undoes a cancellation by booking the same event again, if its time is still free. */
async function bookAgain(event: Event, page: Page): Promise<void> {
  const start = Date.parse(event.start_timestamp!);
  await settle(booking(wishOf(event), event.time_zone), { title: say('Book {name} again?', { name: titleOf(event)! }), done: say('Booked again'), start });
  page.refresh();
}

/** `back`: whether the cancellation can be undone. */
async function question(deed: Deed, event: Event, scope: Scope | undefined, back: boolean, isOwn: boolean): Promise<string> {
  const last = say('This cannot be undone.'), cancel = deed === 'cancel';
  if (!scope) {
    const asked = isOwn ? say('Withdraw {name}?', { name: titleOf(event)! }) : cancel ? say('Cancel {name}?', { name: titleOf(event)! }) : say('Deny {name}?', { name: titleOf(event)! });
    return `${asked} ${cancel && back ? say('Others may take its time.') : last}`;
  }
  const count = scope === 'one' ? 1 : (await sendDeed(deed, event, { scope, dry_run: true })).length;
  if (count < 2) return `${cancel ? say('Cancel this occurrence?') : say('Deny this occurrence?')} ${last}`;
  if (scope === 'following')
    return `${cancel ? say('Cancel {n} occurrences, this one and all that follow?', { n: count }) : say('Deny {n} occurrences, this one and all that follow?', { n: count })} ${last}`;
  return `${cancel ? say('Cancel all {n} occurrences? What is over stays.', { n: count }) : say('Deny all {n} occurrences? What is over stays.', { n: count })} ${last}`;
}

/** The buttons for an event, in a dialog that `close` closes. An event that is over can only be copied, or confirmed late. */
export function deedsFor(event: Event, page: Page, close: () => void): HTMLElement {
  const copyButton = h('button', { click: () => { close(); page.copy(event); } }, say('Copy…'));
  const isOwn = isOwnProposal(event, page); // which its maker may only withdraw
  let asked: Deed | null = null, back = false;
  const finish = (deed: Deed) => {
    notice(doneText(deed, titleOf(event)!, isOwn), 'good', deed === 'cancel' && back ? undo(() => void bookAgain(event, page)) : null);
    close();
    page.refresh();
  };
  const failed = (error: unknown, zone?: string) => {
    notice(errorText(error, zone), 'bad');
    if (isStale(error)) page.look(event);
  };
  if (isLate(event, page.now()) && !isOwn) {
    const words = say('Confirm if it is still free'), write = once((key) => sendDeed('confirm', event, { if_still_free: true }, key));
    const confirm = () => write().then(() => finish('confirm'), (error: unknown) => failed(error, event.time_zone));
    const late: HTMLButtonElement = h('button', { class: 'main', 'aria-label': `${words}: ${titleOf(event)!}`, click: () => void unpressed([late], confirm) }, words);
    return h('footer', {}, copyButton, late);
  }
  if (kindOf(event, page.now()) === 'past' || ['cancelled', 'denied', 'expired'].includes(event.status)) return h('footer', {}, copyButton);
  const asking = h('p', { role: 'status' }), buttons = new Map<Deed, HTMLButtonElement>();
  const ask = (deed: Deed | null, words: string) => {
    asked = deed;
    asking.textContent = words;
    for (const [one, button] of buttons) button.textContent = isOwn ? (one === deed ? say('Really withdraw?') : say('Withdraw')) : (one === deed && questions[one]) || labels[one];
  };
  const scope = () => (event.series ? (text(form, 'scope') as Scope) : undefined);
  const writes = oneFor<Once<number[]>>(); // by action and scope
  const go = async (deed: Deed) => {
    const reach = scope(), write = writes(`${deed} ${reach}`, () => once((key) => sendDeed(deed, event, reach ? { scope: reach } : {}, key)));
    if (deed !== 'confirm' && !write.unanswered) {
      if (asked !== deed) back = deed === 'cancel' && await comesBack(event);
      // The action affects exactly as many occurrences as the question says. If the number has changed, it asks again.
      const words = await question(deed, event, reach, back, isOwn);
      if (asked !== deed || asking.textContent !== words) {
        if (scope() === reach) ask(deed, words);
        return;
      }
    }
    await write();
    finish(deed);
  };
  const button = (deed: Deed, style: string) => {
    const element: HTMLButtonElement = h('button', { class: style, click: () => void unpressed([element], () => go(deed).catch(failed)) }, isOwn ? say('Withdraw') : labels[deed]);
    buttons.set(deed, element);
    return element;
  };
  const held = event.status === 'held';
  const form = h(
    'form', { submit: (submitted: SubmitEvent) => submitted.preventDefault() },
    event.series ? scopeChoice('one', () => ask(null, '')) : null, asking,
    h('footer', {}, button('cancel', 'quiet danger'), copyButton, held && !isOwn ? button('deny', 'danger') : null,
      event.status === 'in_progress' || isOwn ? null
        : h('button', { class: held ? '' : 'main', click: () => { const reach = scope(); close(); page.edit(event, reach); } }, say('Change…')),
      held && !isOwn ? button('confirm', 'main') : null),
  );
  return form;
}
