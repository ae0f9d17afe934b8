// One dialog at a time over the page, and a form that is filled in below it: the browser's own, which keeps the focus inside
// and gives it back.
import { enterForm } from './back';
import { h, icon } from './dom';
import { say } from './language';

export interface Dialog {
  body: HTMLElement;
  close: () => void;
}

/** Of each form whether something would be lost. */
const keeps = new WeakMap<Element, () => boolean>();
let opened = 0;

/** `keep`, of a form, says whether something would be lost: then only Close closes it, or a second Escape or Back. */
export function openDialog(title: string, name: string, closed: () => void = () => {}, keep: (() => boolean) | null = null): Dialog {
  // What comes late, an answer perhaps, opens above a form that is filled in.
  for (const open of document.querySelectorAll('dialog')) if (!keeps.get(open)?.()) open.close();
  const body = h('div', { class: 'dialog-body' });
  const heading = h('h2', { id: `dialog-title-${++opened}`, tabindex: -1, dir: 'auto' }, title);
  const element = h(
    'dialog', { class: `dialog ${name}`, 'aria-labelledby': heading.id },
    h('header', {}, heading, h('button', { class: 'quiet', 'aria-label': say('Close'), click: () => element.close() }, icon('close'))),
    body,
  );
  if (keep) keeps.set(element, keep);
  const warning = h('p', { class: 'kept', role: 'alert' }, say('What you have filled in is kept. Close throws it away, and so does Escape or Back once more.'));
  const mayLeave = (again: boolean) => {
    if (!keep?.() || (again && warning.isConnected)) return true;
    body.before(warning);
    return false;
  };
  body.addEventListener('input', () => warning.remove());
  element.addEventListener('cancel', (event) => { if (!mayLeave(true)) event.preventDefault(); });
  const unload = (event: BeforeUnloadEvent) => { if (keep?.()) event.preventDefault(); };
  addEventListener('beforeunload', unload);
  const left = keep && enterForm(() => {
    if (!mayLeave(true)) return false;
    element.close();
    return true;
  });
  const opener = document.activeElement;
  element.addEventListener('close', () => {
    removeEventListener('beforeunload', unload);
    left?.();
    element.remove();
    // A view that was drawn anew meanwhile has other elements.
    const back = opener?.isConnected ? opener : document.querySelector(`[data-event="${(opener as HTMLElement | null)?.dataset['event']}"]`);
    if (back instanceof HTMLElement) back.focus();
    closed();
  });
  // A click beside the dialog closes it where nothing is lost: such a click may be a slip.
  // It closes at the click that follows: what lies below a finger that is still down would get that click.
  let leaves = false;
  element.addEventListener('pointerdown', (event) => {
    leaves = false;
    if (event.target !== element) return;
    const box = element.getBoundingClientRect();
    const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (!beside) return;
    if (!mayLeave(false)) event.preventDefault(); // and the focus stays where it is
    else leaves = true;
  });
  element.addEventListener('click', ({ target }) => { if (leaves && target === element) element.close(); });
  document.body.append(element);
  element.showModal();
  heading.focus();
  return { body, close: () => element.close() };
}
