// The calendars of the server. There may be thousands, so the page never asks for all of them, but for those that match a typed text and
// those that it needs by name. Also how a calendar is shown: by display name, or else by name, with its color.
import { answer, client, nextAfter, unlessRefused, type Calendar, type Rights } from './api';
import { h } from './dom';
import { joined, whole } from './language';
import { reached } from './reach';

interface Part { found: Calendar[]; next: string | null }

/** At most `limit` calendars whose names or display names contain the typed text, prefix matches first, and where the list continues. */
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

/** The number of names that fit into the address of a request. */
const most = 50;

/** Whether a calendar can have this name. An attendee's name may be one that no calendar can have. */
const isName = (text: string) => text !== '' && !/[\s,]/.test(text);

const collator = new Intl.Collator(undefined, { usage: 'search', sensitivity: 'accent' });

/** Whether two texts are equal, ignoring case and the encoding of accents. */
export const sameText = (one: string, other: string): boolean => collator.compare(one, other) === 0;

/** Names of calendars ignore case. */
const folded = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** A cache of calendars by name. It asks for each name once. */
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

  /** Adds calendars read elsewhere. */
  hear(calendars: Calendar[]): void { for (const one of calendars) this.#asked.set(folded(one.name), one); }

  /** The calendar, if it exists and has been learned. */
  of(name: string): Calendar | null { return this.#asked.get(folded(name)) ?? null; }
}

/** The calendars that the page knows of. */
export const known = new KnownCalendars();

/** The reader's rights on the calendar, which the reader's role may narrow. Empty if the calendar no longer exists. */
export const rightsOn = async (name: string): Promise<Rights> =>
  await unlessRefused(reached(`rights on ${name}`, () => answer(client.GET('/calendars/{name}/rights', { params: { path: { name } } })))) ?? [];

// ---- what they are called ----

/** The display name of a calendar if the page knows it, or else its name. */
export const called = (name: string): string => known.of(name)?.display_name ?? name;

export const calledAll = (names: string[]): string => joined(names.map((name) => whole(called(name))), ', ');

/** The calendars and the zone of their times, which a list over several calendars names (rule 5.21). */
export const calledIn = (names: string[], zone: string): string => joined([calledAll(names), zone], ', ');

/**
 * A spot of a calendar's color, hidden from screen readers. It is shown beside a name, never alone, and outlined, so that it can be seen on
 * light and dark backgrounds.
 */
export function spot(color: string | null): HTMLElement {
  const element = h('span', { class: 'spot', 'aria-hidden': 'true', hidden: color === null });
  if (color !== null) element.style.backgroundColor = color;
  return element;
}

/** The elements that show a calendar: its color and its display name or name. */
export const shown = ({ name, display_name: title, color }: Pick<Calendar, 'name' | 'display_name' | 'color'>): HTMLElement[] =>
  [spot(color), h('bdi', { title: name }, title ?? name)];

/** An element that names these calendars. Asks for those that the page does not know, and then draws `parts` again. */
export function naming(names: string[], parts: () => (Node | string)[]): HTMLElement {
  const element = h('span', { class: 'called' }), draw = () => element.replaceChildren(...parts());
  draw();
  void known.learn(names).then(draw, () => {}); // the name suffices
  return element;
}

/** The calendars of these names as text with their colors, and the zone as in calledIn(). */
export const callings = (names: string[], zone = ''): HTMLElement => naming(names, () => [...names.flatMap((name, index) =>
  [...shown(known.of(name) ?? { name, display_name: null, color: null }), ...(index < names.length - 1 ? [', '] : [])]), zone && `, ${zone}`]);
