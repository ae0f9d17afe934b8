// The reader's public feed of a calendar: an address by which a phone or another program reads the calendar without a certificate, as long
// as the reader may read it. The server shows the address once and keeps no copy, so an old address cannot be looked up, only replaced.
import { answer, client, type Feed } from './api';
import { called } from './calendars';
import { h } from './dom';
import { choice, copyField, pressedTwice, text } from './form';
import { formDialog, type FormDialog } from './form_dialog';
import { say } from './language';
import { notice } from './notice';

/** The feed's address, to copy or to open. Without a public address, the server has one only for programs with a certificate. */
function addressOf(feed: Feed): HTMLElement {
  const [field, copy] = copyField(say('Address of the feed'), feed.webcal_url ?? new URL(feed.path, location.origin).href);
  const words = !feed.webcal_url ? say('This server has no public address: only programs that have a certificate reach the feed. Copy its address now: it is not shown again.')
    : feed.shows === 'busy' ? say('Whoever has this address can see that, wherever they are. Copy it now: it is not shown again.')
      : say('Whoever has this address can read the calendar, wherever they are. Copy it now: it is not shown again.');
  return h('div', { class: 'preview' }, h('p', {}, feed.shows === 'busy' ? `${say('The feed shows when the calendar is busy, and nothing else.')} ` : null, words),
    field, h('p', {}, copy, ' ', feed.webcal_url ? h('a', { href: feed.webcal_url }, say('Open in a calendar program')) : null));
}

/** If the reader may manage the calendar, ending the feed ends everybody's feeds. */
export function openSubscribe(name: string, mayManage: boolean): void {
  const params = { path: { name } };
  // The old address then stops working for all its readers, for good.
  const ending = pressedTwice({ words: say('End the feed'), question: mayManage ? say('End the feeds of all?') : say('End this feed?'), style: 'quiet danger' }, () => dialog.alone(async () => {
    await answer(client.DELETE('/calendars/{name}/feed', { params }));
    dialog.close();
    notice(say('The feed of {name} has ended.', { name: called(name) }));
  }));
  const dialog: FormDialog = formDialog({
    title: say('Subscribe to {name}', { name: called(name) }), name: 'subscribe', submit: say('Make an address'), before: [ending], keep: null, fields: [
      h('p', {}, `${say('A telephone or another calendar program reads this calendar by an address of its own, without a certificate.')} ${say('It lasts as long as you may read the calendar. Making one ends the one that you made before.')}`),
      choice('shows', say('What it shows'), [['events', say('Names and places, but not who attends')], ['busy', say('Busy times only')]], 'events', () => {}),
    ],
  }, async () => {
    const shows = text(dialog.form, 'shows') as Feed['shows'];
    dialog.result.replaceChildren(addressOf(await answer(client.POST('/calendars/{name}/feed', { params, body: { shows } }))));
  });
}
