// The unanswered requests for appointments of all providers whom the reader may look after, and the proposals on the calendars shown. The bar
// shows their number, and a dialog confirms or denies them. It follows the changes of all calendars, but reads the requests again only when a
// provider's calendar has changed or a deadline has passed, and the proposals when a calendar shown has been read again.
import { answer, client, isAnswer, once, oneFor, Refused, type Appointment, type Event, type Once } from './api';
import { KnownCalendars, calledIn, calendarsLike } from './calendars';
import { openDialog, type Dialog } from './dialog';
import { arrange, h } from './dom';
import { pressedTwice, unpressed } from './form';
import { joined, say } from './language';
import { followAll } from './live';
import type { Page } from './page';
import { newest } from './newest';
import { notice } from './notice';
import { notify } from './notify';
import { isStale } from './placing';
import { doneText, offerText, proposedText, readProposals, sendDeed, type Deed, type Proposed } from './proposals';
import { reached } from './reach';
import { recurrenceText } from './recurrence';
import { errorText } from './refusals';
import { contactLink, titleOf } from './words';
import { dateOf, rangeText, recordText } from './zone';

const prefix = 'provider:', most = 100;
const delay = 60_000; // milliseconds until a request that was made is in the list
type Answer = 'CONFIRMED' | 'DENIED';

/** The state that an item shows. It includes the status, because a request expires by the clock without a new version. */
const stateOf = ({ version, status }: Appointment | Event) => `${version} ${status}`;
const stateOfProposal = ({ event, mayAnswer }: Proposed) => `${stateOf(event)} ${mayAnswer}`;

