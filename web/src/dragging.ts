// How events are dragged: by mouse and finger as FullCalendar has it, with two differences, and by keys.
import type { Calendar as Grid, EventApi } from '@fullcalendar/core';
import plugin from '@fullcalendar/interaction';
import { arrowOf } from './dom';
import { say } from './language';
import { hear } from './notice';

/**
 * FullCalendar's dragging, but an event is held where it was gripped. FullCalendar holds it by the middle of the half hour that was gripped,
 * and sets it down by quarters. So a press in the other quarter would move an event without any motion.
 */
export const interactionPlugin: typeof plugin = {
  ...plugin,
  componentInteractions: plugin.componentInteractions.map((Interaction) => class extends Interaction {
    constructor(settings: ConstructorParameters<typeof Interaction>[0]) { super({ ...settings, useEventCenter: false }); }
  }),
};

/**
 * Escape ends a drag and leaves the event where it was. FullCalendar heeds only the mouse, so this simulates a release outside the grid, upon
 * which FullCalendar puts the event back. The click at the real release is ignored.
 */
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

// ---- by keys ----

const quarter = 15 * 60_000, day = 86_400_000; // the smallest steps of the mouse

/** The part of the column that carrying uses. */
interface Owner {
  readonly grid: Grid;
  /** The event to focus again when it is redrawn. */
  focused: string | null;
  told(event: EventApi): string;
  /** The grid does not change between take() and letGo(). */
  take(): void;
  readonly letGo: () => void;
  put(event: EventApi, putBack: () => void): void;
}

/**
 * Moves the focused event as the mouse does. While Alt is held, the arrows carry it, and with Shift they change its length. Releasing Alt puts
 * it down, and only then is a request sent. Escape puts it back.
 */
export function carryByKeys(room: HTMLElement, owner: Owner, signal: AbortSignal): void {
  let carried: { event: EventApi; start: Date; end: Date } | null = null;
  const putDown = ({ event, start, end }: NonNullable<typeof carried>) => {
    carried = null;
    owner.put(event, () => owner.grid.getEventById(event.id)?.setDates(start, end)); // null if it was deleted meanwhile
    owner.letGo();
  };
  const putBack = () => {
    if (!carried) return;
    const { event, start, end } = carried;
    carried = null;
    owner.focused = event.id;
    event.setDates(start, end);
    owner.letGo();
    hear(say('Put back.'));
  };
  const press = (pressed: KeyboardEvent) => {
    const { key, target, shiftKey } = pressed;
    if (!pressed.altKey || pressed.ctrlKey || pressed.metaKey || !(target instanceof HTMLElement)) return;
    const focused = room.contains(target) ? target.closest<HTMLElement>('.fc-timegrid-event[data-event]')?.dataset['event'] : undefined;
    const arrow = arrowOf(key), id = focused ?? carried?.event.id;
    if (!id || !arrow) return;
    pressed.preventDefault(); // in some browsers Alt and an arrow leave the page
    const event = carried?.event.id === id ? carried.event : owner.grid.getEventById(id), [down, across] = arrow;
    if (shiftKey && across) return;
    if (!event?.startEditable) return hear(say('This cannot be moved.'));
    if (carried?.event.id !== id) putBack();
    if (!carried) {
      carried = { event, start: event.start!, end: event.end! };
      owner.take();
    }
    const by = down * quarter + across * day;
    const start = new Date(event.start!.getTime() + (shiftKey ? 0 : by)), end = new Date(event.end!.getTime() + by);
    if (shiftKey && end.getTime() - start.getTime() < quarter) return;
    owner.focused = id;
    event.setDates(start, end);
    hear(owner.told(event));
  };
  // On the document: an event that is carried out of the dates shown is drawn no more, and loses the focus.
  document.addEventListener('keydown', press, { signal });
  document.addEventListener('keyup', (event) => {
    if (event.key !== 'Alt' || !carried) return;
    event.preventDefault(); // some browsers open their menu
    putDown(carried);
  }, { signal });
  document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') putBack(); }, { signal });
  addEventListener('blur', putBack, { signal }); // Alt is released in another window
}
