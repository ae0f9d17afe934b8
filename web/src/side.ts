// The lists beside the calendar: the events that wait, the legend, the keys, and the choice of a second zone; and the drawer that holds the lists on a narrow page.
import type { Event } from './api';
import { calledAll } from './calendars';
import { openDialog, type Dialog } from './dialog';
import { h, icon } from './dom';
import { zoneInput } from './form';
import { joined, say } from './language';
import { heedSwipes } from './swipe';
import { kinds, lengthText, titleOf, wishedLength, type Kind } from './words';
import { dayText, isZone } from './zone';

export function legend(): HTMLElement {
  return h('section', { class: 'legend', 'aria-label': say('Legend') }, h('h2', {}, say('Legend')),
    h('ul', {}, ...(Object.keys(kinds) as Kind[]).map((kind) =>
      h('li', {}, h('span', { class: `badge ${kind}` }, icon(kind), ` ${kinds[kind].name}`), ` ${kinds[kind].meaning}`)),
    h('li', {}, h('span', { class: 'badge shut' }, say('Shaded')), ' ', say('outside the calendar’s hours'))));
}

const keyNames: [key: string, does: string][] = [
  ['t', say('today')], ['p', say('earlier')], ['n', say('later')], ['w', say('week')], ['d', say('day')], ['m', say('month')], ['l', say('list')],
  ['/', say('find an event')], ['?', say('these keys')], ['e', say('new event')], ['f', say('find a slot')], ['u', say('undo, where a notice offers it')],
  ['← → ↑ ↓', say('another time in the grid')], ['Shift ↑ ↓', say('a longer or a shorter one')], ['Enter', say('an event there; open an event')],
  ['Alt ← → ↑ ↓', say('carry an event; Alt up puts it down')], ['Shift Alt ↑ ↓', say('make it shorter or longer')], ['Escape', say('put it back; close')],
];
const writers = ['e', 'f', 'u', 'Alt ← → ↑ ↓', 'Shift Alt ↑ ↓'];

export const keyList = (mayWrite: boolean): HTMLElement =>
  h('ul', { class: 'key-list' }, ...keyNames.filter(([key]) => mayWrite || !writers.includes(key)).map(([key, does]) => h('li', {}, h('kbd', {}, key), ` ${does}`)));

/** The keys, and a switch to turn them off, for people who use speech input or hit keys by mistake (WCAG 2.1.4). */
export function keys(on: boolean, mayWrite: boolean, set: (on: boolean) => void): HTMLElement {
  const box = h('input', { type: 'checkbox', checked: on, change: () => set(box.checked) });
  return h('details', { class: 'keys more' }, h('summary', {}, say('Keys')),
    keyList(mayWrite),
    h('label', { class: 'check' }, box, ' ', say('Single keys act')));
}

/** The field for the second zone. If it is empty, none is shown. */
export function zoneChoice(zone: string, set: (zone: string) => void): HTMLElement {
  const [field, list] = zoneInput('second-zone', zone, { placeholder: 'America/New_York' });
  field.addEventListener('change', () => {
    const typed = field.value.trim(), known = typed === '' || isZone(typed);
    field.setCustomValidity(known ? '' : say('“{value}” is no time zone.', { value: typed }));
    field.setAttribute('aria-invalid', String(!known));
    if (known) set(typed);
    else field.reportValidity();
  });
  return h('section', { class: 'second-zone' }, h('label', {}, say('Also show the times of'), ' ', field), list);
}

/** The list of waiting events, and the function that shows events in it. `open` opens one. */
export function waitingList(open: (id: number) => void): { element: HTMLElement; show: (events: Event[]) => void } {
  const list = h('ul', { class: 'entries' });
  const show = (events: Event[]) => {
    const unique = [...new Map(events.map((event) => [event.id, event])).values()];
    list.replaceChildren(...(unique.length === 0 ? [h('li', { class: 'none' }, say('Nothing waits.'))] : unique.map((event) =>
      h('li', {}, h('button', { class: 'entry', click: () => open(event.id) },
        h('b', { dir: 'auto' }, titleOf(event)!), h('small', {}, joined([lengthText(wishedLength(event)!), calledAll(event.calendars), ...(event.date ? [dayText(event.date)] : [])], ', ')))))));
  };
  return { element: h('section', { class: 'waiting-list', 'aria-label': say('Waiting') }, h('h2', {}, say('Waiting')), list), show };
}

// ---- the drawer ----

// A button in the bar opens it and shows how many events could not be placed. It is the browser's own dialog, which traps the focus and
// restores it.

const narrow = matchMedia('(max-width: 62rem)');

export class Drawer {
  readonly button = h('button', { class: 'drawer-button', click: () => this.open() });
  #dialog: Dialog | null = null;

  constructor(private readonly aside: HTMLElement, private readonly home: HTMLElement) {
    this.count = 0;
    heedSwipes(aside, (way) => { if (way < 0) this.close(); }); // a swipe back to its edge
    narrow.addEventListener('change', () => this.close());
  }

  /** How many requests and events could not be placed. */
  set count(count: number) {
    this.button.textContent = count > 0 ? say('Lists ({n})', { n: count }) : say('Lists');
    this.button.setAttribute('aria-label', `${this.button.textContent}: ${count > 0 ? say('{n} could not be placed', { n: count }) : say('events that wait, and rejections')}`);
  }

  open(): void {
    if (this.#dialog || !narrow.matches) return;
    this.#dialog = openDialog(say('Lists beside the calendar'), 'drawer', () => {
      this.#dialog = null;
      this.home.append(this.aside);
    });
    this.#dialog.body.append(this.aside);
  }

  close(): void { this.#dialog?.close(); }
}
