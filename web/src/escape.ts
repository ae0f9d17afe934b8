// Escape ends a drag and leaves the event where it was. FullCalendar heeds only the mouse, so this simulates a release outside the grid,
// upon which FullCalendar puts the event back. The click at the real release is ignored.

export function heedEscape(room: HTMLElement, signal: AbortSignal): void {
  let pressed = false;
  room.addEventListener('mousedown', () => { pressed = true; }, { signal, capture: true });
  document.addEventListener('mouseup', () => { pressed = false; }, { signal });
  document.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || !pressed) return;
    for (const type of ['mousemove', 'mouseup']) document.dispatchEvent(new MouseEvent(type, { clientX: -1e5, clientY: -1e5 }));
    const swallow = (click: MouseEvent) => click.stopPropagation();
    addEventListener('click', swallow, { capture: true, signal });
    addEventListener('mouseup', () => setTimeout(() => removeEventListener('click', swallow, { capture: true })), { once: true, signal });
  }, { signal });
}
