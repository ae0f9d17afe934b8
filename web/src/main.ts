// The calendar page: the caller, the state shown, and the navigation between views. Its parts use it by the interface in page.ts.
import './one_press';
import './trusted';
import { expect, isAnswer, Refused, unlessRefused, type Calendar, type Event, type EventRequest, type Scope, type Whoami } from './api';
import { calendarsLike, called, calledAll, isThere, known } from './calendars';
import { Chooser } from './chooser';
import { Column } from './column';
import { openDialog } from './dialog';
import { h, icon } from './dom';
import type { Draft } from './event_form';
import { Inbox } from './inbox';
import { languageChoice, say } from './language';
import { followRejections } from './live';
import { secondsOf } from './length';
import { later } from './loaded';
import { notice, undoLast } from './notice';
import { allOf, namedOf } from './one_of';
import { tellError, wishOf } from './placing';
import type { Page } from './page';
import { reached } from './reach';
import { forgetAhead, readHealth, readSettings, readWho, takeOrAsk } from './reading';
import { RejectionList } from './rejections';
import { Drawer, keyList, keys, legend, waitingList, zoneChoice } from './side';
import { addressOf, readState, remember, writeState, type State, type View } from './state';
import { heedSwipes, slideIn } from './swipe';
import { wishedLength } from './words';
import { addDays, addMonths, dateOf, daysText, instantOf, longDayText, monthText, tellTimeBy, wallOf, weekOf } from './zone';

/** Whether a date is typed completely. While its year is typed, the field has dates in the years 2, 20 and 202. */
const isTyped = (date: string) => date >= '1000';

/** The days that a view shows around a date. */
function titleOf(view: View, date: string): string {
  if (view === 'month') return monthText(date);
  return view === 'day' ? longDayText(date) : daysText(weekOf(date), addDays(weekOf(date), 6));
}

const named = 20; // calendars offered in place of an unknown one

