// The requests of the page and its columns. The first ones are sent ahead, before the code that needs their answers has loaded.
import { answer, client, eventsOf, type Calendar, type Change, type Event } from './api';
import { addDays, instantOf } from './zone';

export const readWho = () => answer(client.GET('/whoami'));
export const readHealth = () => answer(client.GET('/health'));
export const readSettings = (name: string): Promise<Calendar> => answer(client.GET('/calendars/{name}', { params: { path: { name } } }));

/** The calendar's last change, from which followers start. */
export const readLast = (name: string, signal: AbortSignal | null): Promise<Change[]> =>
  answer(client.GET('/calendars/{name}/changes', { params: { path: { name }, query: { last: 1 } }, signal }));

/** Everything to draw of a calendar between two wall times. */
export async function readShown({ name, time_zone: zone }: Calendar, from: string, to: string, signal: AbortSignal | null) {
  const [events, days, waiting] = await Promise.all([
    eventsOf(name, new Date(instantOf(from, zone)).toISOString(), new Date(instantOf(to, zone)).toISOString(), signal),
    answer(client.GET('/calendars/{name}/availability', { params: { path: { name }, query: { from: from.slice(0, 10), to: addDays(to.slice(0, 10), -1) } }, signal })),
    answer(client.GET('/events', { params: { query: { calendar: name, status: ['waiting'], limit: 100 } }, signal })),
  ]);
  return { from, to, events, days, waiting: waiting as Event[] };
}

export type Shown = Awaited<ReturnType<typeof readShown>>;

// ---- requests sent ahead: each answer is handed out once, to the first caller with the same question; later calls ask the server ----

const asked = new Map<string, Promise<unknown>>();

/** Asks now, and keeps the answer for the next caller with the same question. */
export function askAhead<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
  const coming = ask();
  coming.catch(() => {}); // the caller of takeOrAsk() gets the error
  asked.set(question, coming);
  return coming;
}

/** The answer requested ahead of time, or else that of a request sent now. */
export function takeOrAsk<Answer>(question: string, ask: () => Promise<Answer>): Promise<Answer> {
  const coming = asked.get(question) as Promise<Answer> | undefined;
  asked.delete(question);
  return coming ?? ask();
}

/** Drops the remaining answers, once the page has its first view. */
export const forgetAhead = (): void => asked.clear();
