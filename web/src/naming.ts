// How the fields of a form name calendars: by display name, or by name. The form looks up the typed text, and says so if it means no
// calendar.
import type { Calendar } from './api';
import { known, KnownCalendars, partLike, sameText } from './calendars';
import { listed, say } from './language';

const few = 20; // calendars of the first request, which is usually the only one
const many = 1000, mostLooks = 10; // calendars of each further request, and the limit of requests
const longest = 200; // characters of a display name
const likely = 3; // calendars offered for a text that means none
const named = 10; // calendars listed by name if they share a display name

/** The result for a text: the calendars of this name, some whose names contain it, and whether all of those were read. */
interface Found { same: Calendar[]; like: Calendar[]; isWhole: boolean }

/** The text that offers a calendar among others: its display name if unique, or else its name. */
export const offeredAs = ({ name, display_name: title }: Calendar, among: Calendar[]): string =>
  (title !== null && among.filter((one) => one.display_name !== null && sameText(one.display_name, title)).length === 1 ? title : name);

export class Naming {
  readonly #calendars = new KnownCalendars();
  /** Field text to the name of the calendar that it means. */
  readonly #meant = new Map<string, string>();
  /** Results by the text that was looked up among display names. */
  readonly #found = new Map<string, Found>();

  /** The field text for a name. Of two calendars with one display name, the second keeps its name. An unknown name stays, and must be learned. */
  textOf(name: string): string {
    const calendar = known.of(name), title = calendar?.display_name ?? name;
    if (!calendar) return name;
    const text = (this.#meant.get(title) ?? calendar.name) === calendar.name ? title : calendar.name;
    this.#meant.set(text, calendar.name);
    return text;
  }

  /**
   * Learns what these texts mean: the calendar of this name, or else the only one of this display name, ignoring case.
   * The search for a text ends early when it is no longer `wanted`, because more letters were typed.
   */
  async learn(texts: string[], wanted = () => true): Promise<void> {
    await this.#calendars.learn(texts.map((text) => this.nameOf(text)));
    await Promise.all(texts.filter((text) => text.length <= longest && !this.#meant.has(text) && !this.of(text)).map(async (text) => {
      const found = await this.#find(text, wanted);
      if (!found) return;
      const { same } = found;
      this.#calendars.hear(same);
      this.#meant.set(text, same.length === 1 ? same[0]!.name : text);
      this.#found.set(text, found);
    }));
  }

  /** Reads the list to its end: a short name is part of many others, display names are unordered, and a second match must not be missed. */
  async #find(text: string, wanted: () => boolean): Promise<Found | null> {
    const called: Calendar[] = [], like: Calendar[] = [];
    let next: string | null = null, looks = 0;
    do {
      const part = await partLike(text, looks === 0 ? few : many, next);
      called.push(...part.found.filter(({ name, display_name: title }) => sameText(name, text) || (title !== null && sameText(title, text))));
      if (looks === 0) like.push(...part.found.slice(0, likely));
      ({ next } = part);
      looks += 1;
    } while (next !== null && looks < mostLooks && wanted());
    if (next !== null && looks < mostLooks) return null;
    const byName = called.filter(({ name }) => sameText(name, text));
    return { same: byName.length > 0 ? byName : called, like, isWhole: next === null };
  }

  /** The name of the calendar that a text means, or the text itself if it means none. */
  nameOf(text: string): string { return this.#meant.get(text) ?? this.#calendars.of(text)?.name ?? text; }

  /** The calendar that a text means, if it exists and has been learned. */
  of(text: string): Calendar | null { return this.#calendars.of(this.nameOf(text)); }

  /** Suggestions for a text that means no calendar. */
  like(text: string): Calendar[] {
    const { same, like } = this.#found.get(text) ?? { same: [], like: [] };
    return this.of(text) ? [] : same.length > 0 ? same.slice(0, named) : like;
  }

  /** Why a text means no calendar although one has, or may have, this name. Null for any other text. */
  doubt(text: string): string | null {
    const found = this.#found.get(text);
    if (!found || this.of(text)) return null;
    const names = found.same.map(({ name }) => name), more = names.length > named ? ['…'] : [];
    if (names.length > 0) return say('More than one calendar is called “{name}”: {names}. Type the name of one of them.', { name: text, names: listed([...names.slice(0, named), ...more]) });
    return found.isWhole ? null : say('More calendars have “{name}” in their names than can be looked at. Type the calendar’s name, not its display name.', { name: text });
  }
}
