// The form of a new poll in the week's page. Its answer is the organiser's link, which is told this once.
import { answer, client, type Calendar } from './api';
import { calledAll } from './called';
import { openDialog } from './dialog';
import { h } from './dom';
import { alone, check, field, input, text, ticked, touched } from './form';
import { say } from './language';
import { lengthField, lengthOf } from './length';
import { errorText } from './placing';
import { Result } from './result';
import { addDays, instantOf } from './zone';

/** Where the poll asks: from the morning of one day to the evening of another, on the clock of the first calendar. */
function requestOf(form: HTMLFormElement, calendars: string[], zone: string) {
  const instant = (date: string) => new Date(instantOf(`${date}T00:00:00`, zone)).toISOString().replace('.000', '');
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
  const shown = input('link', 'text', link, { readonly: true });
  const copy: HTMLButtonElement = h('button', { type: 'button', click: () => void navigator.clipboard.writeText(link)
    .then(() => { copy.textContent = say('Copied'); }, () => { shown.select(); copy.textContent = say('Copy it by hand'); }) }, say('Copy'));
  return [field(say('The organiser’s link'), shown, say('Whoever has it invites, books and deletes. It is told this once: keep it.')),
    h('footer', {}, copy, h('a', { href: link, target: '_blank', rel: 'noreferrer' }, say('Open the poll')))];
}

/** Opens the form for a poll on these calendars; `date` is the first day that it offers, `list` shows the polls that there are. */
export function openPollForm(calendars: Calendar[], date: string, list: () => void): void {
  const zone = calendars[0]!.time_zone, names = calendars.map(({ name }) => name);
  const result = new Result();
  const form: HTMLFormElement = h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); void alone(form, make); } },
    field(say('What'), input('title', 'text', '', { required: true, maxlength: 500 })),
    h('div', { class: 'row' }, field(say('First day'), input('from', 'date', date, { required: true })), field(say('Last day'), input('to', 'date', addDays(date, 4), { required: true }))),
    h('div', { class: 'row' }, field(say('Not before'), input('daily_from', 'time', '09:00', { required: true })), field(say('Not after'), input('daily_to', 'time', '18:00', { required: true })),
      lengthField(say('Length'), 'duration', calendars[0]!.default_duration, say('minutes, or 1h30'), true)),
    h('p', {}, h('small', {}, say('It is booked on {names}. Times are those of {zone}.', { names: calledAll(names), zone }))),
    check('public', say('Public: whoever has its address may answer under a name of their own'), false),
    check('show_answers', say('Participants see what the others have answered'), false),
    result.element, h('footer', {}, h('button', { type: 'button', click: () => { dialog.close(); list(); } }, say('All polls…')), h('button', { type: 'submit', class: 'main' }, say('Open the poll'))));
  const make = async () => {
    try {
      const poll = await answer(client.POST('/polls', { body: requestOf(form, names, zone) }));
      form.replaceWith(...made(poll));
      dialog.body.querySelector('input')?.focus();
    } catch (error) {
      result.tell(errorText(error, zone));
    }
  };
  // The organiser's link is lost with the dialog, too.
  const dialog = openDialog(say('New poll'), 'edit', () => {}, () => !form.isConnected || touched(form));
  dialog.body.append(form);
}
