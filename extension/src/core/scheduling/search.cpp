// SPDX-License-Identifier: PostgreSQL
#include "search.hpp"

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
               const std::optional<Within>& within)
    : calendars_(std::move(calendars)), bounds_(kRepresentable) {
  timelines_.reserve(calendars_.size());
  for (const auto& calendar : calendars_) {
    timelines_.push_back(timeline_of(calendar));
    bounds_ = intersection(bounds_, bounds_of(calendar, now));
    is_closed_ = is_closed_ || is_closed(calendar, now);
  }
  if (within) asked_ = timelines_.emplace_back(timeline_of_hours(*within, first()));
}

std::optional<Instant> Search::first_asked(Seconds duration, Span span) const {
  return asked_ != nullptr ? asked_->first_fit(duration, span) : span.start;
}

std::optional<Instant> Search::last_asked(Seconds duration, Span span) const {
  return asked_ != nullptr ? asked_->last_fit(duration, span) : span.end - duration;
}

bool Search::is_free(Span time) const { return first_common_fit(timelines_, time.length(), time).has_value(); }

std::optional<Instant> Search::first_fit(Seconds duration, Span within) {
  if (is_closed_) return std::nullopt;
  within = intersection(within, bounds_);
  while (const auto start = first_common_fit(timelines_, duration, within)) {
    const auto allowed = leapt(calendars_, &Rule::first_from, duration, *start);
    if (allowed == start || !allowed) return allowed;
    step();
    within.start = *allowed;
  }
  return std::nullopt;
}

std::optional<Instant> Search::last_fit(Seconds duration, Span within) {
  if (is_closed_) return std::nullopt;
  within = intersection(within, bounds_);
  while (const auto start = last_common_fit(timelines_, duration, within)) {
    const auto allowed = leapt(calendars_, &Rule::last_until, duration, *start);
    if (allowed == start || !allowed) return allowed;
    step();
    within.end = *allowed + duration;
  }
  return std::nullopt;
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
