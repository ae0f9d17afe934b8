// The lists beside the calendar: the events that wait, the rejections, the legend, and the keys.
import type { Event, EventRequest, Rejection } from './api';
import { h, icon } from './dom';
import { inTheWay, spanText } from './placing';
import { recurrenceText } from './recurrence';
import { reasonText } from './refusals';
import { kinds, lengthText, wishText, type Kind } from './words';
import { dayText, recordText } from './zone';

export function legend(): HTMLElement {
  return h('section', { class: 'legend', 'aria-label': 'Legend' }, h('h2', {}, 'Legend'),
    h('ul', {}, ...(Object.keys(kinds) as Kind[]).map((kind) =>
      h('li', {}, h('span', { class: `badge ${kind}` }, icon(kinds[kind].icon), ` ${kinds[kind].name}`), ` ${kinds[kind].meaning}`)),
    h('li', {}, h('span', { class: 'badge shut' }, 'Shaded'), ' outside the calendar’s hours')));
}

const keyNames: [key: string, does: string][] = [
  ['t', 'today'], ['p', 'earlier'], ['n', 'later'], ['w', 'week'], ['d', 'day'], ['m', 'month'], ['l', 'list'], ['?', 'these keys'], ['e', 'new event'], ['f', 'find a slot'],
];

export const keyList = (mayWrite: boolean): HTMLElement =>
  h('ul', { class: 'key-list' }, ...keyNames.filter(([key]) => mayWrite || !'ef'.includes(key)).map(([key, does]) => h('li', {}, h('kbd', {}, key), ` ${does}`)));

/** The keys, and a switch that turns the keys off, for people who speak to the browser or strike keys by mistake (WCAG 2.1.4). */
export function keys(on: boolean, mayWrite: boolean, set: (on: boolean) => void): HTMLElement {
  const box = h('input', { type: 'checkbox', checked: on, change: () => set(box.checked) });
  return h('details', { class: 'keys more' }, h('summary', {}, 'Keys'),
    keyList(mayWrite),
    h('label', { class: 'check' }, box, ' Single keys act'));
}

export class WaitingList {
  readonly element: HTMLElement;
  #list = h('ul', { class: 'entries' });

  constructor(private readonly open: (id: number) => void) {
    this.element = h('section', { class: 'waiting-list', 'aria-label': 'Waiting' }, h('h2', {}, 'Waiting'), this.#list);
  }

  show(events: Event[]): void {
    const unique = [...new Map(events.map((event) => [event.id, event])).values()];
    this.#list.replaceChildren(...(unique.length === 0 ? [h('li', { class: 'none' }, 'Nothing waits.')] : unique.map((event) =>
      h('li', {}, h('button', { type: 'button', class: 'entry', click: () => this.open(event.id) },
        h('b', {}, event.event_name), h('small', {}, `${lengthText(event.duration)}, ${event.calendars.join(', ')}${event.date ? `, ${dayText(event.date)}` : ''}`))))));
  }
}

export class RejectionList {
  readonly element: HTMLElement;
  #list = h('ol', { class: 'entries', 'aria-label': 'Rejections', 'aria-live': 'polite' });
  #none = h('p', { class: 'none' }, 'None yet.');

  constructor(private readonly zoneOf: (calendar: string) => string, private readonly again: ((request: EventRequest) => void) | null) {
    this.element = h('section', { class: 'rejection-list', 'aria-label': 'Rejections', 'aria-busy': 'true' }, h('h2', {}, 'Could not be placed'), this.#none, this.#list);
  }

  /** Adds rejections, oldest first. The first call brings the rejections until now, perhaps none; until this call the list is busy. */
  add(rejections: Rejection[], news: boolean): void {
    for (const rejection of rejections) this.#list.prepend(this.#item(rejection, news));
    while (this.#list.children.length > 50) this.#list.lastElementChild!.remove();
    this.#none.hidden = this.#list.children.length > 0;
    this.element.setAttribute('aria-busy', 'false');
  }

  #item(rejection: Rejection, news: boolean): HTMLElement {
    const zone = this.zoneOf(rejection.calendars[0] ?? 'ceo'), request = rejection.request as Partial<EventRequest>;
    const { facts = {}, conflicts = [], alternatives = [] } = rejection; // a database of version 1.0 has none of the three
    const name = request.event_name ?? `Event ${rejection.event_id}`, way = h('span');
    const series = request.recurrence ? `, ${recurrenceText(request.recurrence, zone)}` : '';
    // The names of the events in the way have to be asked for, and appear a moment later.
    void inTheWay(conflicts).then((text) => { way.textContent = text; });
    return h('li', { class: news ? 'news' : '' },
      h('b', {}, name), request.duration === undefined ? null : h('span', { class: 'wish' }, `wanted ${wishText(request, zone)}${series}`),
      h('span', {}, reasonText(rejection.reason, facts, zone)), way,
      alternatives.length > 0 && h('span', {}, `Open then: ${alternatives.map((one) => spanText(one.start_timestamp, one.end_timestamp, zone)).join('; ')}.`),
      h('small', {}, `${rejection.calendars.join(', ')}, refused `, h('time', { datetime: rejection.at }, recordText(rejection.at, zone)), `, asked for by ${rejection.principal}`),
      this.again && rejection.event_id === null && request.event_name
        ? h('button', { type: 'button', class: 'quiet', 'aria-label': `Find another time for ${name}`, click: () => this.again!({ ...request, event_name: request.event_name! }) },
          'Find another time') : null);
  }
}
