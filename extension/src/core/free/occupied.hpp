// SPDX-License-Identifier: PostgreSQL
//
// The time of a calendar in which no automatic event may lie although the hours are open: around claims (rule 2.3.3),
// and on full days (rule 2.3.8). This time is known from a source, and from changes that are not written yet.
#pragma once

#include <vector>

#include "../values/time.hpp"

namespace jb {

/// Where the claims of one calendar are read.
class ClaimSource {
 public:
  virtual ~ClaimSource() = default;

  /// The claims that overlap `within`, buffers included, sorted by start, unclipped. They never overlap one another.
  virtual std::vector<Span> claims(Span within) = 0;

  /// The full days (rule 2.8.6) that overlap `within`, midnight to midnight, sorted by start, unclipped.
  virtual std::vector<Span> full_days(Span within);
};

/// The parts of `open` that lie outside `occupied`. Both lists are sorted by start; only `occupied` may have overlaps.
std::vector<Span> subtract(const std::vector<Span>& open, const std::vector<Span>& occupied);

/// Changes to a list of spans that is kept elsewhere.
class SpanChanges {
 public:
  void add(Span span);
  void remove(Span span);  ///< one that was added, or stands in the list, or both
  void forget();

  /// `listed`, which holds the spans that overlap `within`, after the changes; sorted by start.
  std::vector<Span> applied_to(std::vector<Span> listed, Span within) const;

 private:
  std::vector<Span> added_;    // sorted
  std::vector<Span> removed_;  // sorted
};

/// The occupied time that a source knows, and changes to it.
class Occupied {
 public:
  /// `source` outlives this object; nullptr means a calendar without claims.
  Occupied(Seconds buffer_before, Seconds buffer_after, ClaimSource* source)
      : before_(buffer_before), after_(buffer_after), source_(source) {}

  void take(Span claim) { claims_.add(claim); }
  void give(Span claim) { claims_.remove(claim); }
  void close(Span day) { full_days_.add(day); }
  void reopen(Span day) { full_days_.remove(day); }

  /// Drops the changes: the source knows them now.
  void forget();

  /// Where no event may lie because of `claim`: an event [s, e) claims [s - before, e + after), so it must end `after`
  /// before the claim begins, and start `before` after it ends.
  Span around(Span claim) const { return {claim.start - after_, claim.end + before_}; }

  /// The time around `claims`, and `full_days`, both sorted, as one list sorted by start; they may overlap.
  std::vector<Span> around(std::vector<Span> claims, const std::vector<Span>& full_days) const;

  /// The time around claims and the full days that overlap `within`, likewise.
  std::vector<Span> within(Span within) const;

 private:
  Seconds before_;
  Seconds after_;
  ClaimSource* source_;
  SpanChanges claims_;
  SpanChanges full_days_;
};

}  // namespace jb
