// The public booking page of a provider. With a token in the address's fragment, it is the page of one booking.
import { isAnswer, unlessRefused } from './api';
import { draft, endDraft, fetchBooking, linkOf, pageUrl, providerId, wordsOf } from './book_facts';
import { LookPage } from './book_look';
import { chosenBefore, fetchPage, firstArrived, MakePage } from './book_make';
import { h } from './dom';
import { CutShort, Opener, token } from './guest';
import { say } from './language';
import { notice } from './notice';

/** Whether a request sent from here, before the page was loaded anew, had arrived. The address then becomes that of its booking. */
async function hasArrived(): Promise<boolean> {
  const { sent } = draft();
  if (!sent || !await unlessRefused(fetchBooking(sent))) return false;
  endDraft();
  history.replaceState(null, '', linkOf(sent));
  return true;
}

const opener: Opener = new Opener({
  ask: async () => {
    const isLate = location.hash.length <= 1 && await hasArrived(), secret = token();
    if (secret) {
      await fetchPage().catch(isAnswer); // for the provider's name
      return () => {
        if (isLate) notice(firstArrived);
        return new LookPage(secret, (error) => opener.close(error));
      };
    }
    if (location.hash.length > 1) throw new CutShort(say('This link is not whole: it was cut short on its way. Copy it once more.'));
    const facts = await fetchPage();
    const chosen = await chosenBefore(facts);
    return () => new MakePage(facts, chosen, (made) => {
      history.replaceState(null, '', '#' + made); // the address becomes the booking's own link
      void opener.open();
    });
  },
  link: () => (location.hash.length > 1 ? h('a', { class: 'button', href: pageUrl }, say('Book another time')) : null),
  title: providerId, heading: say('This page does not open'), wordsOf,
});
