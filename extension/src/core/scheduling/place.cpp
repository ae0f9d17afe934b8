// SPDX-License-Identifier: PostgreSQL
#include "place.hpp"

#include <algorithm>
#include <map>
#include <ranges>
#include <tuple>

#include "../values/budget.hpp"
#include "../values/duration.hpp"
#include "../values/time_text.hpp"
#include "../values/validation.hpp"

namespace jb {

namespace {

/// Where to look for the events that can keep another event out of `within`: the claim of `within`, and, where
/// max_events_per_day can make a day full, the whole days of `within`.
Span disturbing(const Calendar& calendar, Span within) {
  if (!calendar.max_events_per_day) return calendar.grid().claim_of(within);
  return calendar.grid().claim_of({calendar.zone().day_at(within.start).start, calendar.zone().day_at(within.end).end});
}

Decision at(Instant start, Seconds duration) {
  Decision decision;
  decision.time = Span{start, start + duration};
  return decision;
}

/// How far pre-emption looks first; then twice as far, and so on.
constexpr Seconds kFirstLook = kDay;

/// The earliest start that is open when the events of lower priority are set aside (rule 2.12.2). Only the events up to
/// this start, or little further, are set aside, so that the search does not read the whole window.
std::optional<Instant> start_without_lower(Plan& plan, Judge& judge, const Event& wanted) {
  const auto within = judge.within();
  std::vector<Event> aside;
  std::optional<Instant> start;
  Span looked_at{within.start, within.start};
  for (auto look = kFirstLook; !start && looked_at.end < within.end; look *= 2) {
    const auto end = look < within.end - within.start ? within.start + look : within.end;
    for (auto& event : lower_ones(plan, judge.search(), wanted, {looked_at.end, end})) {
      plan.set_aside(event);
      aside.push_back(std::move(event));
    }
    looked_at.end = end;
    start = judge.search().first_fit(*wanted.wish.duration, looked_at);
  }
  for (const auto& event : aside) plan.put_back(event);
  return start;
}

/// Of the events of lower priority that can keep `wanted` from `time`, the events that must make room for it. All are
/// set aside, and put back one by one, high priority first. An event that then closes the time is displaced; any other
/// stays (rule 2.12.3). So a full day gives up its least important event.
std::vector<Event> displaced_at(Plan& plan, Judge& judge, const Event& wanted, Span time) {
  std::vector<Event> displaced;
  const auto lower = lower_ones(plan, judge.search(), wanted, time);
  for (const auto& event : lower) plan.set_aside(event);
  for (const auto& event : lower) {
    plan.put_back(event);
    if (judge.search().is_free(time)) continue;
    plan.set_aside(event);
    displaced.push_back(event);
  }
  for (const auto& event : displaced) plan.put_back(event);
  return displaced;
}

std::optional<Decision> preempted(Plan& plan, Judge& judge, const Event& wanted) {
  const auto start = start_without_lower(plan, judge, wanted);
  if (!start) return std::nullopt;
  auto decision = at(*start, *wanted.wish.duration);
  decision.displaced = displaced_at(plan, judge, wanted, *decision.time);
  return decision;
}

Decision first_open(Judge& judge, const Event& wanted) {
  const auto start = judge.search().first_fit(*wanted.wish.duration, judge.window());
  return start ? at(*start, *wanted.wish.duration) : Decision{};
}

Decision place_automatic(Plan& plan, Judge& judge, const Event& wanted, const PlacingOptions& options) {
  auto decision = first_open(judge, wanted);
  if (decision.time) return decision;
  decision.refusal = judge.nowhere();
  if (!options.preempt || !decision.may_wait()) return decision;
  return preempted(plan, judge, wanted).value_or(decision);
}

Decision place_at(Judge& judge, Span wished) {
  Decision decision;
  decision.refusal = judge.at(wished.start);
  if (decision.refusal) return decision;
  decision.time = wished;
  decision.displaced = judge.in_the_way(wished.start).displaceable;
  return decision;
}

/// Refuses a span outside the years 0001 to 9999 (rule 2.1.10). Reading the fields has checked date and
/// start_timestamp, but not the instant of a wall clock time, nor the end. Days have no length where the zone left a
/// date out, as Samoa left out 30 December 2011.
void check_representable(const Wish& wish, Span span, std::optional<std::size_t> item) {
  if (span.empty())
    throw invalid("days", std::to_string(wish.days.value_or(0)),
                  "the zone leaves this date out: the event would not last", item);
  if (kRepresentable.contains(span)) return;
  throw invalid(wish.date ? "date" : "start_timestamp", wish.date ? format_date(*wish.date) : format_utc(span.start),
                "the event must begin and end in the years 0001 to 9999", item);
}

/// Chooses alternatives on both sides of a wish (rule 2.5.3).
struct Alternatives {
  using Look = std::function<std::optional<Span>(Instant)>;

