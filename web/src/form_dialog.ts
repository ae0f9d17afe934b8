// A dialog with a form: its fields, the place that says why something could not be done or what has come of it, and its buttons.
import { openDialog } from './dialog';
import { h } from './dom';
import { alone, touched } from './form';
import { say } from './language';
import { errorText } from './refusals';

interface Shape {
  title: string;
  /** Its class, by which it is styled. */
  name: string;
  /** What stands on the button that sends it. */
  submit: string;
  fields: (Node | string | null)[];
  /** What stands before Close. */
  before?: Node[];
  /** Whether something would be lost; by itself, whether anything in it is other than it was shown. Null: nothing ever is. */
  keep?: (() => boolean) | null;
}

export class FormDialog {
  readonly form: HTMLFormElement;
  readonly body: HTMLElement;
  readonly submit: HTMLButtonElement;
  readonly result = h('div', { class: 'result', 'aria-live': 'polite' });
  readonly close: () => void;

  /** `go` is called when the form is sent; what it throws is told. */
  constructor({ title, name, submit, fields, before = [], keep = () => touched(this.form) }: Shape, go: () => Promise<void>) {
    const { body, close } = openDialog(title, name, () => {}, keep);
    [this.body, this.close, this.submit] = [body, close, h('button', { type: 'submit', class: 'main' }, submit)];
    this.form = h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); this.alone(go); } }, ...fields, this.result,
      h('footer', {}, ...before, h('button', { click: close }, say('Close')), this.submit));
    body.append(this.form);
  }

  /** Does something while no button can be pressed, and tells what it throws. */
  alone(act: () => Promise<void>): void { void alone(this.form, () => act().catch(this.failed)); }

  /** No words take back what stands there. */
  tell(words: string): void { this.result.replaceChildren(...(words === '' ? [] : [h('p', { class: 'refusal', role: 'alert' }, words)])); }

  /** Tells an error, after the words `before`. */
  failed = (error: unknown, before = ''): void => this.tell(before + errorText(error));
}
