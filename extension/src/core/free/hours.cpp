// SPDX-License-Identifier: PostgreSQL
#include "hours.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "../values/input.hpp"

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

// Weekly hours as instants.
//
// Hours are stored as wall clock times and converted to instants here, day by day, so that 09:00 stays 09:00 across a
// clock change. Near a change the instants of a day's spans need not be in the order of their wall clock times: in the
// night that skips 02:00 to 03:00, 02:30 and 03:00 become 03:30 and 03:00 on the wall. So the instants are sorted and
// joined afterwards.

namespace {

using std::chrono::days;

// No change ever moved a clock by more than a day: Pacific/Apia (2011) and Kwajalein (1993) moved by a whole day.
constexpr Seconds kLargestShift = kDay;

/// Zone::to_instant for mostly ascending wall clock times: queries the zone once per stretch of constant offset, not
/// once per time.
class AscendingReader {
 public:
  /// `from` lies before all times to be read, by a day or more so that the first answers are cheap.
  AscendingReader(const Zone& zone, Instant from) : zone_(zone) { settle(from); }

  /// Whether the known stretch is certainly the first to show `wall`: a stretch that ended at least kLargestShift
  /// earlier cannot have shown it.
  bool is_certain(WallTime wall) const { return certain_.start <= guess(wall) && guess(wall) < certain_.end; }

  Instant to_instant(WallTime wall) {
    if (is_certain(wall)) return guess(wall);
    const Instant instant = zone_.to_instant(wall);
    settle(instant);
    return instant;
  }

 private:
  Instant guess(WallTime wall) const { return Instant{wall.time_since_epoch() - offset_}; }

  void settle(Instant instant) {
    offset_ = zone_.offset_at(instant);
    certain_ = {instant + kLargestShift, zone_.next_transition(instant).value_or(Instant::max())};
  }

  const Zone& zone_;
  Seconds offset_{};
  Span certain_{};
};

/// Whether any instant shows a wall clock time in [start, end). `start_instant` is `start` as an instant. Only a span
/// that begins in skipped time can have no such instant.
bool is_shown(const Zone& zone, WallTime start, WallTime end, Instant start_instant) {
  if (zone.to_wall(start_instant) == start) return true;
  const Instant last = start_instant + (end - start) + kLargestShift;
  std::optional<Instant> begin = start_instant - kLargestShift;
  while (begin && *begin <= last) {
    const Seconds offset = zone.offset_at(*begin);
    const std::optional<Instant> next = zone.next_transition(*begin);
    const bool begins_before_end = begin->time_since_epoch() + offset < end.time_since_epoch();
    const bool ends_after_start = !next || next->time_since_epoch() + offset > start.time_since_epoch();
    if (begins_before_end && ends_after_start) return true;
    begin = next;
  }
  return false;
}

template <class AnySpan>
void join_all(std::vector<AnySpan>& spans) {
  const auto by_start = [](const AnySpan& a, const AnySpan& b) { return a.start < b.start; };
  if (!std::is_sorted(spans.begin(), spans.end(), by_start)) std::sort(spans.begin(), spans.end(), by_start);
  std::size_t kept = 0;
  for (const AnySpan& span : spans) {
    if (kept > 0 && span.start <= spans[kept - 1].end)
      spans[kept - 1].end = std::max(spans[kept - 1].end, span.end);
    else
      spans[kept++] = span;
  }
  spans.erase(spans.begin() + kept, spans.end());
}

}  // namespace

void join_adjoining(std::vector<Span>& spans) { join_all(spans); }

DaySpans normalise(DaySpans spans) {
  join_all(spans);
  return spans;
}

const DaySpans& Hours::on(Date date) const {
  const auto override = overrides.find(date);
  return override != overrides.end() ? override->second : week[std::chrono::weekday{date}.iso_encoding() - 1];
}

std::vector<Span> open_spans(const Hours& hours, const Zone& zone, Span within) {
  std::vector<Span> open;
  if (within.empty()) return open;
  AscendingReader reader{zone, within.start - 4 * kDay};
  // A change moves a span's ends by a day at most, so it is enough to look one date beyond the dates shown in `within`.
  const Date first = date_of(zone.to_wall(within.start)) - days{1};
  const Date last = date_of(zone.to_wall(within.end)) + days{1};
  for (Date date = first; date <= last; date += days{1}) {
    step();
    for (const DaySpan& span : hours.on(date)) {
      const WallTime start = date + span.start, end = date + span.end;
      const Span whole{reader.to_instant(start), reader.to_instant(end)};
      const Span clipped = intersection(whole, within);
      if (clipped.empty()) continue;
      if (reader.is_certain(start) || is_shown(zone, start, end, whole.start)) open.push_back(clipped);
    }
  }
  join_adjoining(open);
  return open;
}

