// SPDX-License-Identifier: PostgreSQL
#include "placing.hpp"

#include <algorithm>
#include <tuple>

#include "duration.hpp"

namespace jb {

namespace {

constexpr Seconds kPastTolerance{300};
constexpr std::size_t kAlternatives = 3;

std::string text(Instant instant, const Calendar& calendar) { return format_timestamp(instant, calendar.zone()); }

Placement rejected(std::string_view reason, std::string detail) {
  Placement placement;
  placement.reason = reason;
  placement.detail = std::move(detail);
  return placement;
}

/// Notice and horizon: where automatic events may lie now.
Span open_to_automatic(const Calendar& calendar, Instant now) {
  return {now + calendar.min_notice, now + calendar.horizon};
}

Span window_of(const Wish& wish, const Calendar& calendar) {
  Span window = kRepresentable;
  if (wish.date) window = intersection(window, calendar.zone().day(*wish.date));
  if (wish.not_before) window.start = std::max(window.start, *wish.not_before);
  if (wish.not_after) window.end = std::min(window.end, *wish.not_after);
  return window;
}

/// Whether the hours alone hold a stretch of `duration` in `within`, increment and claims aside.
bool hours_hold(const Calendar& calendar, Seconds duration, Span within) {
  Grid every_second = calendar.grid();
  every_second.slot_increment = Seconds{1};
  return ScannedTimeline(every_second, nullptr).first_fit(duration, within).has_value();
}

/// Why no start fits, in SPEC 2.6's order of precedence; called only when none does.
Placement why_nowhere(const Calendar& calendar, Seconds duration, Span window, Instant now) {
  const auto open = open_to_automatic(calendar, now);
  if (window.end - duration < now)
    return rejected("in_the_past", "The latest start asked for lies before now, " + text(now, calendar) + ".");
  const auto beyond_horizon = [&](Instant earliest_end) {
    return rejected("beyond_horizon", "It could end no earlier than " + text(earliest_end, calendar) +
                                          "; the horizon is " + text(open.end, calendar) + ".");
  };
  const auto unhurried_end = std::max(window.start, now) + duration;
  if (unhurried_end > open.end) return beyond_horizon(unhurried_end);
  if (window.end - duration < open.start) {
    return rejected("too_soon", "The notice asked for ends at " + text(open.start, calendar) + ".");
  }
  const auto earliest_end = std::max(window.start, open.start) + duration;
  if (earliest_end > open.end) return beyond_horizon(earliest_end);
  const auto within = intersection(window, open);
  if (!hours_hold(calendar, duration, within)) {
    return rejected("outside_hours", "The calendar's hours hold no stretch of " + format_duration(duration) + " from " +
                                         text(within.start, calendar) + " to " + text(within.end, calendar) + ".");
  }
  if (!ScannedTimeline(calendar.grid(), nullptr).first_fit(duration, within)) {
    return rejected("off_increment", "No start on the slot increment of " +
                                         format_duration(calendar.grid().slot_increment) + " leaves " +
                                         format_duration(duration) + " within the hours.");
  }
  return rejected("no_open_slot", "No slot of " + format_duration(duration) + " is open from " +
                                      text(within.start, calendar) + " to " + text(within.end, calendar) + ".");
}

/// What a strict calendar asks of a fixed event, in order of precedence.
std::optional<Placement> strict_refusal(const Calendar& calendar, Span wished, Instant now, FixedOptions options) {
  const auto open = open_to_automatic(calendar, now);
  if (wished.end > open.end) {
    return rejected("beyond_horizon", "It would end after the horizon, " + text(open.end, calendar) + ".");
  }
  const bool is_record = options.allow_past && wished.start < now;
  if (!is_record && !options.has_begun && wished.start < open.start) {
    return rejected("too_soon", "The calendar asks for notice until " + text(open.start, calendar) + ".");
  }
  if (!hours_hold(calendar, wished.length(), wished)) {
    return rejected("outside_hours", "From " + text(wished.start, calendar) + " to " + text(wished.end, calendar) +
                                         " is not within the calendar's hours.");
  }
  if (!options.has_begun && !is_on_increment(wished.start, calendar.grid().slot_increment, calendar.zone())) {
    return rejected("off_increment", "The start is not on the slot increment of " +
                                         format_duration(calendar.grid().slot_increment) + ".");
  }
  return std::nullopt;
}

std::string conflict_detail(const Calendar& calendar, Span wished, const std::vector<EventId>& conflicts) {
  auto detail = "From " + text(wished.start, calendar) + " to " + text(wished.end, calendar) + " is taken by event";
  detail += conflicts.size() == 1 ? " " : "s ";
  constexpr std::size_t shown = 10;
  for (std::size_t i = 0; i < std::min(conflicts.size(), shown); ++i) {
    detail += (i == 0 ? "" : ", ") + std::to_string(conflicts[i]);
  }
  if (conflicts.size() > shown) detail += " and " + std::to_string(conflicts.size() - shown) + " more";
  return detail + ".";
}

/// The open starts nearest to the wish, on both sides; of two equally near the earlier first.
std::vector<Span> alternatives(const Calendar& calendar, Timeline& timeline, Span wished, Instant now) {
  const auto duration = wished.length();
  const auto open = open_to_automatic(calendar, now);
  std::optional<Instant> before;
  std::optional<Instant> after;
  const auto look_back = [&](Instant until) {
    return timeline.last_fit(duration, {open.start, std::min(until + duration, open.end)});
  };
  const auto look_ahead = [&](Instant from) {
    return timeline.first_fit(duration, {std::max(from, open.start), open.end});
  };
  before = look_back(wished.start - Seconds{1});
  after = look_ahead(wished.start);
  std::vector<Span> nearest;
  while (nearest.size() < kAlternatives && (before || after)) {
    const bool earlier = before && (!after || wished.start - *before <= *after - wished.start);
    auto& chosen = earlier ? before : after;
    nearest.push_back({*chosen, *chosen + duration});
    chosen = earlier ? look_back(*chosen - Seconds{1}) : look_ahead(*chosen + Seconds{1});
  }
  return nearest;
}

/// SPEC 2.4: high priority first, then original start, then id.
bool replaced_earlier(const Event& a, const Event& b) {
  return std::tuple(-a.wish.priority, a.time->start, a.id) < std::tuple(-b.wish.priority, b.time->start, b.id);
}

}  // namespace

Instant wished_start(const Wish& wish, const Zone& zone) {
  return wish.wished_start ? *wish.wished_start : zone.to_instant(*wish.date + *wish.start_time);
}

bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now) {
  return event.status == Status::scheduled && !event.wish.is_fixed() && event.time->start > now &&
         event.time->start >= now + calendar.settled_within;
}

