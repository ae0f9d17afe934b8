// Long polls that hear of news for as long as the page is looked at.
import { takeOrAsk } from './ahead';
import { answer, client, nextAfter, pause, Refused, type Change, type Rejection } from './api';
import { notifies } from './notify';
import { forever } from './reach';
import { readLast } from './reading';

/**
 * Tells the changes of a calendar from now on. With `atOnce` a request waits for changes; without, the page asks every
 * five seconds, since a browser has at most six connections to one server. `changed` is called first, and whenever
 * anything is to be read anew. `tried` is called once it is known, or could not be known, what the last change is.
 */
export function followChanges(name: string, atOnce: boolean, signal: AbortSignal, changed: () => void, tried: () => void): void {
  let after: number | null = null;
  void forever(`changes of ${name}`, signal, async (round, wait) => {
    try {
      if (after === null) {
        try {
          after = (await takeOrAsk(`changes of ${name}`, () => readLast(name, round)))[0]?.seq ?? 0;
        } finally {
          tried(); // and changed() at once: who waits for the one has asked for nothing yet when the other comes
        }
        return changed();
      }
      const query = { after, limit: 1000, wait: atOnce ? wait : 0 };
      const changes = await answer(client.GET('/calendars/{name}/changes', { params: { path: { name }, query }, signal: round }));
      if (changes.length === 0) return await pause(atOnce ? 0 : 5, round);
      after = changes.at(-1)!.seq;
      changed();
    } catch (error) {
      // Purged beyond what we know, or removed: what is there is read anew.
      if (error instanceof Refused && (error.problem.status === 410 || error.problem.status === 404)) after = null;
      throw error;
    }
  });
}

/** Of what is followed as long as the page is there. */
const always = new AbortController().signal;

/** Tells the changes of all calendars from now on: null first, and whenever everything is to be read anew. */
export function followAll(changed: (changes: Change[] | null) => void): void {
  let after: string | null = null, begun = false;
  void forever('all changes', always, async (round, wait) => {
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
export function followRejections(heard: (rejections: Rejection[], news: boolean) => Promise<void>): void {
  let after: number | null = null;
  void forever('rejections', always, async (round, wait) => {
    const query = after === null ? { last: 20 } : { after, wait };
    const call = client.GET('/rejections', { params: { query }, signal: round });
    const rejections: Rejection[] = await answer(call);
    if (after === null || rejections.length > 0) await heard(rejections, after !== null);
    const next = nextAfter((await call).response); // behind what may not be seen, where that follows
    after = next ? Number(next) : rejections.at(-1)?.id ?? after ?? 0;
  }, notifies);
}
