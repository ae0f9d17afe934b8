// The page of a poll's organiser: invite, follow the answers, find when most are free, book one of these times after a preview of what would
// move, delete.
import { answer, client, isAnswer, Refused, unlessRefused, Unreachable, type Outcome, type Poll, type Recommendation } from './api';
import { arrange, h } from './dom';
import { field, input, pressedTwice, stillSo } from './form';
import { authorized, every, GuestPage, linkLine, token, zone } from './guest';
import { joined, say } from './language';
import { notice } from './notice';
import { booked, facts, linkOf, path, wordsOf } from './poll_facts';
import { fetchInvitation } from './poll_answer';
import { PollGrid } from './poll_grid';
import { openSpans, read, stateOf, within, type Schedule, type Span } from './poll_times';
import { momentText, rangeText, timeText } from './zone';

export const fetchPoll = () => answer(client.GET('/polls/{id}', { params: { path }, ...authorized() }));

/** The event booked from the poll, read by the link or by the reader's rights on its calendar. */
const fetchEvent = async (id: number) => (token() ? (await fetchInvitation()).event : await answer(client.GET('/events/{id}', { params: { path: { id } } })));

export class OrganiserPage extends GuestPage {
  readonly #made = h('ul', { class: 'links-made', 'data-once': '' });
  readonly #everybody = h('div');
  readonly #admission = h('p', { class: 'acts' });
  readonly #asking = this.#form();
  readonly #inviting = h('section', { class: 'panel' }, h('h2', {}, say('Invite')), this.#asking, this.#made, this.#everybody, this.#admission);
  readonly #people = h('ul', { class: 'people' });
  readonly #count = h('p', { role: 'status' });
  readonly #ranking = h('ol', { class: 'ranking' });
  readonly #result = h('div', { 'aria-live': 'polite' });
  #proposals = 0;
  #isBooking = false;
  readonly #event = h('div', { 'aria-live': 'polite' });
  #eventTold = '';
  #answers: { name: string; schedule: Schedule }[] = [];
  readonly #guests: HTMLElement = pressedTwice({ words: say('Take off all who were not invited'), question: say('Take off, with their answers: really?') }, () => void this.act(async () => {
    await answer(client.DELETE('/polls/{id}/guests', { params: { path }, ...authorized() }));
    notice(say('All who were not invited are off the poll, and their links open nothing any more.'));
    await this.#reread();
  }));
  readonly #open: Span[];
  readonly #grid: PollGrid;

  constructor(private poll: Poll, private readonly again: () => Promise<void>) {
    super(wordsOf);
    document.title = say('{title}: organise', { title: poll.title });
    this.#open = openSpans(poll);
    this.#grid = new PollGrid({
      label: say('How many are free'), zone, open: this.#open, look: (span) => this.#look(span),
      paint: ([first]) => { if (first) void this.#propose(first.start); },
    }, poll.duration);
    this.show();
    this.#draw();
    this.#tellAdmission();
    this.#learn(poll);
    void this.#rank();
    const { cache, headers } = authorized();
    this.follow((query, known, signal) => client.GET('/polls/{id}', { params: { path, query }, cache, signal, headers: { ...headers, ...known } }),
      (news) => this.#take(news), () => void this.again());
    // The poll's news does not cover its event, so poll for it. Others may move the event, or cancel or delete it, which reopens the poll.
    every(10_000, this.stopped.signal, () => { if (this.poll.status !== 'open' && !document.hidden) void this.#reread().then(() => this.#tellEvent()).catch(isAnswer); });
  }

  #draw(): void {
    const { poll } = this, open = poll.status === 'open';
    this.#event.replaceChildren();
    this.#eventTold = '';
    void this.#tellEvent();
    this.#result.replaceChildren(); // a question there applied to the old state of the poll
    this.tell('');
    for (const part of [this.#asking, this.#everybody, this.#admission]) part.hidden = !open;
    this.#inviting.hidden = !open && this.#made.childElementCount === 0; // a link shown only once must stay
    this.main.replaceChildren(facts(poll), this.#event, this.#count, this.trouble, this.#inviting,
      h('div', { class: 'beside' },
        h('section', { class: 'heat', 'aria-label': say('Heat map') }, h('h2', {}, say('How many are free')), this.#grid.element,
          open && h('p', { class: 'soft' }, say('A cell tells how many are free for all of it, those with a question mark if need be. Press a cell to book a start there.'))),
        h('section', { 'aria-label': say('Ranking') }, h('h2', {}, say('The best times')), this.#result, this.#ranking)),
      h('section', { class: 'panel' }, h('h2', {}, say('Participants')), this.#people, this.#guests),
      h('div', { class: 'acts' }, this.#delete()));
  }

  /** Shows the current time of the event. */
  async #tellEvent(): Promise<void> {
    const { title, status, event_id: number } = this.poll;
    if (status === 'open' || number === null) return;
    const event = await fetchEvent(number).catch((error: unknown) => { isAnswer(error); return error instanceof Unreachable ? undefined : null; });
    const { start_timestamp: start, end_timestamp: end, status: now } = event ?? {}, told = JSON.stringify([number, start, end, now]);
    if (event === undefined || told === this.#eventTold || number !== this.poll.event_id) return;
    this.#eventTold = told;
    this.#event.replaceChildren(start && end && now ? booked(title, { start_timestamp: start, end_timestamp: end, status: now }) : h('p', { class: 'booked' }, say('It is booked as event {number}.', { number })));
  }

  // ---- answers ----

  #learn(poll: Poll): void {
    const before = this.poll;
    this.poll = poll;
    if (poll.status !== before.status || poll.event_id !== before.event_id) this.#draw();
    if (poll.public !== before.public) this.#tellAdmission();
    const people = poll.participants ?? [];
    this.#answers = people.filter(({ schedule }) => schedule !== null).map(({ participant, schedule }) => ({ name: participant, schedule: read(schedule as never) }));
    this.#count.textContent = people.length === 0 ? say('Nobody takes part yet.') : say('{answered} of {all} have answered.', { answered: this.#answers.length, all: people.length });
    const kept = new Map([...this.#people.children].map((item) => [(item as HTMLElement).dataset['person'], item as HTMLElement]));
    // Leave an unchanged line alone: it may have the focus, or a button pressed once.
    arrange(this.#people, people.map(({ participant, schedule, invited }) => {
      const state = schedule === null ? say('has not answered yet') : schedule.length === 0 ? say('no time suits') : say('has answered'), person = `${participant}\n${state}\n${invited}`;
      return kept.get(person) ?? h('li', { 'data-person': person }, h('span', { class: 'name', dir: 'auto' }, participant), invited === false && h('b', {}, say('not invited'), ' '), state, this.#revoke(participant, invited !== false));
    }));
    this.#guests.hidden = people.every(({ invited }) => invited !== false);
    this.#grid.update();
  }

  #look(span: Span): { classes: string; words: string; text: string } {
    const [start] = within(this.#open, span), states = this.#answers.map(({ schedule }) => stateOf(schedule, start ?? span));
    const free = states.filter(({ look, partly }) => look !== 'none' && !partly).length, maybe = states.filter(({ look, partly }) => look === 'maybe' && !partly).length;
    const heat = this.#answers.length === 0 ? 0 : Math.ceil((free / this.#answers.length) * 4);
    return { classes: `heat-${heat}`, text: free === 0 ? '' : `${free}${maybe > 0 ? '?' : ''}`, words: say('{free} of {all} free', { free, all: this.#answers.length }) + (maybe > 0 ? say(', {count} of them if need be', { count: maybe }) : '') };
  }

  async #rank(): Promise<void> {
    try {
      const first = (limit: number) => answer(client.GET('/polls/{id}/recommendations', { params: { path, query: { limit } }, ...authorized() }));
      // Five may be too long: each names everybody in the poll.
      const best = await unlessRefused(first(5), ({ status }) => status === 422) ?? await first(1);
      this.#ranking.replaceChildren(...best.map((one) => this.#recommendation(one)));
      if (this.#ranking.childElementCount === 0) this.#ranking.append(h('li', { class: 'soft' }, say('Nobody has said yet when they are free.')));
    } catch (error) {
      if (!(error instanceof Unreachable)) this.tell(wordsOf(error));
    }
  }

  #recommendation({ earliest_start, latest_start, participants, if_need_be, missing }: Recommendation): HTMLElement {
    const from = Date.parse(earliest_start), to = Date.parse(latest_start), length = this.poll.duration * 1000;
    const later = to > from ? say(', or later, to a start at {time}', { time: from + 86_400_000 > to ? timeText(to, zone) : momentText(to, zone) }) : '';
    return h('li', {}, h('b', {}, rangeText(from, from + length, zone)), `${later}: `,
      missing.length === 0 ? say('all {n}', { n: participants.length }) : say('{n} participants', { n: participants.length }), if_need_be.length > 0 && say(', {count} of them if need be', { count: if_need_be.length }), '. ',
      missing.length > 0 && h('span', { class: 'soft', dir: 'auto' }, (missing.length > 10 ? say('Without {names} and {n} more.', { names: joined(missing.slice(0, 10), ', '), n: missing.length - 10 }) : say('Without {names}.', { names: joined(missing, ', ') })) + ' '),
      this.poll.status === 'open' && h('button', { 'aria-label': say('Book… {when}', { when: rangeText(from, from + length, zone) }), click: () => void this.#propose(from) }, say('Book…')));
  }

  async #take(poll: Poll): Promise<void> {
    if (JSON.stringify(poll) === JSON.stringify(this.poll)) return;
    this.#learn(poll);
    await this.#rank();
  }

  /** Shows the poll after the reader's own change, unless news of a newer state has arrived meanwhile. */
  async #reread(): Promise<void> {
    const before = this.poll, poll = await fetchPoll();
    if (this.poll === before) await this.#take(poll);
  }

  // ---- actions ----

  #form(): HTMLElement {
    const name = input('name', 'text', '', { required: true, maxlength: 200, dir: 'auto' });
    let lost = ''; // who was not on the poll, and may have been invited by a request without an answer: nobody has seen that link
    const form = h('form', { class: 'line', submit: (event: SubmitEvent) => {
      event.preventDefault();
      void this.act(async () => {
        const who = name.value.trim();
        await this.#reread();
        const known = this.poll.participants?.find(({ participant, invited }) => participant === who && invited !== false);
        if (who === lost && known?.schedule === null) await unlessRefused(this.#takeOff(who, true));
        else lost = known ? '' : who;
        const made = await answer(client.POST('/polls/{id}/participants', { params: { path }, body: { name: who }, ...authorized() })).catch((error: unknown) => {
          if (error instanceof Refused) lost = '';
          throw error;
        });
        lost = '';
        const url = made.url ?? linkOf(made.token);
        const mail = `mailto:?subject=${encodeURIComponent(this.poll.title)}&body=${encodeURIComponent(`${say('When could we meet? Please tell here:')}\n${url}\n`)}`;
        this.#made.prepend(linkLine(made.name, url, mail));
        name.value = '';
        name.focus();
        await this.#reread();
      });
    } }, field(say('Name'), name), h('button', { type: 'submit', class: 'main' }, say('Invite')));
    return h('div', {}, h('p', { class: 'soft' }, say('Everybody gets a link of their own. A link is shown only once: copy it, or send it.')), form);
  }

  /** Shows whether the poll is public. Each state has its own button that changes it, so that a press does what the button said at its start. */
  #tellAdmission(): void {
    const isPublic = this.poll.public, hadFocus = this.#admission.contains(document.activeElement);
    const admit = async () => {
      await answer(client.PATCH('/polls/{id}', { params: { path }, body: { public: !isPublic }, ...authorized() }));
      await this.#reread();
    };
    const button = h('button', { click: () => void this.act(admit) }, isPublic ? say('Close to newcomers') : say('Open to everybody'));
    this.#everybody.replaceChildren(...(isPublic ? [h('p', {}, say('This poll is public: whoever has this link may answer under a name of their own.')),
      h('ul', { class: 'links-made' }, linkLine(say('everybody'), this.poll.url ?? linkOf('')))] : []));
    this.#admission.replaceChildren(button);
    if (hadFocus) button.focus();
  }

  async #takeOff(participant: string, invited: boolean): Promise<void> {
    await answer(client.DELETE('/polls/{id}/participants/{participant}', { params: { path: { ...path, participant }, query: { invited: invited ? 'true' : 'false' } }, ...authorized() }));
  }

  /** A button that removes a participant from the poll, with the answer and the link. */
  #revoke(name: string, invited: boolean): HTMLElement {
    const revoke = async () => {
      await this.#takeOff(name, invited);
      if (invited) for (const line of this.#made.children) if (line.firstChild?.textContent === name) line.remove();
      notice(say('{name} is off the poll, and the link opens nothing any more.', { name }));
      await this.#reread();
      this.#people.querySelector('button')?.focus();
    };
    return pressedTwice({ words: say('Remove'), label: say('Remove {name}', { name }), question: say('Remove this person and the answer?'), about: name }, () => void this.act(revoke));
  }

  /** Tries a start out, shows what would move, and asks before it books. Of two starts the one that was pressed last is asked about. */
  async #propose(start: number): Promise<void> {
    if (this.poll.status !== 'open' || this.#isBooking) return;
    const mine = ++this.#proposals;
    const when = rangeText(start, start + this.poll.duration * 1000, zone), start_timestamp = new Date(start).toISOString();
    const look = async () => {
      const { outcome, moves } = await this.#book({ start_timestamp, dry_run: true }) as Outcome;
      return h('div', {}, outcome === 'held' && h('p', {}, say('It would be held on {when}.', { when })), ...(moves.length === 0 ? [h('p', {}, say('Nothing would move.'))]
        : [h('p', {}, say('{n} events would move:', { n: moves.length })), h('ul', { class: 'moves' }, ...moves.map(moveLine))]));
    };
    const ask = (effects: HTMLElement, told = '') => {
      const go = h('button', { class: 'main', click: () => void this.act(async () => {
        ++this.#proposals; // a start that is still being tried out is asked about no more
        this.#isBooking = true;
        try {
          if (!await stillSo(effects, look, ask)) return;
          await this.#book({ start_timestamp });
        } catch (error) {
          if (error instanceof Unreachable && this.poll.status !== 'open') return; // the news says that it is booked
          throw error;
        } finally {
          this.#isBooking = false;
        }
        notice(say('Booked: {when}.', { when }));
        await this.#reread();
      }) }, say('Book {when}', { when }));
      this.#result.replaceChildren(h('div', { class: 'preview' }, told && h('p', { role: 'alert' }, told), h('p', {}, h('b', {}, say('Book {when}?', { when })), ' ', say('The poll is closed then, and everybody’s link tells the time.')),
        effects, h('p', { class: 'acts' }, go, h('button', { click: () => this.#result.replaceChildren() }, say('Not now')))));
      go.focus();
    };
    try {
      const effects = await look();
      if (mine !== this.#proposals) return;
      ask(effects);
    } catch (error) {
      if (mine !== this.#proposals) return;
      const because = error instanceof Refused && error.problem.status === 422 ? say('An event that begins then does not end within the poll’s hours.') : wordsOf(error);
      this.#result.replaceChildren(h('p', { class: 'refusal', role: 'alert' }, say('{when} cannot be booked. {because}', { when, because })));
    }
    this.#result.scrollIntoView({ block: 'nearest' });
  }

  #book(body: { start_timestamp: string; dry_run?: boolean }): Promise<unknown> {
    return answer(client.POST('/polls/{id}/book', { params: { path }, body, ...authorized() }));
  }

  #delete(): HTMLElement {
    const remove = async () => {
      await answer(client.DELETE('/polls/{id}', { params: { path }, ...authorized() }));
      this.leave();
      document.title = say('Deleted');
      this.main.replaceChildren(h('h1', {}, say('The poll is deleted')), h('p', {}, this.poll.event_id === null ? say('Its links open nothing any more.') : say('Its links open nothing any more. The event that it booked stays.')));
    };
    return pressedTwice({ words: say('Delete the poll'), question: say('Delete this poll and all its answers?'), style: 'danger' }, () => void this.act(remove));
  }
}

/** A move in words. It omits the names of events, because an organiser may have nothing but the link. */
function moveLine({ old_start_timestamp, old_end_timestamp, new_start_timestamp, new_end_timestamp }: Outcome['moves'][number]): HTMLElement {
  const span = (from: string | null, to: string | null) => (from && to ? rangeText(from, to, zone) : say('waiting'));
  return h('li', {}, `${span(old_start_timestamp, old_end_timestamp)} → ${span(new_start_timestamp, new_end_timestamp)}`);
}
