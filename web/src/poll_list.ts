// The polls of the calendars that the reader may see, for the organiser who has lost the link, and for whoever looks after them:
// what they ask, who has answered, what came of them.
import { answer, client, nextAfter } from './api';
import type { components } from '../generated/api';
import { callings } from './called';
import { openDialog } from './dialog';
import { h } from './dom';
import { say } from './language';
import { errorText } from './placing';
import { pressedTwice } from './pressed_twice';
import { Result } from './result';
import { rangeText } from './zone';

type Poll = components['schemas']['Poll'];

const most = 100; // in the list

async function allPolls(): Promise<Poll[]> {
  const polls: Poll[] = [];
  let after: string | null = null;
  do {
    const call = client.GET('/polls', { params: { query: { limit: 1000, ...(after ? { after: Number(after) } : {}) } } });
    polls.push(...await answer(call) as Poll[]);
    after = nextAfter((await call).response);
  } while (after);
  return polls;
}

/** Who takes part, as the poll's details tell it. */
function people(id: number): HTMLElement {
  const list = h('ul', { class: 'people' });
  const element = h('details', { class: 'more' }, h('summary', {}, say('Participants')), list);
  element.addEventListener('toggle', () => {
    if (!element.open) return;
    void answer(client.GET('/polls/{id}', { params: { path: { id } } })).then(({ participants = [] }) => list.replaceChildren(
      ...participants.map(({ participant, schedule }) => h('li', {}, h('b', { dir: 'auto' }, participant), ' ', schedule === null ? say('has not answered yet') : say('has answered'))),
      ...(participants.length === 0 ? [h('li', {}, say('Nobody takes part yet.'))] : [])), (error: unknown) => list.replaceChildren(h('li', {}, errorText(error))));
  });
  return element;
}

/** A poll in the list; `gone` is called when it has been deleted. */
function item(poll: Poll, showEvent: (id: number) => void, gone: () => void): HTMLElement {
  const { id, title, time_zone: zone, event_id: event } = poll, result = new Result();
  const remove = pressedTwice({ words: say('Delete'), label: say('Delete {name}', { name: title }), question: say('Delete the poll with all answers: really?'), about: title, style: 'danger' },
    () => void answer(client.DELETE('/polls/{id}', { params: { path: { id } } })).then(gone, (error: unknown) => result.failed(error)));
  return h('li', { 'data-poll': id }, h('b', { dir: 'auto' }, title), h('span', {}, callings(poll.calendars)),
    h('small', {}, [rangeText(Date.parse(poll.from), Date.parse(poll.to), zone), poll.status === 'open' ? say('open') : event === null ? say('closed') : say('booked'),
      say('{answered} of {all} have answered', { answered: poll.answer_count, all: poll.participant_count }), say('made by {who}', { who: poll.created_by })].join('; ')),
    people(id), result.element,
    h('div', { class: 'answers' }, event !== null && h('button', { type: 'button', 'aria-label': say('Show the event of {name}', { name: title }), click: () => showEvent(event) }, say('Show the event')), remove));
}

export function openPollList(showEvent: (id: number) => void): void {
  const list = h('ul', { class: 'entries requests' }), told = h('p', { class: 'none', role: 'status' }, say('Looking…'));
  const dialog = openDialog(say('Polls'), 'inbox-shown');
  dialog.body.append(told, list);
  const draw = (polls: Poll[]) => {
    // Open polls first, each kind by age, the newest first.
    const shown = [...polls].sort((one, other) => Number(one.status !== 'open') - Number(other.status !== 'open') || other.id - one.id).slice(0, most);
    told.textContent = polls.length === 0 ? say('There is no poll.') : polls.length > most ? say('The first {most} are shown.', { most }) : '';
    told.hidden = told.textContent === '';
    list.replaceChildren(...shown.map((poll) => item(poll, (event) => { dialog.close(); showEvent(event); }, () => {
      draw(polls.filter(({ id }) => id !== poll.id));
      (list.querySelector('summary') ?? dialog.body.closest('dialog')?.querySelector<HTMLElement>('h2'))?.focus();
    })));
  };
  void allPolls().then(draw, (error: unknown) => { told.textContent = errorText(error); });
}
