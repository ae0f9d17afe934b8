// The page of a participant: read the question, paint or type free times, save, change, withdraw. Unsaved times are kept in this browser, so
// that they survive a lost connection or a closed tab.
import { answer, client, isAnswer, Refused, unlessRefused, type PollInvitation, type Problem } from './api';
import { h } from './dom';
import { changedText, field, input, pressedTwice, text } from './form';
import { authorized, GuestPage, linkLine, newToken, token, zone } from './guest';
import { keep, kept } from './kept';
import { say, sayAround } from './language';
import { notice } from './notice';
import { booked, facts, linkOf, path, pollId, wordsOf } from './poll_facts';
import { brushChoice, PollGrid } from './poll_grid';
import { carriedOver, nothing, openSpans, painted, read, stateOf, written, type Preference, type Schedule, type Span } from './poll_times';
import { dateOf, instantOf, rangeText } from './zone';

/** A schedule that is painted but not yet sent, and the stored answer, `base`, from which it began. */
type Draft = { schedule: Schedule; base: Schedule; name: string; sent: string | null };

export const fetchInvitation = (secret = token()) => answer(client.GET('/polls/{id}/invitation', { params: { path }, ...authorized(secret) }));

/** The invitation that a token opens; null if it opens none. */
const opened = (secret = token()) => unlessRefused(fetchInvitation(secret));

const preferences: Record<Preference, string> = { yes: say('yes'), if_need_be: say('if need be') };

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

export class AnswerPage extends GuestPage {
  #saved: Schedule;
  #schedule: Schedule;
  #tool: Preference | null = 'yes';
  #grid: PollGrid | null = null;
  /** A newcomer's own token, with which an answer was sent that may or may not have arrived. */
  #sent: string | null;
  readonly #state = h('div', { class: 'answer-state', role: 'status' });
  readonly #times = h('ul', { class: 'times' });
  readonly #name = input('name', 'text', '', { required: true, maxlength: 200, dir: 'auto', input: () => this.#keep() });
  readonly #save = h('button', { class: 'main', click: () => this.#store() }, say('Save'));

