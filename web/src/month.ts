// The month view of a calendar: the options of FullCalendar's day grid on top of those of the week. Pressing a day shows it in the day view,
// because a month has no room for times. Dragging over several days makes an event of whole days.
import type { CalendarOptions, EventInput } from '@fullcalendar/core';
import dayGridPlugin from '@fullcalendar/daygrid';
import type { Availability } from './api';
import { arrowOf } from './dom';
import { say } from './language';
import { addDays, longDayText } from './zone';

export const monthView = 'dayGridMonth';
export const monthPlugin = dayGridPlugin;

const dateOf = (marker: Date) => marker.toISOString().slice(0, 10);

/** The days without any hours, as shaded days. */
export function closedDays(days: Availability[]): EventInput[] {
  return days.filter(({ open }) => open.length === 0)
    .map(({ date }) => ({ start: date, end: addDays(date, 1), allDay: true, display: 'background', classNames: ['shut'] }));
}

/** Makes a day's number a button that shows the day. The arrow keys move between the numbers. */
function dayButton(cell: HTMLElement, day: Date): void {
  const number = cell.querySelector<HTMLElement>('.fc-daygrid-day-number');
  if (!number) return;
  number.setAttribute('role', 'button');
  number.setAttribute('aria-label', longDayText(dateOf(day)));
  number.removeAttribute('title');
  cell.removeAttribute('aria-labelledby'); // the cell is named by its content: number and events
  number.addEventListener('keydown', (event) => {
    const arrow = arrowOf(event.key);
    if (!arrow) return;
    event.preventDefault();
    const step = 7 * arrow[0] + arrow[1];
    cell.closest('table')?.querySelector<HTMLElement>(`[data-date="${addDays(dateOf(day), step)}"] .fc-daygrid-day-number`)?.focus();
  });
}

/** `go` shows a day in the day view. */
export function monthOptions(go: (date: string) => void): CalendarOptions {
  return {
    navLinks: true, navLinkDayClick: (day) => go(dateOf(day)), fixedWeekCount: false, dayMaxEvents: true,
    dayHeaderFormat: { weekday: 'short' },
    // Any result keeps FullCalendar from opening its own list.
    moreLinkClick: ({ date }) => { go(dateOf(date)); return {} as never; },
    moreLinkHint: (count) => say('+{n} more on this day', { n: count }),
    moreLinkDidMount: ({ el }) => { el.setAttribute('role', 'button'); el.removeAttribute('aria-expanded'); },
    dayCellDidMount: ({ el, date }) => dayButton(el, date),
  };
}
