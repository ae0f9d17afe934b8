// One calendar on the page: its name and zone, its week, day, month or list, and its waiting events.
import { Calendar as Grid, type CalendarOptions, type EventApi, type EventInput } from '@fullcalendar/core';
import dayGridPlugin from '@fullcalendar/daygrid';
import listPlugin from '@fullcalendar/list';
import timeGridPlugin from '@fullcalendar/timegrid';
import { answer, client, isAnswer, Refused, type Availability, type Calendar, type Event, type Rights, type Scope } from './api';
import { busyAttendees } from './attendees';
import { called, known, rightsOn, shown } from './calendars';
import { GridCursor } from './cursor';
import { arrowOf, h, icon } from './dom';
import { carryByKeys, heedEscape, interactionPlugin } from './dragging';
import { joined, locale, say } from './language';
import { followChanges } from './live';
import { later } from './loaded';
import { report } from './notice';
import type { Page } from './page';
import { readSettings, readShown, takeOrAsk, type Shown } from './reading';
import { changing, learn, settle, startOfChange, tell, tellError } from './placing';
import { printWhole } from './print';
import { problemText } from './refusals';
import type { View } from './state';
import { fingerStrayed } from './swipe';
import { contactOf, kindOf, kinds, statusText, titleOf, type Kind } from './words';
import { addDays, clockText, dateOf, datesFrom, dayHeader, daysTo, dayText, endLike, firstWeekday, hourText, instantLike, instantOf, isAllDay, longDayText, offsetText, timeText, wallOf, wallOfDay } from './zone';

const monthView = 'dayGridMonth';
const gridViews: Record<View, string> = { week: 'timeGridWeek', day: 'timeGridDay', month: monthView, list: 'listWeek' };

/** FullCalendar keeps the wall clock of a named zone in the UTC fields of its dates. */
const wallOfMarker = (marker: Date) => marker.toISOString().slice(0, 19);
const dateOfMarker = (marker: Date) => marker.toISOString().slice(0, 10);

// ---- the times of a second zone beside the hours of a day or a week ----

/** The times in the other zone at an hour of these dates: usually one, but two if a clock changes between the dates. */
function timesOf(time: string, dates: string[], zone: string, other: string): string[] {
  const texts = dates.map((date) => {
    const wall = wallOf(instantOf(`${date}T${time}`, zone), other), days = daysTo(date, wall.slice(0, 10));
    return hourText(wall.slice(11)) + (days === 0 ? '' : days > 0 ? ` +${days}` : ` −${-days}`);
  });
  return [...new Set(texts)];
}

/** Hour labels with the times of the other zone, for the days between two markers. */
function labels(zone: string, other: string, from: Date, to: Date): NonNullable<CalendarOptions['slotLabelContent']> {
  const dates = datesFrom(dateOfMarker(from), addDays(dateOfMarker(to), -1));
  return ({ date, text }) => ({ domNodes: [h('span', {}, text), h('span', { class: 'other-zone', title: other }, timesOf(wallOfMarker(date).slice(11), dates, zone, other).join(' / '))] });
}

// ---- the month view: the options of FullCalendar's day grid on top of those of the week ----

// Pressing a day shows it in the day view, because a month has no room for times. Dragging over several days makes an event of whole days.

/** The days without any hours, as shaded days. */
function closedDays(days: Availability[]): EventInput[] {
  return days.filter(({ open }) => open.length === 0)
    .map(({ date }) => ({ start: date, end: addDays(date, 1), allDay: true, display: 'background', classNames: ['shut'] }));
}

/** Makes a day's number a button that shows the day. The arrow keys move between the numbers. */
function dayButton(cell: HTMLElement, day: Date): void {
  const number = cell.querySelector<HTMLElement>('.fc-daygrid-day-number');
  if (!number) return;
  number.setAttribute('role', 'button');
  number.setAttribute('aria-label', longDayText(dateOfMarker(day)));
  number.removeAttribute('title');
  cell.removeAttribute('aria-labelledby'); // the cell is named by its content: number and events
  number.addEventListener('keydown', (event) => {
    const arrow = arrowOf(event.key);
    if (!arrow) return;
    event.preventDefault();
    const step = 7 * arrow[0] + arrow[1];
    cell.closest('table')?.querySelector<HTMLElement>(`[data-date="${addDays(dateOfMarker(day), step)}"] .fc-daygrid-day-number`)?.focus();
  });
}

