// Prints a calendar with all used hours on one page of any size. The style sheet makes the slots as high as the page allows, which is known
// only while the browser prints. FullCalendar has placed the events in screen pixels, so this places each event by its share of the grid's
// height. Two pages would not work: a browser moves rows to the next page, but not the events over them.
import type { Calendar as Grid } from '@fullcalendar/core';

/** The hours that are open or booked on any day shown. Empty hours would only waste paper. */
function usedHours(grid: Grid): [from: number, to: number] {
  let from = 24, to = 0;
  for (const { groupId, extendedProps, start, end } of grid.getEvents()) {
    if (!start || !end || !(groupId === 'hours' || extendedProps['event'])) continue;
    // FullCalendar keeps the wall clock of a named zone in the UTC fields of its dates.
    const first = start.toISOString().slice(0, 10), sinceFirst = (end.getTime() - Date.parse(`${first}T00:00:00Z`)) / 3_600_000;
    from = Math.min(from, sinceFirst > 24 ? 0 : start.getUTCHours());
    to = Math.max(to, Math.min(Math.ceil(sinceFirst), 24));
  }
  return from < to ? [from, to] : [8, 18];
}

/** Places events by share. Returns a function that restores the pixels, because FullCalendar sets only positions that change. */
function placeByShare(element: HTMLElement): () => void {
  const height = element.querySelector('.fc-timegrid-slots')?.clientHeight ?? 1;
  const placed = [...element.querySelectorAll<HTMLElement>('.fc-timegrid-event-harness, .fc-timegrid-bg-harness')]
    .map(({ style }) => ({ style, top: style.top, bottom: style.bottom }));
  for (const { style, top, bottom } of placed) {
    style.top = `${(parseFloat(top) / height) * 100}%`;
    style.bottom = `${100 + (parseFloat(bottom) / height) * 100}%`; // FullCalendar measures `bottom` from the top, as a negative number
  }
  return () => { for (const { style, top, bottom } of placed) Object.assign(style, { top, bottom }); };
}

/** Prepares the grid within the element whenever the page is printed, until `signal` aborts. */
export function printWhole(element: HTMLElement, grid: Grid, signal: AbortSignal): void {
  const set = (from: number, to: number, expandRows: boolean) => grid.batchRendering(() => {
    grid.setOption('slotMinTime', `${from}:00`);
    grid.setOption('slotMaxTime', `${to}:00`);
    grid.setOption('expandRows', expandRows);
    grid.setOption('dayMaxEvents', expandRows); // on paper a month shows all
  });
  addEventListener('beforeprint', () => {
    const scroller = () => element.querySelector('.fc-scroller-liquid-absolute'), top = scroller()?.scrollTop ?? 0;
    const [from, to] = usedHours(grid);
    set(from, to, false);
    element.style.setProperty('--slots', String((to - from) * 2));
    const putBack = placeByShare(element);
    addEventListener('afterprint', () => {
      putBack();
      set(0, 24, true);
      scroller()?.scrollTo(0, top);
    }, { once: true, signal });
  }, { signal });
}
