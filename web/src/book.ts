// The public booking page of a provider. With a token in the address's fragment, it is the page of one booking.
import { isAnswer, Refused, type BookingPage } from './api';
import { draft, fetchBooking, keepDraft, linkOf, pageUrl, providerId, token, wordsOf } from './book_facts';
import { LookPage } from './book_look';
import { chosenBefore, fetchPage, MakePage } from './book_make';
import { h } from './dom';
import { Opener } from './guest';
import { say } from './language';

class NotWhole extends Error {}

/** The page's facts. Null if the page has closed but a request sent from here had arrived. The address then becomes that of its booking. */
async function fetchOpenPage(): Promise<BookingPage | null> {
  const { sent } = draft();
  try {
    return await fetchPage();
  } catch (error) {
    if (!(error instanceof Refused && sent)) throw error;
    await fetchBooking(sent);
    keepDraft({ chosen: null, sent: null });
    history.replaceState(null, '', linkOf(sent));
    return null;
  }
}

const look = (secret: string) => () => new LookPage(secret, (error) => opener.close(error));

const opener: Opener = new Opener({
  ask: async () => {
    const secret = token();
    if (secret) {
      await fetchPage().catch(isAnswer); // for the provider's name
      return look(secret);
    }
    if (location.hash.length > 1) throw new NotWhole();
    const facts = await fetchOpenPage();
    if (!facts) return look(token());
    const chosen = await chosenBefore(facts);
    return () => new MakePage(facts, chosen, (made) => {
      history.replaceState(null, '', '#' + made); // the address becomes the booking's own link
      void opener.open();
    });
  },
  link: () => (location.hash.length > 1 ? h('a', { class: 'button', href: pageUrl }, say('Book another time')) : null),
  title: providerId, heading: say('This page does not open'),
  wordsOf: (error) => (error instanceof NotWhole ? say('This link is not whole: it was cut short on its way. Copy it once more.') : wordsOf(error)),
});
