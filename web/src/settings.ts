// The forms of a calendar's settings, and of a new calendar. The hours have their own dialog.
import { answer, client, Refused, type Calendar } from './api';
import { isThere, spot } from './calendars';
import { h } from './dom';
import { faultText } from './faults';
import { check, field, input, text, ticked, zoneInput } from './form';
import { formDialog, type FormDialog } from './form_dialog';
import { say } from './language';
import { lengthField, lengthOf } from './length';
import type { Page } from './page';
import { notice } from './notice';
import { errorText } from './refusals';
import { instantOf, isZone, wallOf } from './zone';

// ---- the color: a CSS color name, the only kind that the calendar's feed can carry (RFC 7986, 5.9) ----

/** Colors with a contrast of at least 3:1 to both the light and the dark background. */
const palette = ['crimson', 'chocolate', 'sienna', 'darkgoldenrod', 'olivedrab', 'seagreen', 'teal', 'steelblue', 'royalblue', 'slateblue', 'mediumorchid', 'mediumvioletred', 'slategray'];

/** All color names of extension/colors.def. */
declare const CSS_COLORS: string[];

/** A field to choose a color, with the legible ones of the palette first. */
function colorField(chosen: string | null): HTMLElement {
  const option = (value: string, text = value) => h('option', { value, selected: value === (chosen ?? '') }, text);
  const select: HTMLSelectElement = h('select', { name: 'color', change: () => room.firstElementChild!.replaceWith(spot(select.value || null)) }, option('', say('none')),
    h('optgroup', { label: say('Seen well on light and dark') }, ...palette.map((name) => option(name))),
    h('optgroup', { label: say('All others') }, ...CSS_COLORS.filter((name) => !palette.includes(name)).map((name) => option(name))));
  const room = h('div', { class: 'colored' }, spot(chosen), select);
  return field(say('Colour'), select, say('stands beside the name, here and in calendars that follow this one'), room);
}

// ---- the settings of a calendar, for its managers: only changed ones are sent ----

type Change = Record<string, string | number | boolean | null>;

const units = [[86_400, say('days')], [3600, say('hours')], [60, say('minutes')], [1, say('seconds')]] as const;

/** The settings that are lengths, in display order. */
const lengths: [name: 'default_duration' | 'slot_increment' | 'buffer_before' | 'buffer_after' | 'min_notice' | 'horizon' | 'confirm_within' | 'settled_within' | 'max_source_age', label: string, hint: string][] = [
  ['default_duration', say('Usual length'), say('of an event for which nobody says another')],
  ['slot_increment', say('Grid'), say('events without a time of their own begin on it')],
  ['buffer_before', say('Buffer before'), say('kept free before each event')],
  ['buffer_after', say('Buffer after'), say('kept free after each event')],
  ['min_notice', say('Notice'), say('events without a time of their own begin no sooner')],
  ['horizon', say('Horizon'), say('how far ahead they are planned')],
  ['confirm_within', say('To be confirmed within'), say('empty: an event needs no confirmation')],
  ['settled_within', say('Fixed this long before the start'), say('what begins sooner is moved no more')],
  ['max_source_age', say('Source counts for'), say('of a calendar that is imported again and again; empty: for ever')],
];

/** A number field with a field for its unit. `seconds` is their initial value, null for an empty number. */
function countedField(name: string, label: string, seconds: number | null, hint: string): HTMLElement {
  const [size] = units.find(([one]) => seconds !== null && seconds > 0 && seconds % one === 0) ?? units[2];
  const count = input(name, 'number', seconds === null ? '' : String(seconds / size), { min: 0, step: 'any' });
  const unit = h('select', { name: `${name}-unit`, 'aria-label': say('{label}: unit', { label }) },
    ...units.map(([one, word]) => h('option', { value: one, selected: one === size }, word)));
  return field(label, count, hint, h('div', { class: 'counted' }, count, unit));
}

/** The effect of another zone: nothing moves, but it is read on another clock. */
function zoneText(before: string, after: string, date: string): string {
  if (before === after || !isZone(after)) return say('its hours are read on this clock');
  const wall = wallOf(instantOf(`${date}T09:00`, before), after).slice(11, 16);
  return say('What is booked keeps its moment: 09:00 becomes {wall}. The hours are read on the new clock.', { wall });
}

function changesOf(form: HTMLFormElement, calendar: Calendar): Change {
  const most = text(form, 'max_events_per_day'), secondsOf = (name: string) => (text(form, name) === '' ? null : Math.round(Number(text(form, name)) * Number(text(form, `${name}-unit`))));
  const now: Change = {
    display_name: text(form, 'display_name') || null, color: text(form, 'color') || null, time_zone: text(form, 'time_zone'),
    ...Object.fromEntries(lengths.map(([name]) => [name, secondsOf(name)])),
    max_events_per_day: most === '' ? null : Number(most), check_attendees: ticked(form, 'check_attendees'), strict: ticked(form, 'strict'),
    slots_from: ticked(form, 'from_opening') ? 'opening' : 'midnight',
  };
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== calendar[name as keyof Calendar]));
}

