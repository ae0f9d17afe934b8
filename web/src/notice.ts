// Notices: short messages in a corner of the page, which screen readers read aloud. Also the banner for an unreachable server.
import { h } from './dom';
import { say } from './language';

const list = h('div', { class: 'notices', role: 'status', 'aria-live': 'polite' });
document.body.append(list);

interface Action { label: string; act: () => void; undoes?: boolean }

/** The button that takes back what a notice tells. */
export const undo = (act: () => void): Action => ({ label: say('Undo'), act, undoes: true });

/** Shows a notice for eight seconds, or twenty if it has a button. It stays longer while it has the focus or the pointer. */
export function notice(text: string, kind: 'good' | 'bad' = 'good', action: Action | null = null): void {
  const button = action && h('button', { 'data-undo': action.undoes, click: () => { item.remove(); action.act(); } }, action.label);
  const item = h('p', { class: `notice ${kind}` }, h('span', {}, text), button);
  list.append(item);
  const busy = () => item.matches(':hover, :focus-within');
  const leave = () => void setTimeout(() => (busy() ? leave() : item.remove()), action ? 20_000 : 8000);
  leave();
}

/** Presses the last Undo. */
export function undoLast(): void { [...list.querySelectorAll<HTMLButtonElement>('button[data-undo]')].at(-1)?.click(); }

// ---- announcements for screen readers only ----

const heard = h('p', { class: 'heard', role: 'status', 'aria-live': 'polite' });
document.body.append(heard);

/** Announces what a key has done to screen readers. */
export function hear(words: string): void { heard.textContent = words; }

// ---- whether the server can be reached ----

const banner = h('div', { class: 'banner', role: 'alert', hidden: true });
document.body.prepend(banner);
const troubles = new Map<string, string>();

/** Each part of the page reports after each request whether it has trouble with the server. The banner shows while any part has trouble. */
export function report(who: string, trouble: string | null): void {
  if (trouble) troubles.set(who, trouble);
  else troubles.delete(who);
  const [text] = troubles.values();
  banner.hidden = text === undefined;
  const shown = text === undefined ? '' : `${text} ${say('What you see may be out of date; it is tried again by itself.')}`;
  if (banner.textContent !== shown) banner.textContent = shown;
}
