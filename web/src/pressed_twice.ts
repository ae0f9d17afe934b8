// A button for what cannot be taken back: the first press asks, the second does it.
import { h } from './dom';

export interface Asking {
  words: string;
  question: string; // what stands on the button after the first press
  style?: string;
  label?: string; // its name, where the words do not tell what it is about
  about?: string; // what is named behind the question then
}

export function pressedTwice({ words, question, style, label, about }: Asking, act: (button: HTMLButtonElement) => void): HTMLButtonElement {
  let asked = false;
  const button: HTMLButtonElement = h('button', { type: 'button', ...(style ? { class: style } : {}), ...(label ? { 'aria-label': label } : {}), click: () => {
    if (asked) return act(button);
    asked = true;
    button.textContent = question;
    if (about) button.setAttribute('aria-label', `${question} ${about}`);
  } }, words);
  return button;
}