  constructor(private invitation: PollInvitation, private readonly again: () => Promise<void>) {
    super(wordsOf);
    const draft = this.#draft(), now = read(invitation.answer.schedule as never), base = draft?.base ?? now;
    this.#saved = base;
    this.#schedule = draft?.schedule ?? now;
    this.#sent = draft?.sent ?? null;
    this.#name.value = draft?.name ?? '';
    document.title = invitation.title;
    this.show();
    this.#meet(invitation);
    if (this.#changed && !same(base, now)) this.tell(changedText());
    // Another tab may paint or save the same answer.
    addEventListener('storage', (event) => void this.#elsewhere(event), { signal: this.stopped.signal });
  }

  get #who(): string { return this.invitation.answer.participant ?? ''; }
  /** Whether the reader was not invited. A guest joins by marking a time, and leaves the poll by withdrawing. */
  get #isGuest(): boolean { return this.invitation.answer.invited !== true; }
  get #isOpen(): boolean { return this.invitation.status === 'open'; }
  get #changed(): boolean { return !same(this.#schedule, this.#saved); }

  // ---- the draft in this browser, which never holds the token of a link ----

  /** Guests and invited people may have the same name. */
  #key(who = this.#who): string { return `poll/${pollId}/${this.#isGuest ? 'guest' : 'invited'}/${who}`; }

  #draft(): Draft | null {
    const draft = kept<Draft>(this.#key());
    return draft && [draft.schedule, draft.base].every((one) => Array.isArray(one?.yes) && Array.isArray(one.if_need_be)) ? draft : null;
  }

  #keep(): void {
    const draft: Draft = { schedule: this.#schedule, base: this.#saved, name: this.#name.value, sent: this.#sent };
    keep(this.#key(), this.#changed || draft.name !== '' || draft.sent !== null ? draft : null);
  }

  /** Drops the draft `sent`. Keeps what was painted since on top of the answer that is stored now, under the participant `who`. */
  #keepSince(sent: Schedule, base: Schedule, who: string): void {
    const since: Draft | null = this.#schedule === sent ? null : { schedule: carriedOver(sent, this.#schedule, base), base, name: '', sent: null };
    keep(this.#key(), null);
    keep(this.#key(who), since);
  }

  async #elsewhere({ key, newValue }: StorageEvent): Promise<void> {
    if (key !== this.#key()) return;
    const draft = newValue === null ? null : this.#draft();
    if (!draft) return this.again();
    this.#schedule = carriedOver(draft.base, draft.schedule, this.#saved);
    this.#name.value = draft.name;
    this.#sent = draft.sent ?? this.#sent;
    this.#tellTimes();
  }

  /** Shows the invitation as it is now, with what is painted here on top. */
  #meet(now: PollInvitation): void {
    const before = this.#saved;
    this.invitation = now;
    this.#saved = read(now.answer.schedule as never);
    this.#schedule = carriedOver(before, this.#schedule, this.#saved);
    this.#keep();
    this.#draw();
  }

  // ---- what the page shows ----

  #draw(): void {
    const { invitation } = this, { event } = invitation;
    this.main.replaceChildren(facts(invitation));
    if (event) this.main.append(booked(invitation.title, event));
    else if (!this.#isOpen) this.main.append(h('p', { class: 'booked' }, say('The poll is closed.')));
    if (this.#who) this.main.append(h('p', {}, ...sayAround('You answer as {name}.', { name: h('span', { class: 'name', dir: 'auto' }, this.#who) })));
    if (this.#isOpen) this.main.append(this.#form());
    else this.main.append(h('h2', {}, say('What you have answered')), this.#times);
    this.main.append(this.#others());
    this.#tellTimes();
  }

  #form(): HTMLElement {
    const stranger = this.#who === '';
    const tools: [string, string, Preference | null][] = [[say('Yes'), 'yes', 'yes'], [say('If need be'), 'maybe', 'if_need_be'], [say('No'), '', null]];
    this.#grid = new PollGrid({
      label: say('When you are free'), zone, open: openSpans(this.invitation), preview: () => this.#tool ?? 'none',
      look: (span) => {
        const { look, partly } = stateOf(this.#schedule, span);
        const words = { yes: say('yes'), maybe: say('if need be'), none: say('no') }[look];
        return { classes: `${look}${partly ? ' partly' : ''}`, words: partly ? say('{words}, in part', { words }) : words, text: { yes: '✓', maybe: '?', none: '' }[look] };
      },
      paint: (spans) => this.#paint(spans, this.#tool),
    }, this.invitation.duration);
    const [first] = [...this.#schedule.yes, ...this.#schedule.if_need_be].sort((a, b) => a.start - b.start);
    if (first) this.#grid.reveal(first.start);
    return h('div', { class: 'panel' }, stranger && field(say('Your name'), this.#name, say('shown with your answer')), brushChoice(tools, this.#tool, (tool) => { this.#tool = tool; }), this.#grid.element,
      h('p', { class: 'soft' }, say('Paint with the mouse. A finger taps, or rests a moment and then paints. With the keyboard: arrows, and Space; with Shift the arrows paint.')),
      this.#exact(), this.#state, this.trouble,
      h('div', { class: 'acts' }, this.#save,
        !this.#isGuest && h('button', { click: () => { this.#set(nothing()); this.#store(); } }, say('No time suits')),
        this.invitation.answer.schedule !== null && this.#withdrawal()));
  }

  /** A form for exact times: an answer need not keep to the grid. */
  #exact(): HTMLElement {
    const date = dateOf(this.invitation.from, zone);
    const form: HTMLFormElement = h('form', { class: 'line', submit: (event: SubmitEvent) => { event.preventDefault(); this.#add(form); } },
      field(say('Date'), input('date', 'date', date, { required: true })), field(say('From'), input('from', 'time', '', { required: true, step: 'any' })),
      field(say('To'), input('to', 'time', '', { required: true, step: 'any' })), h('button', { type: 'submit' }, say('Add with the chosen colour')));
    return h('details', { class: 'more' }, h('summary', {}, say('Type exact times')), form, this.#times);
  }

  #add(form: HTMLFormElement): void {
    const at = (time: string) => instantOf(`${text(form, 'date')}T${time}`, zone), to = text(form, 'to');
    const span = { start: at(text(form, 'from')), end: at(to === '00:00' ? '24:00' : to) };
    if (span.end <= span.start) return this.tell(say('The end must be later than the start.'));
    if (span.start < Date.parse(this.invitation.from) || span.end > Date.parse(this.invitation.to)) return this.tell(say('That is not wholly in the time that the poll asks about.'));
    this.tell('');
    this.#paint([span], this.#tool);
    this.#grid?.reveal(span.start);
  }

  #paint(spans: Span[], preference: Preference | null): void {
    this.#set(spans.reduce((schedule, span) => painted(schedule, span, preference), this.#schedule));
  }

  #set(schedule: Schedule): void {
    this.#schedule = schedule;
    this.#keep();
    this.#tellTimes();
  }

  #tellTimes(): void {
    this.#grid?.update();
    // Once nothing can be saved, unsaved times are not part of the answer.
    const shown = this.#isOpen ? this.#schedule : this.#saved;
    const entries = (['yes', 'if_need_be'] as const).flatMap((preference) => shown[preference].map((span) => ({ span, preference })))
      .sort((a, b) => a.span.start - b.span.start);
    this.#times.replaceChildren(...entries.map(({ span, preference }) => h('li', {}, `${rangeText(span.start, span.end, zone)}: ${preferences[preference]}`,
      this.#isOpen && h('button', { 'aria-label': say('Remove {when}', { when: rangeText(span.start, span.end, zone) }), click: () => this.#paint([span], null) }, say('Remove')))));
    if (entries.length === 0) this.#times.append(h('li', { class: 'soft' }, this.invitation.answer.schedule === null ? say('Nothing yet.') : say('No time suits.')));
    const answered = this.invitation.answer.schedule !== null;
    this.#state.classList.toggle('unsaved', this.#changed);
    this.#state.textContent = this.#changed ? say('Not saved yet. It is kept in this browser until you save.')
      : answered ? say('Your answer is saved. You can change it until the poll is closed.') : say('You have not answered yet.');
  }

  #others(): HTMLElement {
    const { others, show_answers: shown } = this.invitation;
    if (!shown) return h('p', { class: 'soft' }, say('Only the organiser sees what is answered here.'));
    const line = ({ participant, schedule }: (typeof others)[number]) => {
      const { yes, if_need_be } = read(schedule as never), list = (spans: Span[]) => spans.map(({ start, end }) => rangeText(start, end, zone)).join('; ');
      const parts = [yes.length > 0 && list(yes), if_need_be.length > 0 && say('if need be {times}', { times: list(if_need_be) })].filter(Boolean).join('; ');
      return h('li', {}, h('span', { class: 'name', dir: 'auto' }, participant), parts || say('no time suits'));
    };
    return h('section', { class: 'panel' }, h('h2', {}, say('What others have answered')), h('p', { class: 'soft' }, say('In this poll all participants see each other’s answers.')),
      others.length > 0 ? h('ul', { class: 'people' }, ...others.map(line)) : h('p', {}, this.#who ? say('Nobody else yet.') : say('You see them once you have answered.')));
  }

  // ---- actions ----

  /** Sends an answer, or its withdrawal if `wanted` is null, unless the answer has been changed elsewhere since it was shown here. */
  #send(schedule: Schedule, wanted: Schedule | null, write: () => Promise<void>): Promise<void> {
    const known = this.invitation.answer.schedule;
    const act = async () => {
      const now = this.#who === '' ? null : await opened(); // a refusal is left to the write
      const stored = now?.answer.schedule;
      if (!now || same(stored, known) || same(stored && read(stored as never), wanted)) return write();
      this.#meet(now);
      this.tell(changedText());
    };
    return this.act(act, say('What you have painted is kept in this browser, and is sent again by itself.'), true, (words, problem) => void this.#refused(words, problem, schedule));
  }

  async #refused(words: string, { status }: Problem, schedule: Schedule): Promise<void> {
    if (this.#who === '' && (status === 401 || status === 403)) return this.#refusedName(schedule);
    if (status === 403) return this.again(); // the page says why
    if (status === 409 || status === 404) await this.again();
    notice(words, 'bad');
    this.tell(words);
  }

  /** Finds why a new name was refused: the answer had arrived under another name, the poll takes no new names, or this one is taken. */
  async #refusedName(schedule: Schedule): Promise<void> {
    try {
      const mine = await opened(this.#sent ?? '');
      if (mine?.answer.participant) return void this.#send(schedule, schedule, () => this.#put(mine.answer.participant!, schedule));
      const takesNames = mine ?? await opened('');
      this.tell(takesNames ? say('Somebody has answered under this name already. If it was you, use the link that you were given then; else add something to your name.')
        : say('The poll takes no new names any more. If you were invited, use the link that you were sent; else ask the organiser.'));
    } catch (error) {
      isAnswer(error);
      this.tell(wordsOf(error));
    }
  }

  /** Sends what is painted when Save is pressed. A retry sends the same, not what was painted since. */
  #store(): void {
    const name = this.#who || this.#name.value.trim(), schedule = this.#schedule;
    if (name === '') {
      this.#name.focus();
      return this.tell(say('Your name is missing.'));
    }
    if (this.#isGuest && schedule.yes.length + schedule.if_need_be.length === 0) return this.tell(say('Mark at least one time when you are free.'));
    if (this.#who === '') this.#sent ??= newToken();
    this.#keep();
    void this.#send(schedule, schedule, () => this.#put(name, schedule));
  }

  async #put(name: string, schedule: Schedule): Promise<void> {
    const stored = await answer(client.PUT('/polls/{id}/schedules/{participant}', { params: { path: { ...path, participant: name } }, body: written(schedule), ...authorized(this.#sent ?? token()) }));
    this.#keepSince(schedule, schedule, stored.participant);
    this.main.inert = true; // what is painted until the page is read again would be lost
    notice(say('Your answer is saved.'));
    if (stored.token) history.replaceState(null, '', linkOf(stored.token)); // the address becomes this participant's own link
    await this.again();
    if (stored.token) document.querySelector('main')?.append(h('section', { class: 'panel' }, h('h2', {}, say('Your own link')),
      h('p', {}, say('With this link you can change your answer later. It is shown only once: keep it.')), h('ul', { class: 'links-made', 'data-once': '' }, linkLine(name, linkOf(stored.token)))));
  }

  #withdrawal(): HTMLElement {
    const question = this.#isGuest ? say('Withdraw your answer? Your link will stop working.') : say('Withdraw your answer?');
    return pressedTwice({ words: say('Withdraw'), question, style: 'danger' }, () => {
      const schedule = this.#schedule;
      let tries = 0;
      void this.#send(schedule, null, () => this.#withdraw(schedule, ++tries > 1));
    });
  }

  async #withdraw(schedule: Schedule, isRepeated: boolean): Promise<void> {
    try {
      await answer(client.DELETE('/polls/{id}/schedules/{participant}', { params: { path: { ...path, participant: this.#who } }, ...authorized() }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // It may have arrived before its answer was lost, or the answer was withdrawn elsewhere. A guest's token then opens nothing.
      const { status } = error.problem, isGone = this.#isGuest ? isRepeated && status === 403 : status === 404 && (await fetchInvitation()).answer.schedule === null;
      if (!isGone) throw error;
    }
    // A guest has left the poll, so the token is no longer valid.
    const hasLeft = this.#isGuest && token() !== '';
    this.#keepSince(schedule, nothing(), hasLeft ? '' : this.#who);
    notice(say('Your answer is withdrawn.'));
    if (hasLeft) history.replaceState(null, '', linkOf(''));
    await this.again();
  }
}
