// SPDX-License-Identifier: PostgreSQL
#include "pattern.hpp"

#include <algorithm>

namespace jb {
namespace {

using std::chrono::days;

// What is bookable in a chunk depends on the hours from the last mark before the chunk, at most a day earlier, to the
// chunk's end. The dates that may hold these hours lie within two days of the chunk. Whether a wall clock time was
// shown once before is decided within one day more (hours.cpp: no change moved a clock by more than a day). One further
// day is to spare.
constexpr Seconds kInfluence = 5 * kDay;

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
    : grid_(std::move(grid)), midnight_(midnight), always_open_(is_always_open(grid_.hours)) {}

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
  const Date date = std::chrono::floor<days>(wall);
  const Seconds time = wall - date;
  if (!grid_.from_opening) return {time, kDay - time};
  const DaySpans& spans = grid_.hours.on(date);
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
    instant = steady_.start - Seconds{1};  // from there to `instant` the wall clock showed no multiple: mark is earlier
  }
}

Sum Pattern::sum(int level, std::int64_t block) const {
  if (level == 0) return day(block).sum;
  if (always_open_) return {kSaturation, kSaturation, kSaturation, true};
  const auto known = sums_.find({level, block});
  if (known != sums_.end()) return known->second;
  Sum all = sum(level - 1, block * kFanout);
  for (int child = 1; child < kFanout; ++child) all = joined(all, sum(level - 1, block * kFanout + child));
  sums_.emplace(std::pair{level, block}, all);
  return all;
}

// Free time is read from the last mark before the window. So rounding each free stretch up to its first mark tells, for
// every instant of the window, whether all time since the instant's last mark is free.
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
  if (is_regular(chunk)) {
    auto& known = (*week_)[((chunk % 7) + 7) % 7];
    if (!known) known = make_day(chunk);
    return *known;
  }
  const auto known = irregular_.find(chunk);
  return known != irregular_.end() ? known->second : irregular_.emplace(chunk, make_day(chunk)).first->second;
}

// Regular: the same offset all around and no override near, so that the day of the week decides.
bool Pattern::is_regular(std::int64_t chunk) const {
  const Span span = span_of(0, chunk);
  const Span around{span.start - kInfluence, span.end + kInfluence};
  if (!steady_.contains(around)) settle(around.start);
  return steady_.contains(around) && !has_override_near(around);
}

bool Pattern::has_override_near(Span span) const {
  const auto& overrides = grid_.hours.overrides;
  if (overrides.empty()) return false;
  const auto date = [&](Instant instant) {
    return std::chrono::floor<days>(WallTime{instant.time_since_epoch() + offset_});
  };
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
