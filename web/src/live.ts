// Long polls that follow changes while the page is in view.
import { answer, client, nextAfter, Refused, type Change, type Rejection } from './api';
import { notifies } from './notify';
import { forever } from './reach';
import { readLast, takeOrAsk } from './reading';

/**
 * Follows the changes of a calendar from now on, as forever() does. `changed` is called first, and whenever the calendar must be read again.
 * `tried` is called after the attempt to read the last change, even if it failed.
 */
export function followChanges(name: string, atOnce: boolean, signal: AbortSignal, changed: () => void, tried: () => void): void {
  let after: number | null = null;
  void forever(`changes of ${name}`, signal, async (round, wait) => {
    try {
      if (after === null) {
        try {
          after = (await takeOrAsk(`changes of ${name}`, () => readLast(name, round)))[0]?.seq ?? 0;
        } finally {
          tried(); // changed() follows at once, before a caller waiting for tried() has sent anything
        }
        return changed();
      }
      const query = { after, limit: 1000, wait };
      const changes = await answer(client.GET('/calendars/{name}/changes', { params: { path: { name }, query }, signal: round }));
      if (changes.length === 0) return;
      after = changes.at(-1)!.seq;
      changed();
    } catch (error) {
      // Our place was purged (410), or the calendar removed (404): start again from the last change.
      if (error instanceof Refused && (error.problem.status === 410 || error.problem.status === 404)) after = null;
      throw error;
    }
  }, { atOnce });
}

/** Never aborts: for what is followed as long as the page exists. */
const always = new AbortController().signal;

/** Follows the changes of all calendars from now on. `changed` gets null first, and whenever everything must be read again. */
export function followAll(changed: (changes: Change[] | null) => void): void {
  let after: string | null = null;
  void forever('all changes', always, async (round, wait) => {
    try {
      const call = client.GET('/changes', { params: { query: after !== null ? { after, wait } : { last: 1 } }, signal: round });
      const changes = await answer(call) as Change[];
      if (after === null) changed(null);
      else if (changes.length > 0) changed(changes);
      after = nextAfter((await call).response) ?? after;
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 410) after = null;
      throw error;
    }
  }, { anyway: notifies });
}

/** Reports the last twenty rejections, then each new one. */
export function followRejections(heard: (rejections: Rejection[], news: boolean) => Promise<void>): void {
  let after: number | null = null;
  void forever('rejections', always, async (round, wait) => {
    const query = after === null ? { last: 20 } : { after, wait };
    const call = client.GET('/rejections', { params: { query }, signal: round });
    const rejections: Rejection[] = await answer(call);
    if (after === null || rejections.length > 0) await heard(rejections, after !== null);
    const next = nextAfter((await call).response); // it skips rejections that the caller may not see
    after = next ? Number(next) : rejections.at(-1)?.id ?? after ?? 0;
  }, { anyway: notifies });
}
