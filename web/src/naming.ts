// What the fields of one form have for calendars: the display name, or the name. The form asks for what is typed, and says so
// where no calendar is meant.
import type { Calendar } from './api';
import { calendarsLike, known, KnownCalendars, sameText } from './calendars';

const most = 20; // calendars that are looked at for a display name
const longest = 200; // characters of a display name
const likely = 3; // calendars that are offered for a text that means none

/** What a calendar is offered as among others: its display name, unless another one has the same. */
export const offeredAs = ({ name, display_name: title }: Calendar, among: Calendar[]): string =>
  (title !== null && among.filter((one) => one.display_name !== null && sameText(one.display_name, title)).length === 1 ? title : name);

export class Naming {
  readonly #calendars = new KnownCalendars();
  /** By what stands in a field, the name of the calendar that it means. */
  readonly #meant = new Map<string, string>();
  /** By a text that means no calendar, those whose names hold it. */
  readonly #like = new Map<string, Calendar[]>();

  /** The text that a field has for a name. Of two calendars with the same display name the second keeps its name; what no known calendar has for a name is to be learned of. */
  textOf(name: string): string {
    const calendar = known.of(name), title = calendar?.display_name ?? name;
    if (!calendar) return name;
    const text = (this.#meant.get(title) ?? calendar.name) === calendar.name ? title : calendar.name;
    this.#meant.set(text, calendar.name);
    return text;
  }

  /** Learns what these texts mean: the calendar of this name, else the only one of this display name, in small or capital letters. */
  async learn(texts: string[]): Promise<void> {
    await this.#calendars.learn(texts.map((text) => this.nameOf(text)));
    await Promise.all(texts.filter((text) => text.length <= longest && !this.#meant.has(text) && !this.of(text)).map(async (text) => {
      const found = await calendarsLike(text, most), called = found.filter(({ display_name: title }) => title !== null && sameText(title, text));
      const named = found.filter(({ name }) => sameText(name, text)), same = named.length > 0 ? named : called;
      this.#calendars.hear(same);
      this.#meant.set(text, same.length === 1 ? same[0]!.name : text);
      this.#like.set(text, found.slice(0, likely));
    }));
  }

  /** The name of the calendar that a text means; of another text the text itself. */
  nameOf(text: string): string { return this.#meant.get(text) ?? this.#calendars.of(text)?.name ?? text; }

  /** The calendar that a text means, if it was learned of and exists. */
  of(text: string): Calendar | null { return this.#calendars.of(this.nameOf(text)); }

  /** Calendars that a text may mean that means none. */
  like(text: string): Calendar[] { return this.of(text) ? [] : this.#like.get(text) ?? []; }
}
