// The form of an event: a new event, at a time or wherever there is room, or an event that is changed.
import { answer, client, Refused, Unreachable, type Event, type EventChange, type EventRequest, type Scope } from './api';
import { Attendees } from './attendees';
import { calendarsLike } from './calendars';
import { h } from './dom';
import { openDialog } from './dialog';
import { endField, joinEnd } from './end';
import { alone, area, check, choice, edited, field, input, scopeChoice, text, ticked, touched } from './form';
import { lengthField, lengthOf } from './length';
import { beginsAt, booking, changing, errorText, eventOf, isStale, preview, refusal, spanText, tell, type Proposal, type WayOn } from './placing';
import { recurrenceText } from './recurrence';
import { recurrenceOf, repeatFields, tellSeries } from './repeat';
import { fieldName } from './words';
import { addDays, instantOf, isAllDay, shortTime, wallOf } from './zone';

export interface Draft {
  mode: 'fixed' | 'automatic';
  calendars: string[];
  /** Of the first calendar. */
  zone: string;
  /** Wall time. */
  start: string;
  /** In seconds. */
  duration: number;
  /** What was asked for before. */
  wish?: EventRequest;
  /** Whether the wish is that of an event that stays as it is. */
  copy?: boolean;
  /** How much of its series was chosen before. */
  scope?: Scope | undefined;
}

