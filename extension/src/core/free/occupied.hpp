// SPDX-License-Identifier: PostgreSQL
//
// The time of a calendar in which no automatic event may lie although the hours are open: around claims (rule 2.3.3),
// and on full days (rule 2.3.8). This time is known from a source, and from changes that are not written yet.
#pragma once

#include <set>
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
  virtual std::vector<Span> full_days(Span within) = 0;
};

/// The parts of `open` that lie outside `occupied`. Both lists are sorted by start; only `occupied` may have overlaps.
std::vector<Span> subtract(const std::vector<Span>& open, const std::vector<Span>& occupied);

struct StartsEarlier {
  bool operator()(const Span& a, const Span& b) const { return a.start != b.start ? a.start < b.start : a.end < b.end; }
};

/// Changes to a list of spans that is kept elsewhere.
class SpanChanges {
 public:
  /// A caller may take a claim when it plans, and again when it writes.
  void add(Span span) { added_.insert(span); }

  /// Removes a span that was added, or stands in the list, or both: a claim that was taken here stands in the source as
  /// well, once its event is written.
  void remove(Span span) {
    added_.erase(span);
    removed_.insert(span);
  }

  /// `listed`, which holds the spans that overlap `within`, after the changes; sorted by start.
  std::vector<Span> applied_to(std::vector<Span> listed, Span within) const;

 private:
  std::set<Span, StartsEarlier> added_;  // they never overlap one another
  std::set<Span, StartsEarlier> removed_;
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
  void forget() { claims_ = full_days_ = {}; }

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
