// Asks before acting. The page makes a dry run of every booking and change first. It then shows which events would move, or why the
// request was refused and which times are open.
import { answer, client, given, isAnswer, once, oneFor, Refused, type Event, type EventChange, type EventRequest, type Move, type Once, type Outcome, type Problem, type Range, type Scope } from './api';
import { calledAll, known } from './calendars';
import { h } from './dom';
import { openDialog } from './dialog';
import { alone, scopeChoice, stillSo, text } from './form';
import { say, sayAround } from './language';
import { notice, undo } from './notice';
import { allOf, chosenOf, chosenText, namedOf } from './one_of';
import { openOf } from './poll_times';
import { errorText, learnCalendars, problemText } from './refusals';
import { addressOf, readState } from './state';
import { titleOf } from './words';
import { addDays, dateOf, instantOf, rangeText, recordText, wallOf } from './zone';

/** A request that can be tried out and then made. */
export interface Proposal {
  zone: string;
  tryOut: () => Promise<Outcome>;
  make: Once<Event>;
  /** The same proposal at another start. */
  at: (alternative: Range) => Proposal;
  /** Whether the event could wait until time opens. Without this function, as for a change, the page offers no waiting. */
  couldWait?: () => Promise<boolean>;
}

/** The fields that request a start: its wall clock time, or the instant if the wall clock shows that time twice. */
export function startWish(instant: number, zone: string): { date: string; start_time: string } | { start_timestamp: string } {
  const wall = wallOf(instant, zone);
  if (instantOf(wall, zone) !== instant) return { start_timestamp: new Date(instant).toISOString() };
  return { date: wall.slice(0, 10), start_time: wall.slice(11) };
}

/** Returns the same proposal for the same alternative, so that an unanswered booking is retried under its key. */
function kept(make: (alternative: Range) => Proposal): (alternative: Range) => Proposal {
  const proposals = oneFor<Proposal>();
  return (alternative) => proposals(alternative.start_timestamp, () => make(alternative));
}

/** A new event. `zone` is the first calendar's, in which its times were shown. If the calendar's zone has changed, the request is refused. */
export function booking(request: EventRequest, zone: string): Proposal {
  const body = { ...request, time_zone: zone };
  return {
    zone,
    tryOut: async () => (await answer(client.POST('/events', { body: { ...body, dry_run: true } }))) as Outcome,
    make: once(async (key) =>
      (await answer(client.POST('/events', { body, params: { header: { 'Idempotency-Key': key } } }))) as Event),
    at: kept((alternative) => {
      const { date: _date, start_time: _time, start_timestamp: _start, not_before: _before, not_after: _after, within: _within, preempt: _preempt, on_no_slot: _wait, ...rest } = request;
      return booking({ ...rest, start_timestamp: alternative.start_timestamp }, zone);
    }),
    couldWait: () => booking({ ...request, on_no_slot: 'wait' }, zone).tryOut().then(() => true, () => false),
  };
}

/** The request for an event like this one. If its wall clock is that of a zone that its calendar has left, the request has the instant. */
export function wishOf(event: Event): EventRequest {
  const { event_name, event_location, description, metadata, attendees, one_of, duration, days, priority, date, start_time, wished_start, not_before, not_after, within, max_attendees, check_attendees, hold_for, start_timestamp } = event;
  const named = namedOf(event), calendars = named.length > 0 ? named : null;
  const wasElsewhere = date && start_time && start_timestamp && instantOf(`${date}T${start_time}`, event.time_zone) !== Date.parse(start_timestamp);
  const instant = wished_start ?? (wasElsewhere ? start_timestamp : null);
  const when = event.placement === 'automatic' ? { date, not_before, not_after, within } : instant ? { start_timestamp: instant } : { date, start_time };
  return given({ event_name, event_location, description, metadata, attendees, calendars, one_of, duration, days, priority, max_attendees, check_attendees, hold_for, ...when }) as EventRequest;
}

/** Whether the change replaces the calendar that gives the event's clock, and so perhaps its zone. */
const isElsewhere = (event: Event, change: EventChange): boolean => 'calendars' in change && allOf({ ...event, ...change } as Event)[0] !== allOf(event)[0];

/**
 * The start to request in a change. It is the instant if the first calendar changes. It is also the instant if the event was wished at the
 * same wall clock in another zone, because the scheduler would see no change.
 */
export function startOfChange(event: Event, change: EventChange, instant: number): ReturnType<typeof startWish> {
  const wish = startWish(instant, event.time_zone), isWished = 'date' in wish && wish.date === event.date && wish.start_time === event.start_time;
  return isElsewhere(event, change) || (isWished && event.start_timestamp !== null && instant !== Date.parse(event.start_timestamp)) ? { start_timestamp: new Date(instant).toISOString() } : wish;
}

