// An event's attachments as links. A reader who may write also gets a field to add a file, and a button to remove each attachment.
import { answer, client, once, type Event, type Once } from './api';
import { h } from './dom';
import { field, input, pressedTwice } from './form';
import { say } from './language';
import type { Page } from './page';
import { notice } from './notice';
import { errorText } from './refusals';

const largest = 10 * 1024 * 1024;

/** By event and name, then by content: a file whose answer was lost, chosen again, is not attached twice. */
const writes = new Map<string, Map<string, Once<unknown>>>();
const fileKey = ({ id }: Event, name: string) => JSON.stringify([id, name]);

export function attachments(event: Event, page: Page): HTMLElement {
  const { mayWrite } = page;
  for (const { name } of event.attachments) { // it has arrived
    const named = writes.get(fileKey(event, name));
    for (const [content, write] of named ?? []) if (write.unanswered) named?.delete(content);
  }
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
      const content = `${file.type} ${new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))}`;
      const named = writes.get(fileKey(event, file.name)) ?? new Map<string, Once<unknown>>();
      const write = named.get(content) ?? once((key) => answer(client.POST('/events/{id}/attachments', {
        params: { path: { id: event.id }, query: { name: file.name }, header: { 'Idempotency-Key': key } },
        body: file as never, bodySerializer: (body: unknown) => body as File, headers: { 'Content-Type': file.type || 'application/octet-stream' },
      })));
      writes.set(fileKey(event, file.name), named.set(content, write));
      await write();
      named.delete(content);
    });
  };
  const chooser = input('attachment', 'file', '');
  chooser.addEventListener('change', () => { for (const file of chooser.files ?? []) attach(file); });
  const remove = (n: number, name: string) => doing(say('Removed: {name}.', { name }), async () => { await answer(client.DELETE('/events/{id}/attachments/{n}', { params: { path: { id: event.id, n } } })); });
  return h('div', {}, h('ul', { class: 'attachments' }, ...event.attachments.map((one) => {
    const button = pressedTwice({ words: say('Remove'), label: say('Remove {name}', { name: one.name }), question: say('Remove this attachment?'), about: one.name, style: 'quiet danger' },
      () => void remove(one.n, one.name));
    return h('li', {}, h('a', { class: 'attachment', dir: 'auto', href: one.url ?? `/events/${event.id}/attachments/${one.n}`, rel: 'noreferrer noopener', target: '_blank' }, one.name), mayWrite && button);
  })), mayWrite && field(say('Attach a file'), chooser, say('of at most 10 MiB')), told);
}