Placement place_automatic(const Calendar& calendar, Timeline& timeline, const Wish& wish, Instant now) {
  const auto window = window_of(wish, calendar);
  const auto within = intersection(window, open_to_automatic(calendar, now));
  const auto start = timeline.first_fit(wish.duration, within);
  if (!start) return why_nowhere(calendar, wish.duration, window, now);
  Placement placement;
  placement.time = Span{*start, *start + wish.duration};
  return placement;
}

Placement place_fixed(const Calendar& calendar, Timeline& timeline, Span wished, const std::vector<Event>& occupants,
                      Instant now, FixedOptions options) {
  Placement placement;
  if (!options.allow_past && !options.has_begun && wished.start < now - kPastTolerance) {
    placement = rejected("in_the_past", "The start " + text(wished.start, calendar) +
                                            " lies more than five minutes before now, " + text(now, calendar) + ".");
  } else if (auto refusal = calendar.strict ? strict_refusal(calendar, wished, now, options) : std::nullopt) {
    placement = std::move(*refusal);
  } else {
    for (const auto& event : occupants) {
      if (may_be_displaced(event, calendar, now))
        placement.displaced.push_back(event);
      else
        placement.conflicts.push_back(event.id);
    }
    if (!placement.conflicts.empty()) {
      placement.displaced.clear();
      placement.reason = "conflict";
      placement.detail = conflict_detail(calendar, wished, placement.conflicts);
    }
  }
  if (!placement.reason.empty()) {
    if (!options.has_begun) placement.alternatives = alternatives(calendar, timeline, wished, now);
    return placement;
  }
  placement.time = wished;
  std::sort(placement.displaced.begin(), placement.displaced.end(), replaced_earlier);
  return placement;
}

}  // namespace jb
