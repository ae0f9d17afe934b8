// One dialog at a time over the page: the browser's own, which keeps the focus inside and gives it back.
import { h, icon } from './dom';
import { say } from './language';

export interface Dialog {
  body: HTMLElement;
  close: () => void;
}

let current: { element: HTMLDialogElement } | null = null;

/** `keep` says, after a click beside the dialog, that the dialog must stay because something would be lost. */
export function openDialog(title: string, name: string, closed: () => void = () => {}, keep: () => boolean = () => false): Dialog {
  current?.element.close();
  const body = h('div', { class: 'dialog-body' });
  const heading = h('h2', { id: 'dialog-title', tabindex: -1, dir: 'auto' }, title);
  const element = h(
    'dialog', { class: `dialog ${name}`, 'aria-labelledby': 'dialog-title' },
    h('header', {}, heading, h('button', { type: 'button', class: 'quiet', 'aria-label': say('Close'), click: () => element.close() }, icon('close'))),
    body,
  );
  const opener = document.activeElement;
  element.addEventListener('close', () => {
    if (current?.element === element) current = null;
    element.remove();
    // A view that was drawn anew meanwhile has other elements.
    const back = opener?.isConnected ? opener : document.querySelector(`[data-event="${(opener as HTMLElement | null)?.dataset['event']}"]`);
    if (back instanceof HTMLElement) back.focus();
    closed();
  });
  // A click beside the dialog closes it where nothing is lost: such a click may be a slip. Escape always closes it.
  // It closes at the click that follows: what lies below a finger that is still down would get that click.
  let leaves = false;
  element.addEventListener('pointerdown', (event) => {
    leaves = false;
    if (event.target !== element) return;
    const box = element.getBoundingClientRect();
    const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (!beside) return;
    if (keep()) event.preventDefault(); // and the focus stays where it is
    else leaves = true;
  });
  element.addEventListener('click', ({ target }) => { if (leaves && target === element) element.close(); });
  document.body.append(element);
  current = { element };
  element.showModal();
  heading.focus();
  return { body, close: () => element.close() };
}
