// The client of the HTTP API, with the types that openapi-typescript makes from docs/openapi.json, and the errors of a call.
import createClient, { type FetchResponse } from 'openapi-fetch';
import type { components, paths } from '../generated/api';
import { sendAhead, takeOrSend } from './ahead';
import { language, say } from './language';

type Schemas = components['schemas'];
/** An event, or a busy time that is drawn as one: the reader may know only when it takes time. */
export type Event = Schemas['Event'] & { isBusyTime?: true };
export type EventRequest = Schemas['EventRequest'];
export type EventChange = Schemas['EventChange'];
export type Outcome = Schemas['Outcome'];
export type Move = Schemas['Move'];
export type Range = Schemas['Range'];
export type Calendar = Schemas['Calendar'];
export type Availability = Schemas['Availability'];
export type Change = Schemas['Change'];
export type Rejection = Schemas['Rejection'];
export type Verdict = Schemas['Verdict'];
export type Problem = Schemas['Problem'];
export type Reason = Schemas['Reason'];
export type Facts = Schemas['Facts'];
export type Whoami = Schemas['Whoami'];
export type Scope = Schemas['Scope'];
export type Feed = Schemas['Feed'];
export type Grant = Schemas['Grant'];
export type Appointment = Schemas['Appointment'];

/** The server has answered, and the answer is no. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

/** The server could not be reached, or cannot answer at present. Another try may succeed. */
export class Unreachable extends Error {
  constructor(message: string, readonly retryAfter: number) {
    super(message);
  }
}

/** Rethrows a fault of the page itself: the other errors are the server's answer, or that there was none. */
export function isAnswer(error: unknown): asserts error is Refused | Unreachable {
  if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
}

const manners = { baseUrl: location.origin, querySerializer: { array: { style: 'form', explode: false } } } as const; // lists have commas

export const client = createClient<paths>({ ...manners, fetch: takeOrSend });

/** Sends what `client` will ask for. */
export const early = createClient<paths>({ ...manners, fetch: sendAhead });

/** The answer of a call. Throws Refused or Unreachable, and AbortError when the caller gave up. */
export async function answer<T extends Record<string | number, unknown>, O, M extends `${string}/${string}`>(
  call: Promise<FetchResponse<T, O, M>>,
): Promise<NonNullable<FetchResponse<T, O, M>['data']>> {
  let result: FetchResponse<T, O, M>;
  try {
    result = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreachable(navigator.onLine ? say('The server cannot be reached.') : say('This device is offline.'), 2);
  }
  const { response, data, error } = result;
  if (response.ok) return data as NonNullable<typeof data>;
  const problem = (error && typeof error === 'object' ? error : { type: '', title: response.statusText, status: response.status }) as Problem;
  if (response.status === 503 || response.status === 429 || response.status === 502)
    throw new Unreachable(language === 'en' ? problem.detail ?? problem.title : say('The server cannot answer at present.'), Number(response.headers.get('Retry-After')) || 1);
  throw new Refused(problem);
}

const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

/**
 * A write that is safe to repeat: each try carries the same Idempotency-Key, so a second try gets the answer of the first.
 * A call of the result gives up after some seconds; the next call goes on under the same key until an answer is known.
 */
export function once<T>(write: (key: string) => Promise<T>): () => Promise<T> {
  let key: string = crypto.randomUUID();
  return async () => {
    for (let tries = 1; ; ++tries) {
      try {
        return await write(key);
      } catch (error) {
        if (!(error instanceof Unreachable)) {
          key = crypto.randomUUID();
          throw error;
        }
        if (tries === 4) throw error;
        await pause(Math.max(error.retryAfter, tries));
      }
    }
  };
}

function shownAs(one: Schemas['Event'] | Schemas['BusyTime']): Event {
  if (one.event_name !== null) return one;
  return { ...one, event_name: say('Busy'), event_location: '', priority: 0, placement: 'fixed', created_at: '', updated_at: '', version: 0, isBusyTime: true };
}

/** Where the list goes on after this answer, null where it ends. */
export function nextAfter({ headers }: Response): string | null {
  const next = /<([^>]*)>; *rel="next"/.exec(headers.get('Link') ?? '');
  return next ? new URL(next[1]!, location.origin).searchParams.get('after') : null;
}

/** All pages of a calendar's events. */
export async function eventsOf(calendar: string, from: string, to: string, signal: AbortSignal | null, by = client): Promise<Event[]> {
  const events: Event[] = [];
  let after: string | undefined;
  do {
    const call = by.GET('/events', {
      params: {
        query: {
          calendar, from, to, limit: 1000, status: ['pending', 'in_progress', 'completed', 'held'], ...(after ? { after } : {}),
        },
      },
      signal,
    });
    const page: unknown = await answer(call);
    events.push(...(page as Parameters<typeof shownAs>[0][]).map(shownAs));
    after = nextAfter((await call).response) ?? undefined;
  } while (after);
  return events;
}
