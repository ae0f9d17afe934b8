// SPDX-License-Identifier: PostgreSQL
//
// First fit and last fit by walking a calendar's free time in order.
//
// The walk reads the calendar in windows that start at a week and double, so that an answer nearby costs little and a
// search to the horizon reads each window once. Free time that goes on across the border of two windows is one
// stretch: what the first window ended with is joined to what the next begins with.
#include "timeline.hpp"

#include <algorithm>

namespace jb {
namespace {

constexpr Seconds kFirstWindow = 7 * kDay;

bool starts_earlier(const Span& a, const Span& b) { return a.start != b.start ? a.start < b.start : a.end < b.end; }

bool contains_span(const std::vector<Span>& sorted, const Span& span) {
  return std::binary_search(sorted.begin(), sorted.end(), span, starts_earlier);
}

void insert_span(std::vector<Span>& sorted, const Span& span) {
  sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), span, starts_earlier), span);
}

void remove_span(std::vector<Span>& sorted, const Span& span) {
  const auto place = std::lower_bound(sorted.begin(), sorted.end(), span, starts_earlier);
  if (place != sorted.end() && *place == span) sorted.erase(place);
}

/// What is left of `open` without `occupied`; both sorted by start, `open` without overlaps.
std::vector<Span> subtract(const std::vector<Span>& open, const std::vector<Span>& occupied) {
  std::vector<Span> free;
  auto claim = occupied.begin();
  for (const Span& span : open) {
    Instant cursor = span.start;
    while (claim != occupied.end() && claim->start < span.end) {
      if (cursor < claim->start) free.push_back({cursor, claim->start});
      cursor = std::max(cursor, claim->end);
      if (claim->end > span.end) break;  // it reaches into later spans as well
      ++claim;
    }
    if (cursor < span.end) free.push_back({cursor, span.end});
  }
  return free;
}

std::optional<Instant> earliest_start(const Span& free, Seconds duration, const Grid& grid) {
  if (free.length() < duration) return std::nullopt;
  const Instant start = on_increment_from(free.start, grid.slot_increment, *grid.zone);
  return start + duration <= free.end ? std::optional{start} : std::nullopt;
}

std::optional<Instant> latest_start(const Span& free, Seconds duration, const Grid& grid) {
  if (free.length() < duration) return std::nullopt;
  const Instant start = on_increment_until(free.end - duration, grid.slot_increment, *grid.zone);
  return start >= free.start ? std::optional{start} : std::nullopt;
}

}  // namespace

ScannedTimeline::ScannedTimeline(Grid grid, ClaimSource* source) : grid_(std::move(grid)), source_(source) {}

std::optional<Instant> ScannedTimeline::first_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  Span reached{within.start, within.start};  // the free stretch that ends where the last window ended, if any
  Span window{within.start, within.start};
  for (Seconds length = kFirstWindow; window.end < within.end; length *= 2) {
    window = {window.end, std::min(within.end, window.end + length)};
    for (Span free : free_spans(window)) {
      if (free.start == reached.end) free.start = reached.start;
      if (const auto start = earliest_start(free, duration, grid_)) return start;
      reached = free;
    }
  }
  return std::nullopt;
}

std::optional<Instant> ScannedTimeline::last_fit(Seconds duration, Span within) {
  within = intersection(within, kRepresentable);
  Span reached{within.end, within.end};  // the free stretch that begins where the last window began, if any
  Span window{within.end, within.end};
  for (Seconds length = kFirstWindow; within.start < window.start; length *= 2) {
    window = {std::max(within.start, window.start - length), window.start};
    const std::vector<Span> spans = free_spans(window);
    for (auto place = spans.rbegin(); place != spans.rend(); ++place) {
      Span free = *place;
      if (free.end == reached.start) free.end = reached.end;
      if (const auto start = latest_start(free, duration, grid_)) return start;
      reached = free;
    }
  }
  return std::nullopt;
}

void ScannedTimeline::take(Span claim) { insert_span(taken_, claim); }

// A claim may be taken here and stand in the source as well, once its event is written: both are set aside.
void ScannedTimeline::give(Span claim) {
  remove_span(taken_, claim);
  if (!contains_span(given_, claim)) insert_span(given_, claim);
}

std::vector<Span> ScannedTimeline::free_spans(Span window) {
  const std::vector<Span> open = open_spans(grid_.hours, *grid_.zone, window);
  if (open.empty()) return open;
  return subtract(open, occupied({open.front().start, open.back().end}));
}

// The claims of the source without those given, and those taken; sorted by start.
std::vector<Span> ScannedTimeline::occupied(Span within) {
  std::vector<Span> claims = source_ ? source_->claims(within) : std::vector<Span>{};
  std::erase_if(claims, [&](const Span& claim) { return contains_span(given_, claim); });
  const auto ends_before = [&](const Span& claim) { return claim.end <= within.start; };
  const auto begin = std::partition_point(taken_.begin(), taken_.end(), ends_before);
  const auto end = std::find_if(begin, taken_.end(), [&](const Span& claim) { return claim.start >= within.end; });
  std::vector<Span> all;
  all.reserve(claims.size() + (end - begin));
  std::merge(claims.begin(), claims.end(), begin, end, std::back_inserter(all), starts_earlier);
  return all;
}

}  // namespace jb