class CalendarPage implements Page {
  state: State = readState();
  #columns: Column[] = [];
  /** The event whose details the address asks for. An object, so that a second request for the same id is distinct. */
  #details: { id: number } | null = null;
  readonly mayWrite: boolean;
  readonly mayManage: boolean;
  readonly #board = h('div', { class: 'board' });
  readonly #main = h('main', { id: 'calendar', tabindex: -1 });
  readonly #side = h('aside', { 'aria-label': say('Lists beside the calendar') });
  readonly drawer = new Drawer(this.#side, this.#main);
  readonly #title = h('h1', { 'aria-live': 'polite' });
  readonly #pickDate = h('input', { type: 'date', 'aria-label': say('Go to date'), change: () => { if (isTyped(this.#pickDate.value)) this.go({ date: this.#pickDate.value }); } });
  readonly #views = h('div', { class: 'views', role: 'group', 'aria-label': say('View') });
  readonly #waiting = waitingList((id) => this.go({ event: id }));
  readonly #rejections: RejectionList;
  readonly #chooser: Chooser;
  readonly #makers = ([[say('New event'), 'main new', () => this.#make('fixed')], [say('Find a slot'), '', () => this.#make('automatic')],
    [say('New poll'), '', () => later(({ openPollForm }) => openPollForm(this))]] as const).map(([label, look, click]) => h('button', { class: look, click }, label));
  readonly #inbox: Inbox | null;
  /** The calendars and zone for which the board was built, including names without a calendar. */
  #present: string | null = null;
  /** The date around which they are shown. It stays until it is left, even past midnight. */
  #drawn = '';

  constructor(readonly who: Whoami, private readonly ahead: number) {
    this.mayWrite = who.role !== 'viewer';
    this.mayManage = who.role === 'manager';
    this.#chooser = new Chooser((calendars) => this.go({ calendars }), this.mayManage ? (typed) => later(({ openNewCalendar }) => openNewCalendar(typed, this)) : null);
    tellTimeBy(this.now);
    this.#rejections = new RejectionList(this);
    this.#inbox = this.mayWrite ? new Inbox(this) : null;
    this.#main.append(this.#board, this.#side);
    heedSwipes(this.#board, (way) => { slideIn(this.#board, way); this.#step(way); });
    this.#fillSide();
    const skip = (event: MouseEvent) => { event.preventDefault(); this.#main.focus(); }; // keep the address, which holds the page's state, free of a fragment
    document.body.append(h('a', { class: 'skip', href: '#calendar', click: skip }, say('Skip to the calendar')), this.#bar(), this.#main);
    addEventListener('popstate', () => this.#show(readState()));
    addEventListener('keydown', (event) => this.#key(event));
  }

  now = (): number => Date.now() + this.ahead;

  async start(): Promise<void> {
    await this.#show(this.state);
    if (this.#columns.length > 0) await Promise.race(this.#columns.map(({ begun }) => begun)); // the calendar loads before the lists beside it
    forgetAhead();
    later(() => {}, () => {});
    this.#inbox?.start();
    followRejections(async (rejections, news) => {
      await known.learn(rejections.flatMap(({ calendars, facts }) => [...calendars, ...facts.calendar ? [facts.calendar] : []])); // zones and display names
      this.#rejections.add(rejections, news);
    });
  }

  // ---- the frame ----

  #bar(): HTMLElement {
    const button = (label: string, name: 'back' | 'forward', step: number) =>
      h('button', { class: 'quiet', 'data-steps': true, 'aria-label': label, click: () => this.#step(step) }, icon(name));
    const views: [View, string][] = [['week', say('Week')], ['day', say('Day')], ['month', say('Month')], ['list', say('List')]];
    this.#views.append(...views.map(([view, label]) => h('button', { 'data-view': view, click: () => this.go({ view }) }, label)));
    return h('header', { class: 'bar' }, isOpenDoor && openDoorText(),
      h('div', { class: 'when' }, h('button', { click: () => this.go({ date: '' }) }, say('Today')),
        button(say('Earlier'), 'back', -1), button(say('Later'), 'forward', 1), this.#title),
      h('div', { class: 'ways' }, this.#pickDate, h('button', { class: 'find', click: () => this.#search() }, say('Search…')), this.#views, this.#chooser.element, this.drawer.button,
        this.#inbox && h('div', { class: 'make' }, this.#inbox.button, ...this.#makers)));
  }

  #fillSide(): void {
    this.#side.append(this.#waiting.element, this.#rejections.element, legend(),
      zoneChoice(this.state.zone, (zone) => this.go({ zone })),
      keys(this.state.keys, this.mayWrite, (on) => this.go({ keys: on })),
      h('p', { class: 'links' }, h('span', { class: 'who' }, whoText(this.who)), !isOpenDoor && h('button', { class: 'quiet', click: signOut }, say('Sign out')), h('a', { href: '/openapi' }, say('The API')), ' ', h('a', { href: '/web/licences.txt' }, say('Licences'))), languageChoice());
  }

  // ---- what is shown ----

  go(change: Partial<State>): void {
    const state = { ...this.state, ...change };
    if (change.date === '') this.#drawn = ''; // today may be another day by now
    writeState(state);
    void this.#show(state);
  }

  get settings(): Calendar[] { return this.#columns.map(({ settings }) => settings); }

  zoneOf(name: string): string { return known.of(name)?.time_zone ?? this.settings[0]?.time_zone ?? 'UTC'; }

  get date(): string {
    return this.state.date || dateOf(this.now(), this.zoneOf(this.state.calendars[0] ?? ''));
  }

  #step(way: number): void {
    const { view } = this.state, date = this.state.date || this.#drawn || this.date;
    this.go({ date: view === 'month' ? addMonths(date, way) : addDays(date, way * (view === 'day' ? 1 : 7)) });
  }

  async #show(state: State): Promise<void> {
    const { view, date: asked, calendars } = this.state;
    if (state.view !== view || state.date !== asked || state.calendars.join() !== calendars.join()) this.#drawn = '';
    this.state = state;
    await this.#showCalendars(state);
    if (this.state !== state) return; // superseded
    const date = state.date || this.#drawn || this.date;
    document.body.dataset['view'] = state.view; // before the columns, whose width depends on it
    for (const column of this.#columns) column.show(state.view, date);
    this.#drawn = date;
    this.#title.textContent = titleOf(state.view, date);
    this.#pickDate.value = date;
    document.title = [calledAll(state.calendars), this.#title.textContent].filter((part) => part !== '').join(': ');
    for (const button of this.#views.children) button.setAttribute('aria-pressed', String((button as HTMLElement).dataset['view'] === state.view));
    this.#showDetails(state.event);
    if (state.inbox) this.#inbox?.show();
    else this.#inbox?.close();
  }

  async #showCalendars(state: State): Promise<void> {
    const names = state.calendars;
    if (this.#present === [...names, state.zone].join()) return;
    const settings = await reached('the settings', () => Promise.all(names.map((name) => this.#settings(name))), () => this.state === state);
    if (!settings || this.state !== state) return;
    for (const column of this.#columns.splice(0)) column.destroy();
    this.#present = [...names, state.zone].join();
    document.body.dataset['view'] = state.view;
    this.#chooser.set(names);
    this.#rejections.draw();
    const found = settings.filter((one): one is Calendar => one !== null);
    const date = state.date || this.#drawn || dateOf(this.now(), found[0]?.time_zone ?? 'UTC');
    this.#columns = found.map((one, index) => new Column(one, this, date, index === 0));
    this.#board.replaceChildren(...this.#columns.map(({ element }) => element), ...(names.length > 0 ? names.filter((_, index) => settings[index] === null) : [null]).map((name) => this.#missing(name)));
    if (found.length > 0) remember(found.map(({ name }) => name));
    document.body.dataset['columns'] = names.length > 1 ? 'several' : 'one';
    for (const column of this.#columns) column.grid.render();
    for (const button of this.#makers) button.disabled = found.length === 0;
  }

  hide(name: string): void { this.go({ calendars: this.state.calendars.filter((other) => other !== name) }); }

  /** Placeholder for an unknown calendar, or if none was ever chosen (null). Offers calendars that exist. */
  #missing(name: string | null): HTMLElement {
    const link = (other: string) => h('a', { href: addressOf({ ...this.state, calendars: [other] }), click: (event: MouseEvent) => {
      event.preventDefault();
      this.go({ calendars: [other] });
    } }, called(other));
    const { state } = this, others = h('div', { 'aria-live': 'polite' });
    void calendarsLike('', named + 1).then((found) => {
      if (name === null && found.length === 1 && this.state === state) return void this.#show({ ...state, calendars: [found[0]!.name] });
      others.append(
        h('p', {}, found.length > 0 ? say('There are:') : say('There is none yet.')), h('ul', {}, ...found.slice(0, named).map((other) => h('li', {}, link(other.name)))),
        found.length > named ? h('p', {}, say('and more, in the list above.')) : '');
    }, () => {}); // the chooser above finds them too
    if (name === null) return h('section', { class: 'column missing', 'aria-label': say('Calendars'), 'aria-busy': 'false' }, h('h2', {}, say('Choose a calendar')), others);
    return h('section', { class: 'column missing', 'aria-label': say('Calendar {name}', { name }), 'aria-busy': 'false' },
      h('div', { role: 'alert' }, h('h2', {}, say('There is no calendar “{name}”.', { name }))),
      this.state.calendars.length > 1 && h('button', { click: () => this.hide(name) }, say('Hide {name}', { name })), others);
  }

  async #settings(name: string): Promise<Calendar | null> {
    const found = await unlessRefused(takeOrAsk(`settings of ${name}`, () => readSettings(name)));
    if (!found || (name === 'ceo' && !await unlessRefused(isThere(name)))) return null; // its first booking would create it (rule 1.3)
    known.hear([found]);
    return found;
  }

  redraw(): void {
    this.#present = null;
    void this.#show(this.state);
  }

  showWaiting(): void {
    this.#waiting.show(this.#columns.flatMap(({ waiting }) => waiting));
    this.#inbox?.look();
  }

  refresh(): void { for (const column of this.#columns) column.refresh(); }

  #showDetails(id: number | null): void {
    if (id === (this.#details?.id ?? null)) return;
    const asked = id === null ? null : { id };
    this.#details = asked;
    if (!asked) {
      document.querySelector<HTMLDialogElement>('dialog.details')?.close();
      return;
    }
    const wanted = () => this.#details === asked;
    const closed = () => {
      if (!wanted()) return;
      this.#details = null;
      this.go({ event: null });
    };
    later(({ openDetails }) => void openDetails(asked.id, this, wanted, closed), closed);
  }

  #key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (!this.state.keys || (event.repeat && !'np'.includes(event.key)) || event.ctrlKey || event.metaKey || event.altKey || target.closest('input, textarea, select, dialog')) return;
    const keys: Record<string, () => void> = {
      t: () => this.go({ date: '' }), p: () => this.#step(-1), n: () => this.#step(1),
      '/': () => this.#search(), '?': () => openDialog(say('Keys'), 'keys-shown').body.append(keyList(this.mayWrite)), w: () => this.go({ view: 'week' }), d: () => this.go({ view: 'day' }), m: () => this.go({ view: 'month' }), l: () => this.go({ view: 'list' }),
      ...(this.mayWrite ? { e: () => this.#make('fixed'), f: () => this.#make('automatic'), u: undoLast } : {}),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #search(): void { if (this.settings.length > 0) later(({ openSearch }) => openSearch(this)); }

  // ---- actions ----

  #open(draft: Draft, event: Event | null = null): void {
    // Details still loading would replace the form.
    if (this.state.event !== null || this.state.inbox) this.go({ event: null, inbox: false });
    const { calendars, attendees } = { ...draft.wish, ...event, ...draft } as Draft & Pick<EventRequest, 'attendees'>;
    later(({ openForm }) => void known.learn([...calendars, ...attendees ?? []]).catch(isAnswer).then(() => openForm(draft, event, this)));
  }

  /** The next full hour, or nine o'clock if the day shown is not today. */
  #nextStart(zone: string): string {
    const now = wallOf(this.now(), zone), { date } = this;
    return date === now.slice(0, 10) ? wallOf(Math.ceil(this.now() / 3_600_000) * 3_600_000, zone) : `${date}T09:00:00`;
  }

  #make(mode: Draft['mode']): void {
    const [first] = this.settings;
    if (first) this.#open({ mode, calendars: [first.name], zone: first.time_zone, start: this.#nextStart(first.time_zone), duration: first.default_duration });
  }

  book({ name, time_zone: zone, default_duration: usual }: Calendar, start: string, end: string | null): void {
    const marked = end ? (instantOf(end, zone) - instantOf(start, zone)) / 1000 : 0; // less than 0 if the clock skips the start
    this.#open({ mode: 'fixed', calendars: [name], zone, start, duration: marked > 0 ? marked : usual });
  }

  /** The wished start of an event or a request as wall time. A waiting event has no start_timestamp. */
  #startOf({ start_timestamp, wished_start, date, start_time }: Partial<Event> | Partial<EventRequest> & { wished_start?: null }, zone: string): Pick<Draft, 'start' | 'instant'> {
    const instant = start_timestamp ?? wished_start, wished = date && start_time ? `${date}T${start_time}` : null;
    return { instant, start: instant ? wallOf(instant, zone) : wished ?? this.#nextStart(zone) };
  }

  draftOf(event: Event, zone = event.time_zone): Draft {
    const { placement: mode } = event;
    return { mode, calendars: namedOf(event), zone, ...this.#startOf(event, zone), duration: secondsOf(event) };
  }

  edit(event: Event, scope: Scope | undefined): void { this.#open({ ...this.draftOf(event), scope }, event); }

  copy(event: Event): void {
    const { metadata: _, ...wish } = wishOf(event);
    this.#open({ ...this.draftOf(event), wish, copy: true });
  }

  tryAgain(wish: EventRequest): void {
    const calendars = wish.calendars ?? (wish.one_of ? [] : ['ceo']), first = allOf({ ...wish, calendars })[0]!;
    this.#settings(first).then((settings) => {
      if (!settings) return notice(say('There is no calendar “{name}”.', { name: first }), 'bad');
      const zone = settings.time_zone, duration = wishedLength(wish) ?? settings.default_duration;
      this.#open({ mode: wish.recurrence ? 'fixed' : 'automatic', calendars, zone, ...this.#startOf(wish, zone), duration, wish });
    }).catch(tellError);
  }

  look({ id }: Event): void {
    this.refresh();
    this.#showDetails(null);
    this.go({ event: id });
  }
}

// ---- the caller ----

const roles: Record<string, string> = { viewer: say('viewer'), secretary: say('secretary'), manager: say('manager') };
const roleName = (role: string) => roles[role] ?? role;
const whoText = ({ principal, role }: Whoami) => (principal === role ? say('You are {role}.', { role: roleName(role) }) : say('You are {principal}, {role}.', { principal, role: roleName(role) }));

/** Only the door of a first look has no TLS (nginx/open.conf.in). */
const isOpenDoor = location.protocol === 'http:';
const openDoorText = () => h('p', { class: 'open-door', role: 'note' }, say('A first look: this address asks for no certificate. Whoever uses this computer can read and change these calendars.'));

function stranger(): void {
  document.title = say('Not on the list');
  document.body.append(h('main', { class: 'message' }, h('h1', {}, say('You are not on the list')),
    h('p', {}, say('This server knows who you are, but nobody has said yet what you may see. Ask whoever looks after it to enter you as a viewer, secretary or manager.')),
    h('p', {}, h('button', { class: 'main', click: () => location.reload() }, say('Try again')))));
}

/** The page clears its storage. The next page ends the session of a sign-in, or says how to make the browser forget a certificate. */
function signOut(): void {
  try { localStorage.clear(); } catch { /* nothing is stored */ }
  location.replace('/signed-out');
}

async function begin(): Promise<void> {
  try {
    const [who, { now }] = (await reached('the start', () => Promise.all([takeOrAsk('who', readWho), takeOrAsk('health', readHealth)])))!;
    expect(who.principal);
    await new CalendarPage(who, Date.parse(now) - Date.now()).start();
  } catch (error) {
    if (!(error instanceof Refused && error.problem.status === 403)) throw error;
    stranger();
  }
}

void begin();
