// The list for choosing the calendars to show, with a tick at each one shown. The server finds names and display names that contain the
// typed text.
import { calendarsLike, called, calledAll, callings, known, shown as shownAs } from './calendars';
import { h } from './dom';
import { say } from './language';
import { reached } from './reach';
import { errorText } from './refusals';

const most = 4; // side by side
const listed = 50;

export class Chooser {
  readonly element: HTMLDetailsElement;
  /** What the server found last. It has one more than is listed if there are more. */
  #names: string[] = [];
  /** Whether a request for the typed text is under way. */
  #asking = false;
  #shown: string[] = [];
  #search = new AbortController();
  /** Settles when the server has answered, or could not. */
  #looked: Promise<void> = Promise.resolve();
  readonly #summary = h('summary', {});
  readonly #find = h('input', { type: 'search', 'aria-label': say('Find a calendar'), placeholder: say('Find a calendar'), autocomplete: 'off', spellcheck: 'false', input: () => { this.#looked = this.#look(); } });
  readonly #list = h('ul', { 'aria-label': say('To choose from') });
  readonly #more = h('p', { class: 'none', 'aria-live': 'polite' });

  /** `make` creates a calendar, perhaps under the typed name; null if the reader may not. */
  constructor(private readonly show: (names: string[]) => void, make: ((typed: string) => void) | null) {
    this.element = h('details', { class: 'pick' }, this.#summary,
      h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); void this.#enter(); } }, this.#find, this.#list, this.#more,
        make && h('button', { click: () => { const typed = this.#find.value.trim(); this.element.open = false; make(typed); } }, say('New calendar…'))));
    this.element.addEventListener('toggle', () => {
      if (!this.element.open) return this.#close();
      this.#looked = this.#look();
      this.#find.focus();
    });
    this.element.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape' || !this.element.open) return;
      this.element.open = false;
      this.#summary.focus();
    });
    document.addEventListener('pointerdown', ({ target }) => { if (!this.element.contains(target as Node)) this.element.open = false; });
  }

  /** Asks for the names that contain the typed text, until the server answers, the text changes or the list is closed. */
  async #look(): Promise<void> {
    this.#end();
    const { signal } = (this.#search = new AbortController()), wanted = () => !signal.aborted;
    this.#asking = true;
    this.#draw();
    try {
      const found = await reached('the calendars', () => calendarsLike(this.#find.value.trim(), listed + 1, signal), wanted);
      if (!found || !wanted()) return;
      this.#names = found.map(({ name }) => name);
      this.#asking = false;
      this.#draw();
    } catch (error) {
      if (wanted()) this.#more.textContent = errorText(error);
    }
  }

  #end(): void {
    this.#search.abort();
    this.#asking = false;
  }

  /** Shows the first match once it is known, unless the text has changed meanwhile. */
  async #enter(): Promise<void> {
    const { signal } = this.#search;
    await this.#looked;
    if (!signal.aborted) this.#only(this.#found()[0]);
  }

  set(shown: string[]): void {
    this.#shown = shown;
    this.#summary.replaceChildren(shown.length > 0 ? callings(shown) : say('Choose a calendar'));
    this.#summary.setAttribute('aria-label', shown.length > 0 ? say('{names}: choose another calendar', { names: calledAll(shown) }) : say('Choose a calendar'));
    this.#draw();
  }

  #close(): void {
    this.#end();
    this.#find.value = '';
  }

  #only(name: string | undefined): void {
    if (name === undefined) return;
    this.element.open = false;
    this.#close(); // not in the toggle event, before which it may be open again
    this.#summary.focus();
    this.show([name]);
  }

  #tick(name: string, on: boolean): void {
    this.#shown = on ? [...this.#shown, name] : this.#shown.filter((other) => other !== name); // for a list that is drawn before set() is called
    this.show(this.#shown);
  }

  /** Exact matches, then shown calendars if nothing is typed, then names that begin with the typed text, then names that contain it. */
  #found(): string[] {
    const typed = this.#find.value.trim().toLowerCase();
    const fits = (name: string, test: (text: string) => boolean) => [name, called(name)].some((text) => test(text.toLowerCase()));
    const rank = (name: string) => (fits(name, (text) => text === typed) ? 0 : typed === '' && this.#shown.includes(name) ? 1 : fits(name, (text) => text.startsWith(typed)) ? 2 : 3);
    return [...new Set([...this.#shown, ...this.#names])].filter((name) => fits(name, (text) => text.includes(typed))).sort((one, other) => rank(one) - rank(other));
  }

  #draw(): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset['calendar'];
    const found = this.#found(), full = this.#shown.length >= most;
    this.#list.replaceChildren(...found.slice(0, listed).map((name) => {
      const checked = this.#shown.includes(name);
      const box = h('input', { type: 'checkbox', checked, 'data-calendar': name, disabled: checked ? this.#shown.length === 1 : full, change: () => this.#tick(name, box.checked) });
      const one = known.of(name) ?? { name, display_name: null, color: null };
      return h('li', {}, h('label', { class: 'check' }, box, ' ', h('span', { class: 'called' }, ...shownAs(one), one.display_name && h('small', {}, ` ${name}`))),
        h('button', { class: 'quiet', 'aria-label': say('Only {name}', { name: called(name) }), click: () => this.#only(name) }, say('Only')));
    }));
    const more = this.#names.length > listed && !this.#asking;
    this.#more.textContent = found.length === 0 ? (this.#asking ? say('Looking…') : say('No calendar has this name.')) : more ? say('There are more: type a part of the name.') : full ? say('{most} calendars fit side by side.', { most }) : '';
    if (focused) this.#list.querySelector<HTMLElement>(`[data-calendar="${CSS.escape(focused)}"]`)?.focus();
  }
}
