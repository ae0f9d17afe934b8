// How a fixed event repeats: a choice of rules (RFC 5545, 3.3.10) and the end of the series. Below, the rule is shown in words as in the
// event's details. For an existing event, a rule applies to it and those that follow in its series.
import type { Event } from './api';
import { h } from './dom';
import { field, input, text } from './form';
import { say } from './language';
import { recurrenceText, weekdays } from './recurrence';
import { weekdayOf } from './zone';

const choices: [value: string, label: string][] = [
  ['day', say('Every day')], ['workday', say('Monday to Friday')], ['week', say('Every week')], ['fortnight', say('Every two weeks')],
  ['month', say('Every month, on this day')], ['weekday', say('Every month, on this weekday')], ['year', say('Every year')],
];

/** The rule without its end, for a series that begins on the date. */
function ruleOf(choice: string, date: string): string {
  const day = Number(date.slice(8)), nth = Math.ceil(day / 7), weekday = weekdays[weekdayOf(date)];
  switch (choice) {
    case 'day': return 'FREQ=DAILY';
    case 'workday': return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
    case 'fortnight': return 'FREQ=WEEKLY;INTERVAL=2';
    case 'month': return `FREQ=MONTHLY;BYMONTHDAY=${day}`;
    case 'weekday': return `FREQ=MONTHLY;BYDAY=${nth === 5 ? -1 : nth}${weekday}`; // not every month has a fifth one, but each has a last
    case 'year': return 'FREQ=YEARLY';
    default: return 'FREQ=WEEKLY';
  }
}

/** The series in the form; null if the event does not repeat. */
export function recurrenceOf(form: HTMLFormElement): string | null {
  const choice = text(form, 'repeat'), date = text(form, 'date'), until = text(form, 'until').replaceAll('-', '');
  if (choice === '' || date === '') return null;
  if (choice.includes('FREQ=')) return choice;
  return `RRULE:${ruleOf(choice, date)};${until ? `UNTIL=${until}` : `COUNT=${text(form, 'times') || 1}`}`;
}

/** The form's rule, spelled unlike the event's present one, so that the same rule starts a new series. INTERVAL may occur in it only once. */
export function otherRule(form: HTMLFormElement, event: Event): string | null {
  const rule = recurrenceOf(form);
  if (rule === null || rule !== event.recurrence) return rule;
  return rule.includes('INTERVAL=') ? rule.replace(/;(INTERVAL=\d+);(.*)$/, ';$2;$1') : rule.replace(/FREQ=\w+/, '$&;INTERVAL=1');
}

/** `event` is an existing event whose rule can change, or null for a new one. `wished` is the rule of an earlier request for a new one. */
export function repeatFields(event: Event | null, wished: string | null, zone: string): HTMLElement {
  const present = event?.recurrence ? say('As it is now: {rule}', { rule: recurrenceText(event.recurrence, zone) }) : say('Does not repeat');
  const before = wished && h('option', { value: wished, selected: true }, say('As it was asked for: {rule}', { rule: recurrenceText(wished, zone) }));
  const select = h('select', { name: 'repeat' }, h('option', { value: '' }, present), before, ...choices.map(([value, label]) => h('option', { value }, label)));
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
    ends.hidden = !choices.some(([value]) => value === text(form, 'repeat'));
    told.textContent = !rule ? '' : scope ? say('{rule}; for this one and the following', { rule: recurrenceText(rule, zone()) }) : recurrenceText(rule, zone());
    if (scope) scope.hidden = rule !== null;
  };
  form.addEventListener('input', tell);
  tell();
}
