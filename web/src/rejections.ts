// A live list of the rejections of all callers. The reader chooses which are shown, and dismisses those dealt with.
import type { EventRequest, Rejection } from './api';
import { calledIn } from './calendars';
import { arrange, h } from './dom';
import { keep, kept } from './kept';
import { say, sayAround } from './language';
import type { Page } from './page';
import { notify, notifyButton } from './notify';
import { areKnown, inTheWay } from './placing';
import { recurrenceText } from './recurrence';
import { reasonText } from './refusals';
import { contactLink, contactOf, isAppointment, isLate, titleOf, wishedLength, wishText } from './words';
import { instantOf, rangeText, recordText } from './zone';

const most = 50;
const key = 'jb.dismissed', mostDismissed = 500;
/** Reasons of an event that lost its place, as opposed to a refused request. */
const lost: Rejection['reason'][] = ['displaced', 'hold_expired', 'window_passed'];
const choices = [['', say('all')], ['shown', say('of these calendars')], ['mine', say('asked for by me')], ['dismissed', say('dismissed')]] as const;
type Choice = (typeof choices)[number][0];

/** The request, with its wall time turned into an instant if the calendar is no longer in the request's zone. */
function onClock({ ...request }: Partial<EventRequest>, zone: string): Partial<EventRequest> {
  const { time_zone: meant, date, start_time: time } = request;
  if (!meant || meant === zone || !date || !time) return request;
  const { date: _, start_time: __, ...rest } = request;
  return { ...rest, start_timestamp: new Date(instantOf(`${date}T${time}`, meant)).toISOString() };
}

export class RejectionList {
  readonly element: HTMLElement;
  #list = h('ol', { class: 'entries', 'aria-label': say('Rejections'), 'aria-live': 'polite' });
  #none = h('p', { class: 'none' }, say('None yet.'));
  #items: { rejection: Rejection; item: HTMLElement }[] = []; // newest first
  /** Ids that this reader has dismissed, stored in this browser. The rejection itself remains, as a record for all callers. */
  #dismissed = new Set([kept<number[]>(key) ?? []].flat());
  readonly #which = h('select', { 'aria-label': say('Which of them'), change: () => this.draw() }, ...choices.map(([value, label]) => h('option', { value }, label)));
  readonly #dismissAll = h('button', { class: 'quiet', click: () => this.#dismiss(null) }, say('Dismiss all'));

