// SPDX-License-Identifier: PostgreSQL
#include "placing.hpp"

#include <algorithm>
#include <tuple>

#include "../values/duration.hpp"
#include "../values/time_text.hpp"

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

/// The first of the calendars that is not as `holds` wants it.
template <class Holds>
const Calendar* first_without(const std::vector<Calendar>& calendars, Holds holds) {
  const auto found = std::find_if_not(calendars.begin(), calendars.end(), holds);
  return found == calendars.end() ? nullptr : &*found;
}

/// The earliest start on calendars without claims. With `on_increment` false, hours alone count.
std::optional<Instant> fit_when_empty(const std::vector<Calendar>& calendars, Seconds duration, Span within,
                                      bool on_increment) {
  std::vector<std::unique_ptr<ScannedTimeline>> empty;
  std::vector<Timeline*> all;
  for (const auto& calendar : calendars) {
    Grid grid = calendar.grid();
    if (!on_increment) grid.slot_increment = Seconds{1};
    empty.push_back(std::make_unique<ScannedTimeline>(std::move(grid), nullptr));
    all.push_back(empty.back().get());
  }
  return CommonTimeline(all).first_fit(duration, within);
}

/// "The calendar", or which one where there are several.
std::string called(const Search& search, const Calendar& calendar) {
  return search.calendars().size() == 1 ? "The calendar" : "Calendar " + calendar.name;
}

/// Of a full day: "The calendar has its 2 events of that day already."
std::string full_day(const Search& search, const Calendar& calendar, const std::string& day) {
  return called(search, calendar) + " has " + its_events(calendar) + " of " + day + " already.";
}

/// "the calendar's hours", or whose.
std::string hours_of(const Search& search, const Calendar& calendar) {
  return search.calendars().size() == 1 ? "the calendar's hours" : "the hours of calendar " + calendar.name;
}

/// Why no start fits, in rule 2.6's order of precedence; called only when none does.
Placement why_nowhere(const Search& search, const Wish& wish, Span window, Instant now, const IsFull& is_full) {
  const auto& first = search.first();
  const auto duration = wish.duration;
  const auto open = search.bounds(now);
  if (window.end - duration < now)
    return rejected("in_the_past", "The latest start asked for lies before now, " + text(now, first) + ".");
  const auto beyond_horizon = [&](Instant earliest_end) {
    return rejected("beyond_horizon", "It could end no earlier than " + text(earliest_end, first) +
                                          "; the horizon is " + text(open.end, first) + ".");
  };
  const auto unhurried_end = std::max(window.start, now) + duration;
  if (unhurried_end > open.end) return beyond_horizon(unhurried_end);
  if (window.end - duration < open.start) {
    return rejected("too_soon", "The notice asked for ends at " + text(open.start, first) + ".");
  }
  const auto earliest_end = std::max(window.start, open.start) + duration;
  if (earliest_end > open.end) return beyond_horizon(earliest_end);
  const auto within = intersection(window, open);
  const auto& calendars = search.calendars();
  if (!fit_when_empty(calendars, duration, within, true)) {
    if (!fit_when_empty(calendars, duration, within, false)) {
      const std::string hours = calendars.size() == 1 ? "The calendar's hours" : "The calendars' common hours";
      return rejected("outside_hours", hours + " hold no stretch of " + format_duration(duration) + " from " +
                                           text(within.start, first) + " to " + text(within.end, first) + ".");
    }
    return rejected("off_increment", "No start on the slot increment of " +
                                         format_duration(first.grid().slot_increment) + " leaves " +
                                         format_duration(duration) + " within the hours.");
  }
  if (wish.date) {
    const auto* full =
        first_without(calendars, [&](const Calendar& c) { return !is_full(c, first.zone().day(*wish.date).start); });
    if (full) {
      return rejected("over_limit", full_day(search, *full, format_date(*wish.date)));
    }
  }
  return rejected("no_open_slot", "No slot of " + format_duration(duration) + " is open from " +
                                      text(within.start, first) + " to " + text(within.end, first) + ".");
}

/// What strict calendars ask of a fixed event, in order of precedence.
std::optional<Placement> strict_refusal(const Search& search, Span wished, Instant now, const PlacingOptions& options) {
  const auto strict_without = [&](auto holds) {
    return first_without(search.calendars(), [&](const Calendar& c) { return !c.strict || holds(c); });
  };
  if (const auto* c = strict_without([&](const Calendar& c) { return wished.end <= now + c.horizon; })) {
    return rejected("beyond_horizon", "It would end after the horizon, " + text(now + c->horizon, *c) + ".");
  }
  const bool needs_notice = !options.has_begun && !(options.allow_past && wished.start < now);
  if (const auto* c =
          strict_without([&](const Calendar& c) { return !needs_notice || wished.start >= now + c.min_notice; })) {
    return rejected("too_soon", called(search, *c) + " asks for notice until " + text(now + c->min_notice, *c) + ".");
  }
  if (const auto* c = strict_without(
          [&](const Calendar& c) { return fit_when_empty({c}, wished.length(), wished, false).has_value(); })) {
    return rejected("outside_hours", "From " + text(wished.start, *c) + " to " + text(wished.end, *c) +
                                         " is not within " + hours_of(search, *c) + ".");
  }
  if (const auto* c = strict_without([&](const Calendar& c) {
        return options.has_begun || is_on_increment(wished.start, c.grid().slot_increment, c.zone());
      })) {
    return rejected("off_increment",
                    "The start is not on the slot increment of " + format_duration(c->grid().slot_increment) + ".");
  }
  return std::nullopt;
}

