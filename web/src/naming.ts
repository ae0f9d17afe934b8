// What the fields of one form have for calendars: the display name, or the name. The form asks for what is typed, and says so
// where no calendar is meant.
import type { Calendar } from './api';
import { calendarsLike, known, KnownCalendars } from './calendars';

const most = 20; // calendars that are looked at for a display name
const longest = 200; // characters of a display name

export class Naming {
  readonly #calendars = new KnownCalendars();
  /** By what stands in a field, the name of the calendar that it means. */
  readonly #meant = new Map<string, string>();

  /** The text that a field has for a calendar. Of two with the same display name the second keeps its name. */
  textOf(name: string): string {
    const title = known.of(name)?.display_name ?? name, text = (this.#meant.get(title) ?? name) === name ? title : name;
    this.#meant.set(text, name);
    return text;
  }

  /** Learns what these texts mean: the calendar of this name, else the only one of this display name, in small or capital letters. */
  async learn(texts: string[]): Promise<void> {
    await this.#calendars.learn(texts.map((text) => this.nameOf(text)));
    await Promise.all(texts.filter((text) => text.length <= longest && !this.#meant.has(text) && !this.of(text)).map(async (text) => {
      const same = (await calendarsLike(text, most)).filter(({ display_name: title }) => title?.toLowerCase() === text.toLowerCase());
      this.#calendars.hear(same);
      this.#meant.set(text, same.length === 1 ? same[0]!.name : text);
    }));
  }

  /** The name of the calendar that a text means; of another text the text itself. */
  nameOf(text: string): string { return this.#meant.get(text) ?? text; }

  /** The calendar that a text means, if it was learned of and exists. */
  of(text: string): Calendar | null { return this.#calendars.of(this.nameOf(text)); }
}
