// The words on the page, with the terms of docs/glossary.md.
import type { Change, Event, EventRequest, Grant } from './api';
import { h } from './dom';
import { say } from './language';
import { withinText } from './within';
import { clockText, dayText, momentText } from './zone';

// ---- the client of an appointment, and the contact that the client left: shown with it to every reader who may read it ----

type Known = Partial<Pick<Event | EventRequest, 'calendars' | 'metadata'>>;

export const isAppointment = ({ calendars }: Known): boolean => calendars?.[0]?.startsWith('provider:') === true;

const left = (of: Known, name: string): string => {
  const value = isAppointment(of) ? of.metadata?.[name] : null;
  return typeof value === 'string' ? value : '';
};

/** A mail address or a telephone number; empty if none was left. */
export const contactOf = (of: Known): string => left(of, 'contact');

/** The provider's reply; empty if there is none. */
export const replyOf = (of: Known): string => left(of, 'reply');

/** The contact as a mailto: or tel: link. */
export function contactLink(contact: string): HTMLElement {
  if (!contact.includes('@') && /\p{L}/u.test(contact)) return h('span', { class: 'contact', dir: 'auto' }, contact); // neither address nor number
  const href = contact.includes('@') ? `mailto:${encodeURIComponent(contact).replace('%40', '@')}` : `tel:${contact.replace(/[^\d+]/g, '')}`;
  return h('a', { class: 'contact', dir: 'auto', href }, contact);
}

/** The title of an event in a list. Appointments share a name, so they are titled by their client. */
export const titleOf = (event: Partial<Pick<EventRequest, 'event_name' | 'calendars' | 'attendees'>>): string | undefined =>
  (event.event_name === 'Appointment' && isAppointment(event) && event.attendees?.[0]) || event.event_name;

// ---- kinds and states ----

/** How an event is drawn: by its tint and its icon, which have this name. An event that has ended is past, whether it was fixed or automatic. */
export type Kind = 'fixed' | 'automatic' | 'held' | 'waiting' | 'past' | 'busy';

export const kinds: Record<Kind, { name: string; meaning: string }> = {
  fixed: { name: say('Fixed'), meaning: say('stays at its time') },
  automatic: { name: say('Automatic'), meaning: say('may be moved until it begins') },
  held: { name: say('Held'), meaning: say('reserved until somebody confirms it') },
  waiting: { name: say('Waiting'), meaning: say('takes a place when time opens') },
  past: { name: say('Past'), meaning: say('has ended') },
  busy: { name: say('Busy'), meaning: say('taken by something that is not shown to you') },
};

export function kindOf(event: Event, now: number): Kind {
  if (event.isBusyTime) return 'busy';
  if (event.status === 'waiting' || event.status === 'held') return event.status;
  if (event.end_timestamp && Date.parse(event.end_timestamp) <= now) return 'past';
  return event.placement;
}

/** Whether it is a hold whose deadline has passed, but not its time. It can still be confirmed if its time is free (rule 3.11). */
export const isLate = ({ status, start_timestamp: start }: Pick<Event, 'status' | 'start_timestamp'>, now: number): boolean => status === 'expired' && start !== null && Date.parse(start) > now;

const statuses: Record<Event['status'], string> = {
  pending: say('to come'), in_progress: say('in progress'), completed: say('over'), held: say('held'), waiting: say('waiting'),
  cancelled: say('cancelled'), denied: say('denied'), expired: say('expired'),
};
/** The status in words; empty if the kind says it already, as for an event that is held, waiting or over. */
export const statusText = (status: Event['status'], kind: Kind): string =>
  (status === kind || (status === 'completed' && kind === 'past') ? '' : statuses[status]);

/** The wished length in seconds, with a wall-clock day counted as 24 hours. Null: the calendar's default. */
export const wishedLength = ({ duration, days }: { duration?: unknown; days?: number | null }): number | null =>
  (typeof duration === 'number' ? duration : days ? days * 86_400 : null);

