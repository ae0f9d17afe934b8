// The calendars of the server, which may be thousands: the page asks for those whose names are typed, and for those that
// something names. It never asks for all of them. And what people call them: by display name, with the colour beside it, or by name.
import { answer, client, isAnswer, nextAfter, type Calendar, type Rights } from './api';
import { spot } from './colors';
import { h } from './dom';
import { joined, whole } from './language';

interface Part { found: Calendar[]; next: string | null }

/** A part of the list of calendars whose names or display names hold the typed text, at most `limit`, and where the list goes on; names that begin with the text come first. */
export async function partLike(typed: string, limit: number, after: string | null, signal?: AbortSignal): Promise<Part> {
  const query = { limit, ...(typed === '' ? {} : { q: typed }), ...(after ? { after } : {}) };
  const call = client.GET('/calendars', { params: { query }, ...(signal ? { signal } : {}) }), found = (await answer(call)) as Calendar[];
  known.hear(found);
  return { found, next: nextAfter((await call).response) };
}

/** The first part of that list. */
export const calendarsLike = async (typed: string, limit: number, signal?: AbortSignal): Promise<Calendar[]> => (await partLike(typed, limit, null, signal)).found;

/** Whether there is a calendar of this name now. */
export const isThere = async (name: string): Promise<boolean> =>
  ((await answer(client.GET('/calendars', { params: { query: { names: [name] } } }))) as Calendar[]).length > 0;

/** As many names as the address of a request has room for. */
const most = 50;

/** Whether a calendar may be called so: a person who attends may have a name that no calendar can have. */
const isName = (text: string) => text !== '' && !/[\s,]/.test(text);

const collator = new Intl.Collator(undefined, { usage: 'search', sensitivity: 'accent' });

/** Whether two texts are the same but for capital letters and for how their accents are encoded. */
export const sameText = (one: string, other: string): boolean => collator.compare(one, other) === 0;

/** Names of calendars are the same in small and capital letters. */
const folded = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The calendars of these names. Each is asked for once, as long as this is kept. */
export class KnownCalendars {
  #asked = new Map<string, Calendar | null>();

  async learn(names: string[]): Promise<void> {
    const unknown = [...new Set(names)].filter((name) => isName(name) && !this.#asked.has(folded(name)));
    for (let at = 0; at < unknown.length; at += most) {
      const part = unknown.slice(at, at + most);
      const found = (await answer(client.GET('/calendars', { params: { query: { names: part } } }))) as Calendar[];
      if (this !== known) known.hear(found);
      for (const name of part) this.#asked.set(folded(name), found.find((one) => folded(one.name) === folded(name)) ?? null);
    }
  }

  /** Takes what somebody else has read. */
  hear(calendars: Calendar[]): void { for (const one of calendars) this.#asked.set(folded(one.name), one); }

  /** The calendar, if it was learned of and exists. */
  of(name: string): Calendar | null { return this.#asked.get(folded(name)) ?? null; }
}

/** The calendars of which the page has heard. */
export const known = new KnownCalendars();

/** The reader's rights on the calendar, which the reader's role may narrow; none if the calendar is gone meanwhile. */
export const rightsOn = (name: string): Promise<Rights> =>
  answer(client.GET('/calendars/{name}/rights', { params: { path: { name } } })).catch((error: unknown) => { isAnswer(error); return []; });

// ---- what they are called ----

/** What the calendar of this name is called, as far as the page has heard of it. */
export const called = (name: string): string => known.of(name)?.display_name ?? name;

export const calledAll = (names: string[]): string => joined(names.map((name) => whole(called(name))), ', ');

/** The parts that show a calendar: colour and what it is called. */
export const shown = ({ name, display_name: title, color }: Pick<Calendar, 'name' | 'display_name' | 'color'>): HTMLElement[] =>
  [spot(color), h('bdi', { title: name }, title ?? name)];

/** The calendars of these names, as a text with their colours. Those of which the page has not heard are asked for. */
export function callings(names: string[]): HTMLElement {
  const element = h('span', { class: 'called' });
  const draw = () => element.replaceChildren(...names.flatMap((name, index) =>
    [...shown(known.of(name) ?? { name, display_name: null, color: null }), ...(index < names.length - 1 ? [', '] : [])]));
  draw();
  void known.learn(names).then(draw, () => {}); // a name does without
  return element;
}
