// The words that the page shows; the terms are those of docs/glossary.md.
import type { Change, Event, EventRequest } from './api';
import type { IconName } from './dom';
import { dayText, momentText, shortTime } from './zone';

/** How an event is drawn. An event that has ended is past, whether it was fixed or automatic. */
export type Kind = 'fixed' | 'automatic' | 'held' | 'waiting' | 'past' | 'busy';

export const kinds: Record<Kind, { name: string; icon: IconName; meaning: string }> = {
  fixed: { name: 'Fixed', icon: 'fixed', meaning: 'stays at its time' },
  automatic: { name: 'Automatic', icon: 'automatic', meaning: 'may be moved until it begins' },
  held: { name: 'Held', icon: 'held', meaning: 'reserved until somebody confirms it' },
  waiting: { name: 'Waiting', icon: 'waiting', meaning: 'takes a place when time opens' },
  past: { name: 'Past', icon: 'past', meaning: 'has ended' },
  busy: { name: 'Busy', icon: 'busy', meaning: 'taken by something that is not shown to you' },
};

export function kindOf(event: Event, now: number): Kind {
  if (event.isBusyTime) return 'busy';
  if (event.status === 'waiting' || event.status === 'held') return event.status;
  if (event.end_timestamp && Date.parse(event.end_timestamp) <= now) return 'past';
  return event.placement;
}

const statuses: Record<Event['status'], string> = {
  pending: 'to come', in_progress: 'in progress', completed: 'over', held: 'held', waiting: 'waiting',
  cancelled: 'cancelled', denied: 'denied', expired: 'expired',
};
/** The status in words; empty when the kind says it already, as of an event that is held, waits or is over. */
export function statusText(status: Event['status'], kind: Kind): string {
  return status === kind || (status === 'completed' && kind === 'past') ? '' : statuses[status];
}

/** The wish of an event or a request in words: how long, and when. `zone` is that of the first calendar. */
export function wishText(wish: Event | Partial<EventRequest>, zone: string): string {
  const parts: string[] = [], at = (instant: string) => momentText(Date.parse(instant), zone);
  const instant = 'wished_start' in wish ? wish.wished_start : 'start_timestamp' in wish ? wish.start_timestamp : null;
  const fixed = 'placement' in wish ? wish.placement === 'fixed' : Boolean(instant || wish.start_time);
  if (typeof wish.duration === 'number') parts.push(lengthText(wish.duration));
  if (fixed) {
    parts.push(instant ? `at ${at(instant)}` : `on ${dayText(wish.date!)} at ${shortTime(wish.start_time!)}`);
  } else {
    parts.push(wish.date ? `any time on ${dayText(wish.date)}` : 'as early as possible');
    if (wish.not_before) parts.push(`not before ${at(wish.not_before)}`);
    if (wish.not_after) parts.push(`over by ${at(wish.not_after)}`);
  }
  return parts.join(', ');
}

const fieldNames: Record<string, string> = {
  event_name: 'What', attendees: 'Who', event_location: 'Where', description: 'Description', metadata: 'Data', calendars: 'Calendars', start_time: 'Start', date: 'Date',
  duration: 'Length', not_before: 'Not before', not_after: 'Not after', priority: 'Priority', hold_for: 'Hold', expires_at: 'Held until',
};
export function fieldName(field: string): string {
  return fieldNames[field] ?? field;
}

/** "45 minutes", "1 hour 30 minutes", "2 days". */
export function lengthText(seconds: number): string {
  const parts: string[] = [];
  for (const [unit, size] of [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]] as const) {
    const count = Math.floor(seconds / size);
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
    seconds -= count * size;
  }
  return parts.join(' ') || '0 minutes';
}

const changes: Record<string, string> = {
  placed: 'placed', moved: 'moved', waiting: 'lost its place', updated: 'changed', started: 'begun', completed: 'ended',
  cancelled: 'cancelled', deleted: 'deleted', held: 'held', confirmed: 'confirmed', denied: 'denied', expired: 'expired',
};
export function changeText({ kind, old_range }: Change): string {
  if (kind === null) return 'changed';
  return kind === 'waiting' && old_range === null ? 'put among what waits' : changes[kind] ?? kind;
}
