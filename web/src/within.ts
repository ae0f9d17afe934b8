// The days and hours within which an automatic event is to lie, each week, on the wall clock of its first calendar (rule 2.3.9): their
// fields in the form of an event, and their words.
import type { Within } from './api';
import { h } from './dom';
import { check, edited, field, input, text, ticked } from './form';
import { listed, say } from './language';
import { clockText, readersWeek, shortTime, weekdayLabel, weekdayName } from './zone';

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const names = [...weekdays, 'within_from', 'within_to'];

/** The time in a field, which is empty for the midnight at either end of the day. */
const fieldTime = (time: string | null | undefined) => shortTime(time ?? '').replace(/^(?:00|24):00$/, '');

export function withinFields({ days, from, to }: Within): HTMLElement[] {
  const isTicked = (day: typeof weekdays[number]) => Boolean(days && days.length < 7 && days.includes(day));
  const boxes = readersWeek.map((weekday) => ({ weekday, day: weekdays[(weekday + 6) % 7]! })).map(({ weekday, day }) => check(day, weekdayLabel(weekday, 'short'), isTicked(day)));
  return [
    h('fieldset', { 'aria-describedby': 'weekdays-hint' }, h('legend', {}, say('Days of the week')), ...boxes, h('small', { id: 'weekdays-hint' }, say('any day where left empty'))),
    h('div', { class: 'row' }, field(say('Between'), input('within_from', 'time', fieldTime(from), { step: 'any' }), say('each day')),
      field(say('and'), input('within_to', 'time', fieldTime(to), { step: 'any' }), say('if earlier: on the next day'))),
  ];
}

export const isWithinTouched = (form: HTMLFormElement): boolean => edited(form, ...names);

/** What the fields ask for, or null if all are empty. It sets all members, since a PATCH keeps those that are left out. */
export function withinOf(form: HTMLFormElement): Within | null {
  const days = weekdays.filter((day) => ticked(form, day)), from = text(form, 'within_from') || null, to = text(form, 'within_to') || null;
  return days.length > 0 || from || to ? { days: days.length > 0 ? days : null, from, to } : null;
}

/** "on Mon–Fri between 10:00 and 16:00"; "on Sat and Sun" for whole days. */
export function withinText({ days, from, to }: Within): string {
  const runs: string[][] = [], times = { from: clockText(from ?? '00:00'), to: clockText(to ?? '24:00') };
  for (const [index, day] of weekdays.entries()) {
    if (days && !days.includes(day)) runs.push([]);
    else (runs.at(-1) ?? (runs[0] = [])).push(weekdayName(index + 1, 'short'));
  }
  const said = listed(runs.flatMap((run) => (run.length > 2 ? `${run[0]}–${run.at(-1)}` : run)));
  if (!days || days.length === 7) return say('between {from} and {to}', times);
  return fieldTime(from) || fieldTime(to) ? say('on {days} between {from} and {to}', { days: said, ...times }) : say('on {days}', { days: said });
}