  Span wished;
  Span within;
  Look look_ahead;  ///< the first open time within `within` that begins then or later
  Look look_back;   ///< the last one that ends then or earlier
  const std::function<std::optional<bool>(Instant)>& holds;

  /// First an alternative on each side, then the next nearest of either side; no two overlap.
  std::vector<Span> nearest() {
    std::vector<Span> chosen;
    const auto [earliest_after, latest_before] = first_choices();
    auto before = look_back(latest_before);
    auto after = look_ahead(earliest_after);
    while (chosen.size() < kMost && (before || after)) {
      step();
      const bool looks_back = before && (!after || is_turn_of_before(chosen, *before, *after));
      auto& candidate = looks_back ? before : after;
      const auto go_on = [&](Instant end, Instant start) {
        candidate = looks_back ? look_back(end) : look_ahead(start);
      };
      const auto overlapped =
          std::find_if(chosen.begin(), chosen.end(), [&](const Span& other) { return other.overlaps(*candidate); });
      if (overlapped != chosen.end()) {
        go_on(overlapped->start, overlapped->end);
        continue;
      }
      const auto is_good = holds(candidate->start);
      if (!is_good) break;
      if (*is_good) {
        chosen.push_back(*candidate);
        go_on(candidate->start, candidate->end);
      } else {
        go_on(candidate->end - Seconds{1}, candidate->start + Seconds{1});
      }
    }
    std::sort(chosen.begin(), chosen.end(), [&](const Span& a, const Span& b) {
      return std::tuple(distance(a), a.start) < std::tuple(distance(b), b.start);
    });
    return chosen;
  }

  static constexpr std::size_t kMost = 3;

  /// The bounds of the first choices, as a pair: the earliest start after the wish, and the latest end before that of
  /// the wish. Where open times on both sides can stand apart, the bounds keep the first choice of one side from taking
  /// the only room of the other side.
  Span first_choices() {
    const auto first = look_ahead(within.start);
    const auto last = look_back(within.end);
    const bool has_both = first && first->start < wished.start && wished.start <= last->start;
    if (!has_both || last->start < first->end) return {wished.start, wished.end - Seconds{1}};
    return {std::max(wished.start, first->end), std::min(wished.end - Seconds{1}, last->start)};
  }

  bool is_turn_of_before(const std::vector<Span>& chosen, const Span& before, const Span& after) const {
    if (chosen.size() == 1) return chosen.front().start >= wished.start;
    return distance(before) <= distance(after);
  }

  Seconds distance(const Span& time) const { return std::chrono::abs(time.start - wished.start); }
};

/// The open times of an event in days: from the time of day of its wish, on any date (rule 2.5.2).
class OpenDates {
 public:
  OpenDates(Search& search, const Wish& wish, const Zone& zone)
      : search_(search), wish_(wish), zone_(zone), least_(std::max(kShortest, (*wish.days - 1) * kDay)) {
    if (!wish.wished_start) return;
    const auto shown = zone.to_wall(*wish.wished_start);
    wish_.wished_start.reset();
    wish_.start_time = shown - date_of(shown);
  }

  std::optional<Span> first(Instant earliest) {
    for (auto from = std::optional{std::max(earliest, search_.bounds().start)}; from;) {
      step();
      auto time = on(date_of(zone_.to_wall(*from)));
      if (time.start < *from) time = on(*wish_.date + days{1});
      if (time.end > search_.bounds().end) break;
      if (is_open(time)) return time;
      from = search_.first_fit(least_, {time.start + Seconds{1}, search_.bounds().end});
    }
    return std::nullopt;
  }