namespace {

/// Appends a piece that begins no earlier than the last piece ends.
void append(Pieces& pieces, Piece piece) {
  if (piece.start >= piece.end) return;
  if (!pieces.empty() && pieces.back().end == piece.start)
    pieces.back().end = piece.end;
  else
    pieces.push_back(piece);
}

}  // namespace

Sum sum_of(const Pieces& pieces) {
  Sum sum;
  if (pieces.empty()) return sum;
  if (pieces.front().start == 0) sum.prefix = pieces.front().end;
  if (pieces.back().end == kChunkSeconds) sum.suffix = kChunkSeconds - pieces.back().start;
  for (const Piece& piece : pieces) sum.longest = std::max(sum.longest, piece.end - piece.start);
  sum.full = sum.longest == kChunkSeconds;
  return sum;
}

// A full block's prefix is its length, or saturated. In both cases adding the next block's prefix and saturating gives
// the right sum.
Sum joined(const Sum& left, const Sum& right) {
  Sum sum;
  sum.prefix = left.full ? std::min(left.prefix + right.prefix, kSaturation) : left.prefix;
  sum.suffix = right.full ? std::min(right.suffix + left.suffix, kSaturation) : right.suffix;
  sum.longest = std::max({left.longest, right.longest, std::min(left.suffix + right.prefix, kSaturation)});
  sum.full = left.full && right.full;
  return sum;
}

bool replace(Pieces& pieces, Piece window, const Pieces& with) {
  Pieces result;
  result.reserve(pieces.size() + with.size() + 1);
  for (const Piece& piece : pieces)
    if (piece.start < window.start) append(result, {piece.start, std::min(piece.end, window.start)});
  for (const Piece& piece : with) append(result, piece);
  for (const Piece& piece : pieces)
    if (piece.end > window.end) append(result, {std::max(piece.start, window.end), piece.end});
  if (result == pieces) return false;
  pieces = std::move(result);
  return true;
}

// Leaping: the first fit of one timeline bounds all of them, since no common start precedes it. The search ends when
// all timelines, queried in turn, have agreed on one start.

std::optional<Instant> first_common_fit(const Timelines& timelines, Seconds duration, Span within) {
  std::size_t agreed = 0;
  for (std::size_t i = 0; agreed < timelines.size(); i = (i + 1) % timelines.size()) {
    step();
    const auto start = timelines[i]->first_fit(duration, within);
    if (!start) return std::nullopt;
    agreed = *start == within.start ? agreed + 1 : 1;
    within.start = *start;
  }
  return within.start;
}

std::optional<Instant> last_common_fit(const Timelines& timelines, Seconds duration, Span within) {
  std::size_t agreed = 0;
  for (std::size_t i = 0; agreed < timelines.size(); i = (i + 1) % timelines.size()) {
    step();
    const auto start = timelines[i]->last_fit(duration, within);
    if (!start) return std::nullopt;
    agreed = *start + duration == within.end ? agreed + 1 : 1;
    within.end = *start + duration;
  }
  return within.end - duration;
}

namespace {

// The bookable time of a chunk depends on the hours from the last mark before the chunk, at most a day earlier, to the
// chunk's end. The dates of these hours lie within two days of the chunk. One more day decides whether a wall clock
// time was shown before (kLargestShift). The last day is a margin.
constexpr Seconds kInfluence = 5 * kDay;

/// All patterns; the next to be evicted is last. A pattern that was used since its last turn (is_asked_) gets another
/// turn, which approximates least-recently-used order at the cost of one store per query.
struct Everything {
  std::list<const Pattern*> patterns;
  std::size_t bytes = 0;
};
Everything& everything() {
  static auto& all = *new Everything;  // never destroyed: patterns may be destroyed at exit
  return all;
}

/// The approximate overhead of a node of a tree or hash table, in bytes.
constexpr std::size_t kNode = 64;
constexpr std::size_t kSumBytes = kNode + sizeof(Sum);
constexpr int kMostLevel = 2;  // of a block: kRootLevel of day_tree.hpp

std::size_t size_of(const Grid& grid) {
  std::size_t size = sizeof grid;
  for (const auto& day : grid.hours.week) size += day.capacity() * sizeof(DaySpan);
  for (const auto& [date, day] : grid.hours.overrides) size += kNode + sizeof day + day.capacity() * sizeof(DaySpan);
  return size;
}

bool is_always_open(const Hours& hours) {
  const DaySpans whole{{Seconds{0}, kDay}};
  return hours.overrides.empty() &&
         std::all_of(hours.week.begin(), hours.week.end(), [&](const DaySpans& day) { return day == whole; });
}

}  // namespace