  constructor(private readonly page: Page) {
    this.element = h('section', { class: 'rejection-list', 'aria-label': say('Rejections'), 'aria-busy': 'true' }, h('h2', {}, say('Could not be placed')),
      h('div', { class: 'which' }, this.#which, this.#dismissAll), this.#none, this.#list, notifyButton());
  }

  /** Adds rejections, oldest first. The first call brings the past rejections, perhaps none, and ends the list's busy state. */
  add(rejections: Rejection[], news: boolean): void {
    this.#items = [...rejections.map((rejection) => ({ rejection, item: this.#item(rejection, news) })).reverse(), ...this.#items].slice(0, most);
    this.element.setAttribute('aria-busy', 'false');
    this.draw();
    for (const { id, request } of news ? rejections : [])
      notify(say('Could not be placed'), titleOf(request as Partial<EventRequest>) ?? '', `rejection ${id}`, () => this.page.drawer.open());
  }

  #isWanted({ id, calendars, principal }: Rejection): boolean {
    const choice = this.#which.value as Choice;
    if (this.#dismissed.has(id) !== (choice === 'dismissed')) return false;
    return choice === 'mine' ? principal === this.page.who.principal : choice === 'shown' ? calendars.some((name) => this.page.state.calendars.includes(name)) : true;
  }

  /** Redraws the list. */
  draw(): void {
    const wanted = this.#items.filter(({ rejection }) => this.#isWanted(rejection)).map(({ item }) => item);
    arrange(this.#list, wanted);
    this.page.drawer.count = this.#items.filter(({ rejection }) => !this.#dismissed.has(rejection.id)).length;
    const back = this.#which.value === 'dismissed';
    this.#none.hidden = wanted.length > 0;
    this.#none.textContent = this.#items.length === 0 ? say('None yet.') : say('None of these.');
    this.#dismissAll.hidden = wanted.length < 2;
    this.#dismissAll.textContent = back ? say('Bring all back') : say('Dismiss all');
  }

  /** Dismisses one rejection, or all those shown for null. In the list of dismissed ones, brings back all. */
  #dismiss(id: number | null): void {
    const shown = this.#items.filter(({ rejection }) => this.#isWanted(rejection)).map(({ rejection }) => rejection.id);
    const ids = this.#which.value === 'dismissed' ? [] : [...this.#dismissed, ...(id === null ? shown : [id])];
    this.#dismissed = new Set(ids.sort((one, other) => one - other).slice(-mostDismissed));
    keep(key, [...this.#dismissed]);
    this.draw();
    if (document.activeElement === document.body) this.#which.focus();
  }

  /** The button to find another time. A series with EXDATE has none: its exclusions name the refused times, and would not match others. */
  #again(request: EventRequest, name: string): HTMLElement {
    return request.recurrence?.includes('EXDATE') ? h('small', {}, say('Days are left out of this series. For another time, book it anew.'))
      : h('button', { class: 'quiet', 'aria-label': say('Find another time for {name}', { name }), click: () => this.page.tryAgain(request) }, say('Find another time'));
  }

  #item(rejection: Rejection, news: boolean): HTMLElement {
    const zone = this.page.zoneOf(rejection.calendars[0] ?? ''), request = onClock(rejection.request, zone);
    const { facts, conflicts, alternatives } = rejection;
    const asked = { ...request, calendars: rejection.calendars }, contact = contactOf(asked), note = isAppointment(asked) ? request.description : null, event = rejection.event_id;
    const name = titleOf(asked) ?? say('Event {number}', { number: rejection.event_id ?? '' }), way = h('span'), when = h('time', { datetime: rejection.at }, recordText(rejection.at, zone));
    // Whether it can still be confirmed is known only once its details are open.
    const late = this.page.mayWrite && isLate({ status: rejection.reason === 'hold_expired' ? 'expired' : 'cancelled', start_timestamp: facts.start_timestamp ?? null }, this.page.now());
    const calendars = calledIn(rejection.calendars, zone);
    const elsewhere = request.date && request.time_zone && request.time_zone !== zone ? ` (${request.time_zone})` : '';
    const series = request.recurrence ? `, ${recurrenceText(request.recurrence, zone)}` : '';
    const tellWay = async () => { way.replaceChildren(...await inTheWay(conflicts, (event) => this.page.go({ event }))); };
    // Names that the page does not know are read only on request.
    if (areKnown(conflicts)) void tellWay();
    else way.append(h('button', { class: 'quiet', 'aria-label': say('In the way… {name}', { name }), click: () => void tellWay() }, say('In the way…')));
    return h('li', { class: news ? 'news' : '' },
      h('b', { dir: 'auto' }, name), wishedLength(request) === null ? null : h('span', { class: 'wish' }, say('wanted {wish}', { wish: wishText(request, zone) + elsewhere + series })),
      contact ? h('span', {}, contactLink(contact)) : null, note ? h('p', { class: 'note', dir: 'auto' }, note) : null,
      h('span', {}, reasonText(rejection.reason, facts, zone)), way,
      alternatives.length > 0 && h('span', {}, say('Open then: {times}.', { times: alternatives.map((one) => rangeText(one.start_timestamp, one.end_timestamp, zone)).join('; ') })),
      h('small', {}, ...(lost.includes(rejection.reason) ? [calendars, ', ', when]
        : sayAround('{calendars}, refused {when}, asked for by {who}', { calendars, when, who: rejection.principal }))),
      h('div', { class: 'acts' }, event !== null && h('button', { class: 'quiet', 'aria-label': late ? say('Answer late… {name}', { name }) : say('Show the event of {name}', { name }), click: () => this.page.go({ event }) },
        late ? say('Answer late…') : say('Show the event')),
      this.page.mayWrite && rejection.event_id === null && request.event_name ? this.#again({ ...request, event_name: request.event_name }, name) : null,
      h('button', { class: 'quiet', 'aria-label': say('Dismiss {name}', { name }), click: () => this.#dismiss(rejection.id) }, say('Dismiss'))));
  }
}
