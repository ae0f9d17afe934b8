// SPDX-License-Identifier: PostgreSQL
#include "occupied.hpp"

#include <algorithm>
#include <iterator>

namespace jb {
namespace {

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

}  // namespace

std::vector<Span> ClaimSource::full_days(Span) { return {}; }

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

// A caller may take a claim when it plans, and again when it writes.
void SpanChanges::add(Span span) {
  if (!contains_span(added_, span)) insert_span(added_, span);
}

// A claim may be taken here and stand in the source as well, once its event is written. So it is removed from both.
void SpanChanges::remove(Span span) {
  remove_span(added_, span);
  if (!contains_span(removed_, span)) insert_span(removed_, span);
}

void SpanChanges::forget() {
  added_.clear();
  removed_.clear();
}

std::vector<Span> SpanChanges::applied_to(std::vector<Span> listed, Span within) const {
  if (!removed_.empty()) std::erase_if(listed, [&](const Span& span) { return contains_span(removed_, span); });
  if (added_.empty()) return listed;
  const auto ends_before = [&](const Span& span) { return span.end <= within.start; };
  const auto begin = std::partition_point(added_.begin(), added_.end(), ends_before);
  const auto end = std::find_if(begin, added_.end(), [&](const Span& span) { return span.start >= within.end; });
  std::vector<Span> all;
  all.reserve(listed.size() + (end - begin));
  std::merge(listed.begin(), listed.end(), begin, end, std::back_inserter(all), starts_earlier);
  return all;
}

void Occupied::forget() {
  claims_.forget();
  full_days_.forget();
}

std::vector<Span> Occupied::around(std::vector<Span> claims, const std::vector<Span>& full_days) const {
  for (Span& claim : claims) claim = around(claim);
  if (full_days.empty()) return claims;
  std::vector<Span> all;
  all.reserve(claims.size() + full_days.size());
  std::merge(claims.begin(), claims.end(), full_days.begin(), full_days.end(), std::back_inserter(all), starts_earlier);
  return all;
}

std::vector<Span> Occupied::within(Span within) const {
  const Span claimed{within.start - before_, within.end + after_};
  return around(claims_.applied_to(source_ ? source_->claims(claimed) : std::vector<Span>{}, claimed),
                full_days_.applied_to(source_ ? source_->full_days(within) : std::vector<Span>{}, within));
}

}  // namespace jb
