// SPDX-License-Identifier: PostgreSQL
#include "placing.hpp"

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

/// The earliest start that is open when the events of lower priority are set aside (rule 2.12.2). Then these events
/// are put back one by one, high priority first. An event that closes the chosen start is displaced; any other stays
/// (rule 2.12.3). So a full day gives up its least important event.
std::optional<Decision> preempted(Plan& plan, Judge& judge, const Event& wanted) {
  const auto within = judge.within();
  if (within.empty()) return std::nullopt;
  auto& search = judge.search();
  const auto duration = wanted.wish.duration;
  const auto lower = lower_ones(plan, search, wanted, within);
  for (const auto& event : lower) plan.set_aside(event);
  const auto start = search.first_fit(duration, within, plan.now());
  auto decision = start ? std::optional(at(*start, duration)) : std::nullopt;
  for (const auto& event : lower) {
    plan.put_back(event);
    if (!decision || search.timeline().first_fit(duration, *decision->time)) continue;
    plan.set_aside(event);
    decision->displaced.push_back(event);
  }
  if (decision) {
    for (const auto& event : decision->displaced) plan.put_back(event);
  }
  return decision;
}

Decision place_automatic(Plan& plan, Judge& judge, const Event& wanted, const PlacingOptions& options) {
  const auto start = judge.search().first_fit(wanted.wish.duration, judge.window(), plan.now());
  if (start) return at(*start, wanted.wish.duration);
  Decision refused;
  refused.refusal = judge.nowhere();
  if (!options.preempt || !refused.may_wait()) return refused;
  return preempted(plan, judge, wanted).value_or(refused);
}

Decision place_fixed(Plan& plan, Judge& judge, Span wished, const PlacingOptions& options) {
  Decision decision;
  decision.refusal = judge.at(wished.start);
  if (!decision.refusal) {
    decision.time = wished;
    decision.displaced = judge.in_the_way(wished.start).displaceable;
  } else if (!options.has_begun) {
    decision.alternatives = nearest_open(judge.search(), wished, judge.search().bounds(plan.now()),
                                         [](Instant) { return std::optional(true); });
  }
  return decision;
}

/// Refuses a span outside the years 0001 to 9999 (rule 2.1.10). Reading the fields has checked date and
/// start_timestamp, but not the instant of a wall clock time, nor the end.
void check_representable(const Wish& wish, Span span, std::optional<std::size_t> item) {
  if (kRepresentable.contains(span)) return;
  Validation validation;
  if (item) validation.at_index(*item);
  validation.refuse(wish.date ? "date" : "start_timestamp",
                    wish.date ? format_date(*wish.date) : format_utc(span.start),
                    "the event must begin and end in the years 0001 to 9999");
  validation.raise();
}

/// Chooses alternatives on both sides of a wish (rule 2.5.3).
class Alternatives {
 public:
  using Holds = std::function<std::optional<bool>(Instant)>;

  Alternatives(Timeline& timeline, Span wished, Span within, const Holds& holds)
      : timeline_(timeline), wished_(wished), within_(within), holds_(holds) {}

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
        return std::chrono::abs(other - *candidate) < wished_.length();
      });
      if (overlapped != chosen.end()) {
        go_on(*overlapped, wished_.length());
        continue;
      }
      const auto is_good = holds_(*candidate);
      if (!is_good) break;
      if (*is_good) chosen.push_back(*candidate);
      go_on(*candidate, *is_good ? wished_.length() : Seconds{1});
    }
    return in_order(std::move(chosen));
  }

 private:
  static constexpr std::size_t kMost = 3;

  /// The bounds of the first choices, as a pair: the earliest start after the wish, and the latest start before it.
  /// Where open starts on both sides can stand apart, the bounds keep the first choice of one side from taking the
  /// only room of the other side.
  Span first_choices() {
    const auto first = look_ahead(within_.start);
    const auto last = look_back(within_.end);
    const bool has_both = first && *first < wished_.start && wished_.start <= *last;
    if (!has_both || *last - *first < wished_.length()) return {wished_.start, wished_.start - Seconds{1}};
    return {std::max(wished_.start, *first + wished_.length()),
            std::min(wished_.start - Seconds{1}, *last - wished_.length())};
  }

  bool is_turn_of_before(const std::vector<Instant>& chosen, Instant before, Instant after) const {
    if (chosen.size() == 1) return chosen.front() >= wished_.start;
    return distance(before) <= distance(after);
  }

  Seconds distance(Instant start) const { return std::chrono::abs(start - wished_.start); }

  std::vector<Span> in_order(std::vector<Instant> starts) const {
    std::sort(starts.begin(), starts.end(),
              [&](Instant a, Instant b) { return std::tuple(distance(a), a) < std::tuple(distance(b), b); });
    std::vector<Span> spans;
    for (const auto start : starts) spans.push_back({start, start + wished_.length()});
    return spans;
  }

  std::optional<Instant> look_back(Instant latest) {
    const auto length = wished_.length();
    return timeline_.last_fit(length, {within_.start, std::min(latest + length, within_.end)});
  }
  std::optional<Instant> look_ahead(Instant earliest) {
    return timeline_.first_fit(wished_.length(), {std::max(earliest, within_.start), within_.end});
  }

  Timeline& timeline_;
  Span wished_;
  Span within_;
  const Holds& holds_;
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
  return Alternatives(search.timeline(), wished, within, holds).nearest();
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
    decision = place_fixed(plan, judge, wished, options);
  }
  decision.options = options;
  return decision;
}

}  // namespace jb
