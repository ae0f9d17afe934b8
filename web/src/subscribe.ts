// A calendar's public feed: an address by which a telephone or another program reads the calendar without a certificate. The
// server tells the address once and keeps no copy of it. So nobody can look an earlier address up; a manager makes a new one.
import { answer, client, type Feed } from './api';
import { called } from './called';
import { h } from './dom';
import { openDialog } from './dialog';
import { alone, choice, text } from './form';
import { say } from './language';
import { notice } from './notice';
import { pressedTwice } from './pressed_twice';
import { Result } from './result';

/** The feed's address, to copy or to follow. A server without a public address has only an address for programs with a certificate. */
function addressOf(feed: Feed): HTMLElement {
  const address = feed.webcal_url ?? new URL(feed.path, location.origin).href;
  const field = h('input', { type: 'text', readonly: true, value: address, 'aria-label': say('Address of the feed') });
  field.addEventListener('focus', () => field.select());
  const copy = async () => {
    await navigator.clipboard.writeText(address);
    copied.textContent = say('Copied.');
  };
  const copied = h('span', { role: 'status' });
  return h('div', { class: 'preview' },
    h('p', {}, feed.webcal_url ? say('Whoever has this address can read the calendar, wherever they are. Copy it now: it is not shown again.')
      : say('This server has no public address: only programs that have a certificate reach the feed. Copy its address now: it is not shown again.')),
    field,
    h('p', {}, h('button', { type: 'button', click: () => void copy().catch(() => field.focus()) }, say('Copy')), ' ',
      feed.webcal_url ? h('a', { href: feed.webcal_url }, say('Open in a calendar program')) : null, ' ', copied));
}

export function openSubscribe(name: string): void {
  const dialog = openDialog(say('Subscribe to {name}', { name: called(name) }), 'subscribe');
  const result = new Result();
  const params = { path: { name } };
  const make = async () => {
    const shows = text(form, 'shows') as Feed['shows'];
    result.element.replaceChildren(addressOf(await answer(client.POST('/calendars/{name}/feed', { params, body: { shows } }))));
  };
  const end = async () => {
    await answer(client.DELETE('/calendars/{name}/feed', { params }));
    dialog.close();
    notice(say('The feed of {name} has ended.', { name: called(name) }));
  };
  // From then on the old address is dead for all its readers, and it never comes back.
  const ending = pressedTwice({ words: say('End the feed'), question: say('End the feed: really?'), style: 'quiet danger' }, () => void alone(form, () => end().catch(result.failed)));
  const form = h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); void alone(form, () => make().catch(result.failed)); } },
    h('p', {}, [say('A telephone or another calendar program reads this calendar by an address of its own, without a certificate.'),
      say('Making one ends the one that was made before.')].join(' ')),
    choice('shows', say('What it shows'), [['events', say('Names and places, but not who attends')], ['busy', say('Only when something is')]], 'events', () => {}),
    result.element,
    h('footer', {}, ending, h('button', { type: 'button', click: dialog.close }, say('Close')), h('button', { type: 'submit', class: 'main' }, say('Make an address'))));
  dialog.body.append(form);
}