/** `go` shows a day in the day view. */
function monthOptions(go: (date: string) => void): CalendarOptions {
  return {
    navLinks: true, navLinkDayClick: (day) => go(dateOfMarker(day)), fixedWeekCount: false, dayMaxEvents: true,
    dayHeaderFormat: { weekday: 'short' },
    // Any result keeps FullCalendar from opening its own list.
    moreLinkClick: ({ date }) => { go(dateOfMarker(date)); return {} as never; },
    moreLinkHint: (count) => say('+{n} more on this day', { n: count }),
    moreLinkDidMount: ({ el }) => { el.setAttribute('role', 'button'); el.removeAttribute('aria-expanded'); },
    dayCellDidMount: ({ el, date }) => dayButton(el, date),
  };
}

// ---- moving an event, or changing its length, by mouse, touch or keys; a change made without a question can be undone ----

/** The wall clock time that a fixed event asks for, which its clock may skip; null if it asks for an instant, or for none. */
const wishedWall = ({ date, start_time }: Event): string | null => (date && start_time ? `${date}T${start_time}` : null);

/** The length of an event from `start` to `end`. Whole days stay days, whose seconds a clock change alters. */
const lengthUntil = ({ days, time_zone: zone }: Event, start: number, end: number): { days: number } | { duration: number } =>
  (days && isAllDay(start, end, zone) ? { days: daysTo(dateOf(start, zone), dateOf(end, zone)) } : { duration: (end - start) / 1000 });

/** The change of a drag to this start. `meant` is the wall clock time that it asks for, if known. */
function dragged(event: Event, start: number, meant: string | null) {
  const isMeant = meant !== null && meant !== wishedWall(event) && instantOf(meant, event.time_zone) === start;
  return isMeant ? { date: meant.slice(0, 10), start_time: meant.slice(11) } : startOfChange(event, {}, start);
}

/**
 * Moves the event to `start` until `end`, in milliseconds since 1970. `meant` is the wall clock time that it asks for from now on, on the
 * event's clock, or null. `putBack` is called if that fails or changes nothing.
 */