export class Inbox {
  readonly button: HTMLButtonElement;
  readonly #list = h('ul', { class: 'entries requests' });
  readonly #none = h('p', { class: 'none', role: 'status' });
  readonly #calendars = new KnownCalendars();
  #requests: Appointment[] = [];
  #proposals: Proposed[] = [];
  #hasProviders = false;
  #hasBegun = false;
  /** Requests not answered in time, which the reader may still confirm if their time is free. */
  #late: Appointment[] = [];
  #dialog: Dialog | null = null;
  /** The requests already announced; null until the list has been read once. */
  #told: Set<number> | null = null;
  /** When the newest of them was made if the list was cut, in milliseconds: an older one may then come into it and is not new. */
  #newestMade = 0;
  #deadline = 0;
  readonly #askRequests = newest<object>(async () => {
    const read = (status: 'PENDING' | 'EXPIRED') => answer(client.GET('/appointments', { params: { query: { status: [status], limit: most } } }));
    const [requests, late] = await Promise.all([read('PENDING'), this.#dialog ? read('EXPIRED') : []]);
    await this.#calendars.learn([...requests, ...late].map(({ provider_id }) => prefix + provider_id));
    return () => {
      this.#requests = requests;
      this.#late = late.filter(({ start_timestamp: start }) => start !== null && Date.parse(start) > this.page.now());
      this.#tellNew();
      this.#awaitDeadline();
      this.#draw();
    };
  }, isAnswer); // the next change asks again, and the banner reports an unreachable server
  readonly #askProposals = newest<object>(async () => {
    const proposals = await readProposals(this.page);
    return () => {
      this.#proposals = proposals;
      this.#awaitDeadline();
      this.#draw();
    };
  }, isAnswer);

  constructor(private readonly page: Page) {
    this.button = h('button', { class: 'inbox', hidden: true, click: this.#open }, say('Requests'));
  }

  /** Opens the list by the address, which records that it is shown. */
  #open = (): void => this.page.go({ inbox: true, event: null });

  /** Begins to follow the changes, if there is any provider, and to look for proposals. */
  start(): void {
    reached('the requests', () => calendarsLike(prefix, 1)).then((found) => {
      this.#hasBegun = true; // after the first view has been drawn, which needs no proposals
      this.look();
      if (!found?.length) return;
      this.#hasProviders = true;
      this.#draw();
      followAll((changes) => {
        if (changes === null || changes.some(({ calendar }) => calendar.startsWith(prefix))) this.#askRequests({});
      });
    }).catch(isAnswer);
  }

  /** Shows the list until it is closed. */
  show(): void {
    if (this.#dialog) return;
    this.#dialog = openDialog(say('Requests'), 'inbox-shown', () => {
      this.#dialog = null;
      this.#late = [];
      if (this.page.state.inbox) this.page.go({ inbox: false });
    });
    this.#dialog.body.append(this.#none, this.#list);
    this.#draw();
    this.#askRequests({});
    this.look();
  }

  /** Reads the proposals on the calendars shown, which may have changed. */
  look(): void { if (this.#hasBegun || this.#dialog) this.#askProposals({}); }

  close(): void { this.#dialog?.close(); }

  #tellNew(): void {
    const told = this.#told, made = ({ created_at }: Appointment) => Date.parse(created_at), before = this.#newestMade;
    this.#told = new Set(this.#requests.map(({ appointment_id }) => appointment_id));
    this.#newestMade = this.#requests.length < most ? 0 : Math.max(...this.#requests.map(made));
    if (!told) return;
    const isNew = (one: Appointment) => !told.has(one.appointment_id) && made(one) >= before - delay;
    for (const one of this.#requests.filter(isNew).slice(0, 3)) {
      notify(say('New request'), '', `request ${one.appointment_id}`, this.#open);
      notice(say('New request: {client}, {when}.', { client: one.client, when: this.#when(one) }), 'good', this.#dialog ? null : { label: say('Look'), act: this.#open });
    }
  }

  /** An unanswered request leaves the list at its deadline, which no change announces at once. */
  #awaitDeadline(): void {
    clearTimeout(this.#deadline);
    const deadlines = [...this.#requests, ...this.#proposals.map(({ event }) => event)].flatMap(({ expires_at }) => (expires_at ? [Date.parse(expires_at)] : []));
    if (deadlines.length === 0) return;
    const left = Math.max(Math.min(...deadlines) - this.page.now(), 5000);
    if (left < 86_400_000) this.#deadline = window.setTimeout(() => { this.#askRequests({}); this.look(); }, left + 1000);
  }

  #zone({ provider_id }: Appointment): string { return this.#calendars.of(prefix + provider_id)?.time_zone ?? 'UTC'; }

  #when(one: Appointment): string {
    return one.start_timestamp ? rangeText(one.start_timestamp, one.end_timestamp!, this.#zone(one)) : say('no time');
  }

  #draw(): void {
    const proposed = new Set(this.#proposals.map(({ event }) => event.id)), [requests, late] = [this.#requests, this.#late].map((all) => all.filter(({ appointment_id: id }) => !proposed.has(id))) as [Appointment[], Appointment[]];
    const count = requests.length + this.#proposals.filter(({ mayAnswer }) => mayAnswer).length, many = count >= most ? say('{most} or more', { most }) : String(count);
    this.button.textContent = count > 0 ? say('Requests ({many})', { many }) : say('Requests');
    this.button.classList.toggle('main', count > 0);
    this.button.hidden = !this.#hasProviders && proposed.size === 0;
    if (!this.#dialog) return;
    this.#none.textContent = requests.length + proposed.size === 0 ? say('Nobody waits for an answer.') : count >= most ? say('The first {most} are shown.', { most }) : '';
    const kept = new Map([...this.#list.children].map((item) => [(item as HTMLElement).dataset['request'], item as HTMLElement]));
    // Leave an unchanged item alone: it may have the focus, or a button pressed once. An answer applies only to the state shown.
    const shown = [...new Map([...requests, ...late].map((one) => [one.appointment_id, one])).values()];
    const fresh = (id: number, state: string, make: (told: string) => HTMLElement) => {
      const item = kept.get(String(id));
      return !item ? make('') : item.dataset['state'] === state ? item : this.#again(make, item);
    };
    arrange(this.#list, [...this.#proposals.map((one) => fresh(one.event.id, stateOfProposal(one), (told) => this.#proposal(one, told))),
      ...shown.map((one) => fresh(one.appointment_id, stateOf(one), (told) => this.#item(one, told)))]);
  }

  /** Replaces the item of a request that changed while shown. The typed reply stays, but a button pressed once must be pressed again. */
  #again(make: (told: string) => HTMLElement, before: HTMLElement): HTMLElement {
    const item = make(say('Somebody has changed this event meanwhile. Look at it again, and then decide.')), [word, typed] = [item, before].map((one) => one.querySelector('input'));
    if (word && typed) word.value = typed.value;
    const focused = before.contains(document.activeElement) ? document.activeElement!.localName : null;
    before.replaceWith(item);
    if (focused) item.querySelector<HTMLElement>(focused)?.focus();
    return item;
  }

  /** Sends an answer, and tells what has become of it. An error for which `expects` returns true has been dealt with. */
  async #decide(send: () => Promise<unknown>, done: string, id: number, result: HTMLElement, expects: (error: unknown) => boolean = () => false): Promise<void> {
    try {
      await send();
      notice(done);
      this.#leave(id);
    } catch (error) {
      if (expects(error)) return;
      if (isStale(error)) {
        notice(errorText(error), 'bad'); // the item is redrawn, or is gone
        this.#askRequests({});
        this.look();
      } else if (result.isConnected) result.textContent = errorText(error);
      else notice(errorText(error), 'bad');
    }
  }

  #look(who: string, click: () => void): HTMLElement { return h('button', { class: 'quiet', 'aria-label': say('Show the day of {who}', { who }), click }, say('Show the day')); }

  #proposal(one: Proposed, told: string): HTMLElement {
    const { event, isOwn, mayAnswer } = one, { id, time_zone: zone, start_timestamp: start } = event, when = rangeText(start!, event.end_timestamp!, zone), who = `${titleOf(event)!}, ${when}`;
    const result = h('p', { role: 'status' }, told), buttons = h('div', { class: 'answers' });
    const does = (deed: Deed) => {
      const send = once((key) => sendDeed(deed, event, event.series === null ? {} : { scope: 'all' }, key));
      return () => void unpressed([...buttons.querySelectorAll('button')], () => this.#decide(send, doneText(deed, who, isOwn), id, result));
    };
    buttons.append(this.#look(who, () => this.page.go({ view: 'day', date: dateOf(start!, zone), inbox: false })));
    if (isOwn) buttons.append(pressedTwice({ words: say('Withdraw'), label: say('Withdraw {who}', { who }), question: say('Really withdraw?'), about: who, style: 'danger' }, does('cancel')));
    if (mayAnswer) buttons.append(pressedTwice({ words: say('Deny'), label: say('Deny {who}', { who }), question: say('Deny this request?'), about: who, style: 'danger' }, does('deny')),
      h('button', { class: 'main', 'aria-label': say('Confirm {who}', { who }), click: does('confirm') }, say('Confirm')));
    return h('li', { 'data-request': id, 'data-state': stateOfProposal(one) }, h('b', { dir: 'auto' }, titleOf(event)!), h('span', {}, when), event.recurrence && h('span', {}, recurrenceText(event.recurrence, zone)),
      h('small', {}, calledIn(event.calendars, zone)), h('span', {}, proposedText(event)), h('span', {}, offerText(event)), event.description && h('p', { class: 'note', dir: 'auto' }, event.description), result, buttons);
  }

  #item(one: Appointment, told: string): HTMLElement {
    const calendar = prefix + one.provider_id, who = `${one.client}, ${this.#when(one)}`;
    const word = h('input', { type: 'text', maxlength: 1000, 'aria-label': say('A word to {client}', { client: one.client }), placeholder: say('A word with the answer') });
    const result = h('p', { role: 'status' }, told), buttons = h('div', { class: 'answers' });
    const answers = oneFor<Once<unknown>>();
    const decide = async (status: Answer, anyway: boolean) => {
      const body = { status, ...(anyway ? { if_still_free: true } : {}), ...(word.value.trim() === '' ? {} : { reply: word.value.trim() }) };
      const send = answers(JSON.stringify(body), () => once((key) => answer(client.PUT('/appointments/{id}/status', {
        params: { path: { id: one.appointment_id }, header: { 'If-Match': `"${one.version}"`, 'Idempotency-Key': key } }, body,
      }))));
      await this.#decide(send, doneText(status === 'CONFIRMED' ? 'confirm' : 'deny', who, false), one.appointment_id, result, (error) => {
        const isLate = status === 'CONFIRMED' && !anyway && error instanceof Refused && error.problem.type === '/problems/hold-expired';
        if (isLate) offerLate().focus();
        return isLate;
      });
    };
    const press = (status: Answer, anyway = false) => void unpressed([...buttons.querySelectorAll('button')], () => decide(status, anyway));
    const offerLate = () => {
      this.#late = [...this.#late, one];
      result.textContent = say('Its deadline has passed.');
      const late = h('button', { class: 'main', click: () => press('CONFIRMED', true) }, say('Confirm if it is still free'));
      buttons.replaceChildren(look, late);
      return late;
    };
    // A denial frees the time at once, so ask first.
    const deny = pressedTwice({ words: say('Deny'), label: say('Deny {who}', { who }), question: say('Deny this request?'), about: who, style: 'danger' }, () => press('DENIED'));
    const confirm = h('button', { class: 'main', 'aria-label': say('Confirm {who}', { who }), click: () => press('CONFIRMED') }, say('Confirm'));
    const look = this.#look(who, () => this.page.go({ calendars: [calendar], view: 'day', date: one.date ?? one.start_timestamp!.slice(0, 10), inbox: false }));
    buttons.append(look, deny, confirm);
    if (one.status === 'EXPIRED') offerLate();
    return h('li', { 'data-request': one.appointment_id, 'data-state': stateOf(one) }, h('b', { dir: 'auto' }, one.client), h('span', {}, this.#when(one)),
      h('small', {}, joined([calledIn([calendar], this.#zone(one)), ...(one.expires_at && one.status === 'PENDING' ? [say('held until {moment}', { moment: recordText(one.expires_at, this.#zone(one)) })] : [])], ', ')),
      one.contact && h('span', {}, contactLink(one.contact)), one.note && h('p', { class: 'note', dir: 'auto' }, one.note), word, result, buttons);
  }

  /** Removes an answered request, and moves the focus to the next one. */
  #leave(id: number): void {
    this.#requests = this.#requests.filter(({ appointment_id }) => appointment_id !== id);
    this.#late = this.#late.filter(({ appointment_id }) => appointment_id !== id);
    this.#proposals = this.#proposals.filter(({ event }) => event.id !== id);
    this.#draw();
    if (this.#dialog && document.activeElement === document.body) (this.#list.querySelector<HTMLElement>('button.main') ?? this.#dialog.body.closest('dialog')?.querySelector<HTMLElement>('h2'))?.focus();
    this.page.refresh();
    this.#askRequests({});
  }
}
