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

export type FormDialog = ReturnType<typeof formDialog>;

/** `go` is called when the form is submitted. Its errors are shown. */
export function formDialog({ title, name, submit: words, fields, before = [], keep }: Shape, go: () => Promise<void>) {
  const { body, close } = openDialog(title, name, () => {}, keep === undefined ? () => touched(form) : keep);
  const result = h('div', { class: 'result', 'aria-live': 'polite' }), submit = h('button', { type: 'submit', class: 'main' }, words);
  /** Shows `words` as a refusal; empty words clear the area. */
  const tell = (words: string): void => result.replaceChildren(...(words === '' ? [] : [h('p', { class: 'refusal', role: 'alert' }, words)]));
  /** Shows an error, after the words `first`. */
  const failed = (error: unknown, first = ''): void => tell(first + errorText(error));
  /** Runs `act` while the action buttons are disabled, and shows its error. */
  const doAlone = (act: () => Promise<void>): void => void alone(form, () => act().catch(failed));
  const form: HTMLFormElement = h('form', { submit: (event: SubmitEvent) => { event.preventDefault(); doAlone(go); } }, ...fields, result,
    h('footer', {}, ...before, h('button', { click: close }, say('Close')), submit));
  body.append(form);
  return { form, body, submit, result, close, tell, failed, alone: doAlone };
}
