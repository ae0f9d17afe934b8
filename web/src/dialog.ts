// One dialog at a time over the page: the browser's own, which keeps the focus inside and gives it back.
import { h, icon } from './dom';

export interface Dialog {
  body: HTMLElement;
  close: () => void;
}

let current: { element: HTMLDialogElement } | null = null;

export function openDialog(title: string, name: string, closed: () => void = () => {}): Dialog {
  current?.element.close();
  const body = h('div', { class: 'dialog-body' });
  const heading = h('h2', { id: 'dialog-title', tabindex: -1 }, title);
  const element = h(
    'dialog', { class: `dialog ${name}`, 'aria-labelledby': 'dialog-title' },
    h('header', {}, heading, h('button', { type: 'button', class: 'quiet', 'aria-label': 'Close', click: () => element.close() }, icon('close'))),
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
  // A click beside it closes it, as Escape does.
  element.addEventListener('pointerdown', (event) => {
    if (event.target !== element) return;
    const box = element.getBoundingClientRect();
    if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) element.close();
  });
  document.body.append(element);
  current = { element };
  element.showModal();
  heading.focus();
  return { body, close: () => element.close() };
}
