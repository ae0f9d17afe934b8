// Shows who is busy at the time in the form, as it is typed. The scheduler explains the wish, which books nothing, stores no rejection and
// waits for no lock. So this is the answer that a booking would get.
import { answer, client, isAnswer, type EventRequest, type Verdict } from './api';
import { called } from './calendars';
import { h } from './dom';
import { joined, say } from './language';
import { Newest } from './newest';
import { nameOf } from './placing';
import { learnCalendars, reasonText } from './refusals';
import { rangeText } from './zone';

export interface TimeWish {
  request: EventRequest;
  /** The start as typed. A time that the clock skips means the same instant as another text. */
  wall: string;
  zone: string;
  /** The event to be changed, which does not conflict with itself. */
  aside: number | null;
  /** Sentences on the attendees who are busy then and not kept free. */
  others: () => Promise<string[]>;
}

const most = 5; // lines

async function line({ calendar, conflicts, facts }: Verdict, zone: string): Promise<string> {
  const { start_timestamp: from, end_timestamp: to } = facts ?? {}, [id] = conflicts ?? [];
  const name = id === undefined ? '' : await nameOf(id).catch(() => '');
  return joined([calendar ? say('{calendar} is taken', { calendar: called(calendar) }) : say('It is taken'), name, from && to ? rangeText(from, to, zone) : ''].filter((part) => part !== ''), ', ') + '.';
}

async function explained({ request, zone, aside, others }: TimeWish): Promise<string[]> {
  const query = { limit: 50, ...(aside === null ? {} : { aside }) };
  const [verdicts, busy] = await Promise.all([answer(client.POST('/events/explain', { params: { query }, body: request })), others()]);
  const last = verdicts.at(-1), taken = verdicts.filter(({ verdict }) => verdict === 'in_the_way');
  await learnCalendars(verdicts);
  const lines = await Promise.all(taken.slice(0, most).map((one) => line(one, zone)));
  if (taken.length > most) lines.push(say('And {n} more.', { n: taken.length - most }));
  if (last?.verdict === 'rejected' && last.reason && last.reason !== 'outside_window' && taken.length === 0) lines.push(reasonText(last.reason, last.facts ?? {}, zone));
  const moves = last?.moves.length ?? 0;
  if (moves > 0) lines.push(say('{n} events would give way.', { n: moves }));
  return [...lines, ...busy];
}

export class Conflicts {
  readonly element = h('div', { class: 'conflicts only-fixed', role: 'status', 'aria-label': say('At that time') });
  #asked = '';
  readonly #newest = new Newest<TimeWish>(async (wish) => {
    const lines = await explained(wish);
    return () => this.#show(lines.length > 0 ? lines : [say('Free then.')], lines.length > 0);
  }, (error) => {
    isAnswer(error);
    this.#show([], false); // this is only a hint: the booking itself reports errors
  });

  /** `wish` is null if the form has no time. */
  look(wish: TimeWish | null): void {
    const asked = wish ? JSON.stringify([{ ...wish.request, event_name: '' }, wish.wall, wish.aside]) : '';
    if (asked === this.#asked) return;
    this.#asked = asked;
    if (!wish) this.#show([], false);
    this.#newest.want(wish);
  }

  /** Clears the hint to make room for the answer to the booking. */
  clear(): void {
    this.#show([], false);
    this.#newest.want(null);
  }

  #show(lines: string[], busy: boolean): void {
    this.element.classList.toggle('taken', busy);
    if (this.element.textContent !== lines.join('')) this.element.replaceChildren(...lines.map((text) => h('p', {}, text)));
  }
}
