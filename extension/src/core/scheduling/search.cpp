// SPDX-License-Identifier: PostgreSQL
#include "search.hpp"

#include <algorithm>

#include "../free/day_tree.hpp"
#include "../values/input.hpp"
#include "rule.hpp"

namespace jb {

namespace {

/// first_from or last_until, by which a rule gives the nearest start that it allows.
using Leap = std::optional<Instant> (*Rule::*)(const Calendar&, Seconds, Instant);

std::optional<Instant> leapt(const std::vector<Calendar>& calendars, Leap leap, Seconds duration, Instant start) {
  for (const auto* rule : rules()) {
    if (rule->*leap == nullptr) continue;
    for (const auto& calendar : calendars) {
      const auto allowed = (rule->*leap)(calendar, duration, start);
      if (!allowed) return std::nullopt;
      start = *allowed;
    }
  }
  return start;
}

}  // namespace

std::shared_ptr<Timeline> timeline_of_hours(const Within& within, const Calendar& first) {
  const Grid grid{.zone = first.grid().zone, .hours = hours_of(within), .slot_increment = Seconds{1}};
  return timeline_without_claims(std::make_shared<Pattern>(grid));
}

Search::Search(std::vector<Calendar> calendars, const TimelineOf& timeline_of, Instant now,
               std::shared_ptr<Timeline> asked, const std::vector<Pool>& pools)
    : calendars_(std::move(calendars)), asked_(std::move(asked)), bounds_(kRepresentable) {
  timelines_.reserve(calendars_.size());
  for (const auto& calendar : calendars_) {
    timelines_.push_back(timeline_of(calendar));
    bounds_ = intersection(bounds_, bounds_of(calendar, now));
    is_closed_ = is_closed_ || is_closed(calendar, now);
  }
  for (const auto& pool : pools) {
    auto& [candidates, count] = pools_.emplace_back();
    count = pool.count;
    Span some{kRepresentable.end, kRepresentable.start};
    for (const auto& calendar : pool.candidates) {
      const auto& bounds = candidates.emplace_back(std::vector{calendar}, timeline_of, now).bounds();
      some = {std::min(some.start, bounds.start), std::max(some.end, bounds.end)};
    }
    bounds_ = intersection(bounds_, some);
  }
  if (asked_ != nullptr) timelines_.push_back(asked_);
}

std::optional<Instant> Search::first_asked(Seconds duration, Span span) const {
  return asked_ != nullptr ? asked_->first_fit(duration, span) : span.start;
}

std::optional<Instant> Search::last_asked(Seconds duration, Span span) const {
  return asked_ != nullptr ? asked_->last_fit(duration, span) : span.end - duration;
}

bool Search::is_free(Span time) const {
  const auto is_open = [&](const Search& candidate) { return candidate.is_free(time); };
  return (timelines_.empty() || first_common_fit(timelines_, time.length(), time)) &&
         std::ranges::all_of(pools_, [&](const Candidates& pool) {
           const auto open = std::ranges::count_if(pool.candidates, is_open);
           return static_cast<std::size_t>(open) >= pool.count;
         });
}

std::optional<Instant> Search::named_fit(Seconds duration, Span within, Direction direction) {
  const bool is_forwards = direction == Direction::forwards;
  while (!timelines_.empty()) {
    const auto start =
        is_forwards ? first_common_fit(timelines_, duration, within) : last_common_fit(timelines_, duration, within);
    if (!start) return std::nullopt;
    const auto allowed = leapt(calendars_, is_forwards ? &Rule::first_from : &Rule::last_until, duration, *start);
    if (allowed == start || !allowed) return allowed;
    step();
    if (is_forwards)
      within.start = *allowed;
    else
      within.end = *allowed + duration;
  }
  if (within.length() < duration) return std::nullopt;
  return is_forwards ? within.start : within.end - duration;
}

// No start before the `count`th nearest fit of a list's candidates has enough of them open, so the search leaps there.
std::optional<Instant> Search::fit(Seconds duration, Span within, Direction direction) {
  if (is_closed_) return std::nullopt;
  within = intersection(within, bounds_);
  const bool is_forwards = direction == Direction::forwards;
  const auto narrow = [&](Instant start) {
    if (is_forwards)
      within.start = start;
    else
      within.end = start + duration;
  };
  for (;;) {
    const auto named = named_fit(duration, within, direction);
    if (!named || pools_.empty()) return named;
    narrow(*named);
    bool is_open = true;
    for (auto& pool : pools_) {
      std::vector<Instant> fits;
      for (auto& candidate : pool.candidates) {
        if (const auto found = candidate.fit(duration, within, direction)) fits.push_back(*found);
        const auto here = std::ranges::count(fits, *named);
        if (static_cast<std::size_t>(here) == pool.count) break;
      }
      if (fits.size() < pool.count) return std::nullopt;
      const auto nth = fits.begin() + static_cast<std::ptrdiff_t>(pool.count - 1);
      std::nth_element(fits.begin(), nth, fits.end(),
                       [&](Instant a, Instant b) { return is_forwards ? a < b : b < a; });
      if (*nth == *named) continue;
      narrow(*nth);
      is_open = false;
      break;
    }
    if (is_open) return named;
    spend(Budget::stretches);
  }
}

std::optional<Instant> Search::first_fit(Seconds duration, Span within) {
  return fit(duration, within, Direction::forwards);
}

std::optional<Instant> Search::last_fit(Seconds duration, Span within) {
  return fit(duration, within, Direction::backwards);
}

std::vector<Instant> Search::open_starts(Seconds duration, Span within, std::size_t most) {
  std::vector<Instant> starts;
  while (starts.size() < most) {
    const auto start = first_fit(duration, within);
    if (!start) break;
    starts.push_back(*start);
    within.start = *start + Seconds{1};
  }
  return starts;
}

}  // namespace jb
