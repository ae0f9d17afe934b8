// What a person may do with an event: confirm, deny or cancel it, copy it, or open its form. Denying or cancelling frees a
// time that another caller may take at once. So the page asks first and says how much of a series goes; for another scope it
// asks anew.
import { answer, client, once, type Event, type Scope } from './api';
import { h } from './dom';
import { scopeChoice, text, unpressed } from './form';
import { say } from './language';
import { isLate, lateConfirm } from './late';
import type { Page } from './main';
import { notice } from './notice';
import { booking, isStale, settle, wishOf } from './placing';
import { errorText } from './refusals';
import { kindOf, titleOf } from './words';

type Deed = 'cancel' | 'confirm' | 'deny';
const labels: Record<Deed, string> = { confirm: say('Confirm'), deny: say('Deny'), cancel: say('Cancel event') };
/** What stands on the button after the first press. */
const questions: Partial<Record<Deed, string>> = { deny: say('Really deny?'), cancel: say('Really cancel?') };

function doneText(deed: Deed, name: string): string {
  if (deed === 'confirm') return say('Confirmed: {name}.', { name });
  return deed === 'deny' ? say('Denied: {name}.', { name }) : say('Cancelled: {name}.', { name });
}

/** Sends the deed. Result: the ids of the events of the series that it changes. */
async function send(deed: Deed, event: Event, body: { scope?: Scope; dry_run?: boolean }, key?: string): Promise<number[]> {
  const params = { path: { id: event.id }, header: { 'If-Match': `"${event.version}"`, ...(key ? { 'Idempotency-Key': key } : {}) } };
  return (await answer(client.POST(`/events/{id}/${deed}`, { params, body }))).events ?? [];
}

/** Whether all of the event comes back when it is booked again: it is no part of a series, and nothing is attached to it. */
const isAlone = (event: Event) => event.series === null && event.attachments.length === 0 && event.status === 'pending' && event.start_timestamp !== null;

/** Takes a cancellation back: the same is booked anew, where its time is still free. */
async function bookAgain(event: Event, page: Page): Promise<void> {
  const start = Date.parse(event.start_timestamp!);
  await settle(booking(wishOf(event), event.time_zone), { title: say('Book {name} again?', { name: titleOf(event)! }), done: say('Booked again'), start });
  page.refresh();
}

async function question(deed: Deed, event: Event, scope: Scope | undefined): Promise<string> {
  const last = say('This cannot be undone.'), cancel = deed === 'cancel';
  if (!scope) {
    const asked = cancel ? say('Cancel {name}?', { name: titleOf(event)! }) : say('Deny {name}?', { name: titleOf(event)! });
    return `${asked} ${cancel && isAlone(event) ? say('Others may take its time.') : last}`;
  }
  const count = scope === 'one' ? 1 : (await send(deed, event, { scope, dry_run: true })).length;
  if (count < 2) return `${cancel ? say('Cancel this occurrence?') : say('Deny this occurrence?')} ${last}`;
  if (scope === 'following')
    return `${cancel ? say('Cancel {n} occurrences, this one and all that follow?', { n: count }) : say('Deny {n} occurrences, this one and all that follow?', { n: count })} ${last}`;
  return `${cancel ? say('Cancel all {n} occurrences? What is over stays.', { n: count }) : say('Deny all {n} occurrences? What is over stays.', { n: count })} ${last}`;
}

/** The buttons for an event, in a dialog that `close` closes; of an event that is over only a copy can be made. */
export function deedsFor(event: Event, page: Page, close: () => void): HTMLElement {
  const copyButton = h('button', { click: () => { close(); page.copy(event); } }, say('Copy…'));
  if (isLate(event, page.now())) return h('footer', {}, copyButton, lateConfirm(event, page, close));
  if (kindOf(event, page.now()) === 'past' || ['cancelled', 'denied', 'expired'].includes(event.status)) return h('footer', {}, copyButton);
  const asking = h('p', { role: 'status' }), buttons = new Map<Deed, HTMLButtonElement>();
  let asked: Deed | null = null;
  const ask = (deed: Deed | null, words: string) => {
    asked = deed;
    asking.textContent = words;
    for (const [one, button] of buttons) button.textContent = (one === deed && questions[one]) || labels[one];
  };
  const scope = () => (event.series ? (text(form, 'scope') as Scope) : undefined);
  const go = async (deed: Deed) => {
    const reach = scope();
    if (deed !== 'confirm' && asked !== deed) {
      const words = await question(deed, event, reach);
      if (scope() === reach) ask(deed, words);
      return;
    }
    await once((key) => send(deed, event, reach ? { scope: reach } : {}, key))();
    notice(doneText(deed, titleOf(event)!), 'good', deed === 'cancel' && isAlone(event) ? { label: say('Undo'), act: () => void bookAgain(event, page) } : null);
    close();
    page.refresh();
  };
  const button = (deed: Deed, style: string) => {
    const failed = (error: unknown) => {
      notice(errorText(error), 'bad');
      if (isStale(error)) page.look(event);
    };
    const element: HTMLButtonElement = h('button', { class: style, click: () => void unpressed([element], () => go(deed).catch(failed)) }, labels[deed]);
    buttons.set(deed, element);
    return element;
  };
  const held = event.status === 'held';
  const form = h(
    'form', { submit: (submitted: SubmitEvent) => submitted.preventDefault() },
    event.series ? scopeChoice('one', () => ask(null, '')) : null, asking,
    h('footer', {}, button('cancel', 'quiet danger'), copyButton, held ? button('deny', 'danger') : null,
      event.status === 'in_progress' ? null
        : h('button', { class: held ? '' : 'main', click: () => { const reach = scope(); close(); page.edit(event, reach); } }, say('Change…')),
      held ? button('confirm', 'main') : null),
  );
  return form;
}
