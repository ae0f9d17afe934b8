// The page of a booking for the holder of its link. It shows the state as it changes, and can move or cancel the booking.
import { answer, client, pause, Refused, type Booking, type Call } from './api';
import { bothTimes, linkOf, pageUrl, path, provider, providerId, wordsOf, zoneLine } from './book_facts';
import { heading } from './book_make';
import { Slots } from './book_slots';
import { h } from './dom';
import { authorized, calendarFile, every, GuestPage, hexOf, linkLine, zone } from './guest';
import { say, sayAround } from './language';
import { momentText } from './zone';

const words: Record<Booking['status'], string> = {
  PENDING: say('It is kept for you, and waits for an answer.'), CONFIRMED: say('It is confirmed.'), DENIED: say('It was denied.'),
  EXPIRED: say('Nobody answered in time, so it is not yours any more.'), CANCELLED: say('It is cancelled.'), WAITING: say('It waits for a time.'),
};

/** The same in every file of a booking, so that importing the file of a moved booking replaces the old event. It does not reveal the token. */
async function uidOf(token: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
  return `booking-${hexOf(digest.slice(0, 16))}`;
}

/** The text of an instant depends on the calendar's zone, so compare instants as numbers. */
const instant = (text: string | null) => (text === null ? null : Date.parse(text));

export class LookPage extends GuestPage {
  readonly #state = h('div', { class: 'booked', role: 'status' });
  readonly #left = h('p', { class: 'left', role: 'timer' });
  readonly #acts = h('div', { class: 'acts' });
  readonly #room = h('div');
  readonly #asked = { ...provider }; // the page's own provider
  #booking: Booking | null = null;
  #shown = '';
  #etag = ''; // of what is shown
  #uid = '';
  #slots: Slots | null = null;

