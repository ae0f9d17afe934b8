// Search on the calendars shown: for events by words of their name, location or note, by attendees, and by a client's contact. It also finds
// calendars by name. The search runs as the person types. A result opens the event's day, or the calendar.
import { answer, client, type Calendar, type Event } from './api';
import { calledAll, calledIn, calendarsLike, shown } from './calendars';
import { openDialog } from './dialog';
import { h } from './dom';
import { check, field, input } from './form';
import { joined, say } from './language';
import type { Page } from './page';
import { newest } from './newest';
import { errorText } from './refusals';
import { contactOf, kindOf, statusText, titleOf } from './words';
import { dateOf, rangeText } from './zone';

const most = 50, year = 366 * 86_400_000;
const people = 10, attending = 3; // matching calendars to list, and how many of them to search for as attendees
const statuses = ['pending', 'in_progress', 'completed', 'held', 'waiting', 'expired'] as const;

interface Wish { q: string; past: boolean }
interface Found { events: Event[]; calendars: Calendar[]; /** More calendars match than were searched for as attendees. */ isCut: boolean }

/** The clock of the calendar that shows the event, which may be an attendee's. */
const zoneOf = (page: Page, { calendars, attendee_calendars: people, time_zone }: Event): string =>
  [...calendars, ...people].map((name) => page.settings.find((one) => one.name === name)).find(Boolean)?.time_zone ?? time_zone;

/** Opens an event over its day. */
function go(page: Page, event: Event): void {
  const { id, start_timestamp: start, date } = event;
  page.go({ view: 'day', event: id, date: start ? dateOf(start, zoneOf(page, event)) : date ?? page.state.date });
}

const startOf = ({ start_timestamp: start }: Event) => (start ? Date.parse(start) : Infinity);

/** The matches, earliest first. Matching calendars are also searched for as attendees, because an event may name a person by calendar. */
async function find({ q, past }: Wish, names: string[], now: number): Promise<Found> {
  const calendars = await calendarsLike(q, people), query = { calendars: names, status: [...statuses], limit: most + 1, ...(past ? { from: new Date(now - year).toISOString() } : {}) };
  const lists = await Promise.all([{ q }, ...calendars.slice(0, attending).map(({ name: attendee }) => ({ attendee }))].map((how) => answer(client.GET('/events', { params: { query: { ...query, ...how } } })))) as Event[][];
  const events = [...new Map(lists.flat().filter(({ isBusyTime }) => !isBusyTime).map((event) => [event.id, event])).values()];
  return { events: events.sort((one, other) => startOf(one) - startOf(other) || one.id - other.id), calendars, isCut: calendars.length > attending };
}

export function openSearch(page: Page): void {
  const names = page.settings.map(({ name }) => name);
  const list = h('ul', { class: 'entries' }), told = h('p', { class: 'none', role: 'status' });
  const words = input('q', 'search', '', { maxlength: 200 }), past = check('past', say('Include the past year'), false);
  const entry = (id: number | string, click: () => void, ...parts: Node[]) => h('li', { 'data-found': id }, h('button', { class: 'entry', click: () => { dialog.close(); click(); } }, ...parts));
  const eventEntry = (event: Event) => entry(event.id, () => go(page, event), h('b', { dir: 'auto' }, titleOf(event)!),
    h('small', {}, joined([event.start_timestamp ? rangeText(event.start_timestamp, event.end_timestamp!, zoneOf(page, event)) : say('waits'), event.status === 'expired' ? statusText(event.status, kindOf(event, page.now())) : '',
      event.event_location, contactOf(event), calledIn(event.calendars, zoneOf(page, event))].filter((part) => part !== ''), '; ')));
  const calendarEntry = (one: Calendar) => entry(one.name, () => page.go({ calendars: [one.name] }), h('b', {}, ...shown(one)), h('small', {}, say('Calendar')));
  const show = ({ events, calendars }: Found, text: string) => {
    told.textContent = text;
    const now = h('ul', { class: 'entries' }, ...calendars.filter(({ name }) => !names.includes(name)).map(calendarEntry), ...events.slice(0, most).map(eventEntry));
    // More letters often find the same. A new button would lose a press that has begun, and the focus.
    if (!now.isEqualNode(list)) list.replaceChildren(...now.children);
  };
  const nothing: Found = { events: [], calendars: [], isCut: false };
  const wordsOf = ({ events: { length: n }, calendars, isCut }: Found) => [
    n === 0 && calendars.length === 0 ? say('Nothing was found.') : n > most ? say('The first {most}: type more words to find fewer.', { most }) : say('{n} events.', { n }),
    isCut ? say('More than {attending} calendars match: type more of a name to find that person’s events.', { attending }) : ''].join(' ').trim();
  const ask = newest<Wish>(async (wish) => {
    const found = await find(wish, names, page.now());
    return () => show(found, wordsOf(found));
  }, (error) => show(nothing, errorText(error)));
  const look = () => {
    const q = words.value.trim();
    // The server refuses a search without letters or digits.
    if (!/[\p{L}\p{N}]/u.test(q)) {
      ask(null);
      return show(nothing, '');
    }
    ask({ q, past: past.querySelector('input')!.checked });
  };
  const dialog = openDialog(say('Find an event'), 'search');
  dialog.body.append(h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); list.querySelector<HTMLElement>('button')?.focus(); }, input: look },
    field(say('Words'), words, say('searches titles, people, clients, places and notes in {names}', { names: calledAll(names) })), past), told, list);
  words.focus();
}
