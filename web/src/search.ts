// Events found by words of their name, place or description, on the calendars that are shown. What is typed is asked about while
// it is typed; a result leads to the event's day.
import { answer, client, type Event } from './api';
import { calledAll } from './calendars';
import { openDialog } from './dialog';
import { h } from './dom';
import { check, field, input } from './form';
import { say } from './language';
import type { Page } from './main';
import { Newest } from './newest';
import { errorText } from './refusals';
import { dateOf, rangeText } from './zone';

const most = 50, year = 366 * 86_400_000;
const statuses = ['pending', 'in_progress', 'completed', 'held', 'waiting'] as const;

interface Wish { q: string; past: boolean }

/** Shows an event beside its day. */
function go(page: Page, { id, start_timestamp: start, date }: Event): void {
  page.go({ view: 'day', event: id, date: start ? dateOf(start, page.settings[0]!.time_zone) : date ?? page.state.date });
}

export function openSearch(page: Page): void {
  const calendars = page.settings.map(({ name }) => name);
  const list = h('ul', { class: 'entries' }), told = h('p', { class: 'none', role: 'status' });
  const find = input('q', 'search', '', { maxlength: 200 }), past = check('past', say('Include the past year'), false);
  const show = (events: Event[], words: string) => {
    told.textContent = words;
    list.replaceChildren(...events.map((event) => h('li', {}, h('button', { class: 'entry', click: () => { dialog.close(); go(page, event); } },
      h('b', { dir: 'auto' }, event.event_name),
      h('small', {}, [event.start_timestamp ? rangeText(event.start_timestamp, event.end_timestamp!, event.time_zone) : say('waits'), event.event_location, calledAll(event.calendars)]
        .filter((part) => part !== '').join('; '))))));
  };
  const newest = new Newest<Wish>(async ({ q, past: also }) => {
    const query = { calendars, q, status: [...statuses], limit: most + 1, ...(also ? { from: new Date(page.now() - year).toISOString() } : {}) };
    const found = await answer(client.GET('/events', { params: { query } })) as Event[];
    return () => show(found.slice(0, most), found.length === 0 ? say('Nothing was found.') : found.length > most ? say('The first {most}: type more words to find fewer.', { most }) : say('{n} events.', { n: found.length }));
  }, (error) => show([], errorText(error)));
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
    field(say('Words'), find, say('searches titles, places and notes in {names}', { names: calledAll(calendars) })), past), told, list);
  find.focus();
}
