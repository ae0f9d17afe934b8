// Retries requests while the server cannot be reached, and lets the banner say so meanwhile. Repeats the requests that follow changes while
// the page is in view.
import { pause, Refused, Unreachable } from './api';
import { report } from './notice';

/** The result of `ask`, retried while it throws Unreachable; null once it is no longer wanted. Throws the other errors of `ask`. */
export async function reached<T>(who: string, ask: () => Promise<T>, wanted: () => boolean = () => true): Promise<T | null> {
  try {
    while (wanted()) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        report(who, error.message);
        await pause(Math.max(error.retryAfter, 2));
      }
    }
    return null;
  } finally {
    report(who, null);
  }
}

const longest = 50; // seconds
const patience = 30; // seconds for an answer that does not wait for news

/** Waits until the page is visible, unless `anyway`. A browser has few connections to one server, so a hidden page should hold none. */
function visible(signal: AbortSignal, anyway: () => boolean): Promise<void> {
  if (!document.hidden || anyway()) return Promise.resolve();
  return new Promise((done) => {
    document.addEventListener('visibilitychange', () => done(), { once: true, signal });
    signal.addEventListener('abort', () => done(), { once: true });
  });
}

const waiting = 3; // requests that wait for news, in all windows of this browser: it has six connections to one server, and others need the rest

/** Takes one of the places of waiting requests. Returns the function that gives it back; null if all are taken. */
async function takePlace(): Promise<(() => void) | null> {
  for (let place = 0; place < waiting; place++) {
    const free = await new Promise<(() => void) | null>((taken) => void navigator.locks.request(`jb waits ${place}`, { ifAvailable: true }, (lock) =>
      lock ? new Promise<void>(taken) : taken(null)));
    if (free) return free;
  }
  return null;
}

/** How to follow something: `anyway` while the page is hidden, and only now and then instead of `atOnce`. */
type Following = { anyway?: () => boolean; atOnce?: boolean };

/**
 * Repeats `step` until `signal` aborts, with growing pauses while the server cannot be reached. `step` may wait for news for so many seconds.
 * If too many requests of this browser wait, or not `atOnce`, it is told not to wait and is repeated every five seconds.
 */
export async function forever(who: string, signal: AbortSignal, step: (signal: AbortSignal, wait: number) => Promise<void>, { anyway = () => false, atOnce = true }: Following = {}): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    await visible(signal, anyway);
    if (signal.aborted) return;
    const round = new AbortController();
    const end = () => { if (signal.aborted || (document.hidden && !anyway())) round.abort(); };
    signal.addEventListener('abort', end, { signal: round.signal });
    document.addEventListener('visibilitychange', end, { signal: round.signal });
    try {
      const leave = atOnce ? await takePlace() : null;
      // After a failure, an immediate answer shows that the trouble is over. A connection may die without a word.
      const wait = leave && failures === 0 ? longest : 0, over = AbortSignal.timeout((wait + patience) * 1000);
      await step(AbortSignal.any([round.signal, over]), wait).finally(() => leave?.());
      const isOver = failures > 0;
      failures = 0;
      report(who, null);
      if (!leave && !isOver) await pause(5, round.signal);
    } catch (error) {
      if (round.signal.aborted) continue;
      if (error instanceof Unreachable) report(who, error.message);
      else if (!(error instanceof Refused)) throw error;
      failures += 1;
      await pause(error instanceof Unreachable ? Math.max(error.retryAfter, Math.min(2 ** failures, 15)) : 15, signal);
    } finally {
      round.abort(); // removes the listeners
    }
  }
  report(who, null);
}
