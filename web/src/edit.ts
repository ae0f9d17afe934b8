// The form of an event: a new one, at a time or wherever there is room, or one that is changed.
import { Refused, type Calendar, type Event, type EventChange, type EventRequest } from './api';
import { h } from './dom';
import { openDialog } from './dialog';
import { check, choice, field, input, text, ticked } from './form';
import { booking, changing, errorText, preview, refusal, tell, type Proposal } from './placing';
import { instantOf, wallOf } from './zone';

export interface Draft {
  mode: 'fixed' | 'automatic';
  calendars: string[];
  zone: string;
  /** Wall time; a date alone where the time is open. */
  start: string;
  minutes: number;
  name?: string;
  attendees?: string[];
  location?: string;
}

const listOf = (value: string) => value.split(',').map((item) => item.trim()).filter((item) => item !== '');

/** Wall time of a field as RFC 3339. */
const instantText = (wall: string, zone: string) => new Date(instantOf(wall.length === 16 ? wall + ':00' : wall, zone)).toISOString().replace('.000', '');
const localText = (instant: string | null, zone: string) => (instant ? wallOf(Date.parse(instant), zone).slice(0, 16) : '');

function timeFields(draft: Draft, event: Event | null): { fixed: HTMLElement; automatic: HTMLElement } {
  const date = draft.start.slice(0, 10), zone = draft.zone;
  const day = event ? (event.placement === 'automatic' ? event.date ?? '' : '') : '';
  return {
    fixed: h('div', { class: 'row' }, field('Date', input('date', 'date', date, { required: true })),
      field('Start', input('start', 'time', draft.start.slice(11, 16) || '09:00', { required: true }))),
    automatic: h('div', {},
      h('div', { class: 'row' },
        field('On the day', input('day', 'date', day), 'any day where left empty'),
        field('Priority', input('priority', 'number', String(event?.priority ?? 50), { min: 0, max: 100, required: true }), '0 to 100; the higher stays')),
      h('details', { class: 'more', open: Boolean(event?.not_before || event?.not_after) }, h('summary', {}, 'Window'),
        h('div', { class: 'row' },
          field('Not before', input('not_before', 'datetime-local', localText(event?.not_before ?? null, zone)), 'earliest start'),
          field('Not after', input('not_after', 'datetime-local', localText(event?.not_after ?? null, zone)), 'latest end')))),
  };
}

function fields(draft: Draft, event: Event | null, calendars: Calendar[], changed: () => void): HTMLElement[] {
  const { fixed, automatic } = timeFields(draft, event);
  fixed.classList.add('only-fixed');
  automatic.classList.add('only-automatic');
  return [
    field('What', input('event_name', 'text', event?.event_name ?? draft.name ?? '', { required: true, maxlength: 500 })),
    choice('mode', 'When', [['fixed', 'At a fixed time'], ['automatic', 'Find a slot']], draft.mode, changed),
    fixed, automatic,
    h('div', { class: 'row' },
      field('Length', input('minutes', 'number', String(draft.minutes), { min: 1, max: 527_040, required: true }), 'minutes'),
      field('Where', input('event_location', 'text', event?.event_location ?? draft.location ?? '', { maxlength: 1000 }))),
    field('Who', input('attendees', 'text', (event?.attendees ?? draft.attendees ?? []).join(', ')), 'names, with commas between them'),
    field('Calendars', input('calendars', 'text', draft.calendars.join(', '), { required: true, list: 'calendar-names' }),
      'it takes its time on all of them'),
    h('datalist', { id: 'calendar-names' }, ...calendars.map(({ name }) => h('option', { value: name }))),
    ...(event ? [] : [h('details', { class: 'more' }, h('summary', {}, 'More'),
      h('div', { class: 'only-automatic' }, check('preempt', 'Less important events may give way', false)),
      check('wait', 'If nothing is open, wait until time opens', false),
      field('Hold', input('hold', 'number', '', { min: 1 }), 'minutes in which somebody has to confirm it; empty: none'))]),
  ];
}

