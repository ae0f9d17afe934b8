// SPDX-License-Identifier: PostgreSQL
//
// Claims in a vector, as a source for a timeline. The source remembers what was read from it.
#pragma once

#include <utility>
#include <vector>

#include "core/free/hours.hpp"

namespace jb::test {

/// The order in which claims are kept.
inline bool earlier(const Span& a, const Span& b) { return a.start < b.start; }

class ClaimList final : public ClaimSource {
 public:
  /// `claims` are sorted and do not overlap.
  explicit ClaimList(std::vector<Span> claims = {}) : claims_(std::move(claims)) {}

  std::vector<Span> claims(Span within) override {
    reads.push_back(within);
    std::vector<Span> found;
    for (const Span& claim : claims_)
      if (claim.overlaps(within)) found.push_back(claim);
    return found;
  }

  std::vector<Span> full_days(Span within) override {
    std::vector<Span> found;
    for (const Span& day : days_)
      if (day.overlaps(within)) found.push_back(day);
    return found;
  }

  void set(std::vector<Span> claims, std::vector<Span> full_days) {
    claims_ = std::move(claims);
    days_ = std::move(full_days);
  }

  std::vector<Span> reads;  ///< the windows asked for, in order

 private:
  std::vector<Span> claims_;
  std::vector<Span> days_;
};

}  // namespace jb::test
