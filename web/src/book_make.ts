// The page on which a visitor books: choose a time, leave a name and a contact, send. The typed text survives a lost connection. A retry
// reuses the token of the request, so that no time is taken twice. A different time chosen before the answer is known reuses it too:
// a token identifies one booking (rule 11.15), which is shown if it was made.
import { answer, client, isAnswer, Unreachable, type BookingPage, type Problem, type Range } from './api';
import { bothTimes, draft, endDraft, fetchBooking, keepDraft, path, provider, providerId, wordsOf, zoneLine } from './book_facts';
import { offered, Slots } from './book_slots';
import { h } from './dom';
import { area, controlOf, field, input, text } from './form';
import { authorized, every, GuestPage, newToken } from './guest';
import { say, sayAround } from './language';
import { notice } from './notice';
import { lengthText } from './words';

export async function fetchPage(): Promise<BookingPage> {
  const page = await answer(client.GET('/book/{id}', { params: { path }, cache: 'no-store' }));
  provider.name = page.display_name ?? providerId;
  provider.zone = page.time_zone;
  return page;
}

const termsOf = ({ duration, confirm_within }: BookingPage) => JSON.stringify([duration, confirm_within]);

/** The time that was chosen before the page was loaded anew, if it is still offered on the same terms. */
export async function chosenBefore(page: BookingPage): Promise<Range | null> {
  const { chosen } = draft();
  if (chosen?.terms !== termsOf(page)) return null;
  return offered(chosen.start).catch((error: unknown) => { isAnswer(error); return null; });
}

/** The heading of every page of a provider. */
export const heading = () => h('h1', {}, ...sayAround('A time with {name}', { name: h('span', { class: 'name', dir: 'auto' }, provider.name) }));

const unknown = say('It is not known whether your first request arrived. If it did, you will be shown that booking instead of making a second one.');
export const firstArrived = say('Your first request had arrived: this is the time that is booked. You can move it or cancel it.');

export class MakePage extends GuestPage {
  readonly #form: HTMLFormElement;
  #slots: Slots | null = null;
  #chosen: Range | null = null;
  #arrival = ''; // the token of the request that is known to have arrived

  constructor(private page: BookingPage, chosen: Range | null, private readonly done: (token: string) => void) {
    super(wordsOf);
    this.main.className = 'book';
    document.title = say('Book a time with {name}', { name: provider.name });
    this.#form = this.#fields();
    every(20_000, this.stopped.signal, () => void this.#look());
    this.show();
    const { sent, pressed } = draft();
    if (chosen) this.#choose(chosen);
    else this.#offer();
    if (!sent) return;
    if (pressed && pressed === chosen?.start_timestamp) void this.#send(); // as was promised before the page was loaded anew
    else this.tell(unknown);
  }

  #offer(trouble = ''): void {
    const again = this.#chosen !== null, { confirm_within: within, duration } = this.page;
    const kept = within === null ? say('What you book is yours at once.') : say('What you book is kept for you for {length}, until it is confirmed or denied.', { length: lengthText(within) });
    this.#chosen = null;
    keepDraft({ chosen: null, pressed: null });
    this.#slots?.leave();
    this.#slots = new Slots('', (slot) => this.#choose(slot), this.stopped.signal);
    const title = h('h2', { tabindex: '-1' }, say('Choose a time'));
    this.main.replaceChildren(heading(), h('p', {}, `${lengthText(duration)}. ${kept}`),
      zoneLine(), title, this.trouble, this.#slots.element);
    this.tell(trouble);
    if (again) title.focus();
  }

  /** Ends the retry of a request without an answer. If the request had arrived after all, its booking is shown. */
  async #another(): Promise<void> {
    const { sent } = draft();
    this.desist();
    this.#offer();
    if (!sent) return;
    try {
      await fetchBooking(sent);
      this.#arrived(sent);
    } catch (error) {
      isAnswer(error);
      if (error instanceof Unreachable) this.tell(unknown);
    }
  }

