// What the fields of one form have for calendars: the display name, or the name. The form asks for what is typed, and says so
// where no calendar is meant.
import type { Calendar } from './api';
import { known, KnownCalendars, partLike, sameText } from './calendars';
import { listed, say } from './language';

const few = 20; // calendars of the first look, which mostly is the only one
const many = 1000, mostLooks = 10; // of each further look, and how many looks there are
const longest = 200; // characters of a display name
const likely = 3; // calendars that are offered for a text that means none
const named = 10; // calendars of one display name that are told apart by their names

/** What was found for a text: the calendars that are called so, some whose names hold it, and whether all of these were looked at. */
interface Found { same: Calendar[]; like: Calendar[]; isWhole: boolean }

/** What a calendar is offered as among others: its display name, unless another one has the same. */
export const offeredAs = ({ name, display_name: title }: Calendar, among: Calendar[]): string =>
  (title !== null && among.filter((one) => one.display_name !== null && sameText(one.display_name, title)).length === 1 ? title : name);

export class Naming {
  readonly #calendars = new KnownCalendars();
  /** By what stands in a field, the name of the calendar that it means. */
  readonly #meant = new Map<string, string>();
  /** By a text that was looked for among display names. */
  readonly #found = new Map<string, Found>();

  /** The text that a field has for a name. Of two calendars with the same display name the second keeps its name; what no known calendar has for a name is to be learned of. */
  textOf(name: string): string {
    const calendar = known.of(name), title = calendar?.display_name ?? name;
    if (!calendar) return name;
    const text = (this.#meant.get(title) ?? calendar.name) === calendar.name ? title : calendar.name;
    this.#meant.set(text, calendar.name);
    return text;
  }

  /**
   * Learns what these texts mean: the calendar of this name, else the only one of this display name, in small or capital letters.
   * A text that is not `wanted` any more, because more letters were typed, is not looked for to the end.
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

  /** A short name stands in many a longer one, and display names have no order: the list is walked to its end, for a second one too. */
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

  /** The name of the calendar that a text means; of another text the text itself. */
  nameOf(text: string): string { return this.#meant.get(text) ?? this.#calendars.of(text)?.name ?? text; }

  /** The calendar that a text means, if it was learned of and exists. */
  of(text: string): Calendar | null { return this.#calendars.of(this.nameOf(text)); }

  /** Calendars that a text may mean that means none. */
  like(text: string): Calendar[] {
    const { same, like } = this.#found.get(text) ?? { same: [], like: [] };
    return this.of(text) ? [] : same.length > 0 ? same.slice(0, named) : like;
  }

  /** Why a text means no calendar though there is one that is called so, or may be; null for any other text. */
  doubt(text: string): string | null {
    const found = this.#found.get(text);
    if (!found || this.of(text)) return null;
    const names = found.same.map(({ name }) => name), more = names.length > named ? ['…'] : [];
    if (names.length > 0) return say('More than one calendar is called “{name}”: {names}. Type the name of one of them.', { name: text, names: listed([...names.slice(0, named), ...more]) });
    return found.isWhole ? null : say('More calendars have “{name}” in their names than can be looked at. Type the calendar’s name, not its display name.', { name: text });
  }
}
