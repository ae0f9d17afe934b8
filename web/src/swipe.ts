// A swipe across the board shows later or earlier days. A finger that carries an event, marks a time or scrolls sideways does not swipe.

const far = 60, steep = 2, longest = 800; // CSS pixels, the least ratio of across to down, milliseconds
const slop = 15; // CSS pixels within which browsers treat a touch as a tap

let strayed = false;

/** Whether the lifted finger has moved too far for a tap. FullCalendar checks only that it began and ended at the same date and time. */
export function fingerStrayed(): boolean { return strayed; }

/** Whether the target, or an ancestor up to the room, scrolls sideways. */
function scrolls(target: EventTarget | null, room: HTMLElement): boolean {
  for (let one = target instanceof Element ? target : null; one; one = one === room ? null : one.parentElement)
    if (one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX)) return true;
  return false;
}

/** Calls `turn` with 1 for a swipe to the left and with -1 for one to the right. */
export function heedSwipes(room: HTMLElement, turn: (way: 1 | -1) => void): void {
  let from: { x: number; y: number; at: number } | null = null, began: { x: number; y: number } | null = null;
  room.addEventListener('pointerdown', ({ clientX: x, clientY: y }) => { strayed = false; began = { x, y }; }, true);
  room.addEventListener('touchmove', ({ touches: [one] }) => {
    if (one && began && Math.hypot(one.clientX - began.x, one.clientY - began.y) > slop) strayed = true;
  }, { passive: true, capture: true });
  room.addEventListener('touchstart', ({ touches, target, timeStamp }) => {
    const [one] = touches;
    from = one && touches.length === 1 && !scrolls(target, room) ? { x: one.clientX, y: one.clientY, at: timeStamp } : null;
  }, { passive: true });
  room.addEventListener('touchcancel', () => { from = null; });
  room.addEventListener('touchend', ({ changedTouches: [one], timeStamp }) => {
    const start = from;
    from = null;
    // After a long press, FullCalendar carries an event or marks a time.
    if (!start || !one || timeStamp - start.at > longest || room.querySelector('.fc-event-mirror, .fc-event-dragging, .fc-highlight')) return;
    const across = one.clientX - start.x, down = one.clientY - start.y;
    if (Math.abs(across) < far || Math.abs(across) < steep * Math.abs(down)) return;
    turn(across < 0 ? 1 : -1);
  }, { passive: true });
}

/** Slides the new content into place, unless the reader prefers reduced motion. */
export function slideIn(room: HTMLElement, way: 1 | -1): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  room.animate([{ transform: `translateX(${way * 3}rem)`, opacity: 0.4 }, { transform: 'none', opacity: 1 }], { duration: 160, easing: 'ease-out' });
}
