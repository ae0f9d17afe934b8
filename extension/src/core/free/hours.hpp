// SPDX-License-Identifier: PostgreSQL
//
// The time of a calendar that may be booked: its hours, its free time, and the question where an event fits.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "../values/time.hpp"

namespace jb {

// The time of a calendar in which no automatic event may lie although the hours are open: around claims (rule 2.3.3),
// and on full days (rule 2.3.8). This time is known from a source, and from changes that are not written yet.

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

// When automatic events may be placed: a weekly pattern and overrides by date, in wall clock time (rules 2.1.7, 2.3.2
// and 2.8.7).

/// A span of one wall clock day, in seconds since its midnight: 0 <= start < end <= 86,400 (24:00).
struct DaySpan {
  Seconds start;
  Seconds end;
  friend bool operator==(const DaySpan&, const DaySpan&) = default;
};

/// Sorted by start, neither overlapping nor touching: normalise() makes it so.
using DaySpans = std::vector<DaySpan>;

/// Sorts the spans, and joins spans that overlap or touch. Each span is valid by itself.
DaySpans normalise(DaySpans spans);

/// The same for spans of instants, in place.
void join_adjoining(std::vector<Span>& spans);

/// The weekly pattern, Monday first as in ISO 8601, and the dates that have spans of their own, or no spans, instead.
struct Hours {
  std::array<DaySpans, 7> week;
  std::map<Date, DaySpans> overrides{};

  /// The spans of the date, by its override or its weekday; empty when the date is closed. The reference is valid as
  /// long as these hours live. The spans are wall clock: open_spans finds out which instants they are, and whether the
  /// zone had such a day at all. Cost: logarithmic in the number of overrides.
  const DaySpans& on(Date date) const;
  friend bool operator==(const Hours&, const Hours&) = default;
};

/// The instants at which `hours` are open within `within`, sorted, joined where they adjoin (across midnight too) and
/// clipped. Both ends of a span are wall clock times and become instants by Zone::to_instant. A span that a clock
/// change swallows is left out: a span of which no instant shows any part (Friday 09:00 to 17:00 in Pacific/Apia on
/// 2011-12-30, a day that Apia never had), or a span whose end comes no later than its start. Cost: linear in the days
/// of `within`.
std::vector<Span> open_spans(const Hours& hours, const Zone& zone, Span within);

// Free time within a chunk, second by second, and its sum: what a first-fit tree knows of a block from outside.
//
// A chunk is always 86,400 s of the UTC time line: a clock change alters no chunk's length. Free time is kept as a set
// of seconds, written as its maximal pieces. So two chunks are joined by looking at their common border only.

inline constexpr std::int32_t kChunkSeconds = 86'400;

/// Sums count up to this length; a sum of this length means "at least so much". So a change deep in an open calendar
/// ends at the first ancestor whose sums did not change. It must not be shorter than a chunk.
inline constexpr std::int32_t kSaturation = 7 * kChunkSeconds;

/// Free seconds [start, end) of a chunk, counted from its begin: 0 <= start < end <= 86,400.
struct Piece {
  std::int32_t start;
  std::int32_t end;
  friend bool operator==(const Piece&, const Piece&) = default;
};

/// Sorted by start, neither overlapping nor touching.
using Pieces = std::vector<Piece>;

/// The lengths of the free stretches at the begin of a block and at its end, and of the longest free stretch anywhere
/// in the block; in seconds, exact up to kSaturation. `full`: the whole block is free, however long it is.
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

/// Makes exactly `with`, which lies within `window`, the free time of `window`. Result: whether anything changed.
/// Cost: linear in the pieces of the chunk.
bool replace(Pieces& pieces, Piece window, const Pieces& with);

// The question that the scheduler lives on: where does an event of this length fit (rule 2.3)? Timeline is the
// interface that answers the question for one calendar; the answers of several calendars are brought together here.

/// The settings that decide where automatic events may lie on one calendar; claims are not among them.
struct Grid {
  std::shared_ptr<const Zone> zone;  ///< never null where a Timeline is made of it
  Hours hours;
  Seconds slot_increment{300};  ///< 1 s to 24 h, counted from each midnight of the wall clock
  Seconds buffer_before{0};     ///< claimed before each event of this calendar
  Seconds buffer_after{0};      ///< claimed after it
  bool from_opening = false;    ///< the increment is counted from the start of each span of the hours, too

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

  /// Makes `claim` occupied from now on, in this object only. It overlaps no other claim. Taking the same claim again
  /// changes nothing.
  virtual void take(Span claim) = 0;

  /// Makes `claim`, which is one whole claim (of the source, or taken before), free from now on, in this object only.
  virtual void give(Span claim) = 0;

  /// Makes `day`, a local day that has become full, closed from now on, in this object only: it may hold claims.
  virtual void close(Span day) = 0;

  /// Makes `day`, one whole day that was full, open again, in this object only.
  virtual void reopen(Span day) = 0;
};

using Timelines = std::vector<std::shared_ptr<Timeline>>;

/// The earliest start, and the latest, that fits on each of the timelines, of which there is at least one.
///
/// Cost: the search leaps from the next fit of one timeline to the next fit of another, and each leap is one search of
/// one timeline. There are at most two leaps for each span that the busiest timeline has on the way, and where the
/// increments disagree, one leap for each mark.
std::optional<Instant> first_common_fit(const Timelines& timelines, Seconds duration, Span within);
std::optional<Instant> last_common_fit(const Timelines& timelines, Seconds duration, Span within);

// The time of a calendar that may be booked where no claim is, chunk by chunk and block by block; and how far a claim
// reaches.
//
// The definition that the day tree rests on (day_tree.md proves it): an instant t is *bookable* when everything from
// the last mark of the slot increment at or before t up to t is free; free is what lies in the hours, in no full day,
// and not around a claim. The maximal runs of bookable time are the spans. Each span begins on the increment, so that
// an event fits into a span if and only if the event is no longer than the span.

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
