// The form of an event: for a new event, at a fixed time or wherever there is room, or for a change of an event.
import { oneFor, Refused, unlessRefused, Unreachable, type Event, type Outcome, type Range } from './api';
import { Attendees } from './attendees';
import { calledAll } from './calendars';
import { AllFree, Conflicts } from './conflicts';
import { h } from './dom';
import { joinEnd } from './length';
import { changeOf, fields, fillStart, joinDays, keepMoments, offerNames, recurrenceOf, refill, renameIn, requestOf, spanOf, tellSeries, timeWish, unshown, whoseTime, type Draft } from './event_form';
import { controlOf, edited, listOf, scopeChoice, stillSo, text, ticked } from './form';
import { formDialog, type FormDialog } from './form_dialog';
import { joined, say } from './language';
import { allOf, calendarFields, calendarsIn, chosenText, listsText, showLists } from './one_of';
import type { Page } from './page';
import { beginsAt, booking, changing, eventOf, giveWay, isStale, preview, refusal, tell, type Proposal, type WayOn } from './placing';
import { recurrenceText } from './recurrence';
import { readSettings } from './reading';
import { errorText, zoneNow } from './refusals';
import { fieldName, titleOf } from './words';
import { rangeText, wallOf } from './zone';

/** The changes made by somebody else: "Where: Room 2; When: Wed 3 Mar, 09:00 – 10:00". */
function differences(before: Event, now: Event): string {
  const moments = ({ start_timestamp: from, end_timestamp: to }: Event) => String([from, to].map((one) => one && Date.parse(one)));
  const shown = ({ event_name, event_location, description, attendees, calendars, one_of, status }: Event) =>
    ({ event_name, event_location, description, attendees: calledAll(attendees), calendars: calledAll(calendars), one_of: listsText(one_of), status });
  const was = shown(before), fields = Object.entries(shown(now)).filter(([name, value]) => value !== was[name as keyof typeof was]);
  const parts = fields.map(([name, value]) => say('{field}: {value}', { field: fieldName(name), value: value || say('nothing') }));
  const { start_timestamp: from, end_timestamp: to, time_zone: zone } = now, when = from ? rangeText(from, to!, zone) : say('no place');
  if (moments(before) !== moments(now)) parts.push(say('{field}: {value}', { field: say('When'), value: from && zone !== before.time_zone ? joined([when, zone], ', ') : when }));
  return parts.join('; ');
}

