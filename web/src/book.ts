// The public booking page of a provider. With a token in the address's fragment, it is the page of one booking.
import { isAnswer, Refused } from './api';
import { draft, endDraft, fetchBooking, linkOf, pageUrl, providerId, token, wordsOf } from './book_facts';
import { LookPage } from './book_look';
import { chosenBefore, fetchPage, firstArrived, MakePage } from './book_make';
import { h } from './dom';
import { Opener } from './guest';
import { say } from './language';
import { notice } from './notice';

class NotWhole extends Error {}

/** Whether a request sent from here, before the page was loaded anew, had arrived. The address then becomes that of its booking. */
async function hasArrived(): Promise<boolean> {
  const { sent } = draft();
  if (!sent) return false;
  try {
    await fetchBooking(sent);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return false;
  }
  endDraft();
  history.replaceState(null, '', linkOf(sent));
  return true;
}

const look = (secret: string) => () => new LookPage(secret, (error) => opener.close(error));

const opener: Opener = new Opener({
  ask: async () => {
    const isLate = location.hash.length <= 1 && await hasArrived(), secret = token();
    if (secret) {
      await fetchPage().catch(isAnswer); // for the provider's name
      return () => {
        if (isLate) notice(firstArrived);
        return look(secret)();
      };
    }
    if (location.hash.length > 1) throw new NotWhole();
    const facts = await fetchPage();
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
