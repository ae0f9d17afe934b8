// One dialog at a time over the page, or over a form with unsaved input. It is the browser's own dialog, which traps the focus and
// restores it.
import { enterForm } from './back';
import { h, icon } from './dom';
import { say } from './language';

export type Dialog = ReturnType<typeof openDialog>;

/** For each form, whether closing it would lose input. */
const keeps = new WeakMap<Element, () => boolean>();
let opened = 0;

/** For a form, `keep` returns whether input would be lost. If so, only Close or a second Escape or Back closes it. */
export function openDialog(title: string, name: string, closed: () => void = () => {}, keep: (() => boolean) | null = null) {
  // A dialog that opens late, perhaps for an answer, opens above a form with input.
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
  // Chromium fires two cancel events for one Escape in a date or time field, and no page can prevent the second. So Escape makes none.
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    if (mayLeave(true)) element.close();
  });
  element.addEventListener('cancel', (event) => { if (!mayLeave(true)) event.preventDefault(); }); // by a gesture, or an Escape with the focus outside
  const unload = (event: BeforeUnloadEvent) => { if (keep?.()) event.preventDefault(); };
  addEventListener('beforeunload', unload);
  const leave = keep && enterForm(() => {
    if (!mayLeave(true)) return false;
    element.close();
    return true;
  });
  const opener = document.activeElement;
  element.addEventListener('close', () => {
    removeEventListener('beforeunload', unload);
    leave?.();
    element.remove();
    // A redrawn view has new elements.
    const back = opener?.isConnected ? opener : document.querySelector(`[data-event="${(opener as HTMLElement | null)?.dataset['event']}"]`);
    if (back instanceof HTMLElement) back.focus();
    closed();
  });
  // A click outside the dialog may be a slip, so it closes the dialog only if nothing is lost.
  // Close on the click, not on pointerdown: the element below would get the click.
  let leaves = false;
  element.addEventListener('pointerdown', (event) => {
    const { left, right, top, bottom } = element.getBoundingClientRect(), { target, clientX: x, clientY: y } = event;
    const beside = target === element && (x < left || x > right || y < top || y > bottom);
    leaves = beside && mayLeave(false);
    if (beside && !leaves) event.preventDefault(); // keep the focus where it is
  });
  element.addEventListener('click', ({ target }) => { if (leaves && target === element) element.close(); });
  document.body.append(element);
  element.showModal();
  heading.focus();
  return { body, close: () => element.close() };
}
