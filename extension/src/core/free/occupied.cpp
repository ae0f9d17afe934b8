// SPDX-License-Identifier: PostgreSQL
#include "occupied.hpp"

#include <algorithm>
#include <iterator>

namespace jb {

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

std::vector<Span> SpanChanges::applied_to(std::vector<Span> listed, Span within) const {
  if (!removed_.empty()) std::erase_if(listed, [&](const Span& span) { return removed_.contains(span); });
  auto begin = added_.lower_bound({within.start, within.start});
  if (begin != added_.begin() && std::prev(begin)->end > within.start) --begin;
  const auto end = added_.lower_bound({within.end, within.end});
  if (begin == end) return listed;
  std::vector<Span> all;
  std::merge(listed.begin(), listed.end(), begin, end, std::back_inserter(all), StartsEarlier{});
  return all;
}

std::vector<Span> Occupied::around(std::vector<Span> claims, const std::vector<Span>& full_days) const {
  for (Span& claim : claims) claim = around(claim);
  if (full_days.empty()) return claims;
  std::vector<Span> all;
  all.reserve(claims.size() + full_days.size());
  std::merge(claims.begin(), claims.end(), full_days.begin(), full_days.end(), std::back_inserter(all),
             StartsEarlier{});
  return all;
}

std::vector<Span> Occupied::within(Span within) const {
  const Span claimed{within.start - before_, within.end + after_};
  return around(claims_.applied_to(source_ ? source_->claims(claimed) : std::vector<Span>{}, claimed),
                full_days_.applied_to(source_ ? source_->full_days(within) : std::vector<Span>{}, within));
}

}  // namespace jb
