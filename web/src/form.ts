// Fields of a form with their labels, and its buttons.
import type { Scope } from './api';
import { h, type Properties } from './dom';
import { say } from './language';

/** A control with its label. `room` is the element that contains the control, if that is not the control itself. */
export function field(label: string, control: HTMLElement, hint?: string, room = control): HTMLElement {
  const id = control.getAttribute('name') + '-field';
  control.id = id;
  if (hint) control.setAttribute('aria-describedby', id + '-hint');
  return h('div', { class: 'field' }, h('label', { for: id }, label), room, hint ? h('small', { id: id + '-hint' }, hint) : null);
}

/** The control, with its initial value. */
function filled<Control extends HTMLInputElement | HTMLTextAreaElement>(control: Control, value: string): Control {
  control.value = value;
  control.defaultValue = control.value; // read it back: the browser may normalise it
  return control;
}

export const input = (name: string, type: string, value: string, options: Properties = {}): HTMLInputElement =>
  filled(h('input', { name, type, autocomplete: 'off', ...options }), value);

/** A field of several lines. */
export const area = (name: string, value: string, options: Properties = {}): HTMLTextAreaElement => filled(h('textarea', { name, rows: 3, ...options }), value);

/** A field for a time zone's name, which offers those that the browser knows. */
export function zoneInput(name: string, zone: string, options: Properties = {}): [HTMLInputElement, HTMLDataListElement] {
  const list = h('datalist', { id: `${name}-list` });
  // Hundreds of names: add them only when the field gets the focus.
  const focus = () => { if (!list.firstChild) list.append(...Intl.supportedValuesOf('timeZone').map((value) => h('option', { value }))); };
  return [input(name, 'text', zone, { list: list.id, spellcheck: 'false', focus, ...options }), list];
}

export const check = (name: string, label: string, checked: boolean): HTMLElement =>
  h('label', { class: 'check' }, h('input', { name, type: 'checkbox', checked }), ' ', label);

export function choice(name: string, legend: string, options: [value: string, label: string][], chosen: string, changed: () => void): HTMLElement {
  return h(
    'fieldset', { class: 'choice' }, h('legend', {}, legend),
    ...options.map(([value, label]) =>
      h('label', {}, h('input', { type: 'radio', name, value, checked: value === chosen, change: changed }), ' ', label)),
  );
}

/** The choice of how far a change to a series reaches. */
export const scopeChoice = (chosen: Scope, changed: () => void): HTMLElement =>
  choice('scope', say('Of the series'), [['one', say('this one')], ['following', say('this and the following')], ['all', say('all')]], chosen, changed);

/** A text as it is meant: without spaces around it, unless it is still the one that was shown. */
export const meant = (value: string, shown?: string): string => (value === shown ? value : value.trim());

/** A control of the form, which must have it. */
export const controlOf = (form: HTMLFormElement, name: string) => form.elements.namedItem(name) as HTMLInputElement;

/** Enters a value as if it were typed. */
export function typeIn(control: HTMLInputElement, value: string): void {
  control.value = value;
  control.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The value of a field, trimmed if it was edited; empty for a box that is not ticked. */
export function text(form: HTMLFormElement, name: string): string {
  const control = form.elements.namedItem(name) as Partial<HTMLInputElement> | null; // the buttons of a choice have no default in common
  return meant(String(new FormData(form).get(name) ?? ''), control?.defaultValue);
}

/** Items are separated by commas. An item with a comma is in double quotes, with its own quotes doubled. */
export const listOf = (value: string) =>
  [...value.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*(?=,|$)|([^,]+))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!.trim()).filter((item) => item.trim() !== '');
export const listText = (items: string[]) => items.map((item) => (/^\s|^"|,|\s$/.test(item) ? `"${item.replaceAll('"', '""')}"` : item)).join(', ');

/** Whether a control has changed since it was shown. */
export const isTouched = ({ type, value, defaultValue, checked, defaultChecked }: HTMLInputElement): boolean =>
  (type === 'checkbox' || type === 'radio' ? checked !== defaultChecked : value !== defaultValue);

/** Whether any of these fields has changed since the form was shown. */
export const edited = (form: HTMLFormElement, ...names: string[]): boolean => names.some((name) => isTouched(controlOf(form, name)));

/** Whether any control of the form, or of a part of it, has changed since it was shown. */
export function touched(form: HTMLElement): boolean {
  const choices = [...form.querySelectorAll('select')].some(({ selectedOptions: [one] }) => one && !one.defaultSelected && one.index > 0);
  return choices || [...form.querySelectorAll<HTMLInputElement>('input, textarea')].some(isTouched);
}

/** Disables buttons while a request is under way, because a double click is one wish. The focused button regains the focus. */
export async function unpressed(buttons: HTMLButtonElement[], act: () => Promise<void>): Promise<void> {
  const focused = buttons.find((button) => button === document.activeElement);
  for (const button of buttons) button.disabled = true;
  try {
    await act();
  } finally {
    for (const button of buttons) button.disabled = false;
    if (document.activeElement === document.body) focused?.focus();
  }
}

/** Runs `act` while the room's action buttons are disabled. */
export async function alone(room: HTMLElement, act: () => Promise<void>): Promise<void> {
  // Say that the request is under way only once a person would begin to wonder.
  const asking = h('span', { class: 'asking', role: 'status' });
  room.querySelector('footer')?.prepend(asking);
  const wonder = setTimeout(() => { asking.textContent = say('Asking…'); }, 400);
  try {
    await unpressed([...room.querySelectorAll<HTMLButtonElement>('button.main, button.danger, .slot, .acts button, .alternatives button')], act);
  } finally {
    clearTimeout(wonder);
    asking.remove();
  }
}

export const changedText = () => say('This has changed meanwhile. Look at it again, and then decide.');

/**
 * Whether the outcome shown still holds. `look` repeats the dry run directly before the write. If another caller has interfered, `show`
 * displays the new outcome and says so. Interference after this dry run goes unnoticed.
 */
export async function stillSo(shown: HTMLElement, look: () => Promise<HTMLElement>, show: (now: HTMLElement, told: string) => void): Promise<boolean> {
  const now = await look();
  if (now.isEqualNode(shown)) return true;
  show(now, changedText());
  return false;
}

export const ticked = (form: HTMLFormElement, name: string): boolean => new FormData(form).has(name);

interface Asking {
  words: string;
  question: string; // the text of the button after the first press
  style?: string;
  label?: string; // its accessible name, if the words alone are ambiguous
  about?: string; // the subject, for the accessible name of the question
}

/** A button for an irreversible action: the first press asks, the second acts. */
export function pressedTwice({ words, question, style, label, about }: Asking, act: () => void): HTMLButtonElement {
  let asked = false;
  const button: HTMLButtonElement = h('button', { ...(style ? { class: style } : {}), ...(label ? { 'aria-label': label } : {}), click: () => {
    if (asked) return act();
    asked = true;
    button.textContent = question;
    if (about) button.setAttribute('aria-label', `${question} ${about}`);
  } }, words);
  return button;
}

/** A read-only field with a text, and a button that copies it. */
export function copyField(name: string, text: string): [HTMLInputElement, HTMLButtonElement] {
  const field = h('input', { type: 'text', readonly: true, 'aria-label': name, value: text, focus: () => field.select() });
  const copy = () => navigator.clipboard.writeText(text).then(() => { button.textContent = say('Copied'); }, () => { field.focus(); button.textContent = say('Copy it by hand'); });
  const button = h('button', { 'aria-live': 'polite', click: () => void copy() }, say('Copy'));
  return [field, button];
}
