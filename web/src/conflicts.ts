// What the form shows about its time as it is typed: who is busy then, and when everyone needed is free.
import { answer, client, isAnswer, type EventRequest, type OneOf, type Range, type Verdict } from './api';
import { called } from './calendars';
import { h } from './dom';
import { joined, listed, say } from './language';
import { newest } from './newest';
import { someText } from './one_of';
import { nameOf } from './placing';
import { errorText, isKnown, learnCalendars, reasonText } from './refusals';
import { addDays, instantOf, rangeText, wallOf } from './zone';

// ---- who is busy ----

// The scheduler explains the wish, which books nothing, stores no rejection and waits for no lock. So this is the answer that a booking
// would get.

export interface TimeWish {
  request: EventRequest;
  /** The start as typed. A time that the clock skips means the same instant as another text. */
  wall: string;
  zone: string;
  /** The event to be changed, which does not conflict with itself. */
  aside: number | null;
  /** Sentences on the attendees who are busy then and not kept free. */
  others: () => Promise<string[]>;
  /** Who would be chosen from the lists of the event. */
  chosen?: () => Promise<string>;
}

const most = 5; // lines

async function line({ calendar, conflicts, facts }: Verdict, zone: string): Promise<string> {
  const { start_timestamp: from, end_timestamp: to } = facts ?? {}, [id] = conflicts ?? [];
  const name = id === undefined ? '' : await nameOf(id).catch(() => '');
  return joined([calendar ? say('{calendar} is taken', { calendar: called(calendar) }) : say('It is taken'), name, from && to ? rangeText(from, to, zone) : ''].filter((part) => part !== ''), ', ') + '.';
}

async function explained({ request, zone, aside, others, chosen }: TimeWish): Promise<{ lines: string[]; taken: string }> {
  const query = { limit: 50, ...(aside === null ? {} : { aside }) };
  const [verdicts, busy] = await Promise.all([answer(client.POST('/events/explain', { params: { query }, body: request })), others()]);
  const last = verdicts.at(-1), taken = verdicts.filter(({ verdict }) => verdict === 'in_the_way');
  await learnCalendars(verdicts);
  const lines = await Promise.all(taken.slice(0, most).map((one) => line(one, zone)));
  if (taken.length > most) lines.push(say('And {n} more.', { n: taken.length - most }));
  if (last?.verdict === 'rejected' && last.reason && isKnown(last.reason) && taken.length === 0) lines.push(reasonText(last.reason, last.facts ?? {}, zone));
  const moves = last?.moves.length ?? 0;
  if (moves > 0) lines.push(say('{n} events would give way.', { n: moves }));
  return { lines: [...lines, ...busy], taken: last?.verdict !== 'rejected' && request.one_of ? await chosen!() : '' };
}

export class Conflicts {
  readonly element = h('div', { class: 'conflicts only-fixed', role: 'status', 'aria-label': say('At that time') });
  #asked = '';
  readonly #ask = newest<TimeWish>(async (wish) => {
    const { lines, taken } = await explained(wish);
    return () => this.#show([...(lines.length > 0 ? lines : [say('Free then.')]), ...(taken ? [taken] : [])], lines.length > 0);
  }, (error) => {
    isAnswer(error);
    this.#show([], false); // this is only a hint: the booking itself reports errors
  });

  /** `wish` is null if the form has no time. */
  look(wish: TimeWish | null): void {
    const asked = wish ? JSON.stringify([{ ...wish.request, event_name: '' }, wish.wall, wish.aside]) : '';
    if (asked === this.#asked) return;
    this.#asked = asked;
    if (!wish) this.#show([], false);
    this.#ask(wish);
  }

  /** Clears the hint to make room for the answer to the booking. */
  clear(): void {
    this.#show([], false);
    this.#ask(null);
  }

  #show(lines: string[], busy: boolean): void {
    this.element.classList.toggle('taken', busy);
    if (this.element.textContent !== lines.join('')) this.element.replaceChildren(...lines.map((text) => h('p', {}, text)));
  }
}

// ---- when all are free: the calendars of the event, and the attendees with a calendar ----

// The scheduler merges their busy times and applies their hours, so every time offered can be booked. Each day with room offers its first
// time and its first time in the afternoon; a list of the times close to them would help nobody.

