// One press answers one question. A double click, a double tap or a held key must not also press the button that comes under the pointer, or
// gets the focus, after the first press. A button with the attribute `data-steps` may be pressed as fast as anybody likes.

const longest = 500, widest = 40; // milliseconds and pixels between two taps that are one press

const never = -Infinity;
let last = { timeStamp: never, clientX: 0, clientY: 0 }, isFirst = true, isDoubleTap = false;

document.addEventListener('pointerdown', ({ pointerType, timeStamp, clientX, clientY }) => {
  isFirst = last.timeStamp === never;
  isDoubleTap = pointerType !== 'mouse' && timeStamp - last.timeStamp < longest && Math.hypot(clientX - last.clientX, clientY - last.clientY) < widest;
  last = { timeStamp, clientX, clientY };
}, true);

// A press after the reader typed something, or pressed a key, is another one, however the browser counts it. The page itself fires the same
// event when it fills a field.
for (const typed of ['input', 'keydown'])
  document.addEventListener(typed, ({ isTrusted }) => { if (isTrusted) last = { ...last, timeStamp: never }; }, true);

function drop(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

const targetOf = ({ target }: Event) => target as Element; // of an event that passes the document

// A browser counts the clicks of a mouse, but not always the taps of a finger. A click by a key or a program has the count 0.
document.addEventListener('click', (event) => {
  const target = targetOf(event), acts = target.closest('button:not([data-steps]), a[href]') ?? target.matches('dialog'); // a click beside a dialog closes it
  if (acts && !isFirst && (event.detail > 1 || (event.detail === 1 && isDoubleTap))) drop(event);
}, true);

/** The keys that press something. In a field of several lines a held Enter is text, and so is a held space in any field. */
const pressing: Record<string, (target: Element) => boolean> = {
  Enter: (target) => !target.matches('textarea'), Escape: () => true, ' ': (target) => target.matches('button'),
};

document.addEventListener('keydown', (event) => { if (event.repeat && pressing[event.key]?.(targetOf(event))) drop(event); }, true);

export {};
