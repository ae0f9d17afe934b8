// Finds when everyone needed for a new event is free: its calendars, and the attendees with a calendar. The scheduler merges their busy
// times and applies their hours, so every time offered can be booked. Each day with room offers its first time and its first time in
// the afternoon; a list of the times close to them would help nobody.
import { answer, client, type Range } from './api';
import { called } from './calendars';
import { h } from './dom';
import { listed, say } from './language';
import { errorText } from './refusals';
import { addDays, instantOf, rangeText, wallOf } from './zone';

export interface Question {
  /** All calendars whose time the event takes. */
  calendars: string[];
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

async function firstFree({ calendars, duration, zone }: Question, from: number, signal: AbortSignal): Promise<{ slots: Range[]; next: number | null }> {
  const slots: Range[] = [];
  for (let next = from; ;) {
    const query = { duration, calendars: [...new Set(calendars)], from: new Date(next).toISOString(), limit: 1 };
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
    this.element = h('details', { class: 'more only-fixed' }, h('summary', {}, say('When are all free?')), h('div', { class: 'all-free' }, this.#who, this.#list, this.#told, this.#later));
    this.element.addEventListener('toggle', () => this.refresh());
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
    const { calendars, strangers, zone, date } = question;
    this.#who.textContent = [say('Free at the same time: {names}.', { names: listed([...new Set(calendars)].map(called)) }), ...strangers].join(' ');
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
