// The form of a new poll in the calendar page. The answer has the organiser's link, which is shown only once.
import { answer, client, Unreachable } from './api';
import { calledAll } from './calendars';
import { h } from './dom';
import { check, copyField, field, input, text, ticked, touched } from './form';
import { FormDialog } from './form_dialog';
import { say } from './language';
import { lengthField, lengthOf } from './length';
import type { Page } from './page';
import { openPollList } from './poll_list';
import { addDays, instantOf } from './zone';

/** The request for a poll. Its frame is from the start of the first day to the end of the last, on the first calendar's clock. */
function requestOf(form: HTMLFormElement, calendars: string[], zone: string) {
  const instant = (date: string) => new Date(instantOf(date, zone)).toISOString();
  const until = text(form, 'daily_to');
  return {
    title: text(form, 'title'), duration: lengthOf(text(form, 'duration'))!, calendars, time_zone: zone,
    from: instant(text(form, 'from')), to: instant(addDays(text(form, 'to'), 1)),
    daily_from: text(form, 'daily_from'), daily_to: until === '00:00' ? '24:00' : until,
    public: ticked(form, 'public'), show_answers: ticked(form, 'show_answers'),
  };
}

function made({ id, organiser_token, url }: { id: number; organiser_token: string; url: string | null }): HTMLElement[] {
  const link = url ?? `${location.origin}/polls/${id}#${organiser_token}`;
  const [shown, copy] = copyField(say('The organiser’s link'), link);
  shown.name = 'link';
  return [field(say('The organiser’s link'), shown, say('Whoever has it can invite, book and delete. It is shown only once: keep it.')),
    h('footer', {}, copy, h('a', { href: link, target: '_blank', rel: 'noreferrer' }, say('Open the poll')))];
}

/** Opens the form for a poll on the calendars shown, which begins on the day shown. */
export function openPollForm(page: Page): void {
  const { date, settings } = page, [first] = settings, names = settings.map(({ name }) => name), zone = first!.time_zone;
  const dialog: FormDialog = new FormDialog({
    title: say('New poll'), name: 'edit', submit: say('Open the poll'),
    before: [h('button', { click: () => { dialog.close(); openPollList(page); } }, say('All polls…'))],
    keep: () => !dialog.form.isConnected || touched(dialog.form), // closing the dialog would lose the organiser's link too
    fields: [
      field(say('What'), input('title', 'text', '', { required: true, maxlength: 500 })),
      h('div', { class: 'row' }, field(say('First day'), input('from', 'date', date, { required: true })), field(say('Last day'), input('to', 'date', addDays(date, 4), { required: true }))),
      h('div', { class: 'row' }, field(say('Not before'), input('daily_from', 'time', '09:00', { required: true })), field(say('Not after'), input('daily_to', 'time', '18:00', { required: true })),
        lengthField(say('Length'), 'duration', first!.default_duration, say('minutes, or 1h30'), true)),
      h('p', {}, h('small', {}, say('It is booked on {names}. Times are those of {zone}.', { names: calledAll(names), zone }))),
      check('public', say('Public: whoever has its address may answer under a name of their own'), false),
      check('show_answers', say('Participants see what the others have answered'), false),
    ],
  }, async () => {
    try {
      dialog.form.replaceWith(...made(await answer(client.POST('/polls', { body: requestOf(dialog.form, names, zone) }))));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return dialog.tell(`${error.message} ${say('“All polls…” shows whether the poll was opened.')}`);
    }
    dialog.body.querySelector('input')?.focus();
  });
}
