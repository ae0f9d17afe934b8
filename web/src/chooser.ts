// The list in which a person chooses the calendars to show: all calendars, with a tick at each calendar that is shown.
import { h } from './dom';

const most = 4; // side by side
const listed = 50;

export class Chooser {
  readonly element: HTMLDetailsElement;
  #names: string[] = [];
  #shown: string[] = [];
  readonly #summary = h('summary', {});
  readonly #find = h('input', { type: 'search', 'aria-label': 'Find a calendar', placeholder: 'Find a calendar', autocomplete: 'off', spellcheck: 'false', input: () => this.#draw() });
  readonly #list = h('ul', { 'aria-label': 'To choose from' });
  readonly #more = h('p', { class: 'none', 'aria-live': 'polite' });

  /** `load` is asked for all names whenever the list is opened, and may fail. */
  constructor(private readonly show: (names: string[]) => void, load: () => Promise<string[]>) {
    this.element = h('details', { class: 'pick' }, this.#summary,
      h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); this.#only(this.#found()[0]); } }, this.#find, this.#list, this.#more));
    this.element.addEventListener('toggle', () => {
      if (!this.element.open) {
        this.#find.value = '';
        return;
      }
      this.#draw();
      this.#find.focus();
      void load().then((names) => this.know(names), () => {});
    });
    this.element.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape' || !this.element.open) return;
      this.element.open = false;
      this.#summary.focus();
    });
    document.addEventListener('pointerdown', ({ target }) => { if (!this.element.contains(target as Node)) this.element.open = false; });
  }

  know(names: string[]): void {
    this.#names = names;
    this.#draw();
  }

  set(shown: string[]): void {
    this.#shown = shown;
    this.#summary.textContent = shown.join(', ');
    this.#summary.setAttribute('aria-label', `${shown.join(', ')}: choose another calendar`);
    this.#draw();
  }

  #only(name: string | undefined): void {
    if (name === undefined) return;
    this.element.open = false;
    this.#find.value = ''; // now, and not when its closing is told: it may be open again by then
    this.#summary.focus();
    this.show([name]);
  }

  #tick(name: string, on: boolean): void {
    this.show(on ? [...this.#shown, name] : this.#shown.filter((other) => other !== name));
  }

  /** Names on show come first, then the names that begin with the typed text, then the names that hold it. */
  #found(): string[] {
    const typed = this.#find.value.trim().toLowerCase();
    const rank = (name: string) => (name.toLowerCase() === typed ? 0 : typed === '' && this.#shown.includes(name) ? 1 : name.toLowerCase().startsWith(typed) ? 2 : 3);
    return [...new Set([...this.#shown, ...this.#names])].filter((name) => name.toLowerCase().includes(typed)).sort((one, other) => rank(one) - rank(other));
  }

  #draw(): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset['calendar'];
    const found = this.#found(), full = this.#shown.length >= most;
    this.#list.replaceChildren(...found.slice(0, listed).map((name) => {
      const checked = this.#shown.includes(name);
      const box = h('input', { type: 'checkbox', checked, 'data-calendar': name, disabled: checked ? this.#shown.length === 1 : full, change: () => this.#tick(name, box.checked) });
      return h('li', {}, h('label', { class: 'check' }, box, ` ${name}`),
        h('button', { type: 'button', class: 'quiet', 'aria-label': `Only ${name}`, click: () => this.#only(name) }, 'Only'));
    }));
    const more = found.length - listed;
    this.#more.textContent = found.length === 0 ? 'No calendar is called so.' : more > 0 ? `And ${more} more: type a part of the name.` : full ? `${most} calendars fit side by side.` : '';
    if (focused) this.#list.querySelector<HTMLElement>(`[data-calendar="${CSS.escape(focused)}"]`)?.focus();
  }
}
