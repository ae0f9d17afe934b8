// What a column asks for: the same requests, whether they are sent ahead, while the page is still loading, or by the column.
import { answer, client, eventsOf, type Availability, type Calendar, type Change, type Event } from './api';
import { addDays, instantOf } from './zone';

type Client = typeof client;

export const readSettings = (name: string, by: Client = client): Promise<Calendar> =>
  answer(by.GET('/calendars/{name}', { params: { path: { name } } }));

/** The calendar's last change, after which its followers begin. */
export const readLast = (name: string, signal: AbortSignal | null, by: Client = client): Promise<Change[]> =>
  answer(by.GET('/calendars/{name}/changes', { params: { path: { name }, query: { last: 1 } }, signal }));

export interface Shown {
  events: Event[];
  days: Availability[];
  waiting: Event[];
}

/** All that is drawn of a calendar from one wall time to another. */
export async function readShown({ name, time_zone: zone }: Calendar, from: string, to: string, signal: AbortSignal | null, by: Client = client): Promise<Shown> {
  const [events, days, waiting] = await Promise.all([
    eventsOf(name, new Date(instantOf(from, zone)).toISOString(), new Date(instantOf(to, zone)).toISOString(), signal, by),
    answer(by.GET('/calendars/{name}/availability', { params: { path: { name }, query: { from: from.slice(0, 10), to: addDays(to.slice(0, 10), -1) } }, signal })),
    answer(by.GET('/events', { params: { query: { calendar: name, status: ['waiting'], limit: 100 } }, signal })),
  ]);
  return { events, days, waiting: waiting as Event[] };
}
