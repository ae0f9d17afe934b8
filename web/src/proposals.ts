// Proposals: events that are held until somebody confirms them who may book where their makers could only propose (rule 13.15). Also how an
// event is confirmed, denied or cancelled.
import { allPages, answer, client, type Event, type Scope } from './api';
import { calledAll, known, rightsOn } from './calendars';
import { say } from './language';
import type { Page } from './page';
import { recordText } from './zone';

export type Deed = 'cancel' | 'confirm' | 'deny';

export function doneText(deed: Deed, name: string, isOwn: boolean): string {
  if (isOwn) return say('Withdrawn: {name}.', { name });
  if (deed === 'confirm') return say('Confirmed: {name}.', { name });
  return deed === 'deny' ? say('Denied: {name}.', { name }) : say('Cancelled: {name}.', { name });
}

/** Sends the action. Returns the ids of the series' events that it changes. */
export async function sendDeed(deed: Deed, event: Event, body: { scope?: Scope; dry_run?: boolean; if_still_free?: true }, key?: string): Promise<number[]> {
  const params = { path: { id: event.id }, header: { 'If-Match': `"${event.version}"`, ...(key ? { 'Idempotency-Key': key } : {}) } };
  return (await answer(client.POST(`/events/{id}/${deed}`, { params, body }))).events ?? [];
}

/** Whether the event is still to be confirmed, if need be late. */
export const isProposal = ({ proposed_on: on, status }: Event): boolean => on !== undefined && ['held', 'waiting', 'expired'].includes(status);

/** Whether the reader has proposed the event, and so may withdraw it, and nothing else. */
export const isOwnProposal = (event: Event, { who }: Page): boolean => isProposal(event) && event.held_by === who.principal;

/** "Proposed by anna, until Mon 1 Mar, 09:00; room:a to confirm."; empty for any other event. */
export function proposedText(event: Event): string {
  if (!isProposal(event)) return '';
  const facts = { who: event.held_by ?? '', calendars: calledAll(event.proposed_on ?? []) };
  return event.expires_at ? say('Proposed by {who}, until {moment}; {calendars} to confirm.', { ...facts, moment: recordText(event.expires_at, event.time_zone) })
    : say('Proposed by {who}; {calendars} to confirm.', facts);
}

/** That other times are held beside the event's until one of them is confirmed (rule 3.12); empty for any other event. */
export const offerText = ({ offer_id: offer, status }: Event): string => (offer !== undefined && status === 'held' ? say('One of several times on offer. Confirming it frees the others.') : '');

export interface Proposed {
  event: Event;
  isOwn: boolean;
  /** Whether the reader may confirm and deny it. */
  mayAnswer: boolean;
}

/** The proposals that wait on the calendars shown, by start; what was offered together stands together. The next event of a series stands for all
 *  of them. */
export async function readProposals(page: Page): Promise<Proposed[]> {
  const calendars = page.settings.map(({ name }) => name), first = new Map<number, Event>();
  if (calendars.length === 0) return [];
  const held = await allPages((after) => client.GET('/events', { params: { query: { calendars, status: ['held'], limit: 1000, ...(after ? { after } : {}) } } })) as Event[];
  for (const event of held.filter(isProposal)) if (!first.has(event.series ?? event.id)) first.set(event.series ?? event.id, event);
  const offers = new Map<number, Event[]>();
  for (const event of first.values()) offers.set(event.offer_id ?? event.id, [...(offers.get(event.offer_id ?? event.id) ?? []), event]);
  const events = [...offers.values()].flat(), names = [...new Set(events.flatMap((event) => event.proposed_on!))];
  const rights = new Map(await Promise.all(names.map(async (name) => [name, await rightsOn(name)] as const)));
  await known.learn(names);
  return events.map((event) => {
    const isOwn = isOwnProposal(event, page);
    return { event, isOwn, mayAnswer: !isOwn && event.proposed_on!.every((name) => rights.get(name)!.includes('book')) };
  });
}
