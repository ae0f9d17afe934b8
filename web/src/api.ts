// The client of the HTTP API, with the types that openapi-typescript generates from docs/openapi.json, and the errors of a call.
import createClient from 'openapi-fetch';
import type { BusyTime, Event as Booked, paths, Problem } from '../generated/api';
import { language, say } from './language';
import { notice } from './notice';
import { wallOf } from './zone';

export type * from '../generated/api';
/** An event, or a busy time drawn as one, of which the reader may know only when it is. */
export type Event = Booked & { isBusyTime?: true };

/** The server refused the request. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

/** The server could not be reached, or cannot answer at present. A retry may succeed. */
export class Unreachable extends Error {
  constructor(message: string, readonly retryAfter: number) {
    super(message);
  }
}

/** Rethrows a fault of the page itself. Returns if the server refused or did not answer. */
export function isAnswer(error: unknown): asserts error is Refused | Unreachable {
  if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
}

/** The result of a request, or null for a refusal that fits. */
export const unlessRefused = <T>(asked: Promise<T>, fits: (problem: Problem) => boolean = () => true): Promise<T | null> => asked.catch((error: unknown) => {
  if (error instanceof Refused && fits(error.problem)) return null;
  throw error;
});

/** A string or a number of a JSON text. */
const scalar = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

export const client = createClient<paths>({
  baseUrl: location.origin, querySerializer: { array: { style: 'form', explode: false } }, // lists have commas
  bodySerializer: (body: unknown) => JSON.stringify(body).replace(/"\\u0000(-?\d[\d.eE+-]*)"/g, '$1'),
});

/** From now on each request is refused if somebody else has signed in meanwhile: the page shows and writes for this principal only. */
export function expect(principal: string): void {
  const name = encodeURIComponent(principal).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
  client.use({ onRequest: ({ request }) => request.headers.set('Expect-Principal', name) });
}

// Metadata keep each digit (rule 4.25), even those that a double cannot hold. Such a number is read as a string: a NUL, which no string of
// the server has, and the digits. The body of a request has it as a number again.
client.use({ onResponse: async ({ response }) => {
  if (!response.ok || !response.headers.get('Content-Type')?.startsWith('application/json')) return undefined;
  return new Response((await response.text()).replace(scalar, (text) => (text.startsWith('"') || String(Number(text)) === text ? text : `"\\u0000${text}"`)), response);
} });

/** The members of a request that have a value. */
export const given = <Members extends object>(members: Members) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined && value !== ''));

/** The type of what `client` returns. */
export type Call<Data> = Promise<{ data?: Data; error?: unknown; response: Response }>;

/** The answer of a call. Throws Refused or Unreachable, or AbortError if the caller gave up. */
export async function answer<Data>(call: Call<Data>): Promise<NonNullable<Data>> {
  const { response, data, error } = await call.catch((fault: unknown) => {
    if (fault instanceof DOMException && fault.name === 'AbortError') throw fault;
    throw new Unreachable(navigator.onLine ? say('The server cannot be reached.') : say('This device is offline.'), 2);
  });
  if (response.ok) return data as NonNullable<Data>;
  const problem = (error && typeof error === 'object' ? error : { type: '', title: response.statusText, status: response.status }) as Problem;
  if (problem.type === '/problems/not-signed-in')
    throw new Unreachable(say('You are no longer signed in. Open this address in another tab and sign in there: then this page goes on.'), 2);
  if (problem.type === '/problems/another-caller')
    throw new Unreachable(say('Somebody else has signed in. Load this page anew, or sign in again in another tab: then this page goes on.'), 5);
  if (response.status === 503 || response.status === 429 || response.status === 502)
    throw new Unreachable(language === 'en' ? problem.detail ?? problem.title : say('The server cannot answer at present.'), Number(response.headers.get('Retry-After')) || 1);
  throw new Refused(problem);
}