/** The wish of an event or a request in words: how long, and when. `zone` is that of the first calendar. */
export function wishText(wish: Event | Partial<EventRequest>, zone: string): string {
  const parts: string[] = [], at = (instant: string) => momentText(instant, zone);
  const instant = 'wished_start' in wish ? wish.wished_start : 'start_timestamp' in wish ? wish.start_timestamp : null;
  const fixed = 'placement' in wish ? wish.placement === 'fixed' : Boolean(instant || wish.start_time);
  const length = wishedLength(wish);
  if (length !== null) parts.push(lengthText(length));
  if (fixed) {
    parts.push(instant ? say('at {moment}', { moment: at(instant) }) : say('on {day} at {time}', { day: dayText(wish.date!), time: clockText(wish.start_time!) }));
  } else {
    parts.push(wish.date ? say('any time on {day}', { day: dayText(wish.date) }) : say('as early as possible'));
    if (wish.not_before) parts.push(say('not before {moment}', { moment: at(wish.not_before) }));
    if (wish.not_after) parts.push(say('over by {moment}', { moment: at(wish.not_after) }));
    if (wish.within) parts.push(withinText(wish.within));
  }
  return parts.join(', ');
}

const fieldNames: Record<string, string> = {
  event_name: say('What'), attendees: say('Who'), max_attendees: say('Seats'), event_location: say('Where'), description: say('Description'), metadata: say('Data'), calendars: say('Calendars'), one_of: say('Any of several'),
  start_time: say('Start'), date: say('Date'), duration: say('Length'), days: say('Length'), not_before: say('Not before'), not_after: say('Not after'), within: say('Days and hours'), priority: say('Priority'),
  client: say('Your name'), contact: say('Mail or telephone'), note: say('Note'), hold_for: say('Hold'), expires_at: say('Held until'), recurrence: say('Repeats'),
  schedule: say('Your answer'), max_priority: say('Highest priority'), may_preempt: say('Less important events may give way'), may_move: say('Other events may move for theirs'),
  max_held: say('Held at a time, at most'), until: say('Until'),
};
/** The name of a field, also of one in a list of grants, and of a field with this member. */
export const fieldName = (field: string): string => fieldNames[field.replace(/^grants\[\d+\]\.|(?<=^within)\..*|(?<=^one_of)\[.*/, '')] ?? field;

/** The rights on a calendar, as people call them. */
export const rights: [right: Grant['rights'][number], label: string][] = [
  ['busy', say('see when it is taken')], ['read', say('read events')], ['propose', say('propose')], ['book', say('book')], ['manage', say('manage')],
];

const units: [size: number, text: (n: number) => string][] = [
  [86_400, (n) => say('{n} days', { n })], [3600, (n) => say('{n} hours', { n })], [60, (n) => say('{n} minutes', { n })], [1, (n) => say('{n} seconds', { n })],
];

/** "45 minutes", "1 hour 30 minutes", "2 days". */
export function lengthText(seconds: number): string {
  const parts: string[] = [];
  for (const [size, text] of units) {
    const count = Math.floor(seconds / size);
    if (count > 0) parts.push(text(count));
    seconds -= count * size;
  }
  return parts.join(' ') || say('{n} minutes', { n: 0 });
}

const changes: Record<string, string> = {
  placed: say('placed'), moved: say('moved'), waiting: say('lost its place'), updated: say('changed'), started: say('begun'), completed: say('ended'),
  cancelled: say('cancelled'), deleted: say('deleted'), held: say('held'), confirmed: say('confirmed'), denied: say('denied'), expired: say('expired'),
  erased: say('personal data erased'),
};
export function changeText({ kind, old_range }: Change): string {
  if (kind === null) return say('changed');
  return kind === 'waiting' && old_range === null ? say('put among what waits') : changes[kind] ?? kind;
}
