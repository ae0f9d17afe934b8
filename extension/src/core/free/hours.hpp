// SPDX-License-Identifier: PostgreSQL
//
// The bookable time of a calendar: its hours, its free time, and where an event fits.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../values/time.hpp"

namespace jb {

// The time of a calendar that is closed to automatic events although the hours are open: around claims (rule 2.3.3),
// and on full days (rule 2.3.8). It comes from a source, adjusted by changes that are not written yet.

/// The source of one calendar's claims.
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
  /// Adding a span twice has no effect: a caller may take a claim when it plans, and again when it writes.
  void add(Span span) { added_.insert(span); }

  /// Removes a span that was added, is in the list, or both: a claim taken here is also in the source once its event is
  /// written.
  void remove(Span span) {
    added_.erase(span);
    removed_.insert(span);
  }

  /// `listed`, the spans of the list that overlap `within`, with the changes applied; sorted by start.
  std::vector<Span> applied_to(std::vector<Span> listed, Span within) const;

 private:
  std::set<Span, StartsEarlier> added_;  // they never overlap one another
  std::set<Span, StartsEarlier> removed_;
};

/// The occupied time of a source, and changes to it.
class Occupied {
 public:
  /// `source` outlives this object; nullptr means a calendar without claims.
  Occupied(Seconds buffer_before, Seconds buffer_after, ClaimSource* source)
      : before_(buffer_before), after_(buffer_after), source_(source) {}

  void take(Span claim) { claims_.add(claim); }
  void give(Span claim) { claims_.remove(claim); }
  void close(Span day) { full_days_.add(day); }
  void reopen(Span day) { full_days_.remove(day); }

  /// Drops the changes, which the source includes now.
  void forget() { claims_ = full_days_ = {}; }

  /// The time that `claim` closes to events: an event [s, e) claims [s - before, e + after), so it must end `after`
  /// before the claim begins, and start `before` after the claim ends.
  Span around(Span claim) const { return {claim.start - after_, claim.end + before_}; }

  /// The time around each of `claims`, merged with `full_days`. Both lists and the result are sorted by start; spans of
  /// the result may overlap.
  std::vector<Span> around(std::vector<Span> claims, const std::vector<Span>& full_days) const;

  /// The same for the claims and full days that affect `within`.
  std::vector<Span> within(Span within) const;

 private:
  Seconds before_;
  Seconds after_;
  ClaimSource* source_;
  SpanChanges claims_;
  SpanChanges full_days_;
};

/// The days of a week, by their names in JSON.
inline constexpr std::array<std::string_view, 7> kWeekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                           "friday", "saturday", "sunday"};

// When automatic events may be placed: a weekly pattern and overrides by date, in wall clock time (rules 2.1.7, 2.3.2
// and 2.8.7).

/// A span of one wall clock day, in seconds since its midnight: 0 <= start < end <= 86,400 (24:00).
struct DaySpan {
  Seconds start;
  Seconds end;
  friend bool operator==(const DaySpan&, const DaySpan&) = default;
};

/// Sorted by start, neither overlapping nor touching, as normalise() returns them.
using DaySpans = std::vector<DaySpan>;

/// Sorts the spans, and joins those that overlap or touch. Each span must be valid by itself.
DaySpans normalise(DaySpans spans);

/// The same for spans of instants, in place.
void join_adjoining(std::vector<Span>& spans);

/// The weekly pattern, Monday first as in ISO 8601, and the dates that have their own spans instead, or none.
struct Hours {
  std::array<DaySpans, 7> week;
  std::map<Date, DaySpans> overrides{};

  /// The spans of the date, by its override or its weekday; empty when the date is closed. The reference is valid for
  /// the lifetime of these hours. The spans are wall clock: open_spans finds their instants, if the zone had such a day
  /// at all. Cost: logarithmic in the number of overrides.
  const DaySpans& on(Date date) const;
  friend bool operator==(const Hours&, const Hours&) = default;
};

/// The open time of `hours` within `within`, sorted, clipped, and joined where spans adjoin (across midnight too). Both
/// ends of a span are wall clock times, converted by Zone::to_instant. A span that a clock change swallows is left out:
/// one of which no instant shows any part (Friday 09:00 to 17:00 in Pacific/Apia on 2011-12-30, a day that Apia never
/// had), or one whose end comes no later than its start. Cost: linear in the days of `within`.
std::vector<Span> open_spans(const Hours& hours, const Zone& zone, Span within);

