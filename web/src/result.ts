// The place in a form that says why something could not be done, or what has come of it.
import { h } from './dom';
import { errorText } from './placing';

export class Result {
  readonly element = h('div', { class: 'result', 'aria-live': 'polite' });

  /** No words take back what stands there. */
  tell(words: string): void { this.element.replaceChildren(...(words === '' ? [] : [h('p', { class: 'refusal', role: 'alert' }, words)])); }

  /** Tells an error, after the words `before`. */
  failed = (error: unknown, before = ''): void => this.tell(before + errorText(error));
}
