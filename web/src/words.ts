// What things are called on the page. The words are those of docs/glossary.md.
import type { Event, Problem, Reason } from './api';
import type { IconName } from './dom';

/** How an event is drawn; what has ended is past, however it was placed. */
export type Kind = 'fixed' | 'automatic' | 'held' | 'waiting' | 'past';

export const kinds: Record<Kind, { name: string; icon: IconName; meaning: string }> = {
  fixed: { name: 'Fixed', icon: 'fixed', meaning: 'stays at its time' },
  automatic: { name: 'Automatic', icon: 'automatic', meaning: 'may be moved until it begins' },
  held: { name: 'Held', icon: 'held', meaning: 'reserved until somebody confirms it' },
  waiting: { name: 'Waiting', icon: 'waiting', meaning: 'takes a place when time opens' },
  past: { name: 'Past', icon: 'past', meaning: 'has ended' },
};

export function kindOf(event: Event, now: number): Kind {
  if (event.status === 'waiting' || event.status === 'held') return event.status;
  if (event.end_timestamp && Date.parse(event.end_timestamp) <= now) return 'past';
  return event.placement;
}

const statuses: Record<Event['status'], string> = {
  pending: 'to come', in_progress: 'in progress', completed: 'over', held: 'held', waiting: 'waiting',
  cancelled: 'cancelled', denied: 'denied', expired: 'expired',
};
export function statusText(status: Event['status']): string {
  return statuses[status];
}

const reasons: Record<Reason, string> = {
  in_the_past: 'That time is over already.',
  beyond_horizon: 'That is further ahead than this calendar is planned.',
  too_soon: 'That is sooner than the notice that this calendar asks for.',
  outside_hours: 'The calendar is not open for so long at that time.',
  off_increment: 'It does not begin on this calendar’s grid.',
  over_limit: 'The calendar has as many events on that day as it takes.',
  conflict: 'The time is taken by something that cannot be moved.',
  no_open_slot: 'All the time that it could have is taken.',
  displaced: 'A fixed event took its time, and no other was open.',
  hold_expired: 'Nobody confirmed it in time.',
  window_passed: 'It waited until its time was over.',
};
export function reasonText(reason: Reason): string {
  return reasons[reason];
}

/** A refusal in words for whoever looks at the page. */
export function problemText(problem: Problem): string {
  if (problem.reason) return reasons[problem.reason];
  if (problem.type === '/problems/version-mismatch') return 'Somebody has changed this event meanwhile. Look at it again, and then decide.';
  if (problem.type === '/problems/not-allowed') return 'Your role does not allow this.';
  const errors = Array.isArray(problem.errors) ? problem.errors : [];
  if (errors.length > 0) return errors.map(({ field, message }) => (field ? `${fieldName(field)}: ${message}` : message)).join('; ') + '.';
  return problem.detail ?? problem.title;
}

const fieldNames: Record<string, string> = {
  event_name: 'What', attendees: 'Who', event_location: 'Where', calendars: 'Calendars', start_time: 'Start', date: 'Date',
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
export function changeText(kind: string): string {
  return changes[kind] ?? kind;
}
