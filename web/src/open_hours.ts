// When a calendar is open: days that are painted, the hours of every week, and whether clients book a provider by themselves. Nothing
// that is placed moves by it.
import { answer, client, type Calendar } from './api';
import { called } from './called';
import { h } from './dom';
import { openDialog } from './dialog';
import { alone, check, field, input } from './form';
import { say } from './language';
import { notice } from './notice';
import { PaintedDays } from './painted_days';
import { Result } from './result';
import { WeekHours } from './week_hours';
import { dayText, weekOf } from './zone';

/** `date` is the day that is shown; `changed` is called when anything was saved. */
export function openHours(calendar: Calendar, date: string, changed: () => void): void {
  const { name } = calendar, path = (day: string) => ({ params: { path: { name, date: day } } });
  const result = new Result();
  const first = input('first', 'date', weekOf(date), { required: true });
  const show = async () => {
    first.defaultValue = first.value;
    await days.show(first.value).catch(result.failed);
  };
  const days = new PaintedDays(calendar, (day) => void alone(form, async () => {
    if (days.changes().length > 0) return result.tell(say('Save first, or close without saving: what is painted would be lost.'));
    await answer(client.DELETE('/calendars/{name}/availability/{date}', path(day))).catch(result.failed);
    await show();
    changed();
  }));
  const week = new WeekHours(calendar.hours);
  const clients = name.startsWith('provider:') ? check('public_booking', say('Clients book by themselves, on the public page'), calendar.public_booking) : null;
  const box = clients?.querySelector('input');
  const settings = () => {
    const hours = week.changed();
    return { ...(hours ? { hours } : {}), ...(box && box.checked !== box.defaultChecked ? { public_booking: box.checked } : {}) };
  };
  const isChanged = () => days.changes().length > 0 || Object.keys(settings()).length > 0;
  const save = async () => {
    result.tell('');
    const painted = days.changes(), body = settings();
    if (!isChanged()) return dialog.close();
    for (const { date: day, spans } of painted) {
      try {
        await answer(client.PUT('/calendars/{name}/availability/{date}', { ...path(day), body: spans }));
      } catch (error) {
        return result.failed(error, `${dayText(day)}: `); // the days before it are stored, and this one is tried again by another Save
      }
    }
    try {
      if (Object.keys(body).length > 0) await answer(client.PUT('/calendars/{name}', { params: { path: { name } }, body }));
    } catch (error) {
      return result.failed(error);
    }
    changed();
    dialog.close();
    notice(say('Saved the hours of {name}.', { name: called(name) }));
  };
  first.addEventListener('change', () => {
    if (first.value < '1000') return;
    if (days.changes().length === 0) return void show();
    first.value = first.defaultValue;
    result.tell(say('Save first, or close without saving: what is painted would be lost.'));
  });
  const dialog = openDialog(say('Hours of {name}', { name: called(name) }), 'hours', () => {}, isChanged);
  const form = h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); void alone(form, save); } },
    h('p', {}, h('small', {}, say('Times are those of {time_zone}. Paint with the mouse; a finger taps, or rests a moment and then paints; with the keyboard: arrows, and Space; with Shift the arrows paint. What is booked stays where it is.', { time_zone: calendar.time_zone }))),
    field(say('First day'), first), days.element, week.element, clients, result.element,
    h('footer', {}, h('button', { type: 'button', click: dialog.close }, say('Close')), h('button', { type: 'submit', class: 'main' }, say('Save'))));
  dialog.body.append(form);
  void show();
}
