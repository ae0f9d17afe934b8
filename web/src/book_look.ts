// The page of a booking, for whoever holds its link: what has become of it, told as it happens; move it, cancel it.
import { answer, client, Refused, Unreachable } from './api';
import { bothTimes, linkOf, pageUrl, path, provider, wordsOf, zoneLine, type Booking, type Range } from './book_facts';
import { heading } from './book_make';
import { Slots } from './book_slots';
import { h } from './dom';
import { alone } from './form';
import { authorized, calendarFile, linkLine, pause, refusal, untilSeen, zone, showMain } from './guest';
import { say, sayAround } from './language';
import { report } from './notice';
import { momentText } from './zone';

const words: Record<Booking['status'], string> = {
  PENDING: say('It is kept for you, and waits for an answer.'), CONFIRMED: say('It is confirmed.'), DENIED: say('It was denied.'),
  EXPIRED: say('Nobody answered in time, so it is not yours any more.'), CANCELLED: say('It is cancelled.'), WAITING: say('It waits for a time.'),
};

export class LookPage {
  readonly #main = h('main', { class: 'book' });
  readonly #state = h('div', { class: 'booked', role: 'status' });
  readonly #left = h('p', { class: 'left', role: 'timer' });
  readonly #trouble = h('div', {});
  readonly #acts = h('div', { class: 'acts' });
  readonly #room = h('div', {});
  #booking: Booking | null = null;
  #shown = '';
  #etag = '';
  #slots: Slots | null = null;
  #tick = setInterval(() => this.#count(), 1000);
  #stopped = new AbortController();
  #asking = new AbortController();

  constructor(private readonly token: string, private readonly closed: (error: unknown) => void) {
    document.title = say('Your time with {name}', { name: provider.name });
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.#asking.abort(); }, { signal: this.#stopped.signal });
    void this.#follow();
  }

