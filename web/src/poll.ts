// The page of a poll, for whoever holds a link: the token in the link's fragment says whether it opens the poll to its organiser
// or an answer to its participant. Without a token a public poll is answered under a name of one's own.
import { Refused, Unreachable } from './api';
import { h } from './dom';
import { report } from './notice';
import { AnswerPage, fetchInvitation } from './poll_answer';
import { pollId, refusal, token, wordsOf } from './poll_facts';
import { OrganiserPage, fetchPoll } from './poll_organise';

let page: { leave: () => void } | null = null;
let opened = 0; // how often the page was opened: of two that are under way only the later is shown

const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Whether the reader organises: by the organiser's token, or by a certificate where the week's page has sent the reader here. */
const organises = () => token().startsWith('jbo_') || location.hash === '#organise';

async function open(): Promise<void> {
  const mine = ++opened;
  while (mine === opened) {
    try {
      const next = organises() ? await fetchPoll() : await fetchInvitation();
      if (mine !== opened) return;
      report('the start', null);
      page?.leave();
      page = 'answer' in next ? new AnswerPage(next, open) : new OrganiserPage(next, open);
      return;
    } catch (error) {
      if (mine !== opened) return;
      if (!(error instanceof Unreachable)) return closed(error);
      report('the start', error.message);
      await pause(Math.max(error.retryAfter, 2));
    }
  }
}

/** The link opens nothing. */
function closed(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
  report('the start', null);
  page?.leave();
  page = null;
  document.title = `Poll ${pollId}`;
  const words = token() === '' && location.hash.length > 1 && location.hash !== '#organise'
    ? 'This link is not whole: what follows the # is no token. Ask whoever sent it to send it again.' : wordsOf(error);
  document.body.replaceChildren(...document.querySelectorAll('.banner, .notices'), h('main', {}, h('h1', {}, 'This poll does not open'), refusal(words)));
}

addEventListener('hashchange', () => void open());
void open();
