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

/** Waits until the page is visible, unless `anyway`. A browser has few connections to one server, so a hidden page should hold none. */
function visible(signal: AbortSignal, anyway: () => boolean): Promise<void> {
  if (!document.hidden || anyway()) return Promise.resolve();
  return new Promise((done) => {
    document.addEventListener('visibilitychange', () => done(), { once: true, signal });
    signal.addEventListener('abort', () => done(), { once: true });
  });
}

/** Repeats `step` until `signal` aborts, with growing pauses while the server cannot be reached. */
export async function forever(who: string, signal: AbortSignal, step: (signal: AbortSignal, wait: number) => Promise<void>, anyway: () => boolean = () => false): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    await visible(signal, anyway);
    if (signal.aborted) return;
    const round = new AbortController();
    const end = () => { if (signal.aborted || (document.hidden && !anyway())) round.abort(); };
    signal.addEventListener('abort', end, { signal: round.signal });
    document.addEventListener('visibilitychange', end, { signal: round.signal });
    try {
      await step(round.signal, failures > 0 ? 0 : longest); // after a failure, an immediate answer shows that the trouble is over
      failures = 0;
      report(who, null);
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