// Free time within a chunk, to the second, and its sum: the summary of a block in a first-fit tree.
//
// A chunk is always 86,400 s of the UTC time line, whatever the clock changes. Free time is a set of seconds, stored as
// its maximal pieces. So joining two chunks involves only their common border.

inline constexpr std::int32_t kChunkSeconds = 86'400;

/// Sums saturate at this length, which means "at least this much". So a change deep in an open calendar propagates only
/// to the first ancestor whose sums did not change. Must not be shorter than a chunk.
inline constexpr std::int32_t kSaturation = 7 * kChunkSeconds;

/// Free seconds [start, end) of a chunk, counted from its start: 0 <= start < end <= 86,400.
struct Piece {
  std::int32_t start;
  std::int32_t end;
  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Sorted by start, neither overlapping nor touching.
using Pieces = std::vector<Piece>;

/// The lengths of the free stretches at the start and end of a block, and of its longest free stretch; in seconds,
/// exact up to kSaturation. `full`: the whole block is free, whatever its length.
struct Sum {
  std::int32_t prefix = 0;
  std::int32_t longest = 0;
  std::int32_t suffix = 0;
  bool full = false;
  friend bool operator==(const Sum&, const Sum&) = default;
};

inline constexpr Sum kFullChunk{kChunkSeconds, kChunkSeconds, kChunkSeconds, true};

/// The sum of a chunk.
Sum sum_of(const Pieces& pieces);

/// The sum of two blocks that follow one another. Associative, so blocks may be joined one by one.
Sum joined(const Sum& left, const Sum& right);

/// Replaces the free time of `window` with `with`, which lies within it. Result: whether anything changed. Cost: linear
/// in the pieces of the chunk.
bool replace(Pieces& pieces, Piece window, const Pieces& with);

// The scheduler's central question: where does an event of this length fit (rule 2.3)? Timeline is the interface that
// answers it for one calendar; first_common_fit() and last_common_fit() combine several calendars.

/// The settings, as opposed to claims, that decide where automatic events may lie on one calendar.
struct Grid {
  std::shared_ptr<const Zone> zone;  ///< never null in the Grid of a Timeline
  Hours hours;
  Seconds slot_increment{300};  ///< 1 s to 24 h, counted from each midnight of the wall clock
  Seconds buffer_before{0};     ///< claimed before each event of this calendar
  Seconds buffer_after{0};      ///< claimed after it
  bool from_opening = false;    ///< counts the increment from the start of each span of the hours, too

  /// What an event claims on this calendar.
  Span claim_of(Span event) const { return {event.start - buffer_before, event.end + buffer_after}; }
};

/// The free time of one calendar, as it is and as it would be after take(), give(), close() and reopen().
///
/// A start s fits a duration d within [a, b) when a <= s, s + d <= b, [s, s + d) lies in one open stretch of the
/// hours and in no full day, s is on the slot increment, and [s - buffer_before, s + d + buffer_after), which it would
/// claim, overlaps no claim. The buffers may lie outside [a, b) and outside the hours. d is 1 s to 366 days; nothing
/// outside kRepresentable fits.
class Timeline {
 public:
  virtual ~Timeline() = default;

  /// The earliest start that fits; nullopt when none does.
  virtual std::optional<Instant> first_fit(Seconds duration, Span within) = 0;

  /// The latest start that fits; nullopt when none does.
  virtual std::optional<Instant> last_fit(Seconds duration, Span within) = 0;

  /// Marks `claim` as occupied, in this object only. It must overlap no other claim. Taking the same claim again has no
  /// effect.
  virtual void take(Span claim) = 0;

  /// Marks `claim` as free, in this object only. It must be one whole claim, of the source or taken before.
  virtual void give(Span claim) = 0;

  /// Closes `day`, a local day that has become full, in this object only. It may hold claims.
  virtual void close(Span day) = 0;

