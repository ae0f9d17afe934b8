// The polls of the calendars that the reader may see, for organisers who have lost their link and for those in charge of the polls. It shows
// each poll's question, answers and outcome. A certificate opens the organiser's page without the link (rule 9.3).
import { allPages, answer, client, type Poll } from './api';
import { callings } from './calendars';
import { disclosure } from './details';
import { openDialog } from './dialog';
import { h } from './dom';
import { say } from './language';
import type { Page } from './page';
import { pressedTwice } from './form';
import { errorText } from './refusals';
import { rangeText } from './zone';

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

export function openPollList(page: Page): void {
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
