// Asks about what is typed or has changed, one request at a time. The latest wish that arrives meanwhile is asked about next, and the
// overtaken answer is dropped. So the page asks as often as the server can answer, without a timer and not for each letter.

/**
 * Returns a function that asks about a wish next; null drops the pending answer. `ask` asks, and returns a function that shows the answer.
 * That, or `failed` on an error, is called unless a newer wish has come.
 */
export function newest<Wish>(ask: (wish: Wish) => Promise<() => void>, failed: (error: unknown) => void): (wish: Wish | null) => void {
  let latest: Wish | null = null, asking = false;
  return async (next) => {
    latest = next;
    if (asking) return;
    asking = true;
    while (latest !== null) {
      const wish: Wish = latest, tell = await ask(wish).catch((error: unknown) => () => failed(error));
      if (latest !== wish) continue;
      latest = null;
      tell();
    }
    asking = false;
  };
}