  leave(): void {
    clearInterval(this.#tick);
    this.#stopped.abort();
    this.#asking.abort();
    this.#slots?.leave();
  }

  // ---- what is told ----

  async #fetch(wait: number): Promise<void> {
    const call = client.GET('/book/{id}/booking', {
      params: { path, query: wait ? { wait } : {} }, cache: 'no-store', signal: this.#asking.signal,
      headers: { Authorization: `Bearer ${this.token}`, ...(this.#etag ? { 'If-None-Match': this.#etag } : {}) },
    });
    const booking = await answer(call);
    this.#etag = (await call).response.headers.get('ETag') ?? '';
    this.#take(booking);
  }

  /** Follows the booking as long as the page is looked at. */
  async #follow(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      if (document.hidden && this.#booking) {
        await untilSeen(this.#stopped.signal);
        continue;
      }
      this.#asking = new AbortController();
      try {
        await this.#fetch(this.#booking ? 50 : 0);
        report('the booking', null);
        // What is over may still be confirmed late: it is asked for now and then.
        if (!this.#isOpen) await pause(30, this.#stopped.signal);
      } catch (error) {
        if (!(await this.#goesOn(error))) return;
      }
    }
  }

  async #goesOn(error: unknown): Promise<boolean> {
    if (error instanceof DOMException) return !this.#stopped.signal.aborted;
    if (error instanceof Unreachable) {
      report('the booking', error.message);
      await pause(Math.max(error.retryAfter, 2), this.#stopped.signal);
      return true;
    }
    report('the booking', null);
    if (error instanceof Refused && error.problem.status === 304) return true;
    this.closed(error);
    return false;
  }

  get #isOpen(): boolean { return this.#booking?.status === 'PENDING' || this.#booking?.status === 'CONFIRMED'; }
  get #start(): number { return Date.parse(this.#booking?.start_timestamp ?? ''); }

  #take(booking: Booking): void {
    const first = this.#booking === null, moved = !first && this.#booking?.start_timestamp !== booking.start_timestamp;
    this.#booking = booking;
    const key = JSON.stringify([booking.status, booking.reply, booking.start_timestamp, booking.end_timestamp]);
    if (key === this.#shown) return;
    this.#shown = key;
    if (first) this.#draw();
    this.#show(moved && this.#isOpen);
    if (!this.#isOpen) this.#stay();
  }

  #draw(): void {
    showMain(this.#main);
    const name = h('span', { class: 'name', dir: 'auto' }, this.#booking?.client ?? '');
    this.#main.replaceChildren(heading(), this.#state, this.#left, this.#trouble, this.#acts, this.#room,
      h('section', { class: 'panel' }, h('h2', {}, say('Your link')), h('p', {}, ...sayAround('With this link {name} looks at the booking, moves it or cancels it. Keep it, and keep it to yourself.', { name })),
        h('ul', { class: 'links-made' }, linkLine(say('this booking'), linkOf(this.token)))),
      zoneLine());
  }

  #show(moved: boolean): void {
    const { status, reply, start_timestamp: start, end_timestamp: end } = this.#booking!;
    const when = start && end ? bothTimes({ start_timestamp: start, end_timestamp: end }) : h('b', {}, say('no time yet'));
    this.#state.replaceChildren(h('p', {}, when), h('p', { class: `booking-${status}` }, moved ? `${say('The time was moved.')} ${words[status]}` : words[status]),
      ...(reply ? [h('p', {}, ...sayAround('The answer: {reply}', { reply: h('q', { class: 'name', dir: 'auto' }, reply) }))] : []));
    if (status === 'CONFIRMED' && start && end) {
      const file = URL.createObjectURL(new Blob([calendarFile(`booking-${start}`, say('With {name}', { name: provider.name }), { start_timestamp: start, end_timestamp: end })], { type: 'text/calendar' }));
      this.#state.append(h('p', {}, h('a', { href: file, download: 'booking.ics' }, say('Put it into your calendar (.ics)'))));
    }
    this.#offer();
    this.#count();
  }

  #offer(): void {
    const again = h('a', { class: 'button', href: pageUrl }, say('Book another time'));
    this.#acts.replaceChildren(...(this.#isOpen && this.#start > Date.now()
      ? [h('button', { type: 'button', click: () => this.#move() }, say('Move it')), h('button', { type: 'button', class: 'danger', click: () => this.#ask() }, say('Cancel it'))] : [again]));
  }

  /** How long the time is kept. The server says when it is over; the clock of the device only counts. */
  #count(): void {
    const { status, expires_at: until } = this.#booking ?? {};
    const left = status === 'PENDING' && until ? Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000)) : null;
    this.#left.hidden = left === null;
    if (left === null || !until) return;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    this.#left.textContent = left < 6000 ? say('It is kept for you for {clock} more minutes.', { clock }) : say('It is kept for you until {moment}.', { moment: momentText(Date.parse(until), zone) });
  }

  // ---- what is done ----

  #tell(text: string): void { this.#trouble.replaceChildren(...(text ? [refusal(text)] : [])); }

  #stay(): void {
    this.#slots?.leave();
    this.#slots = null;
    this.#room.replaceChildren();
    this.#tell('');
  }

  #move(): void {
    this.#stay();
    this.#slots = new Slots(this.token, (slot) => void this.#moveTo(slot));
    const title = h('h2', { tabindex: '-1' }, say('Choose another time'));
    this.#room.replaceChildren(h('section', { class: 'panel' }, title, this.#slots.element, h('button', { type: 'button', click: () => this.#stay() }, say('Leave it as it is'))));
    title.focus();
  }

  #moveTo(slot: Range): Promise<void> {
    return this.#write(async () => {
      this.#take(await answer(client.PUT('/book/{id}/booking', { params: { path }, body: { start_timestamp: slot.start_timestamp }, ...authorized(this.token) })));
      this.#stay();
    });
  }

  #ask(): void {
    this.#stay();
    const yes = h('button', { type: 'button', class: 'danger', click: () => void this.#cancel() }, say('Yes, cancel it'));
    this.#room.replaceChildren(h('section', { class: 'panel' }, h('p', {}, say('The time is free for others then. Cancel it?')),
      h('div', { class: 'acts' }, yes, h('button', { type: 'button', click: () => this.#stay() }, say('No, keep it')))));
    yes.focus();
  }

  #cancel(): Promise<void> {
    return this.#write(async () => {
      this.#take(await answer(client.DELETE('/book/{id}/booking', { params: { path }, ...authorized(this.token) })));
      this.#stay();
    });
  }

  #write(act: () => Promise<void>): Promise<void> {
    this.#tell('');
    return alone(this.#main, async () => {
      try {
        await act();
      } catch (error) {
        if (error instanceof Refused && error.problem.reason && this.#slots) this.#move();
        this.#tell(error instanceof Unreachable ? `${wordsOf(error)} ${say('It is not known whether that arrived: what stands above is what counts.')}` : wordsOf(error));
      }
    });
  }
}
