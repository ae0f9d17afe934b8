// What the pages for people with nothing but a link share: their zone, links to keep, a file for their own calendar, refusals.
import { Unreachable } from './api';
import { h } from './dom';
import { say } from './language';
import { languageChoice } from './language_choice';
import { report } from './notice';

/** The reader's own zone. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What a request carries for whoever holds this token; an empty one opens nothing. */
export const authorized = (token: string) => ({ cache: 'no-store' as const, headers: token ? { Authorization: `Bearer ${token}` } : {} });

/** A text of an iCalendar file (RFC 5545, 3.3.11), its lines folded at 75 bytes (3.1). */
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

const compact = (instant: number) => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

/** An iCalendar file with one event. */
export function calendarFile(uid: string, title: string, { start_timestamp: start, end_timestamp: end }: { start_timestamp: string; end_timestamp: string }): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//jb_scheduler//page//EN', 'BEGIN:VEVENT', `UID:${uid}@${location.hostname}`,
    `DTSTAMP:${compact(Date.now())}`, `DTSTART:${compact(Date.parse(start))}`, `DTEND:${compact(Date.parse(end))}`,
    contentLine('SUMMARY', title), 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
}

/** Shows a page's content, with the choice of the language below. */
export function showMain(main: HTMLElement): void {
  document.body.replaceChildren(...document.querySelectorAll('.banner, .notices, .heard'), main, h('footer', { class: 'page-foot' }, languageChoice()));
}

// ---- what is followed ----

export const pause = (seconds: number, signal: AbortSignal) => new Promise<void>((done) => {
  const timer = setTimeout(done, seconds * 1000);
  signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
});

/** Waits until the page is looked at again. */
export const untilSeen = (signal: AbortSignal) => new Promise<void>((done) => {
  document.addEventListener('visibilitychange', () => done(), { once: true, signal });
  signal.addEventListener('abort', () => done(), { once: true });
});

// ---- what every page has ----

export function refusal(text: string): HTMLElement { return h('p', { class: 'refusal', role: 'alert' }, text); }

/** A button that copies a text, and says so. */
export function copyButton(text: string, label = say('Copy')): HTMLButtonElement {
  const button: HTMLButtonElement = h('button', { type: 'button', click: () => void copy() }, label);
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(() => { button.textContent = say('Copied'); }, () => { button.textContent = say('Copy it by hand'); });
  };
  return button;
}

export function linkLine(name: string, url: string, mail = ''): HTMLElement {
  const field = h('input', { type: 'text', readonly: true, 'aria-label': say('Link of {name}', { name }), focus: () => field.select() });
  field.value = url;
  return h('li', {}, h('span', { class: 'name', dir: 'auto' }, name), field, copyButton(url), mail && h('a', { href: mail }, say('Send by mail')));
}

// ---- what the address opens ----

interface Shown { leave: () => void }

export interface Opening {
  /** Asks for what the address opens. Result: the function that shows it. */
  ask: () => Promise<() => Shown>;
  /** The title of the page that does not open. */
  title: string;
  heading: string;
  /** Why it does not open. */
  wordsOf: (error: unknown) => string;
  /** Where else to go. */
  link?: () => HTMLElement | null;
}

/** Shows what the address opens, now and whenever its fragment changes. A server that cannot be reached is asked until it can. */
export class Opener {
  #page: Shown | null = null;
  #opened = 0; // of two openings that are under way only the later is shown

  constructor(private readonly opening: Opening) {
    addEventListener('hashchange', () => void this.open());
    void this.open();
  }

  open = async (): Promise<void> => {
    const mine = ++this.#opened;
    while (mine === this.#opened) {
      try {
        const show = await this.opening.ask();
        if (mine !== this.#opened) return;
        report('the start', null);
        this.#page?.leave();
        this.#page = show();
        return;
      } catch (error) {
        if (mine !== this.#opened) return;
        if (!(error instanceof Unreachable)) return this.close(error);
        report('the start', error.message);
        await new Promise((done) => setTimeout(done, Math.max(error.retryAfter, 2) * 1000));
      }
    }
  };

  /** Says that the address opens nothing. */
  close(error: unknown): void {
    const { title, heading, wordsOf, link } = this.opening, words = wordsOf(error);
    report('the start', null);
    this.#page?.leave();
    this.#page = null;
    document.title = title;
    showMain(h('main', {}, h('h1', {}, heading), refusal(words), link?.()));
  }
}