/**
 * A change of an event. `zone` is that of the event's first calendar after the change. The request names the zone in which the event was
 * shown, and is refused if the calendar's zone has changed.
 */
export function changing(event: Event, change: EventChange, zone = event.time_zone): Proposal {
  const shownIn = isElsewhere(event, change) ? {} : { time_zone: event.time_zone };
  const patch = (body: EventChange, key?: string) =>
    answer(client.PATCH('/events/{id}', {
      params: { path: { id: event.id }, header: { 'If-Match': `"${event.version}"`, ...(key ? { 'Idempotency-Key': key } : {}) } },
      body: { ...body, ...shownIn },
    }));
  return {
    zone,
    tryOut: async () => (await patch({ ...change, dry_run: true })) as Outcome,
    make: once(async (key) => (await patch(change, key)) as Event),
    at: kept((alternative) => {
      const { date: _date, start_time: _time, start_timestamp: _start, ...rest } = change;
      return changing(event, { ...rest, ...startOfChange(event, change, Date.parse(alternative.start_timestamp)) }, zone);
    }),
  };
}

// ---- the effects of a proposal, in words ----

const names = new Map<number, string>();

/** Remembers the names of events, for lists that have only the events' ids. */
export function learn(events: Event[]): void {
  for (const event of events) names.set(event.id, titleOf(event)!);
}

/** Whether the names of these events are known. */
export const areKnown = (ids: number[]): boolean => ids.every((id) => names.has(id));

export async function eventOf(id: number): Promise<Event> {
  const event = await answer(client.GET('/events/{id}', { params: { path: { id } } }));
  learn([event]);
  return event;
}

export async function nameOf(id: number): Promise<string> {
  if (!names.has(id)) await eventOf(id);
  return names.get(id) ?? say('Event {number}', { number: id });
}

/** The moves of events that have a place now. The other events wait, and would get one. */
export const giveWay = (moves: Move[]): Move[] => moves.filter((move) => move.old_start_timestamp !== null);

/** ", from Room 1 to Room 2", if others are chosen from the lists of the event. */
function otherCalendars({ old_calendars: old, new_calendars: now }: Move): string {
  const only = (these: string[], those: string[]) => calledAll(these.filter((name) => !those.includes(name)));
  return old && now ? say(', from {old} to {now}', { old: only(old, now), now: only(now, old) }) : '';
}

export async function moveList(moves: Move[], zone: string): Promise<HTMLElement> {
  const list = h('ul', { class: 'moves' });
  await known.learn(moves.flatMap(({ old_calendars: old, new_calendars: now }) => [...(old ?? []), ...(now ?? [])])).catch(isAnswer); // the name suffices
  for (const move of moves) {
    const after = move.new_start_timestamp ? rangeText(move.new_start_timestamp, move.new_end_timestamp!, zone) : say('no place: it waits');
    const name = h('b', { dir: 'auto' }, move.event_id === null ? say('An event that is not shown to you') : await nameOf(move.event_id));
    const before = move.old_start_timestamp && rangeText(move.old_start_timestamp, move.old_end_timestamp!, zone);
    list.append(h('li', {}, ...(before
      ? [...(before === after ? sayAround('{name} at its time, {after}', { name, after }) : sayAround('{name} from {before} to {after}', { name, before, after })), otherCalendars(move)]
      : sayAround('{name} would get a place: {after}', { name, after }))));
  }
  return list;
}

/**
 * "In the way: Board, Press.", with a link to each event that may be read; empty if there is none. `go` shows an event. Without `go`, as
 * beside a form, the link opens another window, so that no input is lost.
 */
export async function inTheWay(conflicts: number[], go?: (id: number) => void): Promise<(string | Node)[]> {
  if (conflicts.length === 0) return [];
  const act = (id: number) => (go ? { click: (event: MouseEvent) => { event.preventDefault(); go(id); } } : { target: '_blank', rel: 'noopener' });
  const link = async (id: number) => h('a', { dir: 'auto', href: addressOf({ ...readState(), event: id, inbox: false }), ...act(id) }, await nameOf(id));
  const shown = await Promise.all(conflicts.slice(0, 5).map((id) => link(id).catch(() => say('event {number}', { number: id }))));
  const names = h('span', {}, ...shown.flatMap((one, index) => (index > 0 ? [', ', one] : [one]))), more = conflicts.length - shown.length;
  return more > 0 ? sayAround('In the way: {names} and {n} more.', { names, n: more }) : sayAround('In the way: {names}.', { names });
}

