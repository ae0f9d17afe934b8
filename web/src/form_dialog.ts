// A dialog with a form: its fields, the area for errors and outcomes, and its buttons.
import { openDialog } from './dialog';
import { h } from './dom';
import { alone, touched } from './form';
import { say } from './language';
import { errorText } from './refusals';

interface Shape {
  title: string;
  /** The CSS class. */
  name: string;
  /** The text of the submit button. */
  submit: string;
  fields: (Node | string | null)[];
  /** Elements before Close. */
  before?: Node[];
  /** Whether closing would lose input; by default, whether any control has changed. Null: never. */
  keep?: (() => boolean) | null;
}

export class FormDialog {
  readonly form: HTMLFormElement;
  readonly body: HTMLElement;
  readonly submit: HTMLButtonElement;
  readonly result = h('div', { class: 'result', 'aria-live': 'polite' });
  readonly close: () => void;

  /** `go` is called when the form is submitted. Its errors are shown. */
  constructor({ title, name, submit, fields, before = [], keep = () => touched(this.form) }: Shape, go: () => Promise<void>) {
    const { body, close } = openDialog(title, name, () => {}, keep);
    [this.body, this.close, this.submit] = [body, close, h('button', { type: 'submit', class: 'main' }, submit)];
    this.form = h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); this.alone(go); } }, ...fields, this.result,
      h('footer', {}, ...before, h('button', { click: close }, say('Close')), this.submit));
    body.append(this.form);
  }

  /** Runs `act` while the action buttons are disabled, and shows its error. */
  alone(act: () => Promise<void>): void { void alone(this.form, () => act().catch(this.failed)); }

  /** Shows `words` as a refusal; empty words clear the area. */
  tell(words: string): void { this.result.replaceChildren(...(words === '' ? [] : [h('p', { class: 'refusal', role: 'alert' }, words)])); }

  /** Shows an error, after the words `before`. */
  failed = (error: unknown, before = ''): void => this.tell(before + errorText(error));
}