Seconds usual_midnight(const Zone& zone) {
  using std::chrono::sys_days, std::chrono::year, std::chrono::January;
  const Seconds offset = zone.offset_at(sys_days{year{2000} / January / 1});
  return ((-offset % kDay) + kDay) % kDay;
}

Piece piece_of(Span span, Instant begin) {
  const Span part = intersection(span, {begin, begin + kDay});
  if (part.empty()) return {0, 0};
  return {static_cast<std::int32_t>((part.start - begin).count()),
          static_cast<std::int32_t>((part.end - begin).count())};
}

Pattern::Pattern(Grid grid, Seconds midnight)
    : grid_(std::move(grid)), midnight_(midnight), always_open_(is_always_open(grid_.hours)), size_(size_of(grid_)) {
  place_ = everything().patterns.insert(everything().patterns.begin(), this);
}

Pattern::Pattern(const Grid& grid, const Pattern& before, const std::vector<Date>& changed)
    : Pattern(grid, before.midnight_) {
  weeks_ = std::move(before.weeks_);
  irregular_ = std::move(before.irregular_);
  sums_ = std::move(before.sums_);
  remembered_ = std::exchange(before.remembered_, 0);
  before.forget();
  const auto forgotten = [&](std::size_t bytes) {
    everything().bytes -= bytes;
    remembered_ -= bytes;
  };
  constexpr std::int64_t around = kInfluence / kDay + 2;
  for (const Date date : changed) {
    const auto chunk = block_at(0, Instant{date.time_since_epoch()});
    for (auto near = chunk - around; near <= chunk + around; ++near) {
      if (const auto day = irregular_.extract(near)) forgotten(bytes_of(day.mapped()));
      for (int level = 0; level <= kMostLevel; ++level)
        forgotten(sums_.erase(std::pair{level, near >> (level * kFanoutBits)}) * kSumBytes);
    }
  }
}

Pattern::~Pattern() {
  everything().patterns.erase(place_);
  everything().bytes -= remembered_;
}

std::size_t Pattern::remembered() { return everything().bytes; }

std::int64_t Pattern::block_at(int level, Instant instant) const {
  const auto since = instant.time_since_epoch() - midnight_;
  return std::chrono::floor<days>(since).count() >> (level * kFanoutBits);
}

Span Pattern::span_of(int level, std::int64_t block) const {
  const auto begin = [&](std::int64_t number) {
    return Instant{midnight_ + days{number * (std::int64_t{1} << (level * kFanoutBits))}};
  };
  return {begin(block), begin(block + 1)};
}

Pattern::Count Pattern::count_at(Instant instant) const {
  if (instant < steady_.start || instant >= steady_.end) settle(instant);
  const WallTime wall{instant.time_since_epoch() + offset_};
  const Seconds time = since_midnight(wall);
  if (!grid_.from_opening) return {time, kDay - time};
  const DaySpans& spans = grid_.hours.on(date_of(wall));
  const auto next = std::upper_bound(spans.begin(), spans.end(), time,
                                     [](Seconds at, const DaySpan& span) { return at < span.start; });
  const Seconds from = next == spans.begin() ? Seconds{0} : std::prev(next)->start;
  return {time - from, (next == spans.end() ? kDay : next->start) - time};
}

Instant Pattern::mark_from(Instant instant) const {
  for (;;) {
    const auto [counted, left] = count_at(instant);
    const Seconds past = counted % grid_.slot_increment;
    if (past == Seconds{0}) return instant;
    const Instant next = instant + std::min(grid_.slot_increment - past, left);
    if (next < steady_.end) return next;
    instant = steady_.end;  // the wall clock jumps here: look again
  }
}

Instant Pattern::mark_until(Instant instant) const {
  for (;;) {
    const Instant mark = instant - count_at(instant).past % grid_.slot_increment;
    if (mark >= steady_.start) return mark;
    for (settle(mark); steady_.end <= instant;) settle(steady_.end);
    if (steady_.start == mark) return mark;
    instant = steady_.start - Seconds{1};  // no mark from steady_.start to `instant`: look earlier
  }
}