async function move(event: Event, start: number, end: number, meant: string | null, putBack: () => void, page: Page): Promise<void> {
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

// ---- the column ----

export class Column {
  readonly element: HTMLElement;
  waiting: Event[] = [];
  /** To be rendered once the column is in the page. */
  readonly grid: Grid;
  readonly #cursor: GridCursor;
  #stop = new AbortController();
  #load = new AbortController();
  #following = false;
  /** Settles when the last change is known. Events are read after it, so that no change is missed and nothing is read twice. */
  readonly #ready: Promise<void>;
  #hasAsked = false;
  #begin = () => {};
  /** Settles when the first view has been read, or could not be. */
  readonly begun = new Promise<void>((done) => { this.#begin = done; });
  #shown: string;
  /** Pending while something is dragged. The grid must not change meanwhile, because redrawing an event ends its drag. */
  #hand: Promise<void> = Promise.resolve();
  letGo = (): void => {};
  /** The event to focus again when it is redrawn. */
  focused: string | null = null;
  readonly #zone = h('span', { class: 'zone' });
  readonly #next = h('p', { class: 'next', hidden: true });
  /** A second zone whose times are shown beside the hours; empty for none. */
  readonly #otherZone: string;

  constructor(readonly settings: Calendar, readonly page: Page, date: string, follow: boolean) {
    const room = h('div', { class: 'grid' }), { name } = settings, { view, zone } = page.state;
    this.#otherZone = zone;
    this.#shown = `${view} ${date}`;
    this.#tellZone(date);
    this.element = h('section', { class: 'column', 'aria-label': say('Calendar {name}', { name: called(name) }), 'aria-busy': 'true' },
      h('header', {}, h('h2', { class: 'called' }, ...shown(settings)), settings.display_name && h('small', { class: 'api-name' }, name), this.#zone, ...this.#buttons()),
      this.#next, room);
    this.#ready = new Promise((done) => followChanges(name, follow, this.#stop.signal, () => {
      this.#following = true;
      if (this.#hasAsked) this.refresh(); // the first read waits for this news, so it is newer
    }, done));
    this.#cursor = new GridCursor(room, this, this.#stop.signal);
    this.grid = this.#makeGrid(room, view, date);
    heedEscape(room, this.#stop.signal);
    carryByKeys(room, this, this.#stop.signal);
    // FullCalendar notices when the window is resized, but not when its container is.
    const sizes = new ResizeObserver(() => { if (!matchMedia('print').matches) this.grid.updateSize(); });
    sizes.observe(room);
    // Events become past by the clock, without news from the server.
    const minute = setInterval(() => { if (!document.hidden) this.refresh(); }, 60_000);
    this.#stop.signal.addEventListener('abort', () => { sizes.disconnect(); clearInterval(minute); });
    printWhole(this.element, this.grid, this.#stop.signal);
  }

  /** The buttons of the calendar. Each is shown once the reader is known to have its right. Its space is reserved, so that the grid stays put. */
  #buttons(): (HTMLElement | false)[] {
    const { page, settings } = this, { name, time_zone: zone } = settings, { mayWrite, mayManage } = page;
    const rights = mayWrite ? rightsOn(name) : Promise.resolve([]);
    const button = (right: Rights[number], label: string, click: (rights: Rights) => void) => {
      const one = h('button', { class: 'quiet unsure', 'aria-label': `${label} ${called(name)}` }, label);
      void rights.then((all) => {
        one.hidden = !all.includes(right);
        one.classList.remove('unsure');
        one.addEventListener('click', () => click(all));
      });
      return one;
    };
    /** Opens a dialog with the current settings. The column has those of when it was built. */
    const withSettings = (open: (settings: Calendar) => void) => void readSettings(name).then(open).catch(tellError);
    return [
      mayWrite && button('read', say('Subscribe…'), (all) => later(({ openSubscribe }) => openSubscribe(name, mayManage && all.includes('manage')))),
      mayManage && button('manage', say('Hours…'), () => withSettings((now) => later(({ openHours }) => openHours(now, page)))),
      mayManage && button('manage', say('Settings…'), () => withSettings((now) => later(({ openSettings }) => openSettings(now, page)))),
      mayManage && button('manage', say('Who may…'), () => later(({ openGrants }) => openGrants(name))),
      mayWrite && button('book', say('Import…'), () => later(({ openImport }) => openImport(name, zone, page))),
      page.state.calendars.length > 1 && h('button', { class: 'quiet', 'aria-label': say('Hide {name}', { name: called(name) }), click: () => page.hide(name) }, icon('close')),
    ];
  }

  show(view: View, date: string): void {
    if (`${view} ${date}` === this.#shown) return;
    this.#shown = `${view} ${date}`;
    this.#tellZone(date);
    this.grid.changeView(gridViews[view], date);
  }

  /** Shows the zone with its offset on the day shown, which may differ from today's. */
  #tellZone(date: string): void {
    const zone = this.settings.time_zone, noon = instantOf(`${date}T12:00`, zone);
    this.#zone.textContent = [zone, ...(this.#otherZone ? [this.#otherZone] : [])].map((one) => `${one}, ${offsetText(noon, one)}`).join(' · ');
  }

  refresh(): void { this.grid.refetchEvents(); }

  destroy(): void {
    this.#stop.abort();
    this.#load.abort();
    report(`events of ${this.settings.name}`, null);
    this.grid.destroy();
    this.element.remove();
  }

  #makeGrid(room: HTMLElement, view: View, date: string): Grid {
    const { page, settings } = this, { mayWrite } = page, zone = settings.time_zone, otherZone = this.#otherZone;
    const showDay = (date: string) => page.go({ date, view: 'day' });
    return new Grid(room, {
      plugins: [timeGridPlugin, listPlugin, dayGridPlugin, interactionPlugin],
      views: { [monthView]: monthOptions(showDay) },
      initialView: gridViews[view], initialDate: date, timeZone: zone, now: () => wallOf(page.now(), zone),
      locale: { code: locale }, firstDay: firstWeekday, headerToolbar: false, height: '100%', expandRows: true, allDaySlot: false, nowIndicator: true,
      slotDuration: '00:30:00', snapDuration: '00:15:00', scrollTime: '07:00:00', slotEventOverlap: false,
      slotLabelFormat: ({ date: { marker } }) => hourText(wallOfMarker(marker).slice(11)), eventMinHeight: 18,
      // The difference between the zones may vary with the days shown.
      datesSet: ({ start, end, view: { type } }) => { if (otherZone && type.startsWith('timeGrid')) this.grid.setOption('slotLabelContent', labels(zone, otherZone, start, end)); },
      dayHeaderFormat: ({ date: { marker } }) => dayHeader(wallOfMarker(marker)),
      listDayFormat: { weekday: 'long', day: 'numeric', month: 'long' }, listDaySideFormat: false, noEventsText: say('Nothing is booked in this week.'),
      allDayText: say('all day'), timeHint: say('Time'), eventHint: say('Event'), closeHint: say('Close'), navLinkHint: say('Go to {day}', { day: '$0' }), moreLinkText: (count) => say('+{n} more', { n: count }),
      dayHeaderDidMount: ({ el, date: day, view: { type } }) => type !== monthView && el.querySelector('a')?.setAttribute('aria-label', longDayText(wallOfMarker(day))),
      eventTimeFormat: ({ start: from, end: to }) => [from, ...(to ? [to] : [])].map(({ marker }) => clockText(wallOfMarker(marker).slice(11))).join(' – '),
      eventDisplay: 'block', // in a month too
      eventInteractive: true, selectable: mayWrite, selectMirror: true, selectMinDistance: 5, longPressDelay: 500,
      editable: false, eventOverlap: true, dragRevertDuration: 0,
      events: (info, done, failed) => void this.#fetch(wallOfMarker(info.start), wallOfMarker(info.end)).then((all) => all && done(all), failed),
      eventContent: ({ event, view: { type } }) => type === gridViews.list || { domNodes: this.#content(event) },
      eventDidMount: ({ event, el }) => this.#mounted(event, el),
      // Focusable columns make the grid scrollable by keyboard even without events. The scroller itself is not a grid cell.
      dayCellDidMount: ({ el, date: day, view: { type, currentStart } }) => { if (type !== monthView) this.#cursor.mounted(el, dateOfMarker(day), day.getTime() === currentStart.getTime()); },
      eventClick: ({ event, jsEvent }) => { jsEvent.preventDefault(); const shown = event.extendedProps['event'] as Event | undefined; if (shown && !shown.isBusyTime) page.go({ event: shown.id }); },
      dateClick: ({ date: start, jsEvent, view: { type } }) => {
        if (fingerStrayed() || jsEvent.detail > 1) return;
        if (type === monthView) showDay(dateOfMarker(start));
        else if (mayWrite && type !== gridViews.list) page.book(settings, wallOfMarker(start), null);
      },
      select: ({ start, end }) => { this.grid.unselect(); page.book(settings, wallOfMarker(start), wallOfMarker(end)); },
      eventDragStart: () => this.take(), eventResizeStart: () => this.take(),
      eventDragStop: () => this.letGo(), eventResizeStop: () => this.letGo(),
      eventChange: ({ event: { id } }) => this.#rename(id),
      eventDrop: ({ event, revert }) => this.put(event, revert),
      eventResize: ({ event, revert }) => this.put(event, revert),
    });
  }

  // ---- reading ----

  /** Everything to draw between two wall times. Null if a later read has overtaken this one. */
  async #fetch(from: string, to: string): Promise<EventInput[] | null> {
    this.#load.abort();
    const load = (this.#load = new AbortController());
    this.element.setAttribute('aria-busy', 'true');
    const who = `events of ${this.settings.name}`;
    try {
      await this.#ready;
      if (load.signal.aborted) return null;
      this.#hasAsked = true;
      const ahead = await takeOrAsk<Shown | null>(`view of ${this.settings.name}`, async () => null).catch(() => null);
      const { events, days, waiting } = ahead?.from === from && ahead.to === to ? ahead : await readShown(this.settings, from, to, load.signal);
      if (load.signal.aborted) return null;
      report(who, null);
      learn(events);
      this.#learnPeople(events, load.signal);
      this.waiting = waiting;
      this.page.showWaiting();
      void this.#tellNext(events, to, load.signal);
      await this.#hand;
      if (load.signal.aborted) return null;
      // The calendar has a new zone, and the column still shows the old one's times.
      if (days.some(({ time_zone }) => time_zone !== this.settings.time_zone)) {
        this.page.redraw();
        return null;
      }
      // The column is complete only once it also follows changes.
      this.element.setAttribute('aria-busy', String(!this.#following));
      const focused = document.activeElement; // all events are drawn anew, and the focused one keeps the focus
      this.focused = focused instanceof HTMLElement && this.element.contains(focused) ? focused.dataset['event'] ?? null : null;
      return [...this.#shut(days, from, to), ...events.map((event) => this.#input(event))];
    } catch (error) {
      if (load.signal.aborted) return null;
      isAnswer(error);
      report(who, error instanceof Refused ? problemText(error.problem) : error.message);
      const again = setTimeout(() => this.refresh(), 3000);
      load.signal.addEventListener('abort', () => clearTimeout(again));
      return null;
    } finally {
      if (this.#hasAsked) this.#begin();
    }
  }

  /** Asks for the display names of attendees, and redraws if there are any. */
  #learnPeople(events: Event[], signal: AbortSignal): void {
    const names = [...new Set(events.flatMap(({ attendees }) => attendees))].filter((name) => !known.of(name));
    void known.learn(names).then(() => { if (!signal.aborted && names.some((name) => known.of(name)?.display_name)) this.refresh(); }, () => {}); // the name suffices
  }

  /** If no event is still to come in the range shown, shows the next event after it, with a button that leads there. */
  async #tellNext(events: Event[], to: string, signal: AbortSignal): Promise<void> {
    const { name, time_zone: zone } = this.settings, end = instantOf(to, zone), now = this.page.now();
    const empty = end > now && !events.some(({ end_timestamp }) => Date.parse(end_timestamp!) > now);
    const query = { calendar: name, from: new Date(end).toISOString(), status: ['pending' as const, 'held' as const], limit: 1 };
    const [next] = empty ? await answer(client.GET('/events', { params: { query }, signal })).catch((error: unknown) => { if (!signal.aborted) isAnswer(error); return []; }) as Event[] : [];
    if (signal.aborted) return;
    this.#next.hidden = next === undefined;
    if (!next) return;
    const wall = wallOf(next.start_timestamp!, zone);
    this.#next.replaceChildren(events.length > 0 ? say('Nothing more is booked here.') : say('Nothing is booked here.'), ' ',
      h('button', { click: () => this.page.go({ date: wall.slice(0, 10) }) }, say('Next: {moment}, {name}', { moment: `${dayText(wall)}, ${clockText(wall.slice(11))}`, name: titleOf(next) ?? say('busy') })));
  }

  /** The shaded parts: the time outside the hours, or in a month the days without hours. */
  #shut(days: Availability[], from: string, to: string): EventInput[] {
    if (this.grid.view.type === monthView) return closedDays(days);
    const { time_zone: zone } = this.settings;
    const open: EventInput[] = days.flatMap((day) => day.open.map(({ start_timestamp: start, end_timestamp: end }) =>
      ({ start: wallOf(start, zone), end: wallOf(end, zone), display: 'inverse-background', groupId: 'hours', classNames: ['shut'] })));
    return open.length > 0 ? open : [{ start: from, end: to, display: 'background', classNames: ['shut'] }];
  }

  #input(event: Event): EventInput {
    const zone = this.settings.time_zone, now = this.page.now();
    const from = Date.parse(event.start_timestamp!), to = Date.parse(event.end_timestamp!);
    const start = (isAllDay(from, to, zone) ? wallOfDay : wallOf)(from, zone);
    let end = wallOfDay(to, zone);
    // In the hour that a clock change repeats, an event's end can have an earlier wall time than its start.
    if (end <= start) end = new Date(Date.parse(start + 'Z') + to - from).toISOString().slice(0, 19);
    const kind = kindOf(event, now);
    const movable = this.page.mayWrite && kind !== 'past' && kind !== 'busy' && event.status !== 'in_progress';
    return {
      id: String(event.id), title: titleOf(event)!, start, end, editable: movable,
      classNames: [kind, ...(event.status === 'in_progress' ? ['now'] : [])], extendedProps: { event, from: start, to: end },
    };
  }

  // ---- drawing ----

  /** The event's start and end as wall times, or those of the place below the pointer during a drag. */
  #times({ extendedProps, start, end }: EventApi): [string, string] {
    const { event, from, to } = extendedProps as { event?: Event; from?: string; to?: string };
    const over = [wallOfMarker(start!), wallOfMarker(end!)] as const;
    if (event && over[0] === from && over[1] === to)
      return [timeText(event.start_timestamp!, this.settings.time_zone), timeText(event.end_timestamp!, this.settings.time_zone)];
    return [clockText(over[0].slice(11)), clockText(over[1].slice(11))];
  }

  /** Location, attendees, and the contact of an appointment's client. */
  #about(event: Event, title: string): string[] {
    return [event.event_location, ...event.attendees.filter((one) => one !== title).map(called), contactOf(event)].filter((part) => part !== '');
  }

  #where(event: Event, title: string): HTMLElement { return h('span', { class: 'where' }, ...this.#about(event, title).flatMap((part, index) => [index > 0 && ' · ', h('bdi', {}, part)])); }

  #icon(event: Event): SVGElement { return icon(kindOf(event, this.page.now())); }

  #content(grid: EventApi): Node[] {
    const event = grid.extendedProps['event'] as Event | undefined;
    if (grid.display.endsWith('background')) return [];
    const [from, to] = this.#times(grid);
    const time = [new Text(' '), h('span', { class: 'time' }, from, h('span', { class: 'until' }, ` – ${to}`))]; // a space for screen readers
    if (!event) return [h('span', { class: 'name' }, say('New')), ...time];
    return [h('span', { class: 'name' }, this.#icon(event), h('bdi', {}, grid.title)), ...time, new Text(' '), this.#where(event, grid.title)];
  }

  /** "Board, Wed 3 Mar, 09:00 – 09:30", at the times where the event is drawn. */
  told(grid: EventApi): string { return `${grid.title}, ${dayText(wallOfMarker(grid.start!))}, ${this.#times(grid).join(' – ')}`; }

  /** The events between two wall times: "Wed 3 Mar, 09:00 – 09:30: Board". */
  between(start: string, end: string): string {
    const there = this.grid.getEvents().filter((one) => one.extendedProps['event'] && wallOfMarker(one.start!) < end && wallOfMarker(one.end!) > start);
    return `${dayText(start)}, ${clockText(start.slice(11))} – ${clockText(end.slice(11))}: ${joined(there.map(({ title }) => title), ', ') || say('nothing')}`;
  }

  /** The accessible name begins with the visible text, in the same order, so that saying it aloud works (WCAG 2.5.3). */
  #name(grid: EventApi, target: HTMLElement): void {
    const event = grid.extendedProps['event'] as Event;
    const kind: Kind = kindOf(event, this.page.now()), [from, to] = [wallOfMarker(grid.start!), wallOfMarker(grid.end!)];
    const days = from.slice(0, 10) === to.slice(0, 10) ? dayText(from) : `${dayText(from)} – ${dayText(to)}`;
    const label = joined([
      grid.title, this.#times(grid).join(' – '), ...this.#about(event, grid.title), days, kind === 'busy' ? '' : kinds[kind].name.toLowerCase(), statusText(event.status, kind),
    ].filter((part) => part !== ''), ', ');
    target.setAttribute('aria-label', label);
    target.title = label;
    target.dataset['event'] = grid.id;
  }

  /** An event moved within its day keeps its element and is not mounted again, so rename it here. */
  #rename(id: string): void {
    const grid = this.grid.getEventById(id);
    if (grid) this.element.querySelectorAll<HTMLElement>(`[data-event="${CSS.escape(id)}"]`).forEach((target) => this.#name(grid, target));
  }

  /** Makes the drawn event a button: in the grid the whole element, in the list its name, because a row cannot be a button. */
  #mounted(grid: EventApi, element: HTMLElement): void {
    const event = grid.extendedProps['event'] as Event | undefined;
    if (!event) return;
    const name = element.querySelector('a');
    name?.prepend(this.#icon(event));
    name?.after(this.#where(event, grid.title));
    const target = name ?? element;
    // A busy time has no details to open.
    target.setAttribute('role', event.isBusyTime ? 'img' : 'button');
    this.#name(grid, target);
    if (this.focused !== grid.id) return;
    this.focused = null;
    if (document.activeElement === document.body) target.focus({ preventScroll: true });
  }

  // ---- dragging ----

  take(): void {
    this.#hand = new Promise((done) => { this.letGo = done; });
  }

  /** Moves an event to where it was put down, if that is another place. Across a clock change the grid's edges differ from elapsed time. */
  put(grid: EventApi, putBack: () => void): void {
    const { event, from, to } = grid.extendedProps as { event: Event; from: string; to: string }, zone = this.settings.time_zone;
    const before = Date.parse(event.start_timestamp!), ended = Date.parse(event.end_timestamp!);
    const wall = wallOfMarker(grid.start!), lengthened = grid.end!.getTime() - grid.start!.getTime() !== Date.parse(to + 'Z') - Date.parse(from + 'Z');
    if (wall === from && !lengthened) return;
    const start = wall === from ? before : instantLike(wall, zone, before);
    const end = lengthened ? endLike(wallOfMarker(grid.end!), zone, ended) : start + ended - before;
    grid.setProp('editable', false); // until it is read again: another move would start from the old time
    const back = () => {
      putBack();
      this.grid.getEventById(grid.id)?.setProp('editable', true); // null if it was deleted meanwhile
      this.#rename(grid.id);
    };
    // A whole day can be cut to the hour that its clock skips, because it is drawn from its midnight.
    void move(event, start, end > start ? end : start + 900_000, zone === event.time_zone ? wall : null, back, this.page);
  }
}
