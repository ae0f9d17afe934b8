// What is told in passing: in the corner, and to screen readers.
import { h } from './dom';

const list = h('div', { class: 'notices', role: 'status', 'aria-live': 'polite' });
document.body.append(list);

/** A notice with a button offers to do something about its message. It stays longer, and as long as it has focus or pointer. */
export function notice(text: string, kind: 'good' | 'bad' = 'good', action: { label: string; act: () => void } | null = null): void {
  const button = action && h('button', { type: 'button', click: () => { item.remove(); action.act(); } }, action.label);
  const item = h('p', { class: `notice ${kind}` }, h('span', {}, text), button);
  list.append(item);
  const busy = () => item.matches(':hover, :focus-within');
  const leave = () => void setTimeout(() => (busy() ? leave() : item.remove()), action ? 20_000 : 8000);
  leave();
}

// ---- whether the server can be reached ----

const banner = h('div', { class: 'banner', role: 'alert', hidden: true });
document.body.prepend(banner);
const troubles = new Map<string, string>();

/** Each part of the page that asks the server reports how that went; the banner shows while a part has trouble. */
export function report(who: string, trouble: string | null): void {
  if (trouble) troubles.set(who, trouble);
  else troubles.delete(who);
  const [text] = troubles.values();
  banner.hidden = text === undefined;
  const shown = text === undefined ? '' : `${text} What you see may be out of date; it is tried again by itself.`;
  if (banner.textContent !== shown) banner.textContent = shown;
}
