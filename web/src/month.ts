// The month of a calendar: what FullCalendar's grid of days needs besides the options of the week. A day that is pressed is shown as
// a day, since a month has no room for times; a stretch of days that is dragged over becomes an event of whole days.
import type { CalendarOptions, EventInput } from '@fullcalendar/core';
import dayGridPlugin from '@fullcalendar/daygrid';
import type { Availability } from './api';
import { arrowOf } from './dom';
import { say } from './language';
import { addDays, longDayText } from './zone';

export const monthView = 'dayGridMonth';
export const monthPlugin = dayGridPlugin;

const dateOf = (marker: Date) => marker.toISOString().slice(0, 10);

/** The days on which the calendar is not open at all, as shaded days. */
export function closedDays(days: Availability[]): EventInput[] {
  return days.filter(({ open }) => open.length === 0)
    .map(({ date }) => ({ start: date, end: addDays(date, 1), allDay: true, display: 'background', classNames: ['shut'] }));
}

/** The number of a day is a button that shows the day; the arrows go from one to another. */
function dayButton(cell: HTMLElement, day: Date): void {
  const number = cell.querySelector<HTMLElement>('.fc-daygrid-day-number');
  if (!number) return;
  number.setAttribute('role', 'button');
  number.setAttribute('aria-label', longDayText(dateOf(day)));
  number.removeAttribute('title');
  cell.removeAttribute('aria-labelledby'); // a cell is what it holds, its number and its events
  number.addEventListener('keydown', (event) => {
    const arrow = arrowOf(event.key);
    if (!arrow) return;
    event.preventDefault();
    const step = 7 * arrow[0] + arrow[1];
    cell.closest('table')?.querySelector<HTMLElement>(`[data-date="${addDays(dateOf(day), step)}"] .fc-daygrid-day-number`)?.focus();
  });
}

/** `go` shows a day. */
export function monthOptions(go: (date: string) => void): CalendarOptions {
  return {
    navLinks: true, navLinkDayClick: (day) => go(dateOf(day)), fixedWeekCount: false, dayMaxEvents: true,
    dayHeaderFormat: { weekday: 'short' },
    // A result other than nothing keeps FullCalendar from opening a list of its own.
    moreLinkClick: ({ date }) => { go(dateOf(date)); return {} as never; },
    moreLinkHint: (count) => say('+{n} more on this day', { n: count }),
    moreLinkDidMount: ({ el }) => { el.setAttribute('role', 'button'); el.removeAttribute('aria-expanded'); },
    dayCellDidMount: ({ el, date }) => dayButton(el, date),
  };
}
