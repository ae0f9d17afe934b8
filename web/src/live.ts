// Long polls that follow changes while the page is in view.
import { answer, client, nextAfter, Refused, type Call, type Change, type Rejection } from './api';
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

/**
 * Follows a list to whose end entries are added. `heard` gets the `last` ones first, and again if our place was purged, then each new one.
 * Where a page does not lead on to another, the next one begins after the number of its last entry.
 */
function followList<Entry>(
  what: string, last: number, page: (from: { last: number } | { after: string; wait: number }, round: AbortSignal) => Call<Entry[]>,
  numberOf: (entry: Entry) => number, heard: (entries: Entry[], news: boolean) => Promise<void>,
): void {
  let after: string | null = null;
  void forever(what, always, async (round, wait) => {
    try {
      const call = page(after === null ? { last } : { after, wait }, round), entries = await answer(call);
      if (after === null || entries.length > 0) await heard(entries, after !== null);
      after = nextAfter((await call).response) ?? String(entries.length > 0 ? numberOf(entries.at(-1)!) : after ?? 0);
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 410) after = null;
      throw error;
    }
  }, { anyway: notifies });
}

/** Follows the changes of all calendars from now on. `changed` gets null first, and whenever everything must be read again. */
export const followAll = (changed: (changes: Change[] | null) => void): void =>
  followList('all changes', 1, (query, signal) => client.GET('/changes', { params: { query }, signal }) as Call<Change[]>, ({ seq }) => seq,
    async (changes, news) => changed(news ? changes : null));

/** Reports the last twenty rejections, then each new one. */
export const followRejections = (heard: (rejections: Rejection[], news: boolean) => Promise<void>): void =>
  followList<Rejection>('rejections', 20, (from, signal) => {
    const query = 'after' in from ? { ...from, after: Number(from.after) } : from;
    return client.GET('/rejections', { params: { query }, signal });
  }, ({ id }) => id, heard);
