// The fields of an event's form, and their values as a request for a new event or a change of an event.
import { given, isAnswer, type Event, type EventChange, type EventRequest, type Scope } from './api';
import { offeredAs, type Attendees, type Naming } from './attendees';
import { calendarsLike } from './calendars';
import type { Question, TimeWish } from './conflicts';
import { h } from './dom';
import { area, check, choice, controlOf, edited, field, input, isTouched, listOf, listText, text, ticked, typeIn } from './form';
import { say } from './language';
import { daysIn, instantIn, lengthField, lengthOf } from './length';
import { newest } from './newest';
import { areListsTouched, calendarsIn, listsIn, oneOfFields } from './one_of';
import { startOfChange, startWish } from './placing';
import { recurrenceText, weekdays } from './recurrence';
import { isWithinTouched, withinFields, withinOf } from './within';
import { addDays, clockText, dateOf, daysTo, instantOf, isAllDay, isRepeated, isSkipped, rangeText, shortTime, wallOf, weekdayOf } from './zone';

export interface Draft {
  mode: 'fixed' | 'automatic';
  calendars: string[];
  /** The first calendar's zone. */
  zone: string;
  /** Wall time. */
  start: string;
  /** The instant of the start, if known. */
  instant?: string | null | undefined;
  /** In seconds. */
  duration: number;
  /** The earlier request. */
  wish?: EventRequest;
  /** Whether the wish is copied from an event, which stays as it is. */
  copy?: boolean;
  /** The scope chosen before the form opened. */
  scope?: Scope | undefined;
}

/** The wall time of a field as an RFC 3339 instant. */
const instantText = (wall: string, zone: string) => new Date(instantOf(wall, zone)).toISOString();
const localText = (instant: string | null | undefined, zone: string) => (instant ? wallOf(instant, zone) : '');

type Wish = Event | Partial<EventRequest>;

/** Moves the last day with the date until one is typed, and reports a last day before the date. Returns the function that reads both again. */
export function joinDays(form: HTMLFormElement): () => void {
  const date = controlOf(form, 'date'), last = controlOf(form, 'last_day');
  const told = form.querySelector('#last_day-field-hint')!;
  const read = () => {
    // Set defaultValue too: only the date shows whether the person changed anything.
    if (date.value >= '1000' && !isTouched(last)) last.value = last.defaultValue = addDays(date.value, Number(last.dataset['more']));
    const wrong = last.value !== '' && last.value < date.value ? say('The last day must not be before the date.') : '';
    last.setCustomValidity(wrong);
    last.setAttribute('aria-invalid', String(wrong !== ''));
    told.textContent = wrong;
  };
  for (const one of [date, last]) one.addEventListener('input', read);
  return read;
}

function timeFields({ start, instant, zone, duration }: Draft, wish: Wish): { fixed: HTMLElement; automatic: HTMLElement; isWhole: boolean } {
  const wished = 'start_timestamp' in wish && wish.start_timestamp ? dateOf(wish.start_timestamp, zone) : '';
  const from = instant ? Date.parse(instant) : instantOf(start, zone), to = from + duration * 1000, last = dateOf(to - 1000, zone);
  const isWhole = isAllDay(from, to, zone), day = 'placement' in wish ? (wish.placement === 'fixed' ? '' : wish.date ?? '') : wish.date ?? wished;
  return {
    isWhole, fixed: h('div', { class: 'only-fixed' }, check('all_day', say('All day'), isWhole), h('div', { class: 'row' }, field(say('Date'), input('date', 'date', start.slice(0, 10), { required: true })),
      field(say('Start'), input('start', 'time', shortTime(start.slice(11)), { required: true, step: 'any', ...(instant ? { 'data-instant': instant } : {}) })),
      field(say('End'), input('end', 'time', '', { step: 'any' }), ' '),
      field(say('Last day'), input('last_day', 'date', last, { required: true, 'data-more': daysTo(start.slice(0, 10), last) }), ' '))),
    automatic: h('div', { class: 'only-automatic' },
      h('div', { class: 'row' },
        field(say('On the day'), input('day', 'date', day), say('any day where left empty')),
        field(say('Priority'), input('priority', 'number', String(wish.priority ?? 50), { min: 0, max: 100, required: true }), say('0 to 100; the higher stays'))),
      h('details', { class: 'more', open: Boolean(wish.not_before || wish.not_after || wish.within) }, h('summary', {}, say('Window')),
        h('div', { class: 'row' },
          field(say('Not before'), input('not_before', 'datetime-local', localText(wish.not_before, zone), { step: 'any' }), say('earliest start')),
          field(say('Not after'), input('not_after', 'datetime-local', localText(wish.not_after, zone), { step: 'any' }), say('latest end'))),
        ...withinFields(wish.within ?? {}))),
  };
}