/// The calendars' own rules for a fixed wish; without a reason: it may go there.
Placement judged(const Search& search, Span wished, const InTheWay& in_the_way, Instant now,
                 const PlacingOptions& options) {
  const auto& first = search.first();
  if (!options.allow_past && !options.has_begun && wished.start < now - kPastTolerance) {
    return rejected("in_the_past", "The start " + text(wished.start, first) +
                                       " lies more than five minutes before now, " + text(now, first) + ".");
  }
  if (auto refusal = strict_refusal(search, wished, now, options)) return std::move(*refusal);
  if (in_the_way.full_on && !options.has_begun) {
    return rejected("over_limit", full_day(search, *in_the_way.full_on, "that day"));
  }
  if (in_the_way.conflicts.empty()) return {};
  auto placement = rejected("conflict", conflict_detail(first, wished, in_the_way.conflicts));
  placement.conflicts = in_the_way.conflicts;
  return placement;
}

}  // namespace

std::string ten_of(std::size_t count, const std::function<std::string(std::size_t)>& name) {
  std::string names;
  constexpr std::size_t shown = 10;
  for (std::size_t i = 0; i < std::min(count, shown); ++i) names += (i == 0 ? "" : ", ") + name(i);
  if (count > shown) names += " and " + std::to_string(count - shown) + " more";
  return names;
}

std::string named(const std::vector<EventId>& events) {
  return (events.size() == 1 ? "event " : "events ") +
         ten_of(events.size(), [&](std::size_t i) { return std::to_string(events[i]); });
}

std::string conflict_detail(const Calendar& calendar, Span wished, const std::vector<EventId>& conflicts) {
  return "From " + text(wished.start, calendar) + " to " + text(wished.end, calendar) + " is taken by " +
         named(conflicts) + ".";
}

std::vector<Span> nearest_open(Search& search, Span wished, Span within,
                               const std::function<std::optional<bool>(Instant)>& holds) {
  const auto duration = wished.length();
  auto& timeline = search.timeline();
  const auto look_back = [&](Instant until) {
    return timeline.last_fit(duration, {within.start, std::min(until + duration, within.end)});
  };
  const auto look_ahead = [&](Instant from) {
    return timeline.first_fit(duration, {std::max(from, within.start), within.end});
  };
  auto before = look_back(wished.start - Seconds{1});
  auto after = look_ahead(wished.start);
  std::vector<Span> nearest;
  while (nearest.size() < kAlternatives && (before || after)) {
    const bool earlier = before && (!after || wished.start - *before <= *after - wished.start);
    auto& chosen = earlier ? before : after;
    const auto is_good = holds(*chosen);
    if (!is_good) break;
    if (*is_good) nearest.push_back({*chosen, *chosen + duration});
    chosen = earlier ? look_back(*chosen - Seconds{1}) : look_ahead(*chosen + Seconds{1});
  }
  return nearest;
}

Span window_of(const Wish& wish, const Calendar& first) {
  Span window = kRepresentable;
  if (wish.date) window = intersection(window, first.zone().day(*wish.date));
  if (wish.not_before) window.start = std::max(window.start, *wish.not_before);
  if (wish.not_after) window.end = std::min(window.end, *wish.not_after);
  return window;
}

Instant wished_start(const Wish& wish, const Zone& zone) {
  return wish.wished_start ? *wish.wished_start : zone.to_instant(*wish.date + *wish.start_time);
}

bool may_be_displaced(const Event& event, const Calendar& calendar, Instant now) {
  return event.status == Status::scheduled && !event.wish.is_fixed() && event.time->start > now &&
         event.time->start >= now + calendar.settled_within;
}

bool replaced_earlier(const Event& a, const Event& b) {
  return std::tuple(-a.wish.priority, a.time->start, a.id) < std::tuple(-b.wish.priority, b.time->start, b.id);
}

Placement place_automatic(Search& search, const Wish& wish, Instant now, const IsFull& is_full) {
  const auto window = window_of(wish, search.first());
  const auto start = search.first_fit(wish.duration, window, now);
  if (!start) return why_nowhere(search, wish, window, now, is_full);
  Placement placement;
  placement.time = Span{*start, *start + wish.duration};
  return placement;
}

// Where the time is open to an automatic event of this length, hours and increment hold, no day is full, and nobody
// stands there: most fixed wishes need not ask for more.
Placement place_fixed(Search& search, Span wished, const std::function<InTheWay()>& in_the_way, Instant now,
                      const PlacingOptions& options) {
  const bool is_open = search.timeline().first_fit(wished.length(), wished).has_value();
  const auto standing = is_open ? InTheWay{} : in_the_way();
  auto placement = judged(search, wished, standing, now, options);
  if (!placement.reason.empty()) {
    if (!options.has_begun)
      placement.alternatives = nearest_open(search, wished, search.bounds(now), [](Instant) { return true; });
    return placement;
  }
  placement.time = wished;
  placement.displaced = standing.displaceable;
  return placement;
}

}  // namespace jb
