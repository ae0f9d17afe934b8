// What the pages of a poll share: the token in the address, the poll's facts in words, its booking, and refusals.
import type { Event } from './api';
import { h } from './dom';
import { calendarFile, guestText, zone, zoneText } from './guest';
import { say } from './language';
import type { Asked } from './poll_times';
import { lengthText } from './words';
import { cityOf, clockText, frameText, rangeText } from './zone';

export const pollId = Number(/^\/polls\/(\d+)/.exec(location.pathname)?.[1] ?? 0);

export const path = { id: pollId };

/** The page's address with another token. */
export const linkOf = (other: string) => `${location.origin}/polls/${pollId}${other ? '#' + other : ''}`;

export function facts(poll: Asked & { title: string }): HTMLElement {
  const from = Date.parse(poll.from), to = Date.parse(poll.to);
  const places = { length: lengthText(poll.duration), frame: frameText(from, to, zone), from: clockText(poll.daily_from ?? '00:00:00'), to: clockText(poll.daily_to ?? '24:00:00'), zone: cityOf(poll.time_zone) };
  const daily = poll.daily_from !== '00:00:00' || !poll.daily_to?.startsWith('24');
  const when = !daily ? say('{length}, some time {frame}.', places) : poll.time_zone === zone ? say('{length}, some time {frame}, on each day from {from} to {to}.', places)
    : say('{length}, some time {frame}, on each day from {from} to {to} in {zone}.', places);
  return h('div', {}, h('h1', { class: 'name', dir: 'auto' }, poll.title),
    h('p', { class: 'facts-line' }, when),
    h('p', { class: 'soft' }, zoneText()));
}

/** The time for which the poll was booked, with a file for the reader's own calendar. */
export function booked(title: string, event: { start_timestamp: string; end_timestamp: string; status: Event['status'] }): HTMLElement {
  const when = rangeText(event.start_timestamp, event.end_timestamp, zone);
  return h('div', { class: 'booked', role: 'status' },
    h('p', {}, h('b', {}, event.status === 'held' ? say('Held, and not confirmed yet: {when}', { when }) : say('It takes place: {when}', { when }))),
    calendarFile(`poll-${pollId}.ics`, `poll-${pollId}`, title, event));
}

/** Refusals by status, for somebody with nothing but a link. */
const refused: Record<number, string> = {
  401: say('This needs a personal link. Ask the organiser of the poll for yours.'),
  403: say('This link does not open this poll. It may have been cut short on its way, it belongs to another poll, or you have been taken off this one. Ask whoever sent it.'),
  404: say('There is no such poll, or there is none any more.'),
  409: say('The poll is closed: its time has been booked.'),
};
export const wordsOf = (error: unknown): string => guestText(error, ({ status, reason }) => (status === 409 && reason ? undefined : refused[status]));
