// Attendees that name a calendar. The person who books chooses whether the event claims these calendars too, sees what
// happens without a choice, and hears before the booking which attendees are busy then and are not claimed.
import { answer, client, type Calendar, type Event, type EventRequest, type Outcome } from './api';
import { KnownCalendars } from './calendars';
import { h } from './dom';
import { check } from './form';
import { listed, say } from './language';
import { rangeText } from './zone';

export class Attendees {
  readonly element: HTMLElement;
  readonly #calendars = new KnownCalendars();
  /** The attendees who have a calendar on which the event does not stand anyway. */
  #named: Calendar[] = [];
  #chosen = false;
  #looks = 0;
  readonly #box: HTMLInputElement;
  readonly #who = h('small');
  readonly #setting = h('small');

  /** `event` is the event that is changed, null for a new event; `before` is the choice that was made when it was booked. */
  constructor(private readonly event: Event | null, private readonly before: boolean | null | undefined) {
    const label = check('check_attendees', say('Keep their time free too'), true);
    this.#box = label.querySelector('input')!;
    this.#box.addEventListener('change', () => { this.#chosen = true; });
    this.element = h('div', { class: 'attendees', hidden: true, role: 'group', 'aria-label': say('Time of attendees') }, this.#who, label, this.#setting);
  }

  /** Finds the attendees that name a calendar. Throws what a request throws. */
  async look(attendees: string[], calendars: string[]): Promise<void> {
    const look = ++this.#looks;
    await this.#calendars.learn([...attendees, ...calendars]);
    if (look !== this.#looks) return; // what was typed since is looked for by itself
    const of = (names: string[]) => [...new Set(names)].map((name) => this.#calendars.of(name)).filter((one) => one !== null);
    this.#named = of(attendees).filter(({ name }) => !calendars.includes(name));
    this.element.hidden = this.#named.length === 0;
    const { names } = this;
    this.#who.textContent = say('{names} have calendars here.', { names: listed(names), n: names.length });
    const setting = of(calendars).some(({ check_attendees }) => check_attendees);
    this.#setting.textContent = setting ? say('Left to the settings of {calendars}, they are kept free.', { calendars: listed(calendars) })
      : say('Left to the settings of {calendars}, they are not kept free.', { calendars: listed(calendars) });
    if (this.#chosen) return;
    // The scheduler reads attendees and calendars again only when these change: until then an event keeps its claims.
    const { event } = this, same = event && String([event.attendees, event.calendars]) === String([attendees, calendars]);
    this.#box.defaultChecked = same ? names.some((name) => event.attendee_calendars.includes(name)) : this.before ?? (event ? setting : true);
    this.#box.checked = this.#box.defaultChecked;
  }

  /** Whether there is a calendar of this name, as far as was looked; the first one is made by its first booking. */
  isCalendar(name: string): boolean { return name === 'ceo' || this.#calendars.of(name) !== null; }

  /** The attendees' calendars. */
  get names(): string[] { return this.#named.map(({ name }) => name); }

  /** The choice as a part of the request. A change of an event has no choice unless the person chose in this form. */
  wish(): Pick<EventRequest, 'check_attendees'> {
    if (this.#named.length === 0) return this.event || this.before == null ? {} : { check_attendees: this.before };
    return this.event && this.#box.checked === this.#box.defaultChecked ? {} : { check_attendees: this.#box.checked };
  }

  /** "anna is busy then: Wed 3 Mar, 09:00 – 10:00.", for each attendee who is not kept free; a waiting event has no time. */
  async busy({ start_timestamp: from, end_timestamp: to }: Pick<Outcome, 'start_timestamp' | 'end_timestamp'>, zone: string): Promise<string[]> {
    if (from === null || to === null || this.#box.checked) return [];
    return (await Promise.all(this.#named.map(async ({ name }) => {
      const query = { calendar: name, from, to, status: ['pending' as const, 'in_progress' as const, 'held' as const] };
      const events = await answer(client.GET('/events', { params: { query } })) as Event[];
      return events.filter(({ id }) => id !== this.event?.id).map((other) => {
        const start = Math.max(Date.parse(from), Date.parse(other.start_timestamp!)), end = Math.min(Date.parse(to), Date.parse(other.end_timestamp!));
        return say('{name} is busy then: {when}.', { name, when: rangeText(start, end, zone) });
      });
    }))).flat();
  }
}

/** The lines of busy() for an event that moves to another time without another change. */
export async function busyAttendees(event: Event, outcome: Outcome): Promise<string[]> {
  const attendees = new Attendees(event, event.check_attendees);
  await attendees.look(event.attendees, event.calendars);
  return attendees.busy(outcome, event.time_zone);
}
