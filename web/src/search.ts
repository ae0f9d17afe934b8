// Events found by words of their name, place or description, on the calendars that are shown. What is typed is asked about while
// it is typed; a result leads to the event's day.
import { answer, client, type Event } from './api';
import { calledAll } from './called';
import { openDialog } from './dialog';
import { h } from './dom';
import { check, field, input } from './form';
import { say } from './language';
import { Newest } from './newest';
import { errorText } from './placing';
import { rangeText } from './zone';

const most = 50, year = 366 * 86_400_000;
const statuses = ['pending', 'in_progress', 'completed', 'held', 'waiting'] as const;

interface Wish { q: string; past: boolean }

/** `go` shows an event. */
export function openSearch(calendars: string[], now: number, go: (event: Event) => void): void {
  const list = h('ul', { class: 'entries' }), told = h('p', { class: 'none', role: 'status' });
  const find = input('q', 'search', '', { maxlength: 200 }), past = check('past', say('Of the last year too'), false);
  const show = (events: Event[], words: string) => {
    told.textContent = words;
    list.replaceChildren(...events.map((event) => h('li', {}, h('button', { type: 'button', class: 'entry', click: () => { dialog.close(); go(event); } },
      h('b', { dir: 'auto' }, event.event_name),
      h('small', {}, [event.start_timestamp ? rangeText(Date.parse(event.start_timestamp), Date.parse(event.end_timestamp!), event.time_zone) : say('waits'), event.event_location, calledAll(event.calendars)]
        .filter((part) => part !== '').join('; '))))));
  };
  const newest = new Newest<Wish>(async ({ q, past: also }) => {
    try {
      const query = { calendars, q, status: [...statuses], limit: most + 1, ...(also ? { from: new Date(now - year).toISOString() } : {}) };
      const found = await answer(client.GET('/events', { params: { query } })) as Event[];
      return () => show(found.slice(0, most), found.length === 0 ? say('Nothing is called so.') : found.length > most ? say('The first {most}: type more words to find fewer.', { most }) : say('{n} events.', { n: found.length }));
    } catch (error) {
      const words = errorText(error);
      return () => show([], words);
    }
  });
  const look = () => {
    const q = find.value.trim();
    // Signs alone are no word, and the server says so.
    if (!/[\p{L}\p{N}]/u.test(q)) {
      newest.want(null);
      return show([], '');
    }
    newest.want({ q, past: past.querySelector('input')!.checked });
  };
  const dialog = openDialog(say('Find an event'), 'search');
  dialog.body.append(h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); list.querySelector<HTMLElement>('button')?.focus(); }, input: look },
    field(say('Words'), find, say('how words of the name, the place or the description begin; in {names}', { names: calledAll(calendars) })), past), told, list);
  find.focus();
}
