// What the pages for people with nothing but a link share: the reader's zone, links to keep, an iCalendar file, actions and their
// refusals, and opening the page of an address.
import './one_press';
import { answer, isAnswer, pause, Refused, Unreachable, type Call, type Problem } from './api';
import { h } from './dom';
import { alone, copyField } from './form';
import { languageChoice, say } from './language';
import { report } from './notice';
import { forever, reached } from './reach';
import { problemText } from './refusals';

/** The reader's own zone. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The token in the address's fragment, which a browser never sends by itself. Empty if there is none. */
export const token = (): string => /^#(jb[bop]_[0-9a-f]{48})$/.exec(location.hash)?.[1] ?? '';

/** The request options for the holder of a token. An empty token sends no Authorization. */
export const authorized = (secret = token()) => ({ cache: 'no-store' as const, headers: secret ? { Authorization: `Bearer ${secret}` } : {} });

export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** A token made by the visitor. An unanswered request is sent again under it and is not done twice. */
export const newToken = (): string => `jbb_${hexOf(crypto.getRandomValues(new Uint8Array(24)))}`;

/** An error in words for somebody with nothing but a link: the page's `own` words for a refusal, or else the common ones. */
export function guestText(error: unknown, own: (problem: Problem) => string | undefined): string {
  isAnswer(error);
  return error instanceof Unreachable ? error.message : own(error.problem) ?? problemText(error.problem, zone);
}

/** A text property of an iCalendar file (RFC 5545, 3.3.11), folded at 75 bytes (3.1). */
function contentLine(name: string, text: string): string {
  const line = `${name}:${text.replace(/[\\;,]/g, '\\$&').replace(/\r\n?|\n/g, '\\n').replace(/\p{Cc}/gu, '')}`;
  let result = '', bytes = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > 75) [result, bytes] = [result + '\r\n ', 1];
    result += character;
    bytes += size;
  }
  return result;
}

const compact = (instant: string) => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

/** A link that downloads an iCalendar file with one event. */
export function calendarFile(name: string, uid: string, title: string, { start_timestamp: start, end_timestamp: end }: { start_timestamp: string; end_timestamp: string }): HTMLElement {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//jb_scheduler//page//EN', 'BEGIN:VEVENT', contentLine('UID', `${uid}@${location.hostname}`),
    `DTSTAMP:${compact(new Date().toISOString())}`, `DTSTART:${compact(start)}`, `DTEND:${compact(end)}`,
    contentLine('SUMMARY', title), 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
  const file = URL.createObjectURL(new Blob([text], { type: 'text/calendar' }));
  return h('p', {}, h('a', { href: file, download: name }, say('Put it into your calendar (.ics)')));
}

/** Shows a page's content, with the language choice below it. */
function showMain(main: HTMLElement): void {
  document.body.replaceChildren(...document.querySelectorAll('.banner, .notices, .heard'), main, h('footer', { class: 'page-foot' }, languageChoice()));
}

/** The zone of the times on the page. */
export const zoneText = () => say('All times on this page are those of {zone}, where you seem to be.', { zone });

export function refusal(text: string): HTMLElement { return h('p', { class: 'refusal', role: 'alert' }, text); }

/** Calls `act` at an interval until the page is gone. */
export function every(milliseconds: number, gone: AbortSignal, act: () => void): void {
  const timer = setInterval(act, milliseconds);
  gone.addEventListener('abort', () => clearInterval(timer));
}

const shortest = 5; // seconds between requests for news

/** A page that a link opens, and its actions. */
export abstract class GuestPage {
  protected readonly main = h('main');
  /** Shows errors. */
  protected readonly trouble = h('div');
  protected readonly stopped = new AbortController();
  /** How far the server's clock, by the last news, is ahead of the device's, in milliseconds. */
  #ahead = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #latest: unknown; // the action under way or to be retried

  protected constructor(private readonly wordsOf: (error: unknown) => string) {}

  protected show(): void { showMain(this.main); }