  #choose(slot: Range): void {
    this.#chosen = slot;
    keepDraft({ chosen: { start: slot.start_timestamp, terms: termsOf(this.page) } });
    this.tell('');
    this.main.replaceChildren(heading(), h('p', { class: 'booked' }, bothTimes(slot), ' ',
      h('button', { click: () => void this.#another() }, say('Choose another time'))), this.trouble, this.#form);
    controlOf(this.#form, 'client').focus();
  }

  #fields(): HTMLFormElement {
    const { typed } = draft();
    return h('form', { class: 'panel', novalidate: true, submit: (event: SubmitEvent) => { event.preventDefault(); void this.#send(); }, input: () => keepDraft({ typed: this.#typed() }) },
      h('h2', {}, say('Who are you?')),
      field(say('Your name'), input('client', 'text', typed.client, { required: true, dir: 'auto', autocomplete: 'name' })),
      field(say('Mail or telephone'), input('contact', 'text', typed.contact, { required: true, dir: 'auto', autocomplete: 'email', inputmode: 'email' }), say('so that you can be reached; other visitors do not see it')),
      field(say('Anything to add?'), area('note', typed.note, { dir: 'auto' })),
      h('div', { class: 'acts' }, h('button', { type: 'submit', class: 'main' }, say('Book this time'))));
  }

  #typed() { return { client: text(this.#form, 'client'), contact: text(this.#form, 'contact'), note: text(this.#form, 'note') }; }

  /** Checks that the chosen time is still free while the visitor fills in the form. The page does not know why it is not. */
  async #look(): Promise<void> {
    const chosen = this.#chosen;
    if (!chosen || document.hidden || draft().sent) return;
    const still = await offered(chosen.start_timestamp).catch(() => chosen);
    if (!still && chosen === this.#chosen) this.tell(say('This time is not free any more. Choose another one: what you have typed stays.'));
  }

  async #send(): Promise<void> {
    const who = this.#typed(), missing = { client: say('Your name is missing.'), contact: say('A mail address or a telephone number is missing.') };
    for (const name of ['client', 'contact'] as const) {
      if (who[name] !== '') continue;
      controlOf(this.#form, name).focus();
      return this.tell(missing[name]);
    }
    const chosen = this.#chosen;
    if (!chosen) return;
    const sent = draft().sent ?? newToken(), { note, ...typed } = who, { duration, confirm_within } = this.page;
    const body = { ...typed, start_timestamp: chosen.start_timestamp, duration, confirm_within, ...(note ? { note } : {}) };
    keepDraft({ sent, pressed: chosen.start_timestamp });
    // A retry sends the time that was chosen when the button was pressed.
    const send = async () => {
      await answer(client.POST('/book/{id}', { params: { path }, body, ...authorized(sent) }));
      if (chosen === this.#chosen) this.#booked(sent);
      else this.#arrived(sent);
    };
    await this.act(send, say('What you have typed is kept, and is sent again by itself: you are not booked twice.'), true, (words, problem) => this.#refused(words, problem, sent, chosen));
  }

  #booked(token: string): void {
    endDraft();
    // Nothing more is sent from here, however long the booking's own page takes to come.
    this.leave();
    this.main.replaceChildren(heading(), h('p', { role: 'status' }, say('Your booking has arrived, and is shown in a moment.')));
    this.done(token);
  }

  /** The first try had arrived, and the visitor has changed something since. The booking as made counts. */
  #arrived(token: string): void {
    if (token === this.#arrival) return; // "Choose another time" and the answer itself both tell
    this.#arrival = token;
    notice(firstArrived);
    this.#booked(token);
  }

  #refused(words: string, { type, reason }: Problem, token: string, chosen: Range): void {
    if (type === '/problems/idempotency-key-reused') return this.#arrived(token);
    keepDraft({ sent: null, pressed: null });
    if (chosen !== this.#chosen) return;
    // The terms of a booking have changed since the page showed them.
    if (type === '/problems/version-mismatch') return void this.act(async () => {
      this.page = await fetchPage();
      this.#offer(say('What you book here has changed meanwhile, as you see above. Choose a time anew: what you have typed stays.'));
    });
    if (reason) this.#offer(`${words} ${say('Choose another one: what you have typed stays.')}`);
    else this.tell(words);
  }
}
