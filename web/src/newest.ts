// Asks about what is typed or has changed, one request at a time. The latest wish that arrives meanwhile is asked about next, and the
// overtaken answer is dropped. So the page asks as often as the server can answer, without a timer and not for each letter.

export class Newest<Wish> {
  #wish: Wish | null = null;
  #asking = false;

  /** `ask` asks about a wish, and returns a function that shows the answer. That, or `failed` on an error, is called unless a newer wish has come. */
  constructor(private readonly ask: (wish: Wish) => Promise<() => void>, private readonly failed: (error: unknown) => void) {}

  /** Asks about `wish` next; null drops the pending answer. */
  want(wish: Wish | null): void {
    this.#wish = wish;
    if (!this.#asking) void this.#go();
  }

  async #go(): Promise<void> {
    this.#asking = true;
    while (this.#wish !== null) {
      const wish: Wish = this.#wish, tell = await this.ask(wish).catch((error: unknown) => () => this.failed(error));
      if (this.#wish !== wish) continue;
      this.#wish = null;
      tell();
    }
    this.#asking = false;
  }
}
