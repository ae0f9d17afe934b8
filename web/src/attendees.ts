// Attendees that name a calendar. The form lets the person choose whether the event claims these calendars too, shows the default, and
// warns before the booking of attendees who are busy then and not claimed.
import { answer, client, type Calendar, type Event, type EventRequest, type Outcome } from './api';
import { called, known, KnownCalendars, partLike, sameText } from './calendars';
import { h } from './dom';
import { check } from './form';
import { listed, say, whole } from './language';
import { allOf } from './one_of';
import { rangeText } from './zone';

// ---- how the fields of a form name calendars: by display name, or by name ----

// The form looks up the typed text, and says so if it means no calendar.

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

// ---- the attendees ----

export class Attendees {
  readonly element: HTMLElement;
  readonly naming = new Naming();
  /** Calendars of attendees, without those that the event is on already. */
  #named: Calendar[] = [];
  #chosen = false;
  #looks = 0;
  readonly #box: HTMLInputElement;
  readonly #who = h('small', { 'aria-live': 'polite' });
  readonly #guesses = h('div', { class: 'guesses' });
  readonly #setting = h('small');

  /**
   * `event` is the event to be changed, or null for a new event. `before` is the choice made when it was booked.
   * `replace` replaces a text in the form by another.
   */
  constructor(private event: Event | null, private before: boolean | null | undefined, private readonly replace: (text: string, by: string) => void = () => {}) {
    const label = check('check_attendees', say('Keep their time free too'), true);
    this.#box = label.querySelector('input')!;
    this.#box.addEventListener('change', () => { this.#chosen = true; });
    this.element = h('div', { class: 'attendees', hidden: true, role: 'group', 'aria-label': say('Time of attendees') }, this.#who, this.#guesses, label, this.#setting);
  }

  /** Takes over the event as somebody else changed it. A choice made in this form stays. */
  changed(event: Event): void {
    [this.event, this.before] = [event, event.check_attendees];
    this.#chosen = this.#box.checked !== this.#box.defaultChecked;
  }

  /** Finds the attendees that name a calendar. Throws what a request throws. */
  async look(attendees: string[], calendars: string[]): Promise<void> {
    const look = ++this.#looks;
    await this.naming.learn([...attendees, ...calendars], () => look === this.#looks);
    if (look !== this.#looks) return; // a later look covers what was typed since
    const of = (texts: string[]) => [...new Set(texts.map((text) => this.naming.of(text)))].filter((one) => one !== null);
    const stands = of(calendars), unknown = this.unknown(attendees), parts: string[] = [];
    this.#named = of(attendees).filter((one) => !stands.includes(one));
    this.element.hidden = this.#named.length + unknown.length === 0;
    this.#box.closest('label')!.hidden = this.#setting.hidden = this.#named.length === 0;
    const { names } = this;
    if (names.length > 0) parts.push(say('{names} have calendars here.', { names: listed(names.map(called)), n: names.length }));
    parts.push(...this.strangers(attendees));
    this.#guess(unknown);
    this.#who.textContent = parts.join(' ');
    const setting = stands.some(({ check_attendees }) => check_attendees);
    this.#setting.textContent = setting ? say('Left to the settings of {calendars}, they are kept free.', { calendars: listed(this.meant(calendars).map(called)) })
      : say('Left to the settings of {calendars}, they are not kept free.', { calendars: listed(this.meant(calendars).map(called)) });
    if (this.#chosen) return;
    // The scheduler resolves attendees and calendars again only when they change. Until then an event keeps its claims.
    const { event } = this, same = event && String([this.meant(event.attendees), this.meant(allOf(event))]) === String([this.meant(attendees), this.meant(calendars)]);
    this.#box.defaultChecked = same ? names.some((name) => event.attendee_calendars.includes(name)) : this.before ?? (event ? setting : true);
    this.#box.checked = this.#box.defaultChecked;
  }

  /** The texts known so far to mean no calendar. */
  unknown(texts: string[]): string[] { return texts.filter((text) => !this.naming.of(text)); }

  /** For texts that mean no calendar: "Nobody knows when Tom is free.", or the reason why they mean none. Empty if all mean one. */
  strangers(attendees: string[]): string[] {
    const unknown = this.unknown(attendees), doubts = unknown.map((text) => this.naming.doubt(text)), nobody = unknown.filter((_, index) => doubts[index] === null);
    return [...(nobody.length > 0 ? [say('Nobody knows when {names} are free.', { names: listed(nobody.map(whole)), n: nobody.length })] : []), ...doubts.filter((one) => one !== null)];
  }

  /** Offers the calendars that these texts may mean. */
  #guess(unknown: string[]): void {
    const offers = unknown.flatMap((text) => this.naming.like(text).map((one, _, all) => {
      const by = offeredAs(one, all);
      return h('button', { class: 'quiet', title: one.name, click: () => this.replace(text, by) }, by);
    }));
    this.#guesses.replaceChildren(...(offers.length > 0 ? [h('small', {}, say('Perhaps you mean:')), ...offers] : []));
  }

  /** The names to send for the typed texts. */
  meant(texts: string[]): string[] { return [...new Set(texts.map((text) => this.naming.nameOf(text)))]; }

  /** The attendees' calendars. */
  get names(): string[] { return this.#named.map(({ name }) => name); }

  /** The choice as part of the request. A change of an event carries it only if the person chose in this form. */
  wish(): Pick<EventRequest, 'check_attendees'> {
    if (this.#named.length === 0) return this.event || this.before == null ? {} : { check_attendees: this.before };
    return this.event && this.#box.checked === this.#box.defaultChecked ? {} : { check_attendees: this.#box.checked };
  }

  /** "anna is busy then: Wed 3 Mar, 09:00 – 10:00.", for each attendee not kept free. Empty for a waiting event, which has no time. */
  async busy({ start_timestamp: from, end_timestamp: to }: Pick<Outcome, 'start_timestamp' | 'end_timestamp'>, zone: string): Promise<string[]> {
    if (from === null || to === null || this.#box.checked) return [];
    return (await Promise.all(this.#named.map(async ({ name }) => {
      const query = { calendar: name, from, to, status: ['pending' as const, 'in_progress' as const, 'held' as const] };
      const events = await answer(client.GET('/events', { params: { query } })) as Event[];
      return events.filter(({ id }) => id !== this.event?.id).map((other) => {
        const start = Math.max(Date.parse(from), Date.parse(other.start_timestamp!)), end = Math.min(Date.parse(to), Date.parse(other.end_timestamp!));
        return say('{name} is busy then: {when}.', { name: called(name), when: rangeText(start, end, zone) });
      });
    }))).flat();
  }
}

/** The lines of busy() for an event that only moves to another time. */
export async function busyAttendees(event: Event, outcome: Outcome): Promise<string[]> {
  const attendees = new Attendees(event, event.check_attendees);
  await attendees.look(event.attendees, allOf(event));
  return attendees.busy(outcome, event.time_zone);
}
