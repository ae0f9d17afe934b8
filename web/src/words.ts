// The words of the page, which are those of docs/glossary.md.
import type { Change, Event, EventRequest, Problem, Reason } from './api';
import type { IconName } from './dom';
import { dayText, momentText, shortTime, wallOf } from './zone';

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
/** What the status tells beyond the kind: nothing of what is held, waits or has ended in the ordinary way. */
export function statusText(status: Event['status'], kind: Kind): string {
  return status === kind || (status === 'completed' && kind === 'past') ? '' : statuses[status];
}

const reasons: Record<Reason, string> = {
  in_the_past: 'That time is over already.',
  beyond_horizon: 'That is further ahead than this calendar is planned.',
  too_soon: 'That is sooner than the notice that this calendar asks for.',
  outside_hours: 'The calendar is not open for so long at that time.',
  off_increment: 'It does not begin on this calendar’s grid.',
  over_limit: 'The calendar has as many events on that day as it takes.',
  conflict: 'The time is taken by something that cannot be moved.',
  no_open_slot: 'None of the time that it could have is open for so long.',
  displaced: 'A fixed event took its time, and no other was open.',
  hold_expired: 'Nobody confirmed it in time.',
  window_passed: 'It waited until its time was over.',
};
/** With the server's own facts, where it has told them. */
export function reasonText(reason: Reason, detail: string | null | undefined, zone: string): string {
  const nowhere = reason === 'no_open_slot' ? /^No slot of (.+) is open from (\S+) to (\S+)\.$/.exec(detail ?? '') : null;
  if (!nowhere) return reasons[reason];
  const [, length, from, to] = nowhere;
  return `No stretch of ${durationText(length!)} is open ${withinText(Date.parse(from!), Date.parse(to!), zone)}.`;
}

/** "on Mon 1 Mar" of a whole day, else "from Mon 1 Mar, 09:00 to Tue 2 Mar, 00:00". */
function withinText(from: number, to: number, zone: string): string {
  const start = wallOf(from, zone), end = wallOf(to, zone);
  const lastDay = wallOf(to - 1000, zone).slice(0, 10);
  if (start.endsWith('T00:00:00') && end.endsWith('T00:00:00') && start.startsWith(lastDay)) return `on ${dayText(start)}`;
  return `from ${momentText(from, zone)} to ${momentText(to, zone)}`;
}

/** A length as the server writes it, "1 day 02:30:00", as the page does. */
function durationText(written: string): string {
  const parts = /^(?:(\d+) days? ?)?(?:(\d+):(\d\d):(\d\d))?$/.exec(written);
  if (!parts) return written;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
  return lengthText(days * 86_400 + hours * 3600 + minutes * 60 + seconds);
}

/** What was in the way when a request was refused, by number: its record has them in the detail alone. */
export function conflictsIn(detail: string | null): number[] {
  return (/ is taken by events? ([\d, ]+)/.exec(detail ?? '')?.[1] ?? '').split(',').map(Number).filter((id) => id > 0);
}

/** What was asked for: how long and when, in the zone of its first calendar. */
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

/** A refusal in words for the person at the page. */
export function problemText(problem: Problem, zone = 'UTC'): string {
  if (problem.reason) return reasonText(problem.reason, problem.detail, zone);
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
export function changeText({ kind, old_range }: Change): string {
  return kind === 'waiting' && old_range === null ? 'put among what waits' : changes[kind] ?? kind;
}
