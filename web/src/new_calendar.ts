// The form of a new calendar: its name, which nobody can change later, its zone, and how long an event is unless somebody says.
import { answer, client, type Calendar } from './api';
import { colorField } from './colors';
import { openDialog } from './dialog';
import { h } from './dom';
import { alone, field, input, text, touched } from './form';
import { say } from './language';
import { lengthField, lengthOf } from './length';
import { notice } from './notice';
import { Result } from './result';

/** `typed` is what somebody looked for, `zone` the zone that is offered; `made` is called with the new calendar's name. */
export function openNewCalendar(typed: string, zone: string, made: (name: string) => void): void {
  const result = new Result();
  const make = async () => {
    const name = text(form, 'name');
    // A calendar that is there would be changed by the same request.
    const there = await answer(client.GET('/calendars', { params: { query: { names: [name] } } }));
    if (there.length > 0) return result.tell(say('There is a calendar “{name}” already.', { name }));
    await answer(client.PUT('/calendars/{name}', { params: { path: { name } }, body: {
      time_zone: text(form, 'zone'), default_duration: lengthOf(text(form, 'duration'))!, display_name: text(form, 'display_name') || null, color: (text(form, 'color') || null) as Calendar['color'],
    } }));
    dialog.close();
    notice(say('Made the calendar {name}. It is open Monday to Friday from 08:00 to 17:00: Hours… changes that.', { name }));
    made(name);
  };
  const form: HTMLFormElement = h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); void alone(form, () => make().catch(result.failed)); } },
    field(say('Name'), input('name', 'text', typed, { required: true, maxlength: 200, pattern: '[^\\s,]+' }), say('without blanks and commas, as room:berlin; it stays')),
    field(say('Display name'), input('display_name', 'text', '', { maxlength: 200 }), say('what people read in its place')),
    colorField(null),
    field(say('Time zone'), input('zone', 'text', zone, { required: true, list: 'zones' })),
    h('datalist', { id: 'zones' }, ...Intl.supportedValuesOf('timeZone').map((value) => h('option', { value }))),
    lengthField(say('Usual length'), 'duration', 1800, say('minutes, or 1h30'), true),
    result.element, h('footer', {}, h('button', { type: 'button', click: () => dialog.close() }, say('Close')), h('button', { type: 'submit', class: 'main' }, say('Make'))));
  const dialog = openDialog(say('New calendar'), 'edit', () => {}, () => touched(form));
  dialog.body.append(form);
  form.querySelector('input')!.focus();
}
