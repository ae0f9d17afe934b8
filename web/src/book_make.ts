// The page of a visitor who books: choose a time, leave a name and a contact, send. What is typed stays, whatever the connection
// does, and what was sent is asked for again under the same token, so that no time is taken twice.
import { answer, client, Refused, Unreachable } from './api';
import { bothTimes, draft, keep, lengthOf, newToken, path, provider, providerId, wordsOf, zoneLine, type BookingPage, type Range } from './book_facts';
import { isOffered, Slots } from './book_slots';
import { h } from './dom';
import { alone, area, field, input, text } from './form';
import { authorized, refusal, showMain } from './guest';
import { say, sayAround } from './language';
import { report } from './notice';
import { lengthText } from './words';

export async function fetchPage(): Promise<BookingPage> {
  const page = await answer(client.GET('/book/{id}', { params: { path }, cache: 'no-store' }));
  provider.name = page.display_name ?? providerId;
  provider.zone = page.time_zone;
  return page;
}

/** The heading of every page of a provider. */
export const heading = () => h('h1', {}, ...sayAround('A time with {name}', { name: h('span', { class: 'name', dir: 'auto' }, provider.name) }));

export class MakePage {
  readonly #main = h('main', { class: 'book' });
  readonly #trouble = h('div', {});
  readonly #form: HTMLFormElement;
  #slots: Slots | null = null;
  #chosen: Range | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval>;

  constructor(private readonly page: BookingPage, private readonly done: (token: string) => void) {
    document.title = say('Book a time with {name}', { name: provider.name });
    this.#form = this.#fields();
    this.#watch = setInterval(() => void this.#look(), 20_000);
    showMain(this.#main);
    this.#offer();
  }

  leave(): void {
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.#slots?.leave();
  }

  #offer(trouble = ''): void {
    const again = this.#chosen !== null;
    this.#chosen = null;
    this.#slots?.leave();
    this.#slots = new Slots('', (slot) => this.#choose(slot));
    const title = h('h2', { tabindex: '-1' }, say('Choose a time'));
    this.#main.replaceChildren(heading(), h('p', {}, `${lengthOf(this.page)}. ${this.#confirmation()}`),
      zoneLine(), title, this.#trouble, this.#slots.element);
    this.#tell(trouble);
    if (again) title.focus();
  }

  #confirmation(): string {
    const { confirm_within: within } = this.page;
    return within === null ? say('What you book is yours at once.') : say('What you book is kept for you for {length}, until it is confirmed or denied.', { length: lengthText(within) });
  }

  #choose(slot: Range): void {
    this.#chosen = slot;
    this.#tell('');
    this.#main.replaceChildren(heading(), h('p', { class: 'booked' }, bothTimes(slot), ' ',
      h('button', { type: 'button', click: () => this.#offer() }, say('Choose another time'))), this.#trouble, this.#form);
    (this.#form.elements.namedItem('client') as HTMLInputElement).focus();
  }

  #fields(): HTMLFormElement {
    const { typed } = draft();
    const form: HTMLFormElement = h('form', { class: 'panel', novalidate: true, submit: (event: SubmitEvent) => { event.preventDefault(); void this.#send(); }, input: () => this.#keep() },
      h('h2', {}, say('Who are you?')),
      field(say('Your name'), input('client', 'text', typed.client, { required: true, dir: 'auto', autocomplete: 'name' })),
      field(say('Mail or telephone'), input('contact', 'text', typed.contact, { required: true, dir: 'auto', autocomplete: 'email', inputmode: 'email' }), say('so that you can be reached; only the provider sees it')),
      field(say('Anything to add?'), area('note', typed.note, { dir: 'auto' })),
      h('div', { class: 'acts' }, h('button', { type: 'submit', class: 'main' }, say('Book this time'))));
    return form;
  }

  #keep(): void {
    keep({ typed: { client: text(this.#form, 'client'), contact: text(this.#form, 'contact'), note: text(this.#form, 'note') } });
  }

  #tell(words: string): void { this.#trouble.replaceChildren(...(words ? [refusal(words)] : [])); }

  /** Whether the time that was chosen is still free while the form is filled. */
  async #look(): Promise<void> {
    const chosen = this.#chosen;
    if (!chosen || document.hidden || draft().sent) return;
    const offered = await isOffered(chosen.start_timestamp, '').catch(() => true);
    if (!offered && chosen === this.#chosen) this.#tell(say('Somebody else has taken this time meanwhile. Choose another one: what you have typed stays.'));
  }

  #missing(): string {
    for (const [name, words] of [['client', say('Your name is missing.')], ['contact', say('A mail address or a telephone number is missing.')]] as const) {
      if (text(this.#form, name) !== '') continue;
      (this.#form.elements.namedItem(name) as HTMLInputElement).focus();
      return words;
    }
    return '';
  }

  async #send(): Promise<void> {
    clearTimeout(this.#retry);
    if (!this.#chosen) return;
    const missing = this.#missing();
    this.#tell(missing);
    if (missing) return;
    const note = text(this.#form, 'note');
    const body = { client: text(this.#form, 'client'), contact: text(this.#form, 'contact'), start_timestamp: this.#chosen.start_timestamp, ...(note ? { note } : {}) };
    const sent = draft().sent ?? newToken();
    keep({ sent });
    await alone(this.#main, async () => {
      try {
        await answer(client.POST('/book/{id}', { params: { path }, body, ...authorized(sent) }));
        report('the booking', null);
        this.#booked(sent);
      } catch (error) {
        this.#failed(error, sent);
      }
    });
  }

  #booked(token: string): void {
    keep({ sent: null });
    this.done(token);
  }

  #failed(error: unknown, token: string): void {
    const words = wordsOf(error);
    if (error instanceof Unreachable) {
      report('the booking', error.message);
      this.#tell(`${words} ${say('What you have typed is kept, and is sent again by itself: you are not booked twice.')}`);
      this.#retry = setTimeout(() => void this.#send(), Math.max(error.retryAfter, 2) * 1000);
      return;
    }
    report('the booking', null);
    const problem = (error as Refused).problem;
    // The first try had arrived, and something was changed since: what counts is what was booked.
    if (problem.type === '/problems/idempotency-key-reused') return this.#booked(token);
    keep({ sent: null });
    if (problem.reason) this.#offer(`${words} ${say('Choose another one: what you have typed stays.')}`);
    else this.#tell(words);
  }
}