function requestOf(form: HTMLFormElement, zone: string): EventRequest {
  const request: EventRequest = {
    event_name: text(form, 'event_name'), duration: Math.round(Number(text(form, 'minutes')) * 60),
    event_location: text(form, 'event_location'), attendees: listOf(text(form, 'attendees')), calendars: listOf(text(form, 'calendars')),
  };
  if (text(form, 'mode') === 'fixed') {
    Object.assign(request, { date: text(form, 'date'), start_time: text(form, 'start') });
  } else {
    request.priority = Number(text(form, 'priority'));
    if (text(form, 'day')) request.date = text(form, 'day');
    if (text(form, 'not_before')) request.not_before = instantText(text(form, 'not_before'), zone);
    if (text(form, 'not_after')) request.not_after = instantText(text(form, 'not_after'), zone);
    if (ticked(form, 'preempt')) request.preempt = true;
  }
  if (ticked(form, 'wait')) request.on_no_slot = 'wait';
  if (text(form, 'hold')) request.hold_for = Math.round(Number(text(form, 'hold')) * 60);
  return request;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Only what is another than before: what is not named stays as it was wished. */
function changeOf(form: HTMLFormElement, event: Event): EventChange {
  const wish = requestOf(form, event.time_zone), change: EventChange = {};
  for (const name of ['event_name', 'event_location', 'attendees', 'calendars', 'duration'] as const)
    if (!same(wish[name], event[name])) Object.assign(change, { [name]: wish[name] });
  if (text(form, 'mode') === 'fixed') {
    const now = event.start_timestamp ? wallOf(Date.parse(event.start_timestamp), event.time_zone) : '';
    const start = `${wish.date}T${wish.start_time}:00`.slice(0, 19);
    if (start !== now || event.placement !== 'fixed') Object.assign(change, { date: wish.date, start_time: wish.start_time });
  } else {
    if (event.placement === 'fixed') Object.assign(change, event.wished_start ? { start_timestamp: null } : { start_time: null });
    if (!same(wish.date ?? null, event.placement === 'fixed' && event.wished_start ? null : event.date)) change.date = wish.date ?? null;
    for (const name of ['not_before', 'not_after'] as const)
      if (localText(wish[name] ?? null, event.time_zone) !== localText(event[name], event.time_zone)) change[name] = wish[name] ?? null;
    if (wish.priority !== event.priority) change.priority = wish.priority ?? null;
  }
  if (event.series && text(form, 'scope')) Object.assign(change, { scope: text(form, 'scope') });
  return change;
}

/** A form, what would come of it, and the buttons. */
export function openForm(draft: Draft, calendars: Calendar[], event: Event | null, made: (event: Event) => void): void {
  const title = event ? `Change ${event.event_name}` : draft.mode === 'fixed' ? 'New event' : 'Find a slot';
  const dialog = openDialog(title, 'edit');
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const submit = h('button', { type: 'submit', class: 'main' });
  let agreed = ''; // what was shown and waits for the word

  const show = () => {
    const mode = text(form, 'mode');
    for (const part of ['fixed', 'automatic'])
      for (const group of form.querySelectorAll<HTMLElement>(`.only-${part}`)) {
        group.hidden = part !== mode;
        for (const control of group.querySelectorAll('input')) control.disabled = part !== mode;
      }
    agreed = '';
    result.replaceChildren();
    submit.textContent = event ? 'Change' : mode === 'fixed' ? 'Book' : 'Look for a slot';
  };
  const answerWith = (shown: HTMLElement) => {
    result.replaceChildren(shown);
    result.scrollIntoView({ block: 'nearest' });
  };
  const proposal = (): Proposal => (event ? changing(event, changeOf(form, event)) : booking(requestOf(form, draft.zone), draft.zone));
  const finish = (done: Event) => {
    dialog.close();
    tell(event ? 'Changed' : 'Booked', done, done.time_zone);
    made(done);
  };
  const failed = async (error: unknown, tried: Proposal) => {
    agreed = '';
    if (!(error instanceof Refused && error.problem.reason)) {
      answerWith(h('p', { class: 'refusal', role: 'alert' }, errorText(error)));
      return;
    }
    const choose = (alternative: { start_timestamp: string; end_timestamp: string }) =>
      void tried.at(alternative).make().then(finish, (again: unknown) => failed(again, tried));
    answerWith(await refusal(error.problem, tried.zone, choose));
  };
  const go = async () => {
    const tried = proposal(), wish = JSON.stringify(event ? changeOf(form, event) : requestOf(form, draft.zone));
    submit.disabled = true;
    try {
      if (agreed === wish) return finish(await tried.make());
      const outcome = await tried.tryOut();
      const plain = outcome.moves.length === 0 && outcome.start_timestamp !== null;
      if (plain && (event !== null || text(form, 'mode') === 'fixed')) return finish(await tried.make());
      answerWith(await preview(outcome, tried.zone));
      agreed = wish;
      submit.textContent = event ? 'Change it' : 'Book it';
    } catch (error) {
      await failed(error, tried);
    } finally {
      submit.disabled = false;
    }
  };

  const scope = event?.series ? choice('scope', 'Of the series', [['one', 'this one'], ['following', 'this and the following'], ['all', 'all']], 'one', () => show()) : null;
  const form = h(
    'form', { submit: (submitted: SubmitEvent) => { submitted.preventDefault(); void go(); } },
    ...fields(draft, event, calendars, () => show()), scope, result,
    h('footer', {}, h('small', {}, `Times are those of ${draft.zone}.`), h('button', { type: 'button', click: dialog.close }, 'Close'), submit),
  );
  // What was agreed to is no more what would be done.
  form.addEventListener('input', () => { if (agreed) show(); });
  show();
  dialog.body.append(form);
  form.querySelector('input')!.focus();
}