export interface Question {
  /** All calendars whose time the event takes. */
  calendars: string[];
  /** Lists of which it takes some. */
  one_of: OneOf[] | null;
  /** Sentences on the attendees whose free time is unknown. */
  strangers: string[];
  duration: number;
  zone: string;
  /** The first day to offer. */
  date: string;
}

const offered = 6;

/** Where the search continues after a slot: in the afternoon of its day, or on the next day. */
function after(slot: Range, zone: string): number {
  const wall = wallOf(slot.start_timestamp, zone), date = wall.slice(0, 10);
  if (wall.slice(11) >= '12') return instantOf(addDays(date, 1), zone);
  return Math.max(instantOf(`${date}T12:00`, zone), Date.parse(slot.end_timestamp));
}

async function firstFree({ calendars, one_of, duration, zone }: Question, from: number, signal: AbortSignal): Promise<{ slots: Range[]; next: number | null }> {
  const slots: Range[] = [];
  for (let next = from; ;) {
    const query = { duration, ...(calendars.length > 0 ? { calendars: [...new Set(calendars)] } : {}), ...(one_of ? { one_of: JSON.stringify(one_of) } : {}), from: new Date(next).toISOString(), limit: 1 };
    const [slot] = await answer(client.GET('/slots', { params: { query }, signal })) as Range[];
    if (!slot) return { slots, next: null };
    slots.push(slot);
    next = after(slot, zone);
    if (slots.length === offered) return { slots, next };
  }
}

export class AllFree {
  readonly element: HTMLDetailsElement;
  readonly #who = h('p');
  readonly #list = h('div', { class: 'choices', role: 'group', 'aria-label': say('Free times') });
  readonly #told = h('p', { role: 'status' });
  readonly #later = h('button', { hidden: true, click: () => void this.#look(this.#next) }, say('Later times'));
  #search = new AbortController();
  #asked = '';
  #next: number | null = null;

  /** `choose` enters the start of a slot in the form. */
  constructor(private readonly question: () => Question | null, private readonly choose: (instant: string) => void) {
    this.element = h('details', { class: 'more only-fixed', toggle: () => this.refresh() }, h('summary', {}, say('When are all free?')), h('div', { class: 'all-free' }, this.#who, this.#list, this.#told, this.#later));
  }

  /** Searches again if the question has changed. */
  refresh(): void {
    if (!this.element.open) return;
    const asked = JSON.stringify(this.question());
    if (asked === this.#asked) return;
    this.#asked = asked;
    void this.#look(null);
  }

  async #look(from: number | null): Promise<void> {
    this.#search.abort();
    const { signal } = (this.#search = new AbortController()), question = this.question();
    this.#list.replaceChildren();
    this.#later.hidden = true;
    if (!question) return this.#tell(say('Fill in the day, the length and whom it needs.'));
    const { calendars, one_of, strangers, zone, date } = question;
    this.#who.textContent = [say('Free at the same time: {names}.', { names: listed([...[...new Set(calendars)].map(called), ...(one_of ?? []).map(someText)]) }), ...strangers].join(' ');
    this.#tell(say('Looking…'));
    try {
      const { slots, next } = await firstFree(question, from ?? instantOf(date, zone), signal);
      this.#next = next;
      this.#later.hidden = next === null;
      this.#tell(slots.length > 0 ? '' : say('No time is free for all of them.'));
      this.#list.replaceChildren(...slots.map((slot) => this.#button(slot, zone)));
      if (from !== null) this.#list.querySelector('button')?.focus();
    } catch (error) {
      if (signal.aborted) return;
      this.#asked = '';
      this.#tell(errorText(error));
    }
  }

  #tell(words: string): void { this.#told.textContent = words; }

  #button(slot: Range, zone: string): HTMLElement {
    const button = h('button', { 'aria-pressed': 'false', click: () => {
      for (const one of this.#list.children) one.setAttribute('aria-pressed', String(one === button));
      this.choose(slot.start_timestamp);
      this.#asked = JSON.stringify(this.question()); // choosing a slot must not start another search
    } }, rangeText(slot.start_timestamp, slot.end_timestamp, zone));
    return button;
  }
}
