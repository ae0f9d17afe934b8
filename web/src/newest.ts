// A question that follows what is typed, or what has changed: one at a time. What comes meanwhile is asked about next, and an
// answer that was overtaken is dropped. So the server is asked as often as it can answer, without a timer, and never about each
// letter.

export class Newest<Wish> {
  #wish: Wish | null = null;
  #asking = false;

  /** `ask` asks about a wish; what it returns shows the answer, and is called unless another wish has come. So is `failed` with an error. */
  constructor(private readonly ask: (wish: Wish) => Promise<() => void>, private readonly failed: (error: unknown) => void) {}

  /** Null: nothing is to be known any more. */
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
