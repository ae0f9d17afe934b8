// Whether an event lies outside the hours of one of its calendars. A fixed event may, but a person who typed eight in the evening instead
// of eight in the morning should be told.
import { answer, client, isAnswer, type Event } from './api';
import { calledAll, known } from './calendars';
import { say } from './language';
import { openOf } from './poll_times';
import { addDays, dateOf } from './zone';

async function isOpen(calendar: string, event: Event): Promise<boolean> {
  const start = Date.parse(event.start_timestamp!), end = Date.parse(event.end_timestamp!);
  // The event's days in any zone, because the calendar's zone may differ from the event's.
  const query = { from: addDays(dateOf(start, 'UTC'), -1), to: addDays(dateOf(end, 'UTC'), 1) };
  const days = await answer(client.GET('/calendars/{name}/availability', { params: { path: { name: calendar }, query } }));
  return openOf(days).some((open) => open.start <= start && open.end >= end);
}

/** "outside the hours of ceo". Empty for an event within the hours, and for one that is automatic or has no time. */
export async function outsideHours(event: Event): Promise<string> {
  if (event.placement !== 'fixed' || event.start_timestamp === null) return '';
  const calendars = [...event.calendars, ...event.attendee_calendars];
  const open = await Promise.all(calendars.map((calendar) => isOpen(calendar, event)));
  const shut = calendars.filter((_, index) => !open[index]);
  await known.learn(shut).catch(isAnswer); // the name suffices
  return shut.length === 0 ? '' : say('outside the hours of {calendars}', { calendars: calledAll(shut) });
}