// Caches only the sum of an irregular day: otherwise a search across ten years would cache all their spans.
Sum Pattern::sum(int level, std::int64_t block) const {
  if (always_open_) return level == 0 ? kFullChunk : Sum{kSaturation, kSaturation, kSaturation, true};
  if (level == 0 && is_regular(block)) return regular_day(block).sum;
  is_asked_ = true;
  const auto known = sums_.find({level, block});
  if (known != sums_.end()) return known->second;
  Sum all = level == 0 ? make_day(block).sum : sum(level - 1, block * kFanout);
  for (int child = 1; level > 0 && child < kFanout; ++child) all = joined(all, sum(level - 1, block * kFanout + child));
  remember(kSumBytes);
  sums_.emplace(std::pair{level, block}, all);
  return all;
}

// Free time is read from the last mark before the window. Rounding each free stretch up to its first mark therefore
// decides, for every instant of the window, whether all time since its last mark is free.
std::vector<Span> Pattern::bookable(Span window, const std::vector<Span>& occupied) const {
  std::vector<Span> found;
  if (window.empty()) return found;
  for (const Span& free : subtract(open_spans(grid_.hours, *grid_.zone, read_for(window)), occupied)) {
    const Span span{std::max(mark_from(free.start), window.start), free.end};
    if (!span.empty()) found.push_back(span);
  }
  return found;
}

const Pattern::Day& Pattern::day(std::int64_t chunk) const {
  static const Day full{{{0, kChunkSeconds}}, kFullChunk};
  if (always_open_) return full;
  if (is_regular(chunk)) return regular_day(chunk);
  is_asked_ = true;
  const auto known = irregular_.find(chunk);
  if (known != irregular_.end()) return known->second;
  Day made = make_day(chunk);
  remember(bytes_of(made));
  return irregular_.emplace(chunk, std::move(made)).first->second;
}

/// The day of a chunk for which is_regular() has just returned true and set week_.
const Pattern::Day& Pattern::regular_day(std::int64_t chunk) const {
  const auto weekday = static_cast<std::size_t>(((chunk % 7) + 7) % 7);
  is_asked_ = true;
  if (const auto& known = (*week_)[weekday]) return *known;
  Day made = make_day(chunk);
  remember(bytes_of(made));
  is_regular(chunk);  // sets week_ again, which make_day() may have moved
  return (*week_)[weekday].emplace(std::move(made));
}

std::size_t Pattern::bytes_of(const Day& day) { return kNode + sizeof day + day.pieces.capacity() * sizeof(Piece); }

void Pattern::remember(std::size_t bytes) const {
  auto& all = everything();
  while (all.bytes + bytes > kMostRemembered && all.bytes > 0) {
    auto& patterns = all.patterns;
    patterns.splice(patterns.begin(), patterns, std::prev(patterns.end()));
    const Pattern* last = patterns.front();
    const bool is_alone = all.bytes == remembered_;
    if (is_alone || (last != this && !std::exchange(last->is_asked_, false))) (is_alone ? this : last)->forget();
  }
  all.bytes += bytes;
  remembered_ += bytes;
}

void Pattern::forget() const {
  everything().bytes -= std::exchange(remembered_, 0);
  weeks_.clear();
  week_ = nullptr;
  steady_ = {};
  irregular_ = {};
  sums_.clear();
}

// Regular: a constant offset all around and no override near, so that the weekday alone decides.
bool Pattern::is_regular(std::int64_t chunk) const {
  const Span span = span_of(0, chunk);
  const Span around{span.start - kInfluence, span.end + kInfluence};
  if (!steady_.contains(around)) settle(around.start);
  return steady_.contains(around) && !has_override_near(around);
}

bool Pattern::has_override_near(Span span) const {
  const auto& overrides = grid_.hours.overrides;
  if (overrides.empty()) return false;
  const auto date = [&](Instant instant) { return date_of(WallTime{instant.time_since_epoch() + offset_}); };
  const auto next = overrides.lower_bound(date(span.start));
  return next != overrides.end() && next->first <= date(span.end);
}

void Pattern::settle(Instant instant) const {
  offset_ = grid_.zone->offset_at(instant);
  steady_ = {instant, grid_.zone->next_transition(instant).value_or(Instant::max())};
  week_ = &weeks_[offset_];
}

Pattern::Day Pattern::make_day(std::int64_t chunk) const {
  Day made;
  const Span span = span_of(0, chunk);
  for (const Span& free : bookable(span, {})) made.pieces.push_back(piece_of(free, span.start));
  made.sum = sum_of(made.pieces);
  return made;
}

}  // namespace jb
