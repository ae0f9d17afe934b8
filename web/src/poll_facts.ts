// What the pages of a poll share: the token of the address, the facts of a poll in words, what is booked, and refusals.
import { Refused, Unreachable, type Event, type Problem } from './api';
import { h } from './dom';
import type { Asked } from './poll_times';
import { problemText } from './refusals';
import { lengthText } from './words';
import { frameText, momentText, rangeText, shortTime } from './zone';

/** The reader's own zone. */
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const pollId = Number(/^\/polls\/(\d+)/.exec(location.pathname)?.[1] ?? 0);

/** The token in the address's fragment, which the browser sends nowhere by itself; empty where there is none. */
export const token = (): string => /^#(jb[op]_[0-9a-f]+)$/.exec(location.hash)?.[1] ?? '';

export const authorized = () => ({ cache: 'no-store' as const, headers: token() ? { Authorization: `Bearer ${token()}` } : {} });
export const path = { id: pollId };

/** The page's address with another token. */
export const linkOf = (other: string) => `${location.origin}/polls/${pollId}${other ? '#' + other : ''}`;

export function facts(poll: Asked & { title: string }): HTMLElement {
  const from = Date.parse(poll.from), to = Date.parse(poll.to);
  const daily = poll.daily_from !== '00:00:00' || !poll.daily_to?.startsWith('24')
    ? `, on each day from ${shortTime(poll.daily_from ?? '00:00:00')} to ${shortTime(poll.daily_to ?? '24:00:00')}${poll.time_zone === zone ? '' : ` in ${poll.time_zone}`}` : '';
  return h('div', {}, h('h1', { class: 'name', dir: 'auto' }, poll.title),
    h('p', { class: 'facts-line' }, `${lengthText(poll.duration)}, some time ${frameText(from, to, zone)}${daily}.`),
    h('p', { class: 'soft' }, `All times on this page are those of ${zone}, where you seem to be.`));
}

/** A text of an iCalendar file (RFC 5545, 3.3.11), its lines folded at 75 bytes (3.1). */
function contentLine(name: string, text: string): string {
  const line = `${name}:${text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')}`;
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

export function calendarFile(title: string, { start_timestamp: start, end_timestamp: end }: { start_timestamp: string; end_timestamp: string }): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//jb_scheduler//poll//EN', 'BEGIN:VEVENT', `UID:poll-${pollId}@${location.hostname}`,
    `DTSTAMP:${compact(Date.now())}`, `DTSTART:${compact(Date.parse(start))}`, `DTEND:${compact(Date.parse(end))}`,
    contentLine('SUMMARY', title), 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
}

/** When the poll was booked, with a file for the reader's own calendar. */
export function booked(title: string, event: { start_timestamp: string; end_timestamp: string; status: Event['status'] }): HTMLElement {
  const file = URL.createObjectURL(new Blob([calendarFile(title, event)], { type: 'text/calendar' }));
  const when = rangeText(Date.parse(event.start_timestamp), Date.parse(event.end_timestamp), zone);
  return h('div', { class: 'booked', role: 'status' },
    h('p', {}, h('b', {}, event.status === 'held' ? `Held, and not confirmed yet: ${when}` : `It takes place: ${when}`)),
    h('p', {}, h('a', { href: file, download: `poll-${pollId}.ics` }, 'Put it into your calendar (.ics)')));
}

/** A refusal in words for somebody who has only a link. */
export function wordsOf(error: unknown): string {
  if (error instanceof Unreachable) return error.message;
  if (!(error instanceof Refused)) throw error;
  const problem: Problem = error.problem;
  switch (problem.status) {
    case 401: return 'This needs a personal link. Ask the organiser of the poll for yours.';
    case 403: return 'This link does not open this poll. It may have been cut short on its way, or it belongs to another poll. Ask whoever sent it to send it again.';
    case 404: return 'There is no such poll, or there is none any more.';
    case 409: return problem.reason ? problemText(problem, zone) : 'The poll is closed: its time has been booked.';
    default: return problemText(problem, zone);
  }
}

export function refusal(text: string): HTMLElement { return h('p', { class: 'refusal', role: 'alert' }, text); }

export const day = (instant: string) => momentText(Date.parse(instant), zone);

/** A button that copies a text, and says so. */
export function copyButton(text: string, label = 'Copy'): HTMLButtonElement {
  const button: HTMLButtonElement = h('button', { type: 'button', click: () => void copy() }, label);
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(() => { button.textContent = 'Copied'; }, () => { button.textContent = 'Copy it by hand'; });
  };
  return button;
}

export function linkLine(name: string, url: string, mail = ''): HTMLElement {
  const field = h('input', { type: 'text', readonly: true, 'aria-label': `Link of ${name}`, focus: () => field.select() });
  field.value = url;
  return h('li', {}, h('span', { class: 'name', dir: 'auto' }, name), field, copyButton(url), mail && h('a', { href: mail }, 'Send by mail'));
}
