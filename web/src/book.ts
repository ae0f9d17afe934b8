// The page of a provider who takes bookings from everybody, and, with a token in the address's fragment, of one such booking.
import { isAnswer } from './api';
import { pageUrl, providerId, token, wordsOf } from './book_facts';
import { LookPage } from './book_look';
import { fetchPage, MakePage } from './book_make';
import { h } from './dom';
import { Opener } from './guest';
import { say } from './language';

class NotWhole extends Error {}

const opener: Opener = new Opener({
  ask: async () => {
    const secret = token();
    if (secret) {
      await fetchPage().catch(isAnswer); // for the provider's name; a booking outlives the page on which it was made
      return () => new LookPage(secret, (error) => opener.close(error));
    }
    if (location.hash.length > 1) throw new NotWhole();
    const facts = await fetchPage();
    return () => new MakePage(facts, (made) => {
      history.replaceState(null, '', '#' + made); // from now on the address is the booking's own link
      void opener.open();
    });
  },
  link: () => (location.hash.length > 1 ? h('a', { class: 'button', href: pageUrl }, say('Book another time')) : null),
  title: providerId, heading: say('This page does not open'),
  wordsOf: (error) => (error instanceof NotWhole ? say('This link is not whole: it was cut short on its way. Copy it once more.') : wordsOf(error)),
});