// ---- how a fixed event repeats: a choice of rules (RFC 5545, 3.3.10) and the end of the series ----

/** "2MO", the second Monday of its month; "-1MO" for a fifth, because not every month has one, but each has a last. */
function nthWeekday(date: string): string {
  const nth = Math.ceil(Number(date.slice(8)) / 7);
  return `${nth === 5 ? -1 : nth}${weekdays[weekdayOf(date)]}`;
}

/** Each rule without its end, for a series that begins on the date. */
const repeats: [value: string, label: string, rule: (date: string) => string][] = [
  ['day', say('Every day'), () => 'FREQ=DAILY'],
  ['workday', say('Monday to Friday'), () => 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
  ['week', say('Every week'), () => 'FREQ=WEEKLY'],
  ['fortnight', say('Every two weeks'), () => 'FREQ=WEEKLY;INTERVAL=2'],
  ['month', say('Every month, on this day'), (date) => `FREQ=MONTHLY;BYMONTHDAY=${Number(date.slice(8))}`],
  ['weekday', say('Every month, on this weekday'), (date) => `FREQ=MONTHLY;BYDAY=${nthWeekday(date)}`],
  ['year', say('Every year'), () => 'FREQ=YEARLY'],
];

/** The series in the form; null if the event does not repeat. */
export function recurrenceOf(form: HTMLFormElement): string | null {
  const choice = text(form, 'repeat'), date = text(form, 'date'), until = text(form, 'until').replaceAll('-', '');
  if (choice === '' || date === '') return null;
  const rule = repeats.find(([value]) => value === choice)?.[2](date);
  return rule ? `RRULE:${rule};${until ? `UNTIL=${until}` : `COUNT=${text(form, 'times') || 1}`}` : choice;
}

/**
 * The form's rule, for the event and those that follow in its series. It is spelled unlike the event's present one, so that the same rule
 * starts a new series. INTERVAL may occur in it only once.
 */
function otherRule(form: HTMLFormElement, event: Event): string | null {
  const rule = recurrenceOf(form);
  if (rule === null || rule !== event.recurrence) return rule;
  return rule.includes('INTERVAL=') ? rule.replace(/;(INTERVAL=\d+);(.*)$/, ';$2;$1') : rule.replace(/FREQ=\w+/, '$&;INTERVAL=1');
}

/** `event` is an existing event whose rule can change, or null for a new one. `wished` is the rule of an earlier request for a new one. */
function repeatFields(event: Event | null, wished: string | null, zone: string): HTMLElement {
  const present = event?.recurrence ? say('As it is now: {rule}', { rule: recurrenceText(event.recurrence, zone) }) : say('Does not repeat');
  const before = wished && h('option', { value: wished, selected: true }, say('As it was asked for: {rule}', { rule: recurrenceText(wished, zone) }));
  const select = h('select', { name: 'repeat' }, h('option', { value: '' }, present), before, ...repeats.map(([value, label]) => h('option', { value }, label)));
  return h('div', { class: 'repeat' }, field(say('Repeats'), select, ' '),
    h('div', { class: 'row ends', hidden: true }, field(say('How often'), input('times', 'number', '10', { min: 2, max: 1000 }), say('times in all')),
      field(say('Until'), input('until', 'date', ''), say('in place of a number'))));
}

/** Shows the series in words as it is chosen. */
export function tellSeries(form: HTMLFormElement, zone: () => string): void {
  const told = form.querySelector('#repeat-field-hint'), ends = form.querySelector<HTMLElement>('.ends');
  const scope = form.querySelector('[name=scope]')?.closest('fieldset');
  if (!told || !ends) return;
  const tell = () => {
    const rule = recurrenceOf(form);
    ends.hidden = !repeats.some(([value]) => value === text(form, 'repeat'));
    told.textContent = !rule ? '' : scope ? say('{rule}; for this one and the following', { rule: recurrenceText(rule, zone()) }) : recurrenceText(rule, zone());
    if (scope) scope.hidden = rule !== null;
  };
  form.addEventListener('input', tell);
  tell();
}

// ---- the form ----

/** The rule of an event that has begun or is over cannot change. */
const canRepeat = (event: Event | null) => !event || ['pending', 'held', 'waiting'].includes(event.status);

/** `claims` go below the attendees. `times` show facts about the time, below all the fields that it depends on. */
export function fields(draft: Draft, event: Event | null, naming: Naming, claims: HTMLElement[], times: HTMLElement[], changed: () => void): HTMLElement[] {
  const wish: Wish = event ?? draft.wish ?? {};
  const { preempt = false, hold_for } = draft.wish ?? {};
  const { fixed, automatic, isWhole } = timeFields(draft, wish), place = wish.event_location ?? '', textsOf = (names: string[]) => listText(names.map((name) => naming.textOf(name)));
  return [
    field(say('What'), input('event_name', 'text', wish.event_name ?? '', { required: true, maxlength: 500 })),
    choice('mode', say('When'), [['fixed', say('At a fixed time')], ['automatic', say('Find a slot')]], draft.mode, changed),
    fixed, automatic, ...(canRepeat(event) ? [h('div', { class: 'only-fixed' }, repeatFields(event, draft.wish?.recurrence ?? null, draft.zone))] : []),
    h('div', { class: 'row' },
      lengthField(say('Length'), 'duration', draft.duration, say('minutes, or 1h30'), true, isWhole ? null : wish.days),
      field(say('Where'), area('event_location', place, { maxlength: 1000, rows: place.split('\n').length }))),
    field(say('Description'), area('description', wish.description ?? '', { maxlength: 8000 })),
    field(say('Who'), input('attendees', 'text', textsOf(wish.attendees ?? []), { list: 'attendee-names' }), say('names, with commas between them; "Lee, Anna" is one')),
    h('datalist', { id: 'attendee-names' }),
    ...claims,
    field(say('Calendars'), input('calendars', 'text', textsOf(draft.calendars), { required: true, list: 'calendar-names' }),
      say('blocks this time in all these calendars')),
    oneOfFields(wish, textsOf, changed), h('datalist', { id: 'calendar-names' }), ...times,
    ...(event ? [] : [h('details', { class: 'more', open: preempt || Boolean(hold_for) }, h('summary', {}, say('More')),
      h('div', { class: 'only-automatic' }, check('preempt', say('Less important events may give way'), preempt)),
      check('wait', say('If nothing is open, wait until time opens'), false),
      lengthField(say('Hold'), 'hold', typeof hold_for === 'number' ? hold_for : null, say('minutes, or 1h30, in which somebody has to confirm it; empty: none'), false))]),
  ];
}

/**
 * Fills the form from `fields` of the current event, and keeps the typed values. A typed start, end or day, or a ticked box, keeps the mode
 * to which its field belongs, because the other mode would hide it.
 * Returns whether a typed end decides the length of a fixed event.
 */
export function refill(form: HTMLFormElement, fields: HTMLElement[]): boolean {
  const fresh = h('form', {}, ...fields), controls = (room: HTMLElement) => [...room.querySelectorAll<HTMLInputElement>('input, textarea')], present = controls(form);
  const { value: until, dataset: { typed } } = controlOf(form, 'end'), end = until === typed && edited(form, 'duration') ? until : '';
  const isFixed = text(form, 'mode') === 'fixed', stays: Record<string, boolean> = {
    mode: isFixed ? edited(form, 'date', 'start', 'last_day', 'all_day') || end !== '' || text(form, 'repeat') !== '' : edited(form, 'day', 'priority', 'not_before', 'not_after') || isWithinTouched(form),
    all_day: isFixed && edited(form, 'start', 'duration', 'last_day'),
  };
  const isTyped = (of: string) => stays[of] || present.some((control) => control.name === of && isTouched(control));
  const filled = controls(fresh).flatMap((now) => {
    const control = present.find(({ name, type, value }) => name === now.name && (type !== 'radio' || value === now.value)), { value, checked } = control && isTyped(now.name) ? control : now;
    return control ? [{ control, now, value, checked }] : [];
  });
  // Setting a default may change the value, so set all defaults first.
  for (const { control, now } of filled) {
    [control.defaultValue, control.defaultChecked] = [now.defaultValue, now.defaultChecked];
    if (now.dataset['days']) control.dataset['days'] = now.dataset['days'];
    else delete control.dataset['days'];
  }
  for (const { control, value, checked } of filled) [control.value, control.checked] = [value, checked];
  for (const { control, now, value } of filled) if (now.dataset['instant'] && value === now.value) control.dataset['instant'] = now.dataset['instant'];
  const [rule, ruleNow] = [form, fresh].map((room) => room.querySelector('[name=repeat] option')), [more, moreNow] = [form, fresh].map((room) => room.querySelector<HTMLDetailsElement>('.only-automatic details'));
  if (rule && ruleNow) rule.replaceChildren(...ruleNow.childNodes);
  more!.open ||= moreNow!.open;
  controlOf(form, 'last_day').dataset['more'] = fresh.querySelector<HTMLInputElement>('[name=last_day]')!.dataset['more'];
  for (const control of [controlOf(form, 'duration'), controlOf(form, 'date')]) typeIn(control, control.value); // updates the end and the last day
  if (!end) return false;
  typeIn(controlOf(form, 'end'), end); // updates the length
  return isFixed;
}

/** The span of a fixed event in the form. */
export function spanOf(form: HTMLFormElement, zone: string): [start: number, end: number] {
  const { date, start_time, days } = wallTime(form), start = startIn(form, zone);
  return [start, days ? instantOf(`${addDays(date, days)}T${start_time}`, zone) : start + lengthOf(text(form, 'duration'))! * 1000];
}

/** The parts of a request that no field shows. */
export const unshown = ({ metadata, priority, max_attendees }: Partial<EventRequest> = {}): Partial<EventRequest> => given({ metadata, priority, max_attendees });

/** The fixed time in the form, as wall clock. Whole days begin and end at midnight in the zone, even across a clock change. */
function wallTime(form: HTMLFormElement): { date: string; start_time: string; days?: number } {
  const date = text(form, 'date'), days = daysIn(form);
  if (ticked(form, 'all_day')) return { date, start_time: '00:00', days: daysTo(date, addDays(text(form, 'last_day'), 1)) };
  return { date, start_time: text(form, 'start'), ...(days ? { days } : {}) };
}

/** The instant of the fixed time in the form. */
function startIn(form: HTMLFormElement, zone: string): number {
  const { date, start_time } = wallTime(form), wall = `${date}T${start_time}`;
  return ticked(form, 'all_day') ? instantOf(wall, zone) : instantIn(form, wall, zone);
}

/** The fixed time in the form as a request has it: its wall clock, or the instant if `start` is one. */
function timeOf(form: HTMLFormElement, start: ReturnType<typeof startWish>): Partial<EventRequest> {
  const { days, ...wall } = wallTime(form);
  return { ...('date' in start ? wall : start), ...(days ? { days } : {}) };
}

export function requestOf(form: HTMLFormElement, zone: string, attendees: Attendees): EventRequest {
  const meant = (name: string) => attendees.meant(listOf(text(form, name))), calendars = meant('calendars');
  const instant = (name: string) => text(form, name) && instantText(text(form, name), zone);
  const time = text(form, 'mode') === 'fixed' ? { ...timeOf(form, startWish(startIn(form, zone), zone)), recurrence: recurrenceOf(form) } : {
    priority: Number(text(form, 'priority')), date: text(form, 'day'), not_before: instant('not_before'), not_after: instant('not_after'), within: withinOf(form),
    preempt: ticked(form, 'preempt') || null,
  };
  return given({
    event_name: text(form, 'event_name'), event_location: text(form, 'event_location'), description: text(form, 'description'), attendees: meant('attendees'),
    calendars: calendars.length > 0 ? calendars : null, one_of: listsIn(form, (texts) => attendees.meant(texts)),
    duration: 'days' in time ? null : lengthOf(text(form, 'duration')) ?? 0, ...time,
    on_no_slot: ticked(form, 'wait') ? 'wait' : null, hold_for: lengthOf(text(form, 'hold')),
  }) as EventRequest;
}

/** The scope of the change. A new rule applies to the event and those that follow. */
function scopeOf(form: HTMLFormElement, event: Event): EventChange {
  const recurrence = text(form, 'mode') === 'fixed' ? otherRule(form, event) : null;
  if (recurrence) return { recurrence, scope: 'following' };
  return event.series && text(form, 'scope') ? { scope: text(form, 'scope') as Scope } : {};
}

/** Only the fields changed in the form. A field not named in a request keeps its wish. */
export function changeOf(form: HTMLFormElement, event: Event, zone: string, attendees: Attendees): EventChange {
  const wish = requestOf(form, zone, attendees), change: EventChange = {}, wasFixed = event.placement === 'fixed';
  for (const name of ['event_name', 'event_location', 'attendees'] as const)
    if (edited(form, name)) Object.assign(change, { [name]: wish[name] ?? '' });
  // Both, since what was chosen from other lists is not named.
  if (edited(form, 'calendars') || areListsTouched(form)) Object.assign(change, { calendars: wish.calendars ?? null }, event.one_of || wish.one_of ? { one_of: wish.one_of ?? null } : {});
  // The scheduler keeps an attendee free only under the name of the calendar.
  if ('check_attendees' in attendees.wish() && String(event.attendees) !== String(wish.attendees)) change.attendees = wish.attendees!;
  if (edited(form, 'description')) change.description = wish.description ?? null;
  const all = controlOf(form, 'all_day'), whole = all.checked && !all.disabled;
  const days = whole ? edited(form, 'date', 'last_day') || !all.defaultChecked || !wasFixed : all.defaultChecked && !all.disabled;
  const timed = () => timeOf(form, startOfChange(event, change, startIn(form, zone)));
  if (days) return { ...change, ...scopeOf(form, event), ...timed(), ...(whole ? {} : { duration: wish.duration }) } as EventChange;
  // Only fixed events can have a length in days.
  if (!whole && (edited(form, 'duration') || (event.days && text(form, 'mode') !== 'fixed'))) change.duration = wish.duration!;
  // The form's wall times are in the zone that it names.
  const read = (...names: string[]) => edited(form, ...names) || zone !== event.time_zone;
  if (text(form, 'mode') === 'fixed') {
    if (!wasFixed || read('date', 'start')) Object.assign(change, timed());
  } else {
    if (wasFixed) Object.assign(change, event.wished_start ? { start_timestamp: null } : { start_time: null });
    if (edited(form, 'day') || (wasFixed && event.date)) change.date = wish.date ?? null;
    for (const name of ['not_before', 'not_after'] as const) if (read(name)) change[name] = wish[name] ?? null;
    if (isWithinTouched(form)) change.within = wish.within ?? null;
    if (edited(form, 'priority')) change.priority = wish.priority ?? null;
  }
  return { ...change, ...scopeOf(form, event) };
}

/** Replaces a name in a list of names, as if it were typed. */
export function renameIn(control: HTMLInputElement, text: string, by: string): void {
  typeIn(control, listText(listOf(control.value).map((one) => (one === text ? by : one))));
  control.focus();
}

/** Offers calendars whose names contain the last name in the field, from `least` letters on. Browsers match an offer against the whole field. */
export function offerNames(control: HTMLInputElement, least = 0): void {
  const offer = newest<string>(async (value) => {
    const [, before, typed] = /^(.*,\s*|)([^,]*)$/.exec(value)!, text = typed!.trim(), found = text.length < least ? [] : await calendarsLike(text, 20);
    return () => control.list?.replaceChildren(...found.map((one) => h('option', { value: before + listText([offeredAs(one, found)]), label: one.display_name && one.name })));
  }, isAnswer); // an offer is only a hint
  for (const when of ['focus', 'input']) control.addEventListener(when, () => offer(control.value));
}

// ---- the time in the form, for conflicts.ts ----

/** The wish for the fixed time in the form. Null if there is none yet, if it is the event's own, or if it applies to several occurrences. */
export function timeWish(form: HTMLFormElement, event: Event | null, attendees: Attendees, zone: string): TimeWish | null {
  const calendars = calendarsIn(form), whole = ticked(form, 'all_day');
  if (text(form, 'mode') !== 'fixed' || text(form, 'date') < '1000' || !(whole ? text(form, 'last_day') >= text(form, 'date') : text(form, 'start') && lengthOf(text(form, 'duration')) !== null)) return null;
  if (calendars.length === 0 || attendees.unknown(calendars).length > 0) return null;
  if (event && ((event.series && text(form, 'scope') !== 'one') || !(edited(form, 'date', 'start', 'duration', 'last_day', 'attendees', 'calendars') || areListsTouched(form) || whole))) return null;
  const request = { ...requestOf(form, zone, attendees), ...(event ? { check_attendees: event.check_attendees } : {}), ...attendees.wish() };
  const { date, start_time } = wallTime(form), wall = `${date}T${start_time}`, [start, end] = spanOf(form, zone), began = wallOf(start, zone);
  const changed = isSkipped(wall, zone) ? [say('The clocks go forward then: {time} is skipped, and it begins at {start}.', { time: clockText(wall.slice(11)), start: clockText(began.slice(11)) })]
    : !whole && (isRepeated(start, zone) || isRepeated(end, zone)) ? [say('The clocks go back then: this is {when}.', { when: rangeText(start, end, zone) })] : [];
  const range = { start_timestamp: new Date(start).toISOString(), end_timestamp: new Date(end).toISOString() };
  return { request: { ...request, event_name: request.event_name || '?' }, wall, zone, aside: event?.id ?? null, others: async () => [...changed, ...await attendees.busy(range, zone)] };
}

/** The calendars that the event needs, and the first day to search; null while that is not known. */
export function whoseTime(form: HTMLFormElement, attendees: Attendees, zone: string): Question | null {
  const calendars = calendarsIn(form), people = listOf(text(form, 'attendees')), duration = lengthOf(text(form, 'duration'));
  if (duration === null || text(form, 'date') < '1000' || calendars.length === 0 || attendees.unknown(calendars).length > 0) return null;
  return { calendars: [...attendees.meant(listOf(text(form, 'calendars'))), ...attendees.names], one_of: listsIn(form, (texts) => attendees.meant(texts)), strangers: attendees.strangers(people), duration, zone, date: text(form, 'date') };
}

/** Enters an instant as the start, as if it were typed. */
export function fillStart(form: HTMLFormElement, instant: string, zone: string): void {
  const all = controlOf(form, 'all_day');
  if (all.checked) all.click();
  const wall = wallOf(instant, zone), start = controlOf(form, 'start'), { instant: before } = start.dataset;
  if (before && Date.parse(before) !== Date.parse(instant)) start.defaultValue = ''; // mark it as edited even if both read the same on the clock
  start.dataset['instant'] = instant;
  typeIn(controlOf(form, 'date'), wall.slice(0, 10));
  typeIn(start, shortTime(wall.slice(11)));
}

/** Shows the form's instants on the clock of another zone. Whole days keep their dates. */
export function keepMoments(form: HTMLFormElement, before: string, now: string): void {
  const whole = ticked(form, 'all_day');
  const texts = (kind: 'value' | 'defaultValue') => {
    const on = (wall: string) => wallOf(instantOf(wall, before), now), [date, start, from, to] = ['date', 'start', 'not_before', 'not_after'].map((name) => controlOf(form, name)[kind]);
    const wall = !whole && date! >= '1000' && start ? wallOf(instantIn(form, `${date}T${start}`, before), now) : null;
    return { ...(wall ? { date: wall.slice(0, 10), start: shortTime(wall.slice(11)) } : {}), ...(from ? { not_before: on(from) } : {}), ...(to ? { not_after: on(to) } : {}) };
  };
  const [shown, first] = [texts('value'), texts('defaultValue')];
  for (const [name, value] of Object.entries(first)) controlOf(form, name).defaultValue = value;
  for (const [name, value] of Object.entries(shown)) controlOf(form, name).value = value;
}
