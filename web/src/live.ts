// Long polls that hear of news for as long as the page is looked at.
import { answer, client, nextAfter, Refused, Unreachable, type Change, type Rejection } from './api';
import { report } from './notice';
import { notifies } from './notify';
import { readLast } from './reading';

const longest = 50; // seconds
const pause = (seconds: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, seconds * 1000);
    const stop = () => { clearTimeout(timer); done(); };
    signal.addEventListener('abort', stop, { once: true });
    addEventListener('online', stop, { once: true, signal });
  });

type Wish = () => boolean;

/** Waits until the page is visible: a browser keeps few connections to one server, and a hidden page holds none of them, unless its reader wants notifications. */
function visible(signal: AbortSignal, anyway: Wish): Promise<void> {
  if (!document.hidden || anyway()) return Promise.resolve();
  return new Promise((done) => {
    document.addEventListener('visibilitychange', () => done(), { once: true, signal });
    signal.addEventListener('abort', () => done(), { once: true });
  });
}

/** Repeats `step` until `signal`, with growing pauses while the server cannot be reached. */
async function forever(who: string, signal: AbortSignal, step: (signal: AbortSignal, wait: number) => Promise<void>, anyway: Wish = () => false): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    await visible(signal, anyway);
    if (signal.aborted) return;
    const round = new AbortController();
    const end = () => { if (signal.aborted || (document.hidden && !anyway())) round.abort(); };
    signal.addEventListener('abort', end, { once: true });
    document.addEventListener('visibilitychange', end);
    try {
      await step(round.signal, failures > 0 ? 0 : longest); // after trouble an answer at once: it says that the trouble is over
      failures = 0;
      report(who, null);
    } catch (error) {
      if (round.signal.aborted) continue;
      if (error instanceof Unreachable) report(who, error.message);
      else if (!(error instanceof Refused)) throw error;
      failures += 1;
      await pause(error instanceof Unreachable ? Math.max(error.retryAfter, Math.min(2 ** failures, 15)) : 15, signal);
    } finally {
      signal.removeEventListener('abort', end);
      document.removeEventListener('visibilitychange', end);
    }
  }
  report(who, null);
}

/**
 * Tells the changes of a calendar from now on. With `atOnce` a request waits for changes; without, the page asks every
 * five seconds, since a browser has at most six connections to one server. `changed` is called with null first, and
 * whenever everything is to be read anew. `tried` is called once it is known, or could not be known, what the last change is.
 */
export function followChanges(name: string, atOnce: boolean, signal: AbortSignal, changed: (changes: Change[] | null) => void, tried: () => void): void {
  let after: number | null = null;
  const path = { params: { path: { name } } };
  void forever(`changes of ${name}`, signal, async (round, wait) => {
    if (after === null) {
      try {
        after = (await readLast(name, round))[0]?.seq ?? 0;
      } finally {
        tried();
      }
      changed(null);
      return;
    }
    try {
      const query = { after, limit: 1000, wait: atOnce ? wait : 0 };
      const changes: Change[] = await answer(client.GET('/calendars/{name}/changes', { params: { ...path.params, query }, signal: round }));
      if (changes.length > 0) {
        after = changes.at(-1)!.seq;
        changed(changes);
      } else if (!atOnce) {
        await pause(5, round);
      }
    } catch (error) {
      // Purged beyond what we know, or removed: what is there is read anew.
      if (error instanceof Refused && (error.problem.status === 410 || error.problem.status === 404)) after = null;
      throw error;
    }
  });
}

/** Tells the changes of all calendars from now on: null first, and whenever everything is to be read anew. */
export function followAll(signal: AbortSignal, changed: (changes: Change[] | null) => void): void {
  let after: string | null = null, begun = false;
  void forever('all changes', signal, async (round, wait) => {
    try {
      // Where nothing has ever changed there is no cursor yet: the first change of all brings it.
      const call = client.GET('/changes', { params: { query: after !== null ? { after, wait } : begun ? { wait } : { last: 1 } }, signal: round });
      const changes = await answer(call) as Change[];
      after = nextAfter((await call).response) ?? after;
      if (!begun || changes.length > 0) changed(begun ? changes : null);
      begun = true;
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 410) [after, begun] = [null, false];
      throw error;
    }
  }, notifies);
}

/** Tells the last twenty rejections, then each as it happens. */
export function followRejections(signal: AbortSignal, heard: (rejections: Rejection[], news: boolean) => Promise<void>): void {
  let after: number | null = null;
  void forever('rejections', signal, async (round, wait) => {
    const query = after === null ? { last: 20 } : { after, wait };
    const call = client.GET('/rejections', { params: { query }, signal: round });
    const rejections: Rejection[] = await answer(call);
    if (after === null || rejections.length > 0) await heard(rejections, after !== null);
    const next = nextAfter((await call).response); // behind what may not be seen, where that follows
    after = next ? Number(next) : rejections.at(-1)?.id ?? after ?? 0;
  }, notifies);
}
