// SPDX-License-Identifier: PostgreSQL
//
// The rules of the product, each with all its answers. A further rule takes a file of its own beside this one, and a
// line in rules.def.
#include <algorithm>

#include "judge.hpp"
#include "rule.hpp"

namespace jb {

namespace {

constexpr Seconds kPastTolerance{300};

/// How far ahead hours are read at once. The weekly pattern repeats after seven days.
constexpr Seconds kLookAhead = 8 * kDay;

/// The length of the first span in which claims are read. The span is short, so that it holds few claims on a full
/// calendar too.
constexpr Seconds kClose{3'600};

// ---- The past (rule 2.6.4) -----------------------------------------------------------------------------------------

std::optional<Refusal> in_the_past_at(Judge& judge, const Calendar& calendar, Instant start) {
  const auto now = judge.plan().now();
  if (judge.options().allow_past || judge.options().has_begun ||
      start >= now - (judge.is_fixed() ? kPastTolerance : Seconds{0}))
    return {};
  auto refused = judge.refusal_at(Reason::in_the_past, calendar, now);
  refused.calendar.clear();
  if (judge.is_fixed()) refused.span = Span{start, start + judge.length()};
  return refused;
}

std::optional<Refusal> in_the_past_nowhere(Judge& judge) {
  if (judge.window().end - judge.length() >= judge.plan().now()) return std::nullopt;
  auto refused = judge.refusal(Reason::in_the_past, About::window);
  refused.limit = judge.plan().now();
  return refused;
}

// ---- The window (rule 2.3.7) ---------------------------------------------------------------------------------------

std::optional<Refusal> outside_window_at(Judge& judge, const Calendar& calendar, Instant start) {
  if (judge.is_fixed()) return std::nullopt;
  const auto asked = judge.first_asked(start);
  if (asked == start) return std::nullopt;
  auto refused = judge.refusal_at(Reason::outside_window, calendar, asked.value_or(judge.window().end));
  refused.calendar.clear();
  return refused;
}

/// Why the hours asked for (rule 2.3.9) leave no start from now on.
std::optional<Refusal> outside_window_nowhere(Judge& judge) {
  if (judge.first_asked(judge.plan().now())) return std::nullopt;
  auto refused = judge.refusal(Reason::outside_window, About::window);
  refused.span = intersection(judge.window(), {judge.plan().now(), kRepresentable.end});
  refused.duration = judge.length();
  return refused;
}

// ---- The horizon (rule 2.6.5) --------------------------------------------------------------------------------------

std::optional<Refusal> beyond_horizon_at(Judge& judge, const Calendar& calendar, Instant start) {
  const auto horizon = judge.plan().now() + calendar.horizon;
  if (start + judge.length() <= horizon) return std::nullopt;
  auto refused = judge.refusal_at(Reason::beyond_horizon, calendar, horizon);
  refused.span = Span{start, start + judge.length()};
  return refused;
}

std::optional<Refusal> beyond_horizon(Judge& judge, Instant earliest_start) {
  if (earliest_start + judge.length() <= judge.search().bounds().end) return std::nullopt;
  auto refused = judge.refusal(Reason::beyond_horizon, About::window);
  refused.span = Span{earliest_start, earliest_start + judge.length()};
  refused.limit = judge.search().bounds().end;
  return refused;
}

std::optional<Refusal> beyond_horizon_nowhere(Judge& judge) {
  return beyond_horizon(judge, judge.first_asked(judge.plan().now()).value());
}

Span beyond_horizon_bounds(const Calendar& calendar, Instant now) {
  return {kRepresentable.start, now + calendar.horizon};
}

// ---- The notice (rule 2.6.6) ---------------------------------------------------------------------------------------

std::optional<Refusal> too_soon_at(Judge& judge, const Calendar& calendar, Instant start) {
  const bool needs_notice =
      !judge.options().has_begun && !(judge.is_fixed() && judge.options().allow_past && start < judge.plan().now());
  const auto earliest = judge.plan().now() + calendar.min_notice;
  if (!needs_notice || start >= earliest) return std::nullopt;
  return judge.refusal_at(Reason::too_soon, calendar, earliest);
}

// Where the window has starts after the notice and starts before the horizon, but no start that is both, the reason is
// the horizon.
std::optional<Refusal> too_soon_nowhere(Judge& judge) {
  const auto begin = judge.search().bounds().start;
  if (judge.last_asked() >= begin) return beyond_horizon(judge, judge.first_asked(begin).value());
  auto refused = judge.refusal(Reason::too_soon, About::window);
  refused.limit = begin;
  return refused;
}

Span too_soon_bounds(const Calendar& calendar, Instant now) { return {now + calendar.min_notice, kRepresentable.end}; }

// ---- The hours (rule 2.6.7) ----------------------------------------------------------------------------------------

std::optional<Refusal> outside_hours_at(Judge& judge, const Calendar& calendar, Instant start) {
  const auto& grid = calendar.grid();
  const Span ahead = intersection(kRepresentable, {start, start + judge.length() + kLookAhead});
  const auto spans = open_spans(grid.hours, *grid.zone, ahead);
  judge.count_work(spans.size());
  auto until = start + kLookAhead;
  for (const auto& open : spans) {
    if (open.end - std::max(open.start, start) < judge.length()) continue;
    if (open.start <= start) return std::nullopt;
    until = open.start;
    break;
  }
  auto refused = judge.refusal_at(Reason::outside_hours, calendar, until);
  refused.duration = judge.length();
  if (judge.is_fixed()) refused.span = Span{start, start + judge.length()}, refused.limit.reset();
  return refused;
}

std::optional<Refusal> outside_hours_nowhere(Judge& judge) {
  if (judge.fits_when_empty(false)) return std::nullopt;
  auto refused = judge.refusal(Reason::outside_hours, About::window);
  refused.span = judge.within();
  refused.duration = judge.length();
  if (!refused.is_one_of_several) refused.calendar = judge.first().name;
  return refused;
}

// ---- The slot increment (rule 2.6.8) -------------------------------------------------------------------------------

std::optional<Refusal> off_increment_at(Judge& judge, const Calendar& calendar, Instant start) {
  const auto next = calendar.pattern->mark_from(start);
  if (judge.options().has_begun || next == start) return std::nullopt;
  auto refused = judge.refusal_at(Reason::off_increment, calendar, next);
  refused.slot_increment = calendar.grid().slot_increment;
  return refused;
}

std::optional<Refusal> off_increment_nowhere(Judge& judge) {
  if (judge.fits_when_empty(true)) return std::nullopt;
  auto refused = judge.refusal(Reason::off_increment, About::window);
  refused.slot_increment = judge.first().grid().slot_increment;
  refused.duration = judge.length();
  if (!refused.is_one_of_several) refused.calendar = judge.first().name;
  return refused;
}

// ---- The source that a calendar mirrors (rule 2.6.15) --------------------------------------------------------------

std::optional<Refusal> source_stale_at(Judge& judge, const Calendar& calendar, Instant) {
  if (judge.options().has_begun) return std::nullopt;
  return stale_source(calendar, judge.plan().now(), judge.search().calendars().size());
}

std::optional<Refusal> source_stale_nowhere(Judge& judge) {
  for (const auto& calendar : judge.search().calendars())
    if (auto refused = source_stale_at(judge, calendar, {})) return refused;
  return std::nullopt;
}

bool source_stale_closes(const Calendar& calendar, Instant now) { return calendar.has_stale_source(now); }

// ---- The limit of a day (rule 2.6.9) -------------------------------------------------------------------------------

/// Rule 2.8.6: no part of an automatic event may lie on a full day, nor of any event on a strict calendar; another
/// fixed event must not start on a full day.
std::optional<Refusal> over_limit_at(Judge& judge, const Calendar& calendar, Instant start) {
  if (!calendar.max_events_per_day || judge.options().has_begun || (judge.is_fixed() && judge.is_open(start)))
    return std::nullopt;
  const bool is_start_enough = judge.is_fixed() && !calendar.strict && !judge.options().only_slots;
  const auto until = is_start_enough ? start + Seconds{1} : start + judge.length();
  for (auto day = calendar.zone().day_at(start); day.start < until; day = calendar.zone().day_at(day.end)) {
    if (!judge.plan().is_full(calendar, day.start)) continue;
    auto refused = judge.refusal_at(Reason::over_limit, calendar, day.end);
    refused.max_events_per_day = calendar.max_events_per_day;
    return refused;
  }
  return std::nullopt;
}

std::optional<Refusal> over_limit_nowhere(Judge& judge) {
  if (!judge.event().wish.date) return std::nullopt;
  const auto day = judge.first().zone().day(*judge.event().wish.date);
  for (const auto& calendar : judge.search().calendars()) {
    if (!judge.plan().is_full(calendar, day.start)) continue;
    auto refused = judge.refusal(Reason::over_limit, About::window);
    refused.calendar = calendar.name;
    refused.span = day;
    refused.limit = day.end;
    refused.max_events_per_day = calendar.max_events_per_day;
    return refused;
  }
  return std::nullopt;
}

// ---- The claims in the way (rules 2.6.10 and 2.6.11) ---------------------------------------------------------------

/// The refusal by the last of the events in the way. Every start from `start` until that event's claim ends is refused
/// by the same claim, so that the refusal's limit is right.
std::optional<Refusal> last_claim(Judge& judge, const Calendar& calendar, Instant start) {
  const auto wanted = calendar.grid().claim_of({start, start + judge.length()});
  for (auto close = kClose;; close *= 2) {
    const Span end{std::max(wanted.start, wanted.end - close), wanted.end};
    const auto events = judge.plan().occupants(calendar, end, judge.event().id);
    if (!events.empty()) {
      const auto& last = events.back();
      auto until = last.time->end;
      for (const auto& claim : judge.plan().claims_of(last, *last.time)) {
        if (claim.calendar == calendar.id) until = claim.during.end;
      }
      auto refused = judge.refusal_at(Reason::conflict, calendar, until + calendar.grid().buffer_before);
      refused.conflicts = {last.id};
      return refused;
    }
    if (end.start == wanted.start) return std::nullopt;
  }
}

std::optional<Refusal> conflict_at(Judge& judge, const Calendar& calendar, Instant start) {
  if (!judge.is_fixed()) return last_claim(judge, calendar, start);
  const auto& conflicts = judge.in_the_way(start).conflicts;
  if (conflicts.empty()) return std::nullopt;
  auto refused = judge.refusal(Reason::conflict, About::start);
  refused.span = Span{start, start + judge.length()};
  refused.conflicts = conflicts;
  refused.is_bound = judge.in_the_way(start).is_bound;
  return refused;
}

std::optional<Refusal> conflict_nowhere(Judge& judge) {
  auto refused = judge.refusal(Reason::no_open_slot, About::window);
  refused.span = judge.within();
  refused.duration = judge.length();
  return refused;
}

}  // namespace

constinit const Rule in_the_past_rule{.at = in_the_past_at, .nowhere = in_the_past_nowhere};
constinit const Rule outside_window_rule{.at = outside_window_at, .nowhere = outside_window_nowhere};
constinit const Rule beyond_horizon_rule{.is_strict_only = true,
                                         .at = beyond_horizon_at,
                                         .nowhere = beyond_horizon_nowhere,
                                         .bounds = beyond_horizon_bounds};
constinit const Rule too_soon_rule{
    .is_strict_only = true, .at = too_soon_at, .nowhere = too_soon_nowhere, .bounds = too_soon_bounds};
constinit const Rule outside_hours_rule{
    .is_strict_only = true, .at = outside_hours_at, .nowhere = outside_hours_nowhere};
constinit const Rule off_increment_rule{
    .is_strict_only = true, .at = off_increment_at, .nowhere = off_increment_nowhere};
constinit const Rule source_stale_rule{
    .is_strict_only = true, .at = source_stale_at, .nowhere = source_stale_nowhere, .closes = source_stale_closes};
constinit const Rule over_limit_rule{.at = over_limit_at, .nowhere = over_limit_nowhere};
constinit const Rule conflict_rule{.at = conflict_at, .nowhere = conflict_nowhere};

std::optional<Refusal> stale_source(const Calendar& calendar, Instant now, std::size_t among) {
  if (!calendar.has_stale_source(now)) return std::nullopt;
  Refusal refused{.reason = Reason::source_stale, .calendar = calendar.name, .is_one_of_several = among > 1};
  if (calendar.source_as_of) refused.limit = *calendar.source_as_of + *calendar.max_source_age;
  return refused;
}

std::span<const Rule* const> rules() {
  static constexpr const Rule* all[] = {
#define JB_RULE(name) &name##_rule,
#include "core/scheduling/rules.def"
#undef JB_RULE
  };
  return all;
}

Span bounds_of(const Calendar& calendar, Instant now) {
  Span bounds = kRepresentable;
  for (const auto* rule : rules()) {
    if (rule->bounds != nullptr) bounds = intersection(bounds, rule->bounds(calendar, now));
  }
  return bounds;
}

bool is_closed(const Calendar& calendar, Instant now) {
  return std::ranges::any_of(rules(),
                             [&](const Rule* rule) { return rule->closes != nullptr && rule->closes(calendar, now); });
}

}  // namespace jb
