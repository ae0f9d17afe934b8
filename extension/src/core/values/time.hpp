// SPDX-License-Identifier: PostgreSQL
//
// Time as the scheduler sees it: instants and durations in whole seconds (rule 2.1.1), wall clock as a type of its own,
// ranges half-open (rule 2.1.2). <chrono> gives the types, so that an instant and a wall clock reading cannot be mixed
// up.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace jb {

using Seconds = std::chrono::seconds;         ///< elapsed time
using Instant = std::chrono::sys_seconds;     ///< a point in time, whole seconds since 1970-01-01T00:00:00Z
using WallTime = std::chrono::local_seconds;  ///< a reading of a wall clock, in a zone named elsewhere
using Date = std::chrono::local_days;         ///< a day of a wall clock

inline constexpr Seconds kDay{86'400};

/// Half-open: [start, end). Empty when end <= start.
struct Span {
  Instant start;
  Instant end;

  friend bool operator==(const Span&, const Span&) = default;
  bool empty() const { return end <= start; }
  Seconds length() const { return end - start; }
  bool overlaps(const Span& other) const { return start < other.end && other.start < end; }
  bool contains(const Span& other) const { return start <= other.start && other.end <= end; }
};

/// The common part of two spans; empty (end <= start) when the spans have no common part.
inline Span intersection(const Span& a, const Span& b) { return {std::max(a.start, b.start), std::min(a.end, b.end)}; }

/// The instants that the scheduler accepts: the years 0001 to 9999 in UTC, which RFC 3339 can write (rule 2.1.10).
inline constexpr Span kRepresentable{std::chrono::sys_days{std::chrono::year{1} / 1 / 1},
                                     std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};

}  // namespace jb