  /// Reopens `day`, one whole day that was full, in this object only.
  virtual void reopen(Span day) = 0;
};

using Timelines = std::vector<std::shared_ptr<Timeline>>;

/// The earliest and the latest start that fits on all of the timelines, of which there is at least one.
///
/// Cost: the search leaps from the next fit of one timeline to the next fit of another; each leap is one search of one
/// timeline. There are at most two leaps per span of the busiest timeline on the way, or one per mark where the
/// increments disagree.
std::optional<Instant> first_common_fit(const Timelines& timelines, Seconds duration, Span within);
std::optional<Instant> last_common_fit(const Timelines& timelines, Seconds duration, Span within);

// The bookable time of a calendar without claims, by chunk and by block, and how far a claim reaches.
//
// The day tree rests on this definition (proof in day_tree.md): an instant t is *bookable* when everything from the
// last mark of the slot increment at or before t up to t is free. Free time lies in the hours, in no full day, and not
// around a claim. The maximal runs of bookable time are the spans. Each span begins on the increment, so an event fits
// into a span if and only if it is no longer than the span.

/// A node of the tree covers this many nodes of the level below.
inline constexpr int kFanoutBits = 5;
inline constexpr int kFanout = 1 << kFanoutBits;

/// The start of chunks, in seconds after midnight UTC: the zone's own midnight in January 2000. It only decides how
/// chunks align with local days. A stored tree must be read with the value with which it was written.
Seconds usual_midnight(const Zone& zone);

/// The hours, increment and buffers of a calendar, as the day tree reads them. Immutable, but caches its answers, so
/// keep a pattern as long as the calendar's settings last. Not thread-safe.
///
/// All patterns together cache at most kMostRemembered bytes. Beyond that, those unused for the longest time drop their
/// caches.
class Pattern {
 public:
  static constexpr std::size_t kMostRemembered = 32 << 20;

  /// Chunks begin `midnight` after midnight UTC, 0 s to a day.
  Pattern(Grid grid, Seconds midnight);
  explicit Pattern(const Grid& grid) : Pattern(grid, usual_midnight(*grid.zone)) {}

  /// The pattern of a grid that differs from that of `before` only in the overrides of these dates. It takes over what
  /// `before` has cached for all other dates.
  Pattern(const Grid& grid, const Pattern& before, const std::vector<Date>& changed);
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;
  ~Pattern();

  /// The size of the caches of all patterns, in bytes.
  static std::size_t remembered();

  /// The size of the grid, in bytes.
  std::size_t size() const { return size_; }

  const Grid& grid() const { return grid_; }

  /// The block on `level` (0: a chunk) that holds `instant`; blocks are numbered from 1970 on.
  std::int64_t block_at(int level, Instant instant) const;
  Span span_of(int level, std::int64_t block) const;

  /// The first mark of the increment at or after `instant`, and the last at or before it. Rule 2.3.4: at a mark the
  /// wall clock shows a multiple of the increment, counted from midnight, or from the start of the last span of its
  /// date; the count restarts at each midnight. So the last mark is never more than an increment away. Cost: a few
  /// queries of the zone at most, usually none.
  Instant mark_from(Instant instant) const;
  Instant mark_until(Instant instant) const;

  /// The bookable seconds of a chunk without claims. The result is valid until any pattern is asked for another chunk.
  /// Cost: one table lookup; the first time, that of bookable() over a day: once per weekday, or once per day near
  /// clock changes and overrides.
  const Pieces& pieces(std::int64_t chunk) const { return day(chunk).pieces; }

  /// The sum of a block without claims. Cost: one table lookup; the first time, 32 on the level below.
  Sum sum(int level, std::int64_t block) const;

  /// The bookable time in `window`, sorted, given `occupied`: the occupied time in read_for(window), sorted by start.
  /// Cost: linear in the days of `window` and in `occupied`.
  std::vector<Span> bookable(Span window, const std::vector<Span>& occupied) const;

  /// The time that determines what is bookable in `window`: from the last mark before the window to the window's end.
  Span read_for(Span window) const { return {mark_until(window.start), window.end}; }

  /// The time in which `occupied` may change what is bookable: from its start to the first mark at or after its end.
  Span reach(Span occupied) const { return {occupied.start, mark_from(occupied.end)}; }

 private:
  struct Day {
    Pieces pieces;
    Sum sum;
  };
  /// The cached days of a week between clock changes, by chunk modulo 7.
  using Week = std::array<std::optional<Day>, 7>;

  const Day& day(std::int64_t chunk) const;
  const Day& regular_day(std::int64_t chunk) const;
  static std::size_t bytes_of(const Day& day);
  void remember(std::size_t bytes) const;
  void forget() const;
  bool is_regular(std::int64_t chunk) const;
  bool has_override_near(Span span) const;
  void settle(Instant instant) const;
  /// The count of the wall clock at an instant, from midnight or from the start of a span, and the time until it
  /// restarts.
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

/// The part of `span` within the chunk that begins at `begin`, in seconds of the chunk; {0, 0} if there is none.
Piece piece_of(Span span, Instant begin);

}  // namespace jb
