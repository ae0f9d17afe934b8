// The page of a provider who takes bookings from everybody, and, with a token in the address's fragment, of one such booking.
import { Unreachable } from './api';
import { providerId, token, wordsOf } from './book_facts';
import { LookPage } from './book_look';
import { fetchPage, MakePage } from './book_make';
import { h } from './dom';
import { refusal } from './guest';
import { report } from './notice';

let page: { leave: () => void } | null = null;
let opened = 0; // how often the page was opened: of two that are under way only the later is shown

const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

async function open(): Promise<void> {
  const mine = ++opened;
  page?.leave();
  page = null;
  if (token()) {
    page = new LookPage(token(), (error) => closed(wordsOf(error)));
    return;
  }
  if (location.hash.length > 1) return closed('This link is not whole: what follows the # is no token. Copy it once more.');
  while (mine === opened) {
    try {
      const facts = await fetchPage();
      if (mine !== opened) return;
      report('the start', null);
      page = new MakePage(facts, (made) => {
        history.replaceState(null, '', '#' + made); // from now on the address is the booking's own link
        void open();
      });
      return;
    } catch (error) {
      if (mine !== opened) return;
      if (!(error instanceof Unreachable)) return closed(wordsOf(error));
      report('the start', error.message);
      await pause(Math.max(error.retryAfter, 2));
    }
  }
}

/** The address opens nothing. */
function closed(words: string): void {
  report('the start', null);
  page?.leave();
  page = null;
  document.title = providerId;
  document.body.replaceChildren(...document.querySelectorAll('.banner, .notices'), h('main', {}, h('h1', {}, 'This page does not open'), refusal(words)));
}

addEventListener('hashchange', () => void open());
void open();
