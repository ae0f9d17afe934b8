// What the parts of a provider's booking page share: whose page it is, the token of the address, what is typed, and words.
import { Refused, Unreachable, type Problem } from './api';
import { h } from './dom';
import { zone } from './guest';
import { english, say } from './language';
import type { components } from '../generated/api';
import { problemText } from './refusals';
import { lengthText } from './words';
import { rangeText } from './zone';

export type Booking = components['schemas']['Booking'];
export type BookingPage = components['schemas']['BookingPage'];
export type Range = components['schemas']['Range'];

export const providerId = decodeURIComponent(/^\/book\/([^/]+)/.exec(location.pathname)?.[1] ?? '');
export const path = { id: providerId };

/** What the provider is called, as far as the page has heard. */
export const provider = { name: providerId, zone: null as string | null };

/** The token in the address's fragment, which the browser sends nowhere by itself; empty where there is none. */
export const token = (): string => /^#(jbb_[0-9a-f]{48})$/.exec(location.hash)?.[1] ?? '';

/** A token of the visitor's own: a booking whose answer was lost is asked for again under it, and not made twice. */
export function newToken(): string {
  return 'jbb_' + [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const pageUrl = `${location.origin}/book/${encodeURIComponent(providerId)}`;
export const linkOf = (secret: string) => `${pageUrl}#${secret}`;

// ---- what is typed: kept in this tab until it is booked ----

export interface Typed { client: string; contact: string; note: string }
/** sent: the token of a booking that was sent, and of which it is not known whether it arrived. */
interface Draft { typed: Typed; sent: string | null }

const key = `book/${providerId}`;
const empty: Draft = { typed: { client: '', contact: '', note: '' }, sent: null };

export function draft(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) };
  } catch {
    return empty; // nothing can be kept here, or what was kept cannot be read
  }
}

export function keep(change: Partial<Draft>): void {
  try { sessionStorage.setItem(key, JSON.stringify({ ...draft(), ...change })); } catch { /* a browser that keeps nothing goes on without */ }
}

// ---- words ----

const reasons: Record<string, string> = {
  conflict: say('Somebody else has taken this time meanwhile.'), over_limit: say('This day is full by now.'), too_soon: say('This time is too soon by now.'),
  in_the_past: say('This time is over.'), outside_hours: say('The provider is not open at this time any more.'), off_increment: say('The provider has other times now.'),
  beyond_horizon: say('This time is too far ahead.'),
};

/** Whose times the page has; and whose the provider has, where those are others. */
export const zoneLine = () => h('p', { class: 'soft' }, [say('All times on this page are those of {zone}, where you seem to be.', { zone }),
  provider.zone !== null && provider.zone !== zone && say('{name} goes by the time of {zone}.', { name: provider.name, zone: provider.zone })].filter(Boolean).join(' '));

/** A time as the visitor has it, and as the provider has it where that is another one. */
export function bothTimes({ start_timestamp: start, end_timestamp: end }: Range): HTMLElement {
  const text = (where: string) => rangeText(Date.parse(start), Date.parse(end), where), theirs = provider.zone ?? zone;
  return h('span', {}, h('b', {}, text(zone)), text(theirs) !== text(zone) && h('small', {}, ' ', say('{when} in {zone}', { when: text(theirs), zone: theirs })));
}

/** A refusal in words for somebody who has only a link. */
export function wordsOf(error: unknown): string {
  if (error instanceof Unreachable) return error.message;
  if (!(error instanceof Refused)) throw error;
  const problem: Problem = error.problem;
  if (problem.reason && reasons[problem.reason]) return reasons[problem.reason]!;
  if (problem.type === '/problems/too-many-bookings') return say('That is one booking too many: {why}', { why: english(problem.detail ?? problem.title) });
  if (problem.status === 404 && token()) return say('This link opens no booking. It may have been cut short on its way, or the booking is gone. Ask whoever sent it, or book again.');
  if (problem.status === 404) return say('Nobody takes bookings at this address. Ask whoever gave you the address.');
  return problemText(problem);
}

export const lengthOf = (page: BookingPage) => lengthText(page.duration);