/** Writes each error of the server below its field. Returns the error in words, or nothing if every part of it has a field here. */
function tellAtFields(form: HTMLFormElement, error: unknown): string {
  for (const one of form.querySelectorAll('[aria-invalid="true"]')) one.setAttribute('aria-invalid', 'false');
  const errors = error instanceof Refused && Array.isArray(error.problem.errors) ? error.problem.errors : [];
  const found = errors.map(({ field: name, message }) => {
    const control = form.elements.namedItem(name ?? '');
    if (!(control instanceof HTMLElement)) return null;
    control.setAttribute('aria-invalid', 'true');
    form.querySelector(`#${control.id}-hint`)?.replaceChildren(message ? faultText(message) : '');
    return control;
  });
  found.find((control) => control !== null)?.focus();
  return found.length > 0 && !found.includes(null) ? '' : errorText(error);
}

export function openSettings(calendar: Calendar, page: Page): void {
  const { name } = calendar, title = calendar.display_name ?? name, most = calendar.max_events_per_day;
  const clock = () => zoneText(calendar.time_zone, zone.value.trim(), page.date), tellClock = () => zoneField.querySelector('small')!.replaceChildren(clock());
  const [zone, zones] = zoneInput('time_zone', calendar.time_zone, { required: true, input: tellClock }), zoneField = field(say('Time zone'), zone, clock());
  const row = (...fields: HTMLElement[]) => h('div', { class: 'row' }, ...fields);
  const counts = lengths.map(([one, label, hint]) => countedField(one, label, calendar[one], hint));
  const dialog: FormDialog = formDialog({
    title: say('Settings of {name}', { name: title }), name: 'settings', submit: say('Save'), fields: [
      h('p', {}, h('small', {}, say('Programs name it {name}, which stays. Nothing that is booked moves by what is set here. A field that is left empty takes the value of a new calendar.', { name }))),
      row(field(say('Display name'), input('display_name', 'text', calendar.display_name ?? '', { maxlength: 200, placeholder: name }), say('what people read in its place')), colorField(calendar.color)),
      zoneField, zones, ...[0, 2, 4, 6].map((at) => row(counts[at]!, counts[at + 1]!)),
      field(say('Events a day'), input('max_events_per_day', 'number', most === null ? '' : String(most), { min: 1 }), say('at most; empty: as many as fit')),
      check('check_attendees', say('Keep the calendars of attendees free, too'), calendar.check_attendees),
      check('from_opening', say('The grid counts from the start of each span of the hours, not from midnight'), calendar.slots_from === 'opening'),
      check('strict', say('Hours, grid, notice and horizon bind events with a time of their own, too'), calendar.strict),
    ],
  }, async () => {
    dialog.tell('');
    const body = changesOf(dialog.form, calendar);
    if (Object.keys(body).length === 0) return dialog.close();
    try {
      await answer(client.PUT('/calendars/{name}', { params: { path: { name } }, body }));
    } catch (error) {
      return dialog.tell(tellAtFields(dialog.form, error));
    }
    dialog.close();
    notice(say('Saved the settings of {name}.', { name: (body['display_name'] as string | null | undefined) ?? title }));
    page.redraw();
  });
}

// ---- a new calendar ----

/** `typed` is the text that was searched for. */
export function openNewCalendar(typed: string, page: Page): void {
  const [zone, zones] = zoneInput('zone', page.settings[0]?.time_zone ?? 'UTC', { required: true });
  const dialog: FormDialog = formDialog({
    title: say('New calendar'), name: 'edit', submit: say('Make'), fields: [
      field(say('Name'), input('name', 'text', typed, { required: true, maxlength: 200, pattern: '[^\\s,]+' }), say('without blanks and commas, as room:berlin; it stays')),
      field(say('Display name'), input('display_name', 'text', '', { maxlength: 200 }), say('what people read in its place')),
      colorField(null), field(say('Time zone'), zone), zones,
      lengthField(say('Usual length'), 'duration', 1800, say('minutes, or 1h30'), true),
    ],
  }, async () => {
    const { form } = dialog, name = text(form, 'name');
    // The same request would change an existing calendar.
    if (await isThere(name)) return dialog.tell(say('There is a calendar “{name}” already.', { name }));
    await answer(client.PUT('/calendars/{name}', { params: { path: { name } }, body: {
      time_zone: text(form, 'zone'), default_duration: lengthOf(text(form, 'duration'))!, display_name: text(form, 'display_name') || null, color: (text(form, 'color') || null) as Calendar['color'],
    } }));
    dialog.close();
    notice(say('Made the calendar {name}. It is open Monday to Friday from 08:00 to 17:00: Hours… changes that.', { name }));
    page.go({ calendars: [name] });
  });
  dialog.form.querySelector('input')!.focus();
}
