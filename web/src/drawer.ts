// On a narrow page, the lists beside the calendar become a drawer. A button in the bar opens it and shows how many events could not be
// placed. The drawer is the browser's own dialog, which traps the focus and restores it.
import { openDialog, type Dialog } from './dialog';
import { h } from './dom';
import { say } from './language';
import { heedSwipes } from './swipe';

const narrow = matchMedia('(max-width: 62rem)');

export class Drawer {
  readonly button = h('button', { class: 'drawer-button', click: () => this.open() });
  #dialog: Dialog | null = null;

  constructor(private readonly aside: HTMLElement, private readonly home: HTMLElement) {
    this.count = 0;
    heedSwipes(aside, (way) => { if (way < 0) this.close(); }); // a swipe back to its edge
    narrow.addEventListener('change', () => this.close());
  }

  /** How many requests and events could not be placed. */
  set count(count: number) {
    this.button.textContent = count > 0 ? say('Lists ({n})', { n: count }) : say('Lists');
    this.button.setAttribute('aria-label', `${this.button.textContent}: ${count > 0 ? say('{n} could not be placed', { n: count }) : say('events that wait, and rejections')}`);
  }

  open(): void {
    if (this.#dialog || !narrow.matches) return;
    this.#dialog = openDialog(say('Lists beside the calendar'), 'drawer', () => {
      this.#dialog = null;
      this.home.append(this.aside);
    });
    this.#dialog.body.append(this.aside);
  }

  close(): void { this.#dialog?.close(); }
}
