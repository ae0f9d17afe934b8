// The form of a calendar's hours: painted days, weekly hours, and whether clients may book a provider on its page. Events already placed
// do not move.
import { answer, client, type Calendar } from './api';
import { called } from './calendars';
import { h } from './dom';
import { check, field, input } from './form';
import { FormDialog } from './form_dialog';
import { joined, say } from './language';
import type { Page } from './page';
import { notice } from './notice';
import { PaintedDays } from './painted_days';
import { readSettings } from './reading';
import { WeekHours } from './week_hours';
import { dayText, weekOf } from './zone';

export function openHours(calendar: Calendar, page: Page): void {
  const { name } = calendar, path = (day: string) => ({ params: { path: { name, date: day } } });
  const first = input('first', 'date', weekOf(page.date), { required: true });
  const show = async () => {
    first.defaultValue = first.value;
    await days.show(first.value).catch(dialog.failed);
  };
  const saveFirst = () => dialog.tell(say('Save first, or close without saving: what is painted would be lost.'));
  const days = new PaintedDays(calendar, (day) => dialog.alone(async () => {
    if (days.changes().length > 0) return saveFirst();
    await answer(client.DELETE('/calendars/{name}/availability/{date}', path(day))).catch(dialog.failed);
    await show();
    page.refresh();
  }));
  const week = new WeekHours(calendar.hours);
  const clients = name.startsWith('provider:') ? check('public_booking', say('Clients book by themselves, on the public page'), calendar.public_booking) : null;
  const box = clients?.querySelector('input');
  const settings = () => {
    const hours = week.changed();
    return { ...(hours ? { hours } : {}), ...(box && box.checked !== box.defaultChecked ? { public_booking: box.checked } : {}) };
  };
  const isChanged = () => days.changes().length > 0 || Object.keys(settings()).length > 0;
  first.addEventListener('change', () => {
    if (first.value < '1000') return;
    if (days.changes().length === 0) return void show();
    first.value = first.defaultValue;
    saveFirst();
  });
  const dialog: FormDialog = new FormDialog({
    title: say('Hours of {name}', { name: called(name) }), name: 'hours', submit: say('Save'), keep: isChanged, fields: [
      h('p', {}, h('small', {}, say('Times are those of {time_zone}. Paint with the mouse; a finger taps, or rests a moment and then paints; with the keyboard: arrows, and Space; with Shift the arrows paint. What is booked stays where it is.', { time_zone: calendar.time_zone }))),
      field(say('First day'), first), days.element, week.element, clients,
    ],
  }, async () => {
    dialog.tell('');
    const body = settings();
    if (!isChanged()) return dialog.close();
    // A save replaces all hours of a day, or of the week, so it would undo a change that was not shown here.
    const [now, painted] = await Promise.all([readSettings(name), days.readAgain()]);
    if (now.time_zone !== calendar.time_zone) return dialog.tell(say('Times are now those of {zone}. Close this without saving, and begin anew.', { zone: now.time_zone }));
    const others = [...(body.hours ? week.take(now.hours) : []), ...painted];
    if (others.length > 0) return dialog.tell(say('Somebody has changed these days meanwhile: {days}. They are shown as they are now, with what you have changed. Look at them, and save again.', { days: joined(others, ', ') }));
    for (const { date, spans } of days.changes()) {
      try {
        days.stored(await answer(client.PUT('/calendars/{name}/availability/{date}', { ...path(date), body: spans })));
      } catch (error) {
        return dialog.failed(error, `${dayText(date)}: `); // the days before it are stored; another Save retries this one
      }
    }
    if (Object.keys(body).length > 0) await answer(client.PUT('/calendars/{name}', { params: { path: { name } }, body }));
    page.refresh();
    dialog.close();
    notice(say('Saved the hours of {name}.', { name: called(name) }));
  });
  void show();
}