  protected now(): number { return Date.now() + this.#ahead; }

  leave(): void {
    this.desist();
    this.stopped.abort();
  }

  /** Stops retrying the last action, even if it is under way. */
  protected desist(): void {
    clearTimeout(this.#retry);
    this.#latest = undefined;
    report('what is sent', null);
  }

  protected tell(words: string): void { this.trouble.replaceChildren(...(words ? [refusal(words)] : [])); }

  /** Runs one action at a time. Shows `unsent` if the server cannot be reached. With `again`, retries by itself until desist(). */
  protected async act(act: () => Promise<void>, unsent = '', again = false, refused: (words: string, problem: Problem) => void = (words) => this.tell(words)): Promise<void> {
    clearTimeout(this.#retry);
    this.#latest = act;
    this.tell('');
    await alone(this.main, async () => {
      try {
        await act();
        report('what is sent', null);
      } catch (error) {
        const words = this.wordsOf(error), ended = again && this.#latest !== act;
        report('what is sent', again && !ended && error instanceof Unreachable ? error.message : null);
        if (error instanceof Refused) return refused(words, error.problem);
        if (ended) return;
        this.tell(`${words} ${unsent}`);
        if (again) this.#retry = setTimeout(() => void this.act(act, unsent, again, refused), Math.max((error as Unreachable).retryAfter, 2) * 1000);
      }
    });
  }

  /** Follows the link's resource while the page is in view. `ask` waits for a state newer than `known`. */
  protected follow<News>(ask: (query: { wait?: number }, known: Record<string, string>, signal: AbortSignal) => Call<News>, take: (news: NonNullable<News>, etag: string) => Promise<void>, lost: (error: Refused) => void): void {
    let etag = '';
    void forever('what is followed', this.stopped.signal, async (signal, wait) => {
      const asked = performance.now();
      try {
        const call = ask(etag ? { wait } : {}, etag ? { 'If-None-Match': etag } : {}, signal), news = await answer(call);
        const { headers } = (await call).response, date = headers.get('Date');
        etag = headers.get('ETag') ?? '';
        this.#ahead = date ? Date.parse(date) - Date.now() : 0;
        await take(news, etag);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        // The server answers at once if anonymous readers have taken all waiting places.
        if (error.problem.status === 304) return pause(shortest - (performance.now() - asked) / 1000, signal);
        this.leave();
        lost(error);
      }
    });
  }
}

export const linkLine = (name: string, url: string, mail = ''): HTMLElement =>
  h('li', {}, h('span', { class: 'name', dir: 'auto' }, name), ...copyField(say('Link of {name}', { name }), url), mail && h('a', { href: mail }, say('Send by mail')));

// ---- opening the address ----

/** The link in the address is not whole. The message says what to do. */
export class CutShort extends Error {}

interface Opening {
  /** Requests what the address opens. Returns the function that shows it. */
  ask: () => Promise<() => GuestPage>;
  /** The title if the page does not open. */
  title: string;
  heading: string;
  /** Why it does not open. */
  wordsOf: (error: unknown) => string;
  /** A link to go elsewhere. */
  link?: () => HTMLElement | null;
}

/** Shows what the address opens, now and whenever its fragment changes. Retries while the server cannot be reached. */
export class Opener {
  #page: GuestPage | null = null;
  #opened = 0; // of concurrent openings only the latest is shown

  constructor(private readonly opening: Opening) {
    addEventListener('hashchange', () => void this.open());
    void this.open();
  }

  open = async (): Promise<void> => {
    const mine = ++this.#opened, wanted = () => mine === this.#opened;
    try {
      const show = await reached('the start', this.opening.ask, wanted);
      if (!show || !wanted()) return;
      this.#page?.leave();
      this.#page = show();
    } catch (error) {
      if (wanted()) this.close(error);
    }
  };

  /** Shows that the address opens nothing. */
  close(error: unknown): void {
    const { title, heading, wordsOf, link } = this.opening, words = error instanceof CutShort ? error.message : wordsOf(error);
    this.#page?.leave();
    this.#page = null;
    document.title = title;
    showMain(h('main', {}, h('h1', {}, heading), refusal(words), link?.()));
  }
}
