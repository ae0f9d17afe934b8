// What an event's form says of its time, for those who ask about it while it is filled in.
import type { Event as Booked } from './api';
import type { Question } from './all_free';
import type { Attendees } from './attendees';
import type { Wish } from './conflicts';
import { listOf, requestOf } from './event_form';
import { edited, text, ticked } from './form';
import { lengthOf } from './length';
import { say } from './language';
import { clockText, instantOf, shortTime, wallOf } from './zone';

/** The wish for the fixed time that is filled in; null where there is none yet, where it is the event's own, or of several occurrences. */
export function timeWish(form: HTMLFormElement, event: Booked | null, attendees: Attendees, zone: string): Wish | null {
  const calendars = listOf(text(form, 'calendars')), whole = ticked(form, 'all_day');
  if (text(form, 'mode') !== 'fixed' || text(form, 'date') < '1000' || !(whole || (text(form, 'start') && lengthOf(text(form, 'duration')) !== null))) return null;
  if (calendars.length === 0 || attendees.unknown(calendars).length > 0) return null;
  if (event && ((event.series && text(form, 'scope') !== 'one') || !(edited(form, 'date', 'start', 'duration', 'last_day', 'attendees', 'calendars') || whole))) return null;
  const request = { ...requestOf(form, zone, attendees), ...(event ? { check_attendees: event.check_attendees } : {}), ...attendees.wish() };
  const wall = `${request.date}T${request.start_time}${request.start_time!.length === 5 ? ':00' : ''}`, start = instantOf(wall, zone), began = wallOf(start, zone);
  const skipped = began === wall ? [] : [say('The clocks go forward then: {time} is skipped, and it begins at {start}.', { time: clockText(wall.slice(11)), start: clockText(began.slice(11)) })];
  const range = { start_timestamp: new Date(start).toISOString(), end_timestamp: new Date(start + Number(request.duration) * 1000).toISOString() };
  return { request: { ...request, event_name: request.event_name || '?' }, zone, aside: event?.id ?? null, others: async () => [...skipped, ...await attendees.busy(range, zone)] };
}

/** Whose time the event takes, and from which day on; null while that cannot be asked. */
export function whoseTime(form: HTMLFormElement, attendees: Attendees, zone: string): Question | null {
  const calendars = listOf(text(form, 'calendars')), people = listOf(text(form, 'attendees')), duration = lengthOf(text(form, 'duration'));
  if (duration === null || text(form, 'date') < '1000' || calendars.length === 0 || attendees.unknown(calendars).length > 0) return null;
  return { calendars: [...attendees.meant(calendars), ...attendees.names], unknown: attendees.unknown(people), duration, zone, date: text(form, 'date') };
}

/** Fills a wall time in as the start, as if it were typed. */
export function fillStart(form: HTMLFormElement, wall: string): void {
  const set = (name: string, value: string) => {
    const control = form.elements.namedItem(name) as HTMLInputElement;
    control.value = value;
    control.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const all = form.elements.namedItem('all_day') as HTMLInputElement;
  if (all.checked) all.click();
  set('date', wall.slice(0, 10));
  set('start', shortTime(wall.slice(11)));
}
