// Polls on the calendar page: the form of a new one, and the list of them.
import { allPages, answer, client, Unreachable, type Poll } from './api';
import { calledAll, callings } from './calendars';
import { disclosure } from './details';
import { openDialog } from './dialog';
import { h } from './dom';
import { check, copyField, field, input, pressedTwice, text, ticked, touched } from './form';
import { formDialog, type FormDialog } from './form_dialog';
import { say } from './language';
import { lengthField, lengthOf } from './length';
import type { Page } from './page';
import { errorText } from './refusals';
import { addDays, instantOf, rangeText } from './zone';

// ---- the list ----

// It has the polls of the calendars that the reader may see, for organisers who have lost their link and for those in charge of the polls. It
// shows each poll's question, answers and outcome. A certificate opens the organiser's page without the link (rule 9.3).

const most = 100; // in the list

const allPolls = () => allPages((after) => client.GET('/polls', { params: { query: { limit: 1000, ...(after ? { after: Number(after) } : {}) } } }));

/** The participants, from the poll's details. */
async function people(id: number): Promise<HTMLElement> {
  const { participants = [] } = await answer(client.GET('/polls/{id}', { params: { path: { id } } }));
  return h('ul', { class: 'people' },
    ...participants.map(({ participant, schedule }) => h('li', {}, h('b', { dir: 'auto' }, participant), ' ', schedule === null ? say('has not answered yet') : say('has answered'))),
    participants.length === 0 && h('li', {}, say('Nobody takes part yet.')));
}

/** A poll in the list; `gone` is called when it has been deleted. */
function item(poll: Poll, showEvent: (id: number) => void, gone: () => void): HTMLElement {
  const { id, title, time_zone: zone, event_id: event } = poll, result = h('p', { role: 'alert' });
  const remove = pressedTwice({ words: say('Delete'), label: say('Delete {name}', { name: title }), question: say('Delete this poll and all its answers?'), about: title, style: 'danger' },
    () => void answer(client.DELETE('/polls/{id}', { params: { path: { id } } })).then(gone, (error: unknown) => { result.textContent = errorText(error); }));
  return h('li', { 'data-poll': id }, h('b', { dir: 'auto' }, title), h('span', {}, callings(poll.calendars, zone)),
    h('small', {}, [rangeText(poll.from, poll.to, zone), poll.status === 'open' ? say('open') : event === null ? say('closed') : say('booked'),
      say('{answered} of {all} have answered', { answered: poll.answer_count, all: poll.participant_count }), say('made by {who}', { who: poll.created_by })].join('; ')),
    disclosure(say('Participants'), () => people(id)), result,
    h('div', { class: 'answers' }, h('a', { class: 'button', href: `/polls/${id}#organise`, target: '_blank', rel: 'noreferrer', 'aria-label': say('Open {name}', { name: title }) }, say('Open')), event !== null && h('button', { 'aria-label': say('Show the event of {name}', { name: title }), click: () => showEvent(event) }, say('Show the event')), remove));
}

function openPollList(page: Page): void {
  const list = h('ul', { class: 'entries requests' }), told = h('p', { class: 'none', role: 'status' }, say('Looking…'));
  const dialog = openDialog(say('Polls'), 'inbox-shown');
  dialog.body.append(told, list);
  const draw = (polls: Poll[]) => {
    // Open polls first, then the newest first.
    const shown = [...polls].sort((one, other) => Number(one.status !== 'open') - Number(other.status !== 'open') || other.id - one.id).slice(0, most);
    told.textContent = polls.length === 0 ? say('There is no poll.') : polls.length > most ? say('The first {most} are shown.', { most }) : '';
    list.replaceChildren(...shown.map((poll) => item(poll, (event) => { dialog.close(); page.go({ event }); }, () => {
      draw(polls.filter(({ id }) => id !== poll.id));
      (list.querySelector('summary') ?? dialog.body.closest('dialog')?.querySelector<HTMLElement>('h2'))?.focus();
    })));
  };
  void allPolls().then(draw, (error: unknown) => { told.textContent = errorText(error); });
}

// ---- a new poll; the answer has the organiser's link, which is shown only once ----

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
  const dialog: FormDialog = formDialog({
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
