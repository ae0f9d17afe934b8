// A participant's answer as sets of spans, independent of any grid, and when a poll's event may take place. Instants are milliseconds.
import type { Availability } from './api';
import { dateOf, datesFrom, instantOf, isSkipped } from './zone';

export interface Span { start: number; end: number }
export type Preference = 'yes' | 'if_need_be';
export interface Schedule { yes: Span[]; if_need_be: Span[] }

/** The frame, hours and duration, which a poll and an invitation share. */
export interface Asked { from: string; to: string; daily_from: string | null; daily_to: string | null; time_zone: string; duration: number }

export const nothing = (): Schedule => ({ yes: [], if_need_be: [] });

/** The spans sorted, with overlapping and adjacent ones merged. */
export function joined(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (start >= end) continue;
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

export function without(spans: Span[], { start, end }: Span): Span[] {
  return spans.flatMap((span) => [{ start: span.start, end: Math.min(span.end, start) }, { start: Math.max(span.start, end), end: span.end }])
    .filter((span) => span.start < span.end);
}

export const within = (spans: Span[], { start, end }: Span): Span[] =>
  spans.map((span) => ({ start: Math.max(span.start, start), end: Math.min(span.end, end) })).filter((span) => span.start < span.end);

const lengthOf = (spans: Span[]) => spans.reduce((sum, { start, end }) => sum + end - start, 0);

/** The schedule with this span painted with a preference, or cleared if that is null. */
export function painted({ yes, if_need_be }: Schedule, span: Span, preference: Preference | null): Schedule {
  const rest = { yes: without(yes, span), if_need_be: without(if_need_be, span) };
  if (preference) rest[preference] = joined([...rest[preference], span]);
  return rest;
}

/** `now` with the changes that lead from `before` to `after` on top. */
export function carriedOver(before: Schedule, after: Schedule, now: Schedule): Schedule {
  const all = ({ yes, if_need_be }: Schedule) => [...yes, ...if_need_be], less = (spans: Span[], taken: Span[]) => taken.reduce(without, spans);
  const over = (schedule: Schedule, spans: Span[], preference: Preference | null) => spans.reduce((one, span) => painted(one, span, preference), schedule);
  const cleared = over(now, less(all(before), all(after)), null);
  return over(over(cleared, less(after.yes, before.yes), 'yes'), less(after.if_need_be, before.if_need_be), 'if_need_be');
}

/** Whether a span is free by yes, by "if need be" or not at all, and whether only in part. All of it by both is "if need be" (rule 9.5). */
export function stateOf({ yes, if_need_be }: Schedule, span: Span): { look: 'yes' | 'maybe' | 'none'; partly: boolean } {
  const sure = lengthOf(within(yes, span)), maybe = lengthOf(within(if_need_be, span)), whole = span.end - span.start;
  const partly = sure + maybe > 0 && sure + maybe < whole;
  const look = sure > 0 && (partly ? sure >= maybe : maybe === 0) ? 'yes' : maybe > 0 ? 'maybe' : 'none';
  return { look, partly };
}

/** When a calendar is open. */
export const openOf = (days: Availability[]): Span[] =>
  joined(days.flatMap(({ open }) => open.map((one) => ({ start: Date.parse(one.start_timestamp), end: Date.parse(one.end_timestamp) }))));

interface Interval { start: string; end: string; preference?: Preference }

export function read(intervals: Interval[] | null): Schedule {
  const schedule = nothing();
  for (const { start, end, preference } of intervals ?? [])
    schedule[preference ?? 'yes'].push({ start: Date.parse(start), end: Date.parse(end) });
  return { yes: joined(schedule.yes), if_need_be: joined(schedule.if_need_be) };
}

const text = (instant: number) => new Date(instant).toISOString();

export function written(schedule: Schedule): Required<Interval>[] {
  return (['yes', 'if_need_be'] as const).flatMap((preference) =>
    schedule[preference].map(({ start, end }) => ({ start: text(start), end: text(end), preference })));
}

/** When the event may take place: the daily hours, in the poll's zone, within the frame. */
export function openSpans({ from, to, daily_from, daily_to, time_zone: zone }: Asked): Span[] {
  const frame = { start: Date.parse(from), end: Date.parse(to) }, spans: Span[] = [];
  for (const date of datesFrom(dateOf(from, zone), dateOf(to, zone))) {
    const start = `${date}T${daily_from ?? '00:00'}`, end = `${date}T${daily_to ?? '24:00'}`;
    // A day whose clock skips all of these hours has none.
    if (!isSkipped(start, zone) || !isSkipped(end, zone)) spans.push({ start: instantOf(start, zone), end: instantOf(end, zone) });
  }
  return within(joined(spans), frame);
}

/** The dates on which spans lie, by the wall clock of a zone. */
export const datesOf = (spans: Span[], zone: string): string[] =>
  [...new Set(spans.flatMap(({ start, end }) => datesFrom(dateOf(start, zone), dateOf(end - 1, zone))))].sort();
