// The times of a second zone beside the hours of a day or a week.
import type { CalendarOptions } from '@fullcalendar/core';
import { h } from './dom';
import { zoneInput } from './form';
import { say } from './language';
import { addDays, datesFrom, daysTo, hourText, instantOf, isZone, wallOf } from './zone';

/** The times in the other zone at an hour of these dates: usually one, but two if a clock changes between the dates. */
function timesOf(time: string, dates: string[], zone: string, other: string): string[] {
  const texts = dates.map((date) => {
    const wall = wallOf(instantOf(`${date}T${time}`, zone), other), days = daysTo(date, wall.slice(0, 10));
    return hourText(wall.slice(11)) + (days === 0 ? '' : days > 0 ? ` +${days}` : ` −${-days}`);
  });
  return [...new Set(texts)];
}

/** Hour labels with the times of the other zone, for the days between two markers. */
export function labels(zone: string, other: string, from: Date, to: Date): NonNullable<CalendarOptions['slotLabelContent']> {
  const dates = datesFrom(from.toISOString().slice(0, 10), addDays(to.toISOString().slice(0, 10), -1));
  return ({ date, text }) => ({ domNodes: [h('span', {}, text), h('span', { class: 'other-zone', title: other }, timesOf(date.toISOString().slice(11, 19), dates, zone, other).join(' / '))] });
}

/** The field for the second zone. If it is empty, none is shown. */
export function zoneChoice(zone: string, set: (zone: string) => void): HTMLElement {
  const [field, list] = zoneInput('second-zone', zone, { placeholder: 'America/New_York' });
  field.addEventListener('change', () => {
    const typed = field.value.trim(), known = typed === '' || isZone(typed);
    field.setCustomValidity(known ? '' : say('“{value}” is no time zone.', { value: typed }));
    field.setAttribute('aria-invalid', String(!known));
    if (known) set(typed);
    else field.reportValidity();
  });
  return h('section', { class: 'second-zone' }, h('label', {}, say('Also show the times of'), ' ', field), list);
}