  constructor(private readonly token: string, closed: (error: unknown) => void) {
    super(wordsOf);
    this.main.className = 'book';
    every(1000, this.stopped.signal, () => this.#count());
    const { cache, headers } = authorized(token);
    this.follow((query, known, signal) => client.GET('/book/{id}/booking', { params: { path, query }, cache, signal, headers: { ...headers, ...known } }), async (booking, etag) => {
      this.#uid ||= await uidOf(token);
      this.#take(booking, etag);
      // A booking that is over may still be confirmed late, so poll for it slowly.
      if (!this.#isOpen) await pause(30, this.stopped.signal);
    }, closed);
  }

  // ---- what the page shows ----

  get #isOpen(): boolean { return ['PENDING', 'CONFIRMED', 'WAITING'].includes(this.#booking?.status ?? ''); }

  /** Whether its provider has moved it to another provider's calendar. This page cannot move it there. */
  get #isElsewhere(): boolean { return this.#booking?.provider_id?.toLowerCase() !== providerId.toLowerCase(); }

  #take(booking: Booking, etag: string): void {
    const first = this.#booking === null, moved = !first && instant(this.#booking!.start_timestamp) !== instant(booking.start_timestamp);
    this.#booking = booking;
    this.#etag = etag;
    const key = JSON.stringify([booking.provider_id, booking.status, booking.reply, instant(booking.start_timestamp), instant(booking.end_timestamp)]);
    if (key === this.#shown) return;
    this.#shown = key;
    const called = provider.name;
    Object.assign(provider, this.#isElsewhere ? { name: booking.provider_id ?? called, zone: null } : this.#asked);
    if (first || provider.name !== called) this.#draw();
    this.#tellState(moved && this.#isOpen && booking.start_timestamp !== null);
    this.#stay(); // a question about the old state no longer applies
  }

  #draw(): void {
    this.show();
    document.title = say('Your time with {name}', { name: provider.name });
    const name = h('span', { class: 'name', dir: 'auto' }, this.#booking?.client ?? '');
    this.main.replaceChildren(heading(), this.#state, this.#left, this.trouble, this.#acts, this.#room,
      h('section', { class: 'panel' }, h('h2', {}, say('Your link')), h('p', {}, ...sayAround('With this link {name} looks at the booking, moves it or cancels it. Keep it, and keep it to yourself.', { name })),
        h('ul', { class: 'links-made' }, linkLine(say('this booking'), linkOf(this.token)))),
      zoneLine());
  }

  #tellState(moved: boolean): void {
    const { status, reply, start_timestamp: start, end_timestamp: end } = this.#booking!;
    const range = start && end ? { start_timestamp: start, end_timestamp: end } : null, when = range ? bothTimes(range) : h('b', {}, say('no time yet'));
    this.#state.replaceChildren(h('p', {}, when), h('p', { class: `booking-${status}` }, moved ? `${say('The time was moved.')} ${words[status]}` : words[status]),
      ...(reply ? [h('p', {}, ...sayAround('The answer: {reply}', { reply: h('q', { class: 'name', dir: 'auto' }, reply) }))] : []));
    if (status === 'CONFIRMED' && range) this.#state.append(calendarFile('booking.ics', this.#uid, say('With {name}', { name: provider.name }), range));
    this.#count();
    const again = h('a', { class: 'button', href: pageUrl }, say('Book another time'));
    this.#acts.replaceChildren(...(this.#isOpen && (start === null || Date.parse(start) > this.now())
      ? [...(this.#isElsewhere ? [] : [h('button', { click: () => this.#move() }, say('Move it'))]), h('button', { class: 'danger', click: () => this.#ask() }, say('Cancel it'))] : [again]));
  }

  /** Shows how long the time is kept, by the server's clock. The server decides when it expires. */
  #count(): void {
    const { status, expires_at: until } = this.#booking ?? {};
    const left = status === 'PENDING' && until ? Math.max(0, Math.ceil((Date.parse(until) - this.now()) / 1000)) : null;
    this.#left.hidden = left === null;
    if (left === null || !until) return;
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    this.#left.textContent = left < 6000 ? say('It is kept for you for {clock} more minutes.', { clock }) : say('It is kept for you until {moment}.', { moment: momentText(until, zone) });
  }

  // ---- what the visitor does ----

  #stay(): void {
    this.#slots?.leave();
    this.#slots = null;
    this.#room.replaceChildren();
    this.tell('');
  }

  #move(): void {
    this.#stay();
    if (this.#isElsewhere) return;
    this.#slots = new Slots(this.token, ({ start_timestamp }) => void this.#write((as) => client.PUT('/book/{id}/booking', { params: { path }, body: { start_timestamp }, ...as }), () => this.#move()), this.stopped.signal);
    const title = h('h2', { tabindex: '-1' }, say('Choose another time'));
    this.#room.replaceChildren(h('section', { class: 'panel' }, title, this.#slots.element, h('button', { click: () => this.#stay() }, say('Leave it as it is'))));
    title.focus();
  }

  #ask(): void {
    this.#stay();
    const cancel = () => this.#write((as) => client.DELETE('/book/{id}/booking', { params: { path }, ...as }), () => this.#ask());
    const yes = h('button', { class: 'danger', click: () => void cancel() }, say('Yes, cancel it'));
    this.#room.replaceChildren(h('section', { class: 'panel' }, h('p', {}, say('The time is free for others then. Cancel it?')),
      h('div', { class: 'acts' }, yes, h('button', { click: () => this.#stay() }, say('No, keep it')))));
    yes.focus();
  }

  async #hear(call: Call<Booking>): Promise<void> { this.#take(await answer(call), (await call).response.headers.get('ETag') ?? ''); }

  /** Changes the booking only in the version on the page. If it has changed since, shows it as it is now, and `ask` asks again (rule 11.17). */
  #write(send: (as: { cache: 'no-store'; headers: Record<string, string> }) => Call<Booking>, ask: () => void): Promise<void> {
    const { cache, headers } = authorized(this.token);
    return this.act(async () => {
      try {
        await this.#hear(send({ cache, headers: { ...headers, 'If-Match': this.#etag } }));
        this.#stay();
      } catch (error) {
        if (!(error instanceof Refused && error.problem.status === 412)) throw error;
        await this.#hear(client.GET('/book/{id}/booking', { params: { path }, cache, headers }));
        if (this.#isOpen) ask();
        this.tell(wordsOf(error));
      }
    }, say('It is not known whether that arrived: what stands above is what counts.'), false, (said, { reason }) => {
      if (reason && this.#slots) this.#move();
      this.tell(said);
    });
  }
}
