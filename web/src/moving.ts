// Moves an event, or changes its length, by mouse, touch or keys. A change made without a question can be undone.
import type { Event, Scope } from './api';
import { busyAttendees } from './attendees';
import { say } from './language';
import type { Page } from './page';
import { changing, settle, startOfChange, tell } from './placing';
import { titleOf } from './words';
import { dateOf, daysTo, instantOf, isAllDay } from './zone';

/** The wall clock time that a fixed event asks for, which its clock may skip; null if it asks for an instant, or for none. */
const wishedWall = ({ date, start_time }: Event): string | null => (date && start_time ? `${date}T${start_time}` : null);

/** The length of an event from `start` to `end`. Whole days stay days, whose seconds a clock change alters. */
function lengthUntil({ days, time_zone: zone }: Event, start: number, end: number): { days: number } | { duration: number } {
  return days && isAllDay(start, end, zone) ? { days: daysTo(dateOf(start, zone), dateOf(end, zone)) } : { duration: (end - start) / 1000 };
}

/** The change of a drag to this start. `meant` is the wall clock time that it asks for, if known. */
function dragged(event: Event, start: number, meant: string | null) {
  const isMeant = meant !== null && meant !== wishedWall(event) && instantOf(meant, event.time_zone) === start;
  return isMeant ? { date: meant.slice(0, 10), start_time: meant.slice(11) } : startOfChange(event, {}, start);
}

/**
 * Moves the event to `start` until `end`, in milliseconds since 1970. `meant` is the wall clock time that it asks for from now on, on the
 * event's clock, or null. `putBack` is called if that fails or changes nothing.
 */
export async function move(event: Event, start: number, end: number, meant: string | null, putBack: () => void, page: Page): Promise<void> {
  const moved = start !== Date.parse(event.start_timestamp!), name = titleOf(event)!, { series } = event;
  const lengthened = end - start !== Date.parse(event.end_timestamp!) - Date.parse(event.start_timestamp!);
  const change = { ...(moved ? dragged(event, start, meant) : {}), ...(lengthened ? lengthUntil(event, start, end) : {}) };
  const ask = moved && event.placement === 'automatic' ? say('The scheduler chose its time. Moved by hand it becomes fixed, and gives way to nobody.') : undefined;
  const undo = (done: Event) => void moveBack(event, done, moved, lengthened, page);
  const isSame = !moved && !lengthened;
  if (isSame) tell(say('Unchanged'), event, event.time_zone);
  if (isSame || !await settle(changing(event, change), {
    title: moved ? say('Move {name}?', { name }) : say('Change {name}?', { name }), done: moved ? say('Moved') : say('Changed'), start,
    busy: (outcome) => busyAttendees(event, outcome), ...(ask ? { ask } : { undo }), look: () => page.look(event),
    ...(series ? { reach: (scope: Scope) => changing(event, { ...change, scope }) } : {}),
  })) putBack();
  page.refresh();
}

/** Undoes a change at once, if nobody has changed the event or taken its time meanwhile. */
async function moveBack(before: Event, done: Event, moved: boolean, lengthened: boolean, page: Page): Promise<void> {
  const start = Date.parse(before.start_timestamp!), name = titleOf(before)!;
  const { duration, days, wished_start } = before, length = days ? { days } : { duration };
  const from = !moved ? {} : wished_start ? { start_timestamp: wished_start } : dragged(done, start, wishedWall(before));
  const change = { ...from, ...(lengthened ? length : {}) };
  await settle(changing(done, change), {
    title: moved ? say('Move {name} back?', { name }) : say('Change {name} back?', { name }), done: moved ? say('Moved back') : say('Changed back'), start, look: () => page.look(before),
  });
  page.refresh();
}
