// The page of a poll, for the holder of a link. The token in the link's fragment opens the poll for its organiser, or an answer for its
// participant. Without a token, anybody can answer a public poll under a new name.
import { expect, Refused, unlessRefused } from './api';
import { CutShort, Opener, token } from './guest';
import { say } from './language';
import { AnswerPage, fetchInvitation } from './poll_answer';
import { pollId, wordsOf } from './poll_facts';
import { OrganiserPage, fetchPoll } from './poll_organise';
import { readWho } from './reading';

/** Whether the reader organises the poll: by the organiser's token, or by a certificate if the calendar page led here. */
const organises = () => token().startsWith('jbo_') || location.hash === '#organise';

const isWhole = () => token() !== '' || location.hash.length < 2 || location.hash === '#organise';

/** Whether each request names the reader. Without a token a poll opens by its reader’s own rights, so nobody else may go on with the page. */
let isExpected = false;

async function expectReader(): Promise<void> {
  if (isExpected || location.hash !== '#organise') return;
  const who = await unlessRefused(readWho()); // at the public address nobody is known without a token
  if (who) expect(who.principal);
  isExpected = true;
}

/** The last token that opened the poll. */
let opened: string | null = null;

const opener: Opener = new Opener({
  ask: async () => {
    // A public poll would treat the reader as a newcomer.
    if (!isWhole()) throw new CutShort(say('This link is not whole: it was cut short on its way. Ask whoever sent it to send it again.'));
    await expectReader();
    const next = organises() ? await fetchPoll() : await fetchInvitation();
    opened = token();
    return () => ('answer' in next ? new AnswerPage(next, opener.open) : new OrganiserPage(next, opener.open));
  },
  title: say('Poll {number}', { number: pollId }), heading: say('This poll does not open'),
  wordsOf: (error) => {
    if (error instanceof Refused && error.problem.status === 403 && opened === token()) return say('This link opens the poll no more: the organiser has taken you off it.');
    return wordsOf(error);
  },
});