/** A button after a refusal, besides the alternatives. */
export interface WayOn {
  label: string;
  go: () => void;
}

/** A refusal with a button for each alternative, labelled with its `note`, and for each of `ways`. */
export async function refusal(
  problem: Problem, zone: string, choose: (alternative: Range) => void, ways: WayOn[] = [], note: (alternative: Range) => Promise<string[]> = async () => [],
): Promise<HTMLElement> {
  await learnCalendars([problem]);
  const alternatives = problem.alternatives ?? [], way = await inTheWay(problem.conflicts ?? []);
  const notes = await Promise.all(alternatives.map(note));
  return h(
    'div', { class: 'refusal' },
    h('p', { role: 'alert' }, h('b', {}, say('Not possible.')), ' ', problemText(problem, zone)),
    way.length > 0 && h('p', {}, ...way),
    alternatives.length > 0 && h('p', { id: 'alternatives' }, say('These times are open:')),
    alternatives.length > 0 && h(
      'div', { class: 'alternatives', role: 'group', 'aria-labelledby': 'alternatives' },
      ...alternatives.map((one, index) => h('button', { click: () => choose(one) },
        [rangeText(one.start_timestamp, one.end_timestamp, zone), ...notes[index]!].join('; '))),
    ),
    ways.length > 0 && h('div', { class: 'alternatives ways' }, ...ways.map(({ label, go }) => h('button', { click: go }, label))),
  );
}

/** Whether the event would begin at this instant; false if it would wait. */
export const beginsAt = (outcome: Outcome, instant: number) => outcome.start_timestamp !== null && Date.parse(outcome.start_timestamp) === instant;

interface Settling {
  title: string;
  /** The first word of the notice: "Moved". */
  done: string;
  /** The intended start. An automatic event whose length changes may begin elsewhere, at the first open time. */
  start: number;
  /** A sentence with which the page asks even if no event moves. */
  ask?: string;
  /** Sentences on the attendees who are busy at that time and not kept free by the scheduler. The page asks about them too. */
  busy?: (outcome: Outcome) => Promise<string[]>;
  /** For a series: the proposal for a scope, which the page asks for. */
  reach?: (scope: Scope) => Proposal;
  /** Undoes the change; offered if the page has asked no question. */
  undo?: (done: Event) => void;
  /** Shows the current event, if somebody else has changed it meanwhile. */
  look?: () => void;
}

/**
 * Tries a proposal out and makes it, for a drag or an alternative, which have no form. Asks first if other events would move, an attendee is
 * busy, or the event would not begin at the wished time. Returns whether the proposal was made.
 */
export async function settle(proposal: Proposal, settling: Settling): Promise<boolean> {
  try {
    const outcome = await proposal.tryOut(), busy = (await settling.busy?.(outcome)) ?? [];
    if (giveWay(outcome.moves).length + busy.length > 0 || settling.ask || settling.reach || outcome.outcome === 'held' || !beginsAt(outcome, settling.start)) return await ask(proposal, await preview(outcome, proposal.zone, busy), settling);
    const done = await proposal.make(), { undo } = settling;
    tell(settling.done, done, proposal.zone, undo ? () => undo(done) : undefined);
    return true;
  } catch (error) {
    const { ask: _ask, reach: _reach, ...plain } = settling;
    if (error instanceof Refused && error.problem.reason) return await ask(proposal, error.problem, plain);
    tellError(error, settling.look);
    return false;
  }
}

export const isStale = (error: unknown) => error instanceof Refused && error.problem.type === '/problems/version-mismatch';

/** Shows an error. If somebody has changed the event meanwhile, a button opens the current event. */
export const tellError = (error: unknown, look?: () => void): void =>
  notice(errorText(error), 'bad', look && isStale(error) ? { label: say('Look at it'), act: look } : null);

// A fixed event may lie outside the hours of its calendars, but a person who typed eight in the evening instead of eight in the morning should
// be told.

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

export function tell(done: string, event: Event, zone: string, back?: () => void): void {
  const until = event.status === 'held' && event.expires_at ? say(', until somebody confirms it, at the latest {moment}', { moment: recordText(event.expires_at, zone) }) : '';
  const where = event.start_timestamp ? rangeText(event.start_timestamp, event.end_timestamp!, zone) + until : say('waits for an open time'), chosen = chosenText(chosenOf(event));
  notice([say('{done}: {name}, {where}.', { done, name: titleOf(event)!, where }), chosen].filter((part) => part).join(' '), 'good', back ? undo(back) : null);
  // The change is already made, so do not report a failure to read the hours.
  void outsideHours(event).then((outside) => { if (outside !== '') notice(say('{name} is {outside}.', { name: titleOf(event)!, outside })); }, () => {});
}