/** Waits for `seconds`, or until `signal` aborts or this device is online again. */
export const pause = (seconds: number, signal: AbortSignal | null = null): Promise<void> => new Promise((resolve) => {
  const done = () => {
    clearTimeout(timer);
    removeEventListener('online', done);
    resolve();
  };
  const timer = setTimeout(done, seconds * 1000);
  addEventListener('online', done);
  signal?.addEventListener('abort', done, { once: true });
});

/** A write that is safe to repeat. It is `unanswered` if the last call gave up, so that the write may or may not have been done. */
export interface Once<T> {
  (): Promise<T>;
  unanswered: boolean;
}

/**
 * Makes a write safe to repeat: each try carries the same Idempotency-Key, so a second try gets the answer of the first.
 * A call of the result gives up after some seconds. The next call continues under the same key until an answer is known; then another
 * call is another write. A call made meanwhile waits for the same answer.
 */
export function once<T>(write: (key: string) => Promise<T>): Once<T> {
  let key: string = crypto.randomUUID(), running: Promise<T> | null = null;
  const tried = async () => {
    for (let tries = 1; ; ++tries) {
      try {
        const done = await write(key);
        [key, send.unanswered] = [crypto.randomUUID(), false];
        return done;
      } catch (error) {
        send.unanswered = error instanceof Unreachable;
        if (!(error instanceof Unreachable)) {
          key = crypto.randomUUID();
          throw error;
        }
        if (tries === 4) throw error;
        await pause(Math.max(error.retryAfter, tries));
      }
    }
  };
  const send: Once<T> = Object.assign(() => (running ??= tried().finally(() => { running = null; })), { unanswered: false });
  return send;
}

/** Returns a function that makes one thing for each text: equal wishes share one write, and so its key and its answer. */
export function oneFor<Made>(): (wish: string, make: () => Made) => Made {
  const all = new Map<string, Made>();
  return (wish, make) => {
    const made = all.get(wish) ?? make();
    all.set(wish, made);
    return made;
  };
}

function shownAs(one: Booked | BusyTime): Event {
  if (one.event_name !== null) return one;
  return { ...one, event_name: say('Busy'), event_location: '', priority: 0, placement: 'fixed', created_at: '', updated_at: '', version: 0, isBusyTime: true };
}

/** Where the list continues after this answer, or null at its end. */
export function nextAfter({ headers }: Response): string | null {
  const next = /<([^>]*)>; *rel="next"/.exec(headers.get('Link') ?? '');
  return next ? new URL(next[1]!, location.origin).searchParams.get('after') : null;
}

/** All items of a paged list. `page` requests the page after a place, or the first one for null. */
export async function allPages<One>(page: (after: string | null) => Call<One[]>): Promise<One[]> {
  const all: One[] = [];
  let after: string | null = null;
  do {
    const call = page(after);
    all.push(...await answer(call));
    after = nextAfter((await call).response);
  } while (after);
  return all;
}

// ---- zone data: a zone's rules change, and a browser may have older or newer ones than the server ----

const told = new Set<string>();

/** Tells, once for a zone, if its clock has another time here than in the server's answer. `timestamp` has the zone's offset, as the server writes it. */
export function compareClocks(timestamp: string | null, zone: string): void {
  if (!timestamp || told.has(zone) || wallOf(timestamp, zone) === timestamp.slice(0, 19)) return;
  told.add(zone);
  notice(say('This browser and the server disagree about the clock of {zone}: some times shown here are wrong. One of the two has old time zone data.', { zone }), 'bad');
}

/** All of a calendar's events. */
export async function eventsOf(calendar: string, from: string, to: string, signal: AbortSignal | null): Promise<Event[]> {
  const query = { calendar, from, to, limit: 1000, status: ['pending' as const, 'in_progress' as const, 'completed' as const, 'held' as const] };
  const events: unknown = await allPages((after) => client.GET('/events', { params: { query: { ...query, ...(after ? { after } : {}) } }, signal }));
  for (const { start_timestamp, time_zone } of events as (Booked | BusyTime)[]) compareClocks(start_timestamp ?? null, time_zone);
  return (events as (Booked | BusyTime)[]).map(shownAs);
}
