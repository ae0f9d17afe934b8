// Whether an event lies outside the hours of one of its calendars. A fixed event may; but a person who typed eight in the
// evening instead of eight in the morning should hear of it.
import { answer, client, type Event } from './api';
import { say } from './language';
import { addDays, wallOf } from './zone';

async function isOpen(calendar: string, event: Event): Promise<boolean> {
  const start = Date.parse(event.start_timestamp!), end = Date.parse(event.end_timestamp!);
  // The event's days in every zone: the calendar's zone may differ from the event's.
  const query = { from: addDays(wallOf(start, 'UTC').slice(0, 10), -1), to: addDays(wallOf(end, 'UTC').slice(0, 10), 1) };
  const days = await answer(client.GET('/calendars/{name}/availability', { params: { path: { name: calendar }, query } }));
  let until = start;
  for (const span of days.flatMap(({ open }) => open).sort((a, b) => Date.parse(a.start_timestamp) - Date.parse(b.start_timestamp)))
    if (Date.parse(span.start_timestamp) <= until) until = Math.max(until, Date.parse(span.end_timestamp));
  return until >= end;
}

/** "outside the hours of ceo"; empty for an event within the hours, and for an event that is automatic or has no time. */
export async function outsideHours(event: Event): Promise<string> {
  if (event.placement !== 'fixed' || event.start_timestamp === null) return '';
  const calendars = [...event.calendars, ...event.attendee_calendars];
  const open = await Promise.all(calendars.map((calendar) => isOpen(calendar, event)));
  const shut = calendars.filter((_, index) => !open[index]);
  return shut.length === 0 ? '' : say('outside the hours of {calendars}', { calendars: shut.join(', ') });
}
