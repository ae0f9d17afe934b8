// SPDX-License-Identifier: PostgreSQL
#include "place.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "../values/budget.hpp"
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
    start = judge.search().first_fit(wanted.wish.duration, looked_at);
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
  auto decision = at(*start, wanted.wish.duration);
  decision.displaced = displaced_at(plan, judge, wanted, *decision.time);
  return decision;
}

Decision first_open(Judge& judge, const Event& wanted) {
  const auto start = judge.search().first_fit(wanted.wish.duration, judge.window());
  return start ? at(*start, wanted.wish.duration) : Decision{};
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

Decision place_fixed(Judge& judge, Span wished, const PlacingOptions& options) {
  auto decision = place_at(judge, wished);
  if (!decision.time && !options.has_begun) {
    decision.alternatives =
        nearest_open(judge.search(), wished, judge.search().bounds(), [](Instant) { return std::optional(true); });
  }
  return decision;
}

/// Refuses a span outside the years 0001 to 9999 (rule 2.1.10). Reading the fields has checked date and
/// start_timestamp, but not the instant of a wall clock time, nor the end.
void check_representable(const Wish& wish, Span span, std::optional<std::size_t> item) {
  if (kRepresentable.contains(span)) return;
  throw invalid(wish.date ? "date" : "start_timestamp", wish.date ? format_date(*wish.date) : format_utc(span.start),
                "the event must begin and end in the years 0001 to 9999", item);
}

/// Chooses alternatives on both sides of a wish (rule 2.5.3).
struct Alternatives {
  Search& search;
  Span wished;
  Span within;
  const std::function<std::optional<bool>(Instant)>& holds;

  /// First an alternative on each side, then the next nearest of either side; no two overlap.
  std::vector<Span> nearest() {
    std::vector<Instant> chosen;
    const auto [earliest_after, latest_before] = first_choices();
    auto before = look_back(latest_before);
    auto after = look_ahead(earliest_after);
    while (chosen.size() < kMost && (before || after)) {
      step();
      const bool looks_back = before && (!after || is_turn_of_before(chosen, *before, *after));
      auto& candidate = looks_back ? before : after;
      const auto go_on = [&](Instant from, Seconds by) {
        candidate = looks_back ? look_back(from - by) : look_ahead(from + by);
      };
      const auto overlapped = std::find_if(chosen.begin(), chosen.end(), [&](Instant other) {
        return std::chrono::abs(other - *candidate) < wished.length();
      });
      if (overlapped != chosen.end()) {
        go_on(*overlapped, wished.length());
        continue;
      }
      const auto is_good = holds(*candidate);
      if (!is_good) break;
      if (*is_good) chosen.push_back(*candidate);
      go_on(*candidate, *is_good ? wished.length() : Seconds{1});
    }
    return in_order(std::move(chosen));
  }

  static constexpr std::size_t kMost = 3;

  /// The bounds of the first choices, as a pair: the earliest start after the wish, and the latest start before it.
  /// Where open starts on both sides can stand apart, the bounds keep the first choice of one side from taking the
  /// only room of the other side.
  Span first_choices() {
    const auto first = look_ahead(within.start);
    const auto last = look_back(within.end);
    const bool has_both = first && *first < wished.start && wished.start <= *last;
    if (!has_both || *last - *first < wished.length()) return {wished.start, wished.start - Seconds{1}};
    return {std::max(wished.start, *first + wished.length()),
            std::min(wished.start - Seconds{1}, *last - wished.length())};
  }

  bool is_turn_of_before(const std::vector<Instant>& chosen, Instant before, Instant after) const {
    if (chosen.size() == 1) return chosen.front() >= wished.start;
    return distance(before) <= distance(after);
  }

  Seconds distance(Instant start) const { return std::chrono::abs(start - wished.start); }

  std::vector<Span> in_order(std::vector<Instant> starts) const {
    std::sort(starts.begin(), starts.end(),
              [&](Instant a, Instant b) { return std::tuple(distance(a), a) < std::tuple(distance(b), b); });
    std::vector<Span> spans;
    for (const auto start : starts) spans.push_back({start, start + wished.length()});
    return spans;
  }

  std::optional<Instant> look_back(Instant latest) {
    const auto length = wished.length();
    return search.last_fit(length, {within.start, std::min(latest + length, within.end)});
  }
  std::optional<Instant> look_ahead(Instant earliest) {
    return search.first_fit(wished.length(), {std::max(earliest, within.start), within.end});
  }
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

std::vector<Span> nearest_open(Search& search, Span wished, Span within,
                               const std::function<std::optional<bool>(Instant)>& holds) {
  return Alternatives{search, wished, within, holds}.nearest();
}

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
    const bool stays = options.has_begun || options.keeps_start;
    const auto start = stays ? wanted.time->start : wished_start(wanted.wish, judge.first().zone());
    const Span wished{start, start + wanted.wish.duration};
    check_representable(wanted.wish, wished, item);
    decision = place_fixed(judge, wished, options);
  }
  decision.options = options;
  return decision;
}

}  // namespace jb
