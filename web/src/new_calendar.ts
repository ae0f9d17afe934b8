// The form of a new calendar: its name, which cannot be changed later, its zone, and the default length of its events.
import { answer, client, type Calendar } from './api';
import { isThere } from './calendars';
import { colorField } from './colors';
import { field, input, text, zoneInput } from './form';
import { FormDialog } from './form_dialog';
import { say } from './language';
import { lengthField, lengthOf } from './length';
import type { Page } from './page';
import { notice } from './notice';

/** `typed` is the text that was searched for. */
export function openNewCalendar(typed: string, page: Page): void {
  const [zone, zones] = zoneInput('zone', page.settings[0]?.time_zone ?? 'UTC', { required: true });
  const dialog: FormDialog = new FormDialog({
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
