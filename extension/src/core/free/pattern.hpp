// SPDX-License-Identifier: PostgreSQL
//
// The time of a calendar that may be booked where no claim is, chunk by chunk and block by block; and how far a claim
// reaches.
//
// The definition that the day tree rests on (day_tree.md proves it): an instant t is *bookable* when everything from
// the last mark of the slot increment at or before t up to t is free; free is what lies in the hours, in no full day,
// and not around a claim. The maximal runs of bookable time are the spans. Each span begins on the increment, so that
// an event fits into a span if and only if the event is no longer than the span.
#pragma once

#include <array>
#include <list>
#include <map>
#include <unordered_map>

#include "free_time.hpp"
#include "timeline.hpp"

namespace jb {

/// A node of the tree covers this many nodes of the level below.
inline constexpr int kFanoutBits = 5;
inline constexpr int kFanout = 1 << kFanoutBits;

/// Where chunks begin, in seconds after midnight UTC: where the zone's own midnight lay in January 2000. This only
/// decides how chunks and local days lie to one another. A stored tree must be read with the value with which it was
/// written.
Seconds usual_midnight(const Zone& zone);

/// The hours, increment and buffers of a calendar, as the day tree reads them. Immutable. A pattern remembers its
/// answers, so keep a pattern as long as the calendar's settings last. Not for several threads at once.
///
/// All patterns together remember at most kMostRemembered bytes: beyond that, those that were not asked for the longest
/// time forget everything.
class Pattern {
 public:
  static constexpr std::size_t kMostRemembered = 32 << 20;

  /// Chunks begin `midnight` after midnight UTC, 0 s to a day.
  Pattern(Grid grid, Seconds midnight);
  explicit Pattern(const Grid& grid) : Pattern(grid, usual_midnight(*grid.zone)) {}

  /// The pattern of a grid that differs from that of `before` only on these dates, by other overrides. It takes over
  /// what `before` remembers of all other dates.
  Pattern(const Grid& grid, const Pattern& before, const std::vector<Date>& changed);
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  /// What all patterns remember, in bytes.
  static std::size_t remembered();

  /// What the grid takes, in bytes.
  std::size_t size() const { return size_; }

  const Grid& grid() const { return grid_; }

  /// The block on `level` (0: a chunk) that holds `instant`; blocks are numbered from 1970 on.
  std::int64_t block_at(int level, Instant instant) const;
  Span span_of(int level, std::int64_t block) const;

  /// The first mark of the increment at or after `instant`, and the last at or before it. Rule 2.3.4: at a mark the
  /// wall clock shows a multiple of the increment, counted from midnight, or from the start of the last span of its
  /// date; the count starts anew at each midnight. So the last mark is never more than an increment away. Cost: a few
  /// questions to the zone at most, and mostly none.
  Instant mark_from(Instant instant) const;
  Instant mark_until(Instant instant) const;

  /// The bookable seconds of a chunk without claims. The result is valid until a pattern is asked for another chunk.
  /// Cost: one look into a table; the first time, and near clock changes and overrides, that of bookable() over a day.
  const Pieces& pieces(std::int64_t chunk) const { return day(chunk).pieces; }

  /// The sum of a block without claims. Cost: one look into a table; the first time 32 of the level below.
  Sum sum(int level, std::int64_t block) const;

  /// The bookable time in `window`, sorted, when `occupied`, sorted by start, is what Occupied says of
  /// read_for(window). Cost: linear in the days of `window` and in `occupied`.
  std::vector<Span> bookable(Span window, const std::vector<Span>& occupied) const;

  /// The time that decides what is bookable in `window`: from the last mark before the window to the window's end.
  Span read_for(Span window) const { return {mark_until(window.start), window.end}; }

  /// The time that `occupied` may change: from its begin to the first mark at or after its end.
  Span reach(Span occupied) const { return {occupied.start, mark_from(occupied.end)}; }

 private:
  struct Day {
    Pieces pieces;
    Sum sum;
  };
  /// The days of a week between clock changes, by chunk modulo 7, as far as they were asked for.
  using Week = std::array<std::optional<Day>, 7>;

  const Day& day(std::int64_t chunk) const;
  const Day& regular_day(std::int64_t chunk) const;
  static std::size_t bytes_of(const Day& day);
  void remember(std::size_t bytes) const;
  void forget() const;
  bool is_regular(std::int64_t chunk) const;
  bool has_override_near(Span span) const;
  void settle(Instant instant) const;
  /// How long the wall clock has counted at an instant, since midnight or since a span began, and how long until the
  /// count begins anew.
  struct Count {
    Seconds past;
    Seconds left;
  };

  Count count_at(Instant instant) const;
  Day make_day(std::int64_t chunk) const;

  Grid grid_;
  Seconds midnight_;
  bool always_open_;
  std::size_t size_;
  mutable Span steady_{};     // within it the offset does not change
  mutable Seconds offset_{};  // within steady_
  mutable Week* week_ = nullptr;
  mutable std::map<Seconds, Week> weeks_;  // by offset
  mutable std::unordered_map<std::int64_t, Day> irregular_;
  mutable std::map<std::pair<int, std::int64_t>, Sum> sums_;  // of irregular days, and of blocks
  mutable std::size_t remembered_ = 0;                        // bytes
  mutable bool is_asked_ = true;                              // since forget() was last considered
  std::list<const Pattern*>::iterator place_;                 // among all patterns
};

/// The part of `span` within the chunk that begins at `begin`, in seconds of the chunk; empty or inverted when the span
/// has no part in the chunk.
Piece piece_of(Span span, Instant begin);

}  // namespace jb