  std::optional<Span> last(Instant end) {
    end = std::min(end, search_.bounds().end);
    for (auto date = date_of(zone_.to_wall(end)) - days{*wish_.days};;) {
      step();
      const auto time = on(date);
      if (time.start < search_.bounds().start) return std::nullopt;
      if (time.end <= end && is_open(time)) return time;
      const auto before = std::min(time.start + least_ - Seconds{1}, search_.bounds().end);
      const auto start = search_.last_fit(least_, {search_.bounds().start, before});
      if (!start) return std::nullopt;
      date = std::min(date - days{1}, date_of(zone_.to_wall(*start)));
    }
  }

 private:
  using days = std::chrono::days;

  static Date date_of(WallTime time) { return std::chrono::floor<days>(time); }

  Span on(Date date) {
    wish_.date = date;
    return wished_time(wish_, zone_);
  }

  /// A start on a date that skips the time of day is left out. Booked as an instant, the event would last other days.
  bool is_open(Span time) {
    return zone_.to_wall(time.start) == *wish_.date + *wish_.start_time &&
           search_.first_fit(time.length(), time) == time.start;
  }

  Search& search_;
  Wish wish_;
  const Zone& zone_;
  Seconds least_;  ///< no event in so many days is shorter, so that a search for it leaps over what is taken
};

}  // namespace

std::vector<Event> lower_ones(Plan& plan, const Search& search, const Event& wanted, Span within) {
  std::map<EventId, Event> found;
  for (const auto& calendar : search.calendars()) {
    for (auto& event : plan.occupants(calendar, disturbing(calendar, within), wanted.id)) {
      if (event.wish.priority < wanted.wish.priority) found.emplace(event.id, std::move(event));
    }
  }
  std::vector<Event> lower;
  for (auto& [id, event] : found) lower.push_back(std::move(event));
  return movable(plan, std::move(lower));
}

std::vector<Span> nearest_open(Search& search, Span wished, std::span<const Span> within,
                               const std::function<std::optional<bool>(Instant)>& holds) {
  if (within.empty()) return {};
  const auto length = wished.length();
  const auto ahead = [&](Instant earliest) -> std::optional<Span> {
    for (const auto& span : within) {
      step();
      if (const auto start = search.first_fit(length, {std::max(earliest, span.start), span.end}))
        return Span{*start, *start + length};
    }
    return std::nullopt;
  };
  const auto back = [&](Instant end) -> std::optional<Span> {
    for (const auto& span : std::views::reverse(within)) {
      step();
      if (const auto start = search.last_fit(length, {span.start, std::min(end, span.end)}))
        return Span{*start, *start + length};
    }
    return std::nullopt;
  };
  return Alternatives{wished, {within.front().start, within.back().end}, ahead, back, holds}.nearest();
}

namespace {

std::vector<Span> alternatives(Judge& judge, Span wished) {
  const std::function<std::optional<bool>(Instant)> holds = [](Instant) { return true; };
  auto& search = judge.search();
  const auto bounds = search.bounds();
  if (const auto& spans = judge.options().alternatives_in) return nearest_open(search, wished, *spans, holds);
  if (!judge.event().wish.days) return nearest_open(search, wished, {&bounds, 1}, holds);
  OpenDates dates(search, judge.event().wish, judge.first().zone());
  return Alternatives{wished, bounds, [&](Instant earliest) { return dates.first(earliest); },
                      [&](Instant end) { return dates.last(end); }, holds}
      .nearest();
}

Decision place_fixed(Judge& judge, Span wished, const PlacingOptions& options) {
  auto decision = place_at(judge, wished);
  if (!decision.time && !options.has_begun) {
    decision.alternatives = alternatives(judge, wished);
  }
  return decision;
}

}  // namespace

Decision find_place(Plan& plan, const Event& wanted) {
  Judge judge(plan, wanted, {});
  if (!wanted.wish.is_fixed()) return first_open(judge, wanted);
  return place_at(judge, wished_time(wanted.wish, judge.first().zone()));
}

Decision place(Plan& plan, const Event& wanted, const PlacingOptions& options, std::optional<std::size_t> item) {
  Judge judge(plan, wanted, options);
  Decision decision;
  if (!wanted.wish.is_fixed() && !options.has_begun) {
    decision = place_automatic(plan, judge, wanted, options);
  } else {
    const auto wished = fixed_time(wanted, options, judge.first().zone());
    check_representable(wanted.wish, wished, item);
    decision = place_fixed(judge, wished, options);
  }
  decision.options = options;
  return decision;
}

}  // namespace jb