/** Opens the form, with room for the outcome of a dry run, and the buttons. */
export function openForm(draft: Draft, event: Event | null, page: Page): void {
  const title = event ? say('Change {name}', { name: titleOf(event)! }) : draft.copy ? say('Copy of {name}', { name: titleOf(draft.wish!)! }) : draft.mode === 'fixed' ? say('New event') : say('Find a slot');
  /** The preview awaiting the person's consent: of a wish, perhaps at a chosen open time. */
  let asking: { wish: string; at: Range | null; shown: HTMLElement } | null = null;
  let zone = draft.zone, zoneFor = allOf({ ...(event ?? draft.wish), calendars: draft.calendars })[0], reading = Promise.resolve();
  const times = h('small', { 'aria-live': 'polite' }, say('Times are those of {zone}.', { zone }));
  let proposals = oneFor<Proposal>();
  /** The last proposal sent. Without an answer, it may or may not have been made. */
  let sent: { wish: string; making: Proposal } | null = null;

  /**
   * The scheduler reads wall clock in the zone of the first calendar named; an unknown calendar leaves the zone as it was. If a calendar
   * changes its zone while the form is open, the form shows the same instants on the new clock.
   */
  const readZoneNow = async () => {
    const named = () => calendarsIn(form)[0], before = zone;
    for (let first = named(), read = ''; first !== undefined && first !== read; first = named()) {
      await attendees.naming.learn([first]);
      const found = attendees.naming.of(first);
      if (found === null) break;
      const { name, time_zone: now } = await readSettings(found.name);
      if (name === zoneFor && now !== zone) {
        keepMoments(form, zone, now);
        dialog.tell(say('Times are now those of {zone}. Look at them again.', { zone: now }));
        page.refresh(); // its column must learn of the zone too
      }
      if (event && name === allOf(event)[0]) event = { ...event, time_zone: now };
      [zone, zoneFor, read] = [now, name, first];
    }
    times.textContent = say('Times are those of {zone}.', { zone });
    readEnd();
    readDays();
    if (zone !== before) lookAtTime();
  };
  /** Serialises the reads, so that a late one cannot overwrite a newer one. */
  const readZone = (): Promise<void> => (reading = reading.catch(() => {}).then(readZoneNow));

  const attendees = new Attendees(event, (event ?? draft.wish)?.check_attendees, (name, by) => renameIn(attendeesField, name, by));
  const lookAtAttendees = () => attendees.look(listOf(text(form, 'attendees')), calendarsIn(form));
  const conflicts = new Conflicts(), allFree: AllFree = new AllFree(() => whoseTime(form, attendees, zone), (instant) => fillStart(form, instant, zone));
  /** Shows what is known about the time before anything is sent. */
  const lookAtTime = () => {
    const wish = timeWish(form, event, attendees, zone), tried = () => (event ? asked()[1] : booking(wish!.request, zone)).tryOut();
    showLists(form);
    conflicts.look(wish && { ...wish, chosen: async () => chosenText((await tried()).facts?.chosen) });
    allFree.refresh();
  };

  const show = () => {
    const mode = text(form, 'mode');
    for (const part of ['fixed', 'automatic'])
      for (const group of form.querySelectorAll<HTMLElement>(`.only-${part}`)) {
        group.hidden = part !== mode;
        for (const control of group.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')) control.disabled = part !== mode;
      }
    const whole = mode === 'fixed' && ticked(form, 'all_day');
    for (const [name, hidden] of [['start', whole], ['end', whole], ['duration', whole], ['last_day', !whole]] as const) {
      const control = controlOf(form, name);
      control.closest<HTMLElement>('.field')!.hidden = hidden;
      control.disabled = hidden || (name !== 'duration' && mode !== 'fixed');
    }
    if (whole) allFree.element.hidden = true; // it searches by the length
    asking = null;
    dialog.tell('');
    lookAtTime();
    dialog.submit.textContent = event ? say('Change') : mode === 'fixed' ? say('Book') : say('Look for a slot');
  };
  const answerWith = (shown: HTMLElement | string) => {
    conflicts.clear();
    if (typeof shown === 'string') dialog.tell(shown);
    else dialog.result.replaceChildren(shown);
    dialog.result.scrollIntoView({ block: 'nearest' });
  };
  /** The wish in the form, and its proposal. Equal wishes share one proposal, and so one answer. */
  const asked = (): [wish: string, proposal: Proposal] => {
    const request = event ? null : { ...unshown(draft.wish), ...requestOf(form, zone, attendees), ...attendees.wish() };
    const change = event && { ...changeOf(form, event, zone, attendees), ...attendees.wish() };
    const wish = JSON.stringify([request ?? change, zone]);
    return [wish, proposals(wish, () => (event ? changing(event, change!, zone) : booking(request!, zone)))];
  };
  const finish = (done: Event) => {
    dialog.close();
    const isSame = done.version === event?.version && !['following', 'all'].includes(text(form, 'scope'));
    tell(isSame ? say('Unchanged') : event ? say('Changed') : done.status === 'held' ? say('Held') : done.recurrence ? say('Booked a series') : say('Booked'), done, done.time_zone);
    page.refresh();
  };
  const lookButton = (now: Event) => h('button', { click: () => { dialog.close(); page.look(now); } }, say('Look at it as it is now'));
  /** The first request is booked, but the form has changed since. Booking that too takes another press. */
  const arrived = (done: Event): HTMLElement => {
    page.refresh();
    show();
    const when = done.start_timestamp ? rangeText(done.start_timestamp, done.end_timestamp!, done.time_zone) : say('waits for an open time');
    return h('div', { class: 'refusal' },
      h('p', { role: 'alert' }, `${say('Your first request is booked: {what}.', { what: `${titleOf(done)!}, ${when}` })} ${say('What you have filled in is kept.')}`),
      h('div', { class: 'alternatives' }, lookButton(done)));
  };
  const failed = async (error: unknown, tried: Proposal | null) => {
    if (error instanceof Unreachable) {
      // The write may have been done. Another press sends the same request under the same key.
      const text = h('p', { class: 'refusal unanswered', role: 'alert' }, errorText(error));
      dialog.result.querySelector('.unanswered')?.remove();
      dialog.result.append(text);
      return text.scrollIntoView({ block: 'nearest' });
    }
    asking = null;
    if (error instanceof Refused && zoneNow(error.problem) !== null) {
      await readZone();
      show();
      return answerWith(errorText(error));
    }
    if (event && isStale(error)) return answerWith(await overtaken(event));
    if (!tried || !(error instanceof Refused && error.problem.reason)) return answerWith(errorText(error));
    answerWith(await refusal(error.problem, tried.zone, (alternative) => dialog.alone(() => go(alternative)), await waysOn(tried), (alternative) => attendees.busy(alternative, tried.zone)));
  };
  /**
   * Somebody has changed the event since the form was opened. The form now shows the current event with the person's own edits on top, to
   * be sent or abandoned. If the event has moved to a calendar in another zone, the form shows that clock.
   */
  const overtaken = async (before: Event): Promise<HTMLElement> => {
    const now = await eventOf(before.id), what = differences(before, now), { time_zone } = now, calendars = allOf(now);
    await attendees.naming.learn([...calendars, ...now.attendees]);
    const stays = !edited(form, 'calendars'), isElsewhere = stays && time_zone !== zone;
    if (isElsewhere) keepMoments(form, zone, time_zone);
    if (stays) [zone, zoneFor] = [time_zone, calendars[0]];
    if (isElsewhere) readEnd();
    [event, sent] = [now, null];
    proposals = oneFor();
    attendees.changed(now);
    const endStays = refill(form, fields(page.draftOf(now, zone), now, attendees.naming, [], [], () => {}));
    times.textContent = say('Times are those of {zone}.', { zone });
    show();
    await lookAtAttendees();
    const outcome = endStays && form.checkValidity() ? say('It would be on {when}.', { when: rangeText(...spanOf(form, zone), zone) }) : '';
    const told = [say('Somebody has changed this event meanwhile.'), what && say('It has now {what}.', { what }), say('What you have filled in is kept.'), outcome, isElsewhere && say('Times are now those of {zone}. Look at them again.', { zone })];
    return h('div', { class: 'refusal' }, h('p', { role: 'alert' }, told.filter((part) => part).join(' ')),
      h('div', { class: 'alternatives' }, h('button', { click: () => dialog.alone(go) }, say('Change it all the same')), lookButton(now)));
  };
  /** Other wishes to offer as buttons, after a refused wish that left the time to the scheduler. */
  const waysOn = async (tried: Proposal): Promise<WayOn[]> => {
    if (text(form, 'mode') !== 'automatic') return [];
    const ways: WayOn[] = [], askAgain = () => dialog.alone(go);
    const day = controlOf(form, 'day'), wait = form.elements.namedItem('wait') as HTMLInputElement | null;
    if (day.value !== '') ways.push({ label: say('Any day'), go: () => { day.value = ''; askAgain(); } });
    if (wait && !wait.checked && await tried.couldWait?.())
      ways.push({ label: say('Wait until time opens'), go: () => { wait.checked = true; askAgain(); } });
    return ways;
  };
  /** Whether the outcome has the time shown in the form. A time chosen by the scheduler needs a preview, unless the event stays where it is. */
  const isWished = (outcome: Outcome) => {
    const { start_timestamp: from, end_timestamp: to } = outcome, wall = (...all: (number | string)[]) => String(all.map((one) => wallOf(one, zone)));
    if (from === null || to === null) return false;
    return text(form, 'mode') === 'fixed' ? wall(from, to) === wall(...spanOf(form, zone)) : Boolean(event?.start_timestamp && beginsAt(outcome, Date.parse(event.start_timestamp)));
  };
  /** Makes the proposal in the form, or first shows a preview of it. */
  const go = async (chosen: Range | null = null) => {
    if (!form.reportValidity()) return; // a change by others may have made the input invalid
    let tried: Proposal | null = null;
    const shown = zone;
    try {
      await Promise.all([readZone(), lookAtAttendees()]);
      // The person cannot have agreed to a time on a clock that was not shown.
      if (zone !== shown) {
        show();
        return answerWith(say('Times are now those of {zone}. Look at them again.', { zone }));
      }
      const [missing] = attendees.unknown(calendarsIn(form));
      if (missing !== undefined) return answerWith(say('{field}: {value}', { field: fieldName('calendars'), value: attendees.naming.doubt(missing) ?? say('There is no calendar “{name}”.', { name: missing }) }));
      const [wish, proposal] = asked(), before = asking?.wish === wish ? asking : null, at = chosen ?? before?.at ?? null;
      const left = sent?.making.make.unanswered ? sent : null, making = left?.wish === wish && !chosen ? left.making : at ? proposal.at(at) : proposal;
      tried = making;
      // Retry the first request until its answer is known, to avoid an unintended second booking. Two changes cannot both be made.
      if (left && left.making !== making && !event) {
        const done = await unlessRefused(left.making.make());
        if (done) return answerWith(arrived(done));
      }
      if (!making.make.unanswered) { // an unanswered request may have been done: resend it unchanged
        let plain = false;
        const look = async () => {
          const outcome = await making.tryOut(), busy = await attendees.busy(outcome, zone);
          const series = text(form, 'mode') === 'fixed' ? recurrenceOf(form) : null;
          plain = giveWay(outcome.moves).length === 0 && (at ? beginsAt(outcome, Date.parse(at.start_timestamp)) : !series && outcome.events.length < 2 && busy.length === 0 && isWished(outcome));
          return preview(outcome, zone, [...busy, ...attendees.strangers(listOf(text(form, 'attendees')))], series ? recurrenceText(series, zone) : '');
        };
        const ask = (now: HTMLElement, told = '') => {
          asking = { wish, at, shown: now };
          answerWith(h('div', {}, told && h('p', { role: 'alert' }, told), now));
          dialog.submit.textContent = event ? say('Change it') : say('Book it');
        };
        if (before) {
          if (!await stillSo(before.shown, look, ask)) return;
        } else {
          const now = await look();
          if (!plain) return ask(now);
        }
      }
      sent = { wish, making };
      finish(await making.make());
    } catch (error) {
      await failed(error, tried).catch((again: unknown) => answerWith(errorText(again)));
    }
  };

  const scope = event?.series ? scopeChoice(draft.scope ?? 'one', () => show()) : null;
  const dialog: FormDialog = formDialog({ title, name: 'edit', submit: '', before: [times], fields: [...fields(draft, event, attendees.naming, [attendees.element], [conflicts.element, allFree.element], () => show()), scope] }, go);
  const { form } = dialog;
  const readEnd = joinEnd(form, () => zone), readDays = joinDays(form);
  tellSeries(form, () => zone);
  form.querySelector('[name=all_day]')!.addEventListener('change', () => show());
  // An edit invalidates the preview.
  form.addEventListener('input', () => (asking ? show() : lookAtTime()));
  // Failures are ignored: go() asks again before anything is sent.
  const lookAt = () => void lookAtAttendees().then(lookAtTime, () => {}), read = () => void readZone().catch(() => {});
  const attendeesField = controlOf(form, 'attendees');
  for (const one of calendarFields(form)) {
    one.addEventListener('change', read);
    offerNames(one);
  }
  offerNames(attendeesField, 2);
  // On each keystroke: a line that appears as the field loses the focus would move the button about to be pressed.
  for (const one of [...calendarFields(form), attendeesField]) one.addEventListener('input', lookAt);
  show();
  read();
  lookAt();
  form.querySelector('input')!.focus();
}
