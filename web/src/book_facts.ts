// What the parts of a provider's booking page share: the provider, the token in the address, the draft, and the texts.
import { answer, client, type Range } from './api';
import { h } from './dom';
import { authorized, guestText, token, zone, zoneText } from './guest';
import { keep, kept } from './kept';
import { english, say } from './language';
import { cityOf, rangeText } from './zone';

/** The provider's part of the address. Invalid percent-encoded UTF-8 stays as it is and names nobody, which the page then says. */
function idOf(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const providerId = idOf(/^\/book\/([^/]+)/.exec(location.pathname)?.[1] ?? '');
export const path = { id: providerId };

/** The provider's name and zone, as far as the page knows them. */
export const provider = { name: providerId, zone: null as string | null };

export const pageUrl = `${location.origin}/book/${encodeURIComponent(providerId)}`;
export const linkOf = (secret: string) => `${pageUrl}#${secret}`;

/** The booking that a token opens. It remains after its provider's page has closed. */
export const fetchBooking = (secret: string) => answer(client.GET('/book/{id}/booking', { params: { path }, ...authorized(secret) }));

// ---- the draft: kept in this tab until it is booked ----

interface Draft {
  typed: { client: string; contact: string; note: string };
  /** The start of the chosen time, and the terms that were shown with it. */
  chosen: { start: string; terms: string } | null;
  /** The token of a booking that was sent and may or may not have arrived. */
  sent: string | null;
  /** The start for which it is sent again until there is an answer. */
  pressed: string | null;
}

const key = `book/${providerId}`, tab = () => sessionStorage;

export const draft = (): Draft => ({ typed: { client: '', contact: '', note: '' }, chosen: null, sent: null, pressed: null, ...kept<Partial<Draft>>(key, tab) });
export const keepDraft = (change: Partial<Draft>): void => keep(key, { ...draft(), ...change }, tab);
/** What was sent is booked. The typed text stays, for another booking. */
export const endDraft = (): void => keepDraft({ chosen: null, sent: null, pressed: null });

// ---- words ----

const reasons: Record<string, string> = {
  conflict: say('Somebody else has taken this time meanwhile.'), over_limit: say('This day is now full.'), too_soon: say('It is now too late for this time.'),
  in_the_past: say('This time is over.'), outside_hours: say('The provider is not open at this time any more.'), off_increment: say('The provider has other times now.'),
  beyond_horizon: say('This time is too far ahead.'),
};

/** The zone of the times on the page, and the provider's zone if it differs. */
export const zoneLine = () => h('p', { class: 'soft' }, [zoneText(),
  provider.zone !== null && provider.zone !== zone && say('{name} goes by the time of {zone}.', { name: provider.name, zone: cityOf(provider.zone) })].filter(Boolean).join(' '));

/** A time in the visitor's zone, and in the provider's if it reads differently there. */
export function bothTimes({ start_timestamp: start, end_timestamp: end }: Range): HTMLElement {
  const text = (where: string) => rangeText(start, end, where), theirs = provider.zone ?? zone;
  return h('span', {}, h('b', {}, text(zone)), text(theirs) !== text(zone) && h('small', {}, ' ', say('{when} in {zone}', { when: text(theirs), zone: cityOf(theirs) })));
}

/** A refusal in words for somebody with nothing but a link. */
export const wordsOf = (error: unknown): string => guestText(error, ({ reason, type, status, detail, title }) => {
  if (reason && reasons[reason]) return reasons[reason];
  if (type === '/problems/too-many-bookings') return say('That is one booking too many: {why}', { why: english(detail ?? title) });
  if (status === 412) return say('This has changed meanwhile. Look at it again, and then decide.');
  if (status !== 404) return undefined;
  return token() ? say('This link opens no booking. It may have been cut short on its way, or the booking is gone. Ask whoever sent it, or book again.')
    : say('Nobody takes bookings at this address. Ask whoever gave you the address.');
});
