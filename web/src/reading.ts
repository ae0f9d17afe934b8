// The requests of the page and its columns, which are the same whether sent ahead, while the page is loading, or later.
import { answer, client, eventsOf, type Availability, type Calendar, type Change, type Event } from './api';
import { addDays, instantOf } from './zone';

export const readWho = () => answer(client.GET('/whoami'));
export const readHealth = () => answer(client.GET('/health'));
export const readSettings = (name: string): Promise<Calendar> => answer(client.GET('/calendars/{name}', { params: { path: { name } } }));

/** The calendar's last change, from which followers start. */
export const readLast = (name: string, signal: AbortSignal | null): Promise<Change[]> =>
  answer(client.GET('/calendars/{name}/changes', { params: { path: { name }, query: { last: 1 } }, signal }));

export interface Shown {
  /** Wall times. */
  from: string;
  to: string;
  events: Event[];
  days: Availability[];
  waiting: Event[];
}

/** Everything to draw of a calendar between two wall times. */
export async function readShown({ name, time_zone: zone }: Calendar, from: string, to: string, signal: AbortSignal | null): Promise<Shown> {
  const [events, days, waiting] = await Promise.all([
    eventsOf(name, new Date(instantOf(from, zone)).toISOString(), new Date(instantOf(to, zone)).toISOString(), signal),
    answer(client.GET('/calendars/{name}/availability', { params: { path: { name }, query: { from: from.slice(0, 10), to: addDays(to.slice(0, 10), -1) } }, signal })),
    answer(client.GET('/events', { params: { query: { calendar: name, status: ['waiting'], limit: 100 } }, signal })),
  ]);
  return { from, to, events, days, waiting: waiting as Event[] };
}