/** Asks whether to do what is shown. For a refusal, shows the open times instead. */
function ask(first: Proposal, tried: HTMLElement | Problem, settling: Settling): Promise<boolean> {
  return new Promise((resolve) => {
    let proposal = first, shown: HTMLElement, made: boolean | Promise<boolean> = false;
    const dialog = openDialog(settling.title, 'confirm', () => resolve(made)), effects = h('div', { 'aria-live': 'polite', tabindex: -1 }), { reach } = settling;
    const show = async (what: HTMLElement | Problem, told = '') => {
      doIt.hidden = !(what instanceof HTMLElement);
      if (what instanceof HTMLElement) effects.replaceChildren(...(told ? [h('p', {}, told)] : []), shown = what);
      else effects.replaceChildren(await refusal(what, proposal.zone, choose));
      if (doIt.hidden && document.activeElement === document.body) effects.focus(); // the focus was on the button
    };
    const look = async (asked: Proposal) => {
      const outcome = await asked.tryOut();
      return preview(outcome, asked.zone, (await settling.busy?.(outcome)) ?? []);
    };
    const choose = (alternative: Range) => void alone(dialog.body, async () => {
      const { ask: _ask, reach: _reach, ...plain } = settling;
      made = settle(proposal.at(alternative), { ...plain, start: Date.parse(alternative.start_timestamp) });
      await made;
      dialog.close();
    });
    const attempt = async (asked: Proposal, act: () => Promise<void>) => {
      proposal = asked;
      try {
        await act();
      } catch (error) {
        if (asked !== proposal) return;
        if (error instanceof Refused && error.problem.reason) return show(error.problem);
        tellError(error, settling.look);
        dialog.close();
      }
    };
    // Makes the proposal shown, unless another scope is chosen before it is sent.
    const doShown = (asked: Proposal) => attempt(asked, async () => {
      const same = await stillSo(shown, () => look(asked), (now, told) => { if (asked === proposal) void show(now, told); });
      if (!same || asked !== proposal) return;
      tell(settling.done, await asked.make(), asked.zone);
      made = true;
      dialog.close();
    });
    const doIt = h('button', { class: 'main', click: () => void alone(dialog.body, () => doShown(proposal)) }, say('Do it'));
    // Another scope is another proposal, which must be shown before it can be made.
    const another = (asked: Proposal) => attempt(asked, async () => {
      doIt.disabled = true;
      const now = await look(asked);
      if (asked !== proposal) return;
      await show(now);
      doIt.disabled = false;
    });
    const choice = reach && h('form', {}, scopeChoice('one', () => void another(reach(text(choice!, 'scope') as Scope))));
    dialog.body.append(settling.ask ? h('p', {}, settling.ask) : '', choice ?? '', effects, h('footer', {}, h('button', { click: dialog.close }, say('Leave as it is')), doIt));
    void show(tried);
  });
}

function placeText(held: boolean, when: Node, series: string): (string | Node)[] {
  if (series) return held ? sayAround('It would be held on {when}, and so {series}.', { when, series }) : sayAround('It would be on {when}, and so {series}.', { when, series });
  return held ? sayAround('It would be held on {when}.', { when }) : sayAround('It would be on {when}.', { when });
}

/** The effects of a proposal: the time, the number of occurrences, the busy attendees, and the events that move. */
export async function preview(outcome: Outcome, zone: string, busy: string[] = [], series = ''): Promise<HTMLElement> {
  const place = outcome.start_timestamp
    ? h('p', {}, ...placeText(outcome.outcome === 'held', h('b', {}, rangeText(outcome.start_timestamp, outcome.end_timestamp!, zone)), series))
    : h('p', {}, ...sayAround('Nothing is open now: {wait} and take a place as soon as time opens.', { wait: h('b', {}, say('it would wait')) }));
  const { moves, events, facts } = outcome, chosen = chosenText(facts?.chosen);
  return h('div', { class: 'preview' }, place, chosen && h('p', {}, chosen),
    events.length > 1 && h('p', {}, say('{n} occurrences would change.', { n: events.length })),
    ...busy.map((text) => h('p', { class: 'busy' }, text)),
    moves.length > 0 && h('p', {}, say('{n} events would move:', { n: moves.length })),
    moves.length > 0 && await moveList(moves, zone));
}
