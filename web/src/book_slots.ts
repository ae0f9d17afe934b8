// The next slots of a provider in the visitor's zone, by day, as a list that grows on request.
import { answer, client, compareClocks, isAnswer, Refused, type Range } from './api';
import { path, provider, wordsOf } from './book_facts';
import { h } from './dom';
import { authorized, every, refusal, zone } from './guest';
import { say } from './language';
import { reached } from './reach';
import { dateOf, longDayText, timeText, wallOf } from './zone';

const step = 120; // slots per request
const often = 60_000; // ms between checks of which slots are left

const slotsFrom = (from: string | null, limit: number, secret: string) => answer(client.GET('/book/{id}/slots', {
  params: { path, query: { limit, ...(from ? { from } : {}) } }, ...authorized(secret),
}));

/** The slot with this start, if it is still offered. */
export async function offered(start: string): Promise<Range | null> {
  const [first] = await slotsFrom(start, 1, '');
  return first && Date.parse(first.start_timestamp) === Date.parse(start) ? first : null;
}

export class Slots {
  readonly element = h('div', { class: 'slots' });
  readonly #days = h('div', { class: 'slot-days' });
  readonly #state = h('p', { role: 'status', class: 'soft' });
  readonly #more = h('button', { click: () => void this.#load() }, say('Show later times'));
  #last: string | null = null;
  readonly #stopped = new AbortController();

  /** `token` is that of the booking to move, empty for a new one. `gone` aborts when the page is left. */
  constructor(private readonly token: string, private readonly choose: (slot: Range) => void, gone: AbortSignal) {
    gone.addEventListener('abort', () => this.leave());
    every(often, this.#stopped.signal, () => { if (!document.hidden) void this.#drop().catch(isAnswer); });
    this.#more.hidden = true;
    this.element.append(this.#state, this.#days, this.#more);
    void this.#load();
  }

  leave(): void { this.#stopped.abort(); }

  /** Removes slots that can no longer be booked: they have begun, are too soon, or are taken. If all have gone, shows the next ones. */
  async #drop(): Promise<void> {
    const left = await slotsFrom(null, step, this.token), last = left.length < step ? Infinity : Date.parse(left.at(-1)!.start_timestamp);
    const free = new Set(left.map(({ start_timestamp: start }) => Date.parse(start)));
    for (const button of this.#days.querySelectorAll<HTMLElement>('[data-start]')) {
      const start = Number(button.dataset['start']);
      if (start <= last && !free.has(start)) button.remove();
    }
    for (const day of [...this.#days.children]) if (!day.querySelector('.slot')) day.remove();
    if (this.#days.childElementCount > 0 || this.#more.disabled) return; // disabled: more are on their way
    this.#last = null;
    this.#show(left);
  }

  async #load(): Promise<void> {
    this.#more.disabled = true;
    if (!this.#last) this.#state.textContent = say('Looking for times…');
    const from = this.#last && new Date(Date.parse(this.#last) + 1000).toISOString();
    try {
      const slots = await reached('the times', () => slotsFrom(from, step, this.token), () => !this.#stopped.signal.aborted);
      if (slots) this.#show(slots);
    } catch (error) {
      // The page has shown the booking to be moved, so the token is valid.
      const closed = this.token && error instanceof Refused && error.problem.status === 404;
      this.#state.replaceChildren(refusal(closed ? say('The provider takes no bookings by this page at present. Your booking stands as it is.') : wordsOf(error)));
    } finally {
      this.#more.disabled = false;
    }
  }

  #show(slots: Range[]): void {
    for (const { start_timestamp } of slots) if (provider.zone) compareClocks(start_timestamp, provider.zone);
    for (const slot of slots) this.#day(dateOf(slot.start_timestamp, zone)).append(this.#button(slot));
    this.#last = slots.at(-1)?.start_timestamp ?? this.#last;
    this.#more.hidden = slots.length < step;
    this.#state.textContent = this.#last ? '' : say('There is no free time at present. Look again later.');
  }

  #day(date: string): HTMLElement {
    const known = this.#days.querySelector<HTMLElement>(`[data-date="${date}"] .slot-times`);
    if (known) return known;
    const times = h('div', { class: 'slot-times' });
    this.#days.append(h('fieldset', { class: 'slot-day', 'data-date': date }, h('legend', {}, longDayText(date)), times));
    return times;
  }

  #button(slot: Range): HTMLElement {
    const start = Date.parse(slot.start_timestamp);
    const text = timeText(start, zone);
    return h('button', { class: 'slot', 'data-start': start, 'aria-label': `${longDayText(wallOf(start, zone))}, ${text}`, click: () => this.choose(slot) }, text);
  }
}