/** Commas part the items; an item that holds a comma stands in quotes. */
const listOf = (value: string) =>
  [...value.matchAll(/\s*(?:"([^"]*)"\s*(?=,|$)|([^,]+))/g)].map(([, quoted, plain]) => (quoted ?? plain!).trim()).filter((item) => item !== '');
const listText = (items: string[]) => items.map((item) => (item.includes(',') ? `"${item}"` : item)).join(', ');

/** Wall time of a field as RFC 3339. */
const instantText = (wall: string, zone: string) => new Date(instantOf(wall.length === 16 ? wall + ':00' : wall, zone)).toISOString().replace('.000', '');
const localText = (instant: string | null | undefined, zone: string) => (instant ? wallOf(Date.parse(instant), zone) : '');

type Wish = Event | Partial<EventRequest>;

const isWhole = (start: string, duration: number, zone: string) => isAllDay(instantOf(start, zone), instantOf(start, zone) + duration * 1000, zone);

/** Whole days begin and end at midnight of the zone: where the clock changes, a day is 23 or 25 hours long. */
function wholeDays(form: HTMLFormElement, zone: string): { date: string; start_time: string; duration: number } {
  const date = text(form, 'date'), last = text(form, 'last_day'), midnight = (day: string) => instantOf(`${day}T00:00:00`, zone);
  return { date, start_time: '00:00', duration: (midnight(addDays(last < date ? date : last, 1)) - midnight(date)) / 1000 };
}

function timeFields({ start, zone, duration }: Draft, wish: Wish): { fixed: HTMLElement; automatic: HTMLElement } {
  const day = 'placement' in wish && wish.placement === 'fixed' ? '' : wish.date ?? '';
  return {
    fixed: h('div', {}, check('all_day', 'All day', isWhole(start, duration, zone)), h('div', { class: 'row' }, field('Date', input('date', 'date', start.slice(0, 10), { required: true })),
      field('Start', input('start', 'time', shortTime(start.slice(11)), { required: true, step: 'any' })), endField(),
      field('Last day', input('last_day', 'date', wallOf(instantOf(start, zone) + duration * 1000 - 1000, zone).slice(0, 10), { required: true })))),
    automatic: h('div', {},
      h('div', { class: 'row' },
        field('On the day', input('day', 'date', day), 'any day where left empty'),
        field('Priority', input('priority', 'number', String(wish.priority ?? 50), { min: 0, max: 100, required: true }), '0 to 100; the higher stays')),
      h('details', { class: 'more', open: Boolean(wish.not_before || wish.not_after) }, h('summary', {}, 'Window'),
        h('div', { class: 'row' },
          field('Not before', input('not_before', 'datetime-local', localText(wish.not_before, zone), { step: 'any' }), 'earliest start'),
          field('Not after', input('not_after', 'datetime-local', localText(wish.not_after, zone), { step: 'any' }), 'latest end')))),
  };
}

function fields(draft: Draft, event: Event | null, attendees: HTMLElement, changed: () => void): HTMLElement[] {
  const wish: Wish = event ?? draft.wish ?? {};
  const { preempt = false, hold_for } = draft.wish ?? {};
  const { fixed, automatic } = timeFields(draft, wish);
  fixed.classList.add('only-fixed');
  automatic.classList.add('only-automatic');
  return [
    field('What', input('event_name', 'text', wish.event_name ?? '', { required: true, maxlength: 500 })),
    choice('mode', 'When', [['fixed', 'At a fixed time'], ['automatic', 'Find a slot']], draft.mode, changed),
    fixed, automatic, ...(event ? [] : [h('div', { class: 'only-fixed' }, repeatFields())]),
    h('div', { class: 'row' },
      lengthField('Length', 'duration', draft.duration, 'minutes, or 1h30', true),
      field('Where', input('event_location', 'text', wish.event_location ?? '', { maxlength: 1000 }))),
    field('Description', area('description', wish.description ?? '', { maxlength: 8000 })),
    field('Who', input('attendees', 'text', listText(wish.attendees ?? [])), 'names, with commas between them; "Lee, Anna" is one'),
    attendees,
    field('Calendars', input('calendars', 'text', draft.calendars.join(', '), { required: true, list: 'calendar-names' }),
      'it takes its time on all of them'),
    h('datalist', { id: 'calendar-names' }),
    ...(event ? [] : [h('details', { class: 'more', open: preempt || Boolean(hold_for) }, h('summary', {}, 'More'),
      h('div', { class: 'only-automatic' }, check('preempt', 'Less important events may give way', preempt)),
      check('wait', 'If nothing is open, wait until time opens', false),
      lengthField('Hold', 'hold', typeof hold_for === 'number' ? hold_for : null, 'minutes, or 1h30, in which somebody has to confirm it; empty: none', false))]),
  ];
}

function requestOf(form: HTMLFormElement, zone: string): EventRequest {
  const request: EventRequest = {
    event_name: text(form, 'event_name'), duration: lengthOf(text(form, 'duration')) ?? 0,
    event_location: text(form, 'event_location'), attendees: listOf(text(form, 'attendees')), calendars: listOf(text(form, 'calendars')),
  };
  if (text(form, 'mode') === 'fixed') {
    const recurrence = recurrenceOf(form);
    Object.assign(request, { date: text(form, 'date'), start_time: text(form, 'start'), ...(ticked(form, 'all_day') ? wholeDays(form, zone) : {}), ...(recurrence ? { recurrence } : {}) });
  } else {
    request.priority = Number(text(form, 'priority'));
    if (text(form, 'day')) request.date = text(form, 'day');
    if (text(form, 'not_before')) request.not_before = instantText(text(form, 'not_before'), zone);
    if (text(form, 'not_after')) request.not_after = instantText(text(form, 'not_after'), zone);
    if (ticked(form, 'preempt')) request.preempt = true;
  }
  if (text(form, 'description')) request.description = text(form, 'description');
  if (ticked(form, 'wait')) request.on_no_slot = 'wait';
  if (text(form, 'hold')) request.hold_for = lengthOf(text(form, 'hold'))!;
  return request;
}

const scopeOf = (form: HTMLFormElement, event: Event): EventChange => (event.series && text(form, 'scope') ? { scope: text(form, 'scope') as Scope } : {});

/** Only the fields that were changed in the form: fields that a request does not name stay as they were wished. */
function changeOf(form: HTMLFormElement, event: Event, zone: string): EventChange {
  const wish = requestOf(form, zone), change: EventChange = {}, wasFixed = event.placement === 'fixed';
  for (const name of ['event_name', 'event_location', 'attendees', 'calendars'] as const)
    if (edited(form, name)) Object.assign(change, { [name]: wish[name] });
  if (edited(form, 'description')) change.description = wish.description ?? null;
  const all = form.elements.namedItem('all_day') as HTMLInputElement, whole = all.checked && !all.disabled;
  const days = whole ? edited(form, 'date', 'last_day') || !all.defaultChecked || !wasFixed : all.defaultChecked && !all.disabled;
  if (days) return { ...change, ...scopeOf(form, event), date: wish.date, start_time: wish.start_time, duration: wish.duration! } as EventChange;
  if (!whole && edited(form, 'duration')) change.duration = wish.duration!;
  // What the form shows is read in the zone that it names.
  const read = (...names: string[]) => edited(form, ...names) || zone !== event.time_zone;
  if (text(form, 'mode') === 'fixed') {
    if (!wasFixed || read('date', 'start')) Object.assign(change, { date: wish.date, start_time: wish.start_time });
  } else {
    if (wasFixed) Object.assign(change, event.wished_start ? { start_timestamp: null } : { start_time: null });
    if (edited(form, 'day') || (wasFixed && event.date)) change.date = wish.date ?? null;
    for (const name of ['not_before', 'not_after'] as const) if (read(name)) change[name] = wish[name] ?? null;
    if (edited(form, 'priority')) change.priority = wish.priority ?? null;
  }
  return { ...change, ...scopeOf(form, event) };
}

async function zoneOf(calendar: string): Promise<string | null> {
  try {
    return (await answer(client.GET('/calendars/{name}', { params: { path: { name: calendar } } }))).time_zone;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** What somebody else has changed: "Where: Room 2; When: Wed 3 Mar, 09:00 – 10:00". */
function differences(before: Event, now: Event): string {
  const when = ({ start_timestamp: from, end_timestamp: to }: Event) => (from ? spanText(from, to!, now.time_zone) : 'no place');
  const fields = (['event_name', 'event_location', 'description', 'attendees', 'calendars', 'status'] as const).filter((name) => String(before[name]) !== String(now[name]));
  const parts = fields.map((name) => `${fieldName(name)}: ${String(now[name]) || 'nothing'}`);
  if (when(before) !== when(now)) parts.push(`When: ${when(now)}`);
  return parts.join('; ');
}

/** Offers calendars whose names hold the last name in the field. A browser compares an offer with the whole field. */
function offerNames(control: HTMLInputElement): void {
  let last = new AbortController();
  const offer = async () => {
    last.abort();
    const { signal } = (last = new AbortController()), [, before, typed] = /^(.*,\s*|)([^,]*)$/.exec(control.value)!;
    const found = await calendarsLike(typed!.trim(), 20, signal);
    if (!signal.aborted) control.list?.replaceChildren(...found.map(({ name }) => h('option', { value: before + name })));
  };
  for (const when of ['focus', 'input']) control.addEventListener(when, () => void offer().catch(() => {})); // an offer is a help, no more
}

/** Opens the form, with the outcome of a dry run and the buttons. */
export function openForm(draft: Draft, event: Event | null, made: (event: Event) => void, look: (event: Event) => void): void {
  const title = event ? `Change ${event.event_name}` : draft.copy ? `Copy of ${draft.wish!.event_name}` : draft.mode === 'fixed' ? 'New event' : 'Find a slot';
  const stay = () => {
    if (!touched(form)) return false;
    if (!result.querySelector('.kept')) result.append(h('p', { class: 'kept' }, 'What you have filled in is kept. Close, or Escape, throws it away.'));
    return true;
  };
  const dialog = openDialog(title, 'edit', () => {}, stay);
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const submit = h('button', { type: 'submit', class: 'main' });
  let agreed = ''; // what was shown, or was tried without an answer, and waits for the word
  let zone = draft.zone, zoneFor = draft.calendars[0];
  const times = h('small', { 'aria-live': 'polite' });
  const proposals = new Map<string, Proposal>();
  let version = event?.version ?? 0; // that the person knows of

  /** The scheduler reads wall clock in the zone of the first calendar named; an unknown calendar leaves the zone as it was. */
  const readZone = async () => {
    const named = () => listOf(text(form, 'calendars'))[0];
    for (let first = named(); first !== undefined && first !== zoneFor; first = named()) {
      const found = await zoneOf(first);
      if (found === null) break;
      [zone, zoneFor] = [found, first];
    }
    times.textContent = `Times are those of ${zone}.`;
    readEnd();
  };

  const attendees = new Attendees(event, (event ?? draft.wish)?.check_attendees);
  const lookAtAttendees = () => attendees.look(listOf(text(form, 'attendees')), listOf(text(form, 'calendars')));

  const show = () => {
    const mode = text(form, 'mode');
    for (const part of ['fixed', 'automatic'])
      for (const group of form.querySelectorAll<HTMLElement>(`.only-${part}`)) {
        group.hidden = part !== mode;
        for (const control of group.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')) control.disabled = part !== mode;
      }
    const whole = mode === 'fixed' && ticked(form, 'all_day');
    for (const [name, hidden] of [['start', whole], ['end', whole], ['duration', whole], ['last_day', !whole]] as const) {
      const control = form.elements.namedItem(name) as HTMLInputElement;
      control.closest<HTMLElement>('.field')!.hidden = hidden;
      control.disabled = hidden || (name !== 'duration' && mode !== 'fixed');
    }
    agreed = '';
    result.replaceChildren();
    submit.textContent = event ? 'Change' : mode === 'fixed' ? 'Book' : 'Look for a slot';
  };
  const answerWith = (shown: HTMLElement) => {
    result.replaceChildren(shown);
    result.scrollIntoView({ block: 'nearest' });
  };
  /** The wish in the form. The same wish is the same proposal, which has one answer, known or awaited. */
  const asked = (): [wish: string, proposal: Proposal] => {
    const request = event ? null : { ...requestOf(form, zone), ...attendees.wish() };
    const change = event && { ...changeOf(form, event, zone), ...attendees.wish() };
    const wish = JSON.stringify([request ?? change, zone]);
    const proposal = proposals.get(wish) ?? (event ? changing({ ...event, version }, change!, zone) : booking(request!, zone));
    proposals.set(wish, proposal);
    return [wish, proposal];
  };
  const finish = (done: Event) => {
    dialog.close();
    tell(event ? 'Changed' : done.status === 'held' ? 'Held' : done.recurrence ? 'Booked a series' : 'Booked', done, done.time_zone);
    made(done);
  };
  const failed = async (error: unknown, tried: Proposal | null) => {
    if (error instanceof Unreachable) {
      // The write may have been done: a repeated press sends the same request under the same key.
      const text = h('p', { class: 'refusal unanswered', role: 'alert' }, errorText(error));
      result.querySelector('.unanswered')?.remove();
      result.append(text);
      return text.scrollIntoView({ block: 'nearest' });
    }
    agreed = '';
    if (event && isStale(error)) return answerWith(await overtaken(event));
    if (!tried || !(error instanceof Refused && error.problem.reason)) return answerWith(h('p', { class: 'refusal', role: 'alert' }, errorText(error)));
    answerWith(await refusal(error.problem, tried.zone, (alternative) =>
      void alone(form, () => tried.at(alternative).make().then(finish, (again: unknown) => failed(again, tried))),
    await waysOn(tried), (alternative) => attendees.busy(alternative, tried.zone)));
  };
  /** Somebody has changed the event since the form was opened: what is filled in here goes on top of that, or is given up. */
  const overtaken = async (before: Event): Promise<HTMLElement> => {
    const now = await eventOf(before.id), what = differences(before, now);
    const goOn = () => {
      version = now.version;
      proposals.clear();
      void alone(form, go);
    };
    return h('div', { class: 'refusal' },
      h('p', { role: 'alert' }, `Somebody has changed this event meanwhile.${what && ` It has now ${what}.`} What you have filled in is kept.`),
      h('div', { class: 'alternatives' }, h('button', { type: 'button', click: goOn }, 'Change it all the same'),
        h('button', { type: 'button', click: () => { dialog.close(); look(now); } }, 'Look at it as it is now')));
  };
  /** For a wish that left the time to the scheduler: other wishes that a press of a button asks for. */
  const waysOn = async (tried: Proposal): Promise<WayOn[]> => {
    if (text(form, 'mode') !== 'automatic') return [];
    const ways: WayOn[] = [], askAgain = () => void alone(form, go);
    const day = form.elements.namedItem('day') as HTMLInputElement, wait = form.elements.namedItem('wait') as HTMLInputElement | null;
    if (day.value !== '') ways.push({ label: 'Any day', go: () => { day.value = ''; askAgain(); } });
    if (wait && !wait.checked && await tried.couldWait?.())
      ways.push({ label: 'Wait until time opens', go: () => { wait.checked = true; askAgain(); } });
    return ways;
  };
  const go = async () => {
    let tried: Proposal | null = null;
    try {
      await Promise.all([readZone(), lookAtAttendees()]);
      const [wish, proposal] = asked();
      tried = proposal;
      if (agreed !== wish) {
        const outcome = await tried.tryOut(), busy = await attendees.busy(outcome, tried.zone);
        // What the scheduler chooses is shown before it is taken, but for an event that it leaves where it is.
        const chosen = text(form, 'mode') === 'automatic' && !(event?.start_timestamp && beginsAt(outcome, Date.parse(event.start_timestamp)));
        const series = event ? null : recurrenceOf(form);
        const plain = !series && outcome.moves.length === 0 && outcome.events.length < 2 && busy.length === 0 && outcome.start_timestamp !== null && !chosen;
        agreed = wish;
        if (!plain) {
          answerWith(await preview(outcome, tried.zone, busy, series ? recurrenceText(series, tried.zone) : ''));
          submit.textContent = event ? 'Change it' : 'Book it';
          return;
        }
      }
      finish(await tried.make());
    } catch (error) {
      await failed(error, tried).catch((again: unknown) => answerWith(h('p', { class: 'refusal', role: 'alert' }, errorText(again))));
    }
  };

  const scope = event?.series ? scopeChoice(draft.scope ?? 'one', () => show()) : null;
  const form = h(
    'form', { submit: (submitted: SubmitEvent) => { submitted.preventDefault(); void alone(form, go); } },
    ...fields(draft, event, attendees.element, () => show()), scope, result,
    h('footer', {}, times, h('button', { type: 'button', click: dialog.close }, 'Close'), submit),
  );
  const readEnd = joinEnd(form, () => zone);
  tellSeries(form, () => zone);
  form.querySelector('[name=all_day]')!.addEventListener('change', () => show());
  // What was agreed to is no more what would be done.
  form.addEventListener('input', () => { if (agreed) show(); });
  // Where it cannot be asked now, it is asked again before anything is done.
  const lookAt = () => void lookAtAttendees().catch(() => {}), read = () => void readZone().catch(() => {});
  const [calendarsField, attendeesField] = ['calendars', 'attendees'].map((name) => form.elements.namedItem(name) as HTMLInputElement);
  calendarsField!.addEventListener('change', read);
  offerNames(calendarsField!);
  // With each letter: what came or went when the field is left would move the button that is about to be pressed.
  for (const one of [calendarsField!, attendeesField!]) one.addEventListener('input', lookAt);
  show();
  read();
  lookAt();
  dialog.body.append(form);
  form.querySelector('input')!.focus();
}

