// SPDX-License-Identifier: PostgreSQL
#include "pattern.hpp"

#include <algorithm>
#include <utility>

namespace jb {
namespace {

using std::chrono::days;

// What is bookable in a chunk depends on the hours from the last mark before the chunk, at most a day earlier, to the
// chunk's end. The dates that may hold these hours lie within two days of the chunk. Whether a wall clock time was
// shown once before is decided within one day more (hours.cpp: no change moved a clock by more than a day). One further
// day is to spare.
constexpr Seconds kInfluence = 5 * kDay;

/// All patterns there are; those that may forget first stand last. Which of them was asked since its last turn, and
/// gets another one, approximates the order of use at the price of one store for each question.
struct Everything {
  std::list<const Pattern*> patterns;
  std::size_t bytes = 0;
};
Everything& everything() {
  static auto& all = *new Everything;  // patterns may be destroyed at the very end
  return all;
}

/// What a node of a tree or a hash table takes besides its value, about.
constexpr std::size_t kNode = 64;
constexpr std::size_t kSumBytes = kNode + sizeof(Sum);
constexpr int kMostLevel = 2;  // of a block (day_tree.hpp)

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

// Of an irregular day only the sum is kept here: a search that passes over ten years would keep each of their spans.
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
  if (is_regular(chunk)) return regular_day(chunk);
  is_asked_ = true;
  const auto known = irregular_.find(chunk);
  if (known != irregular_.end()) return known->second;
  Day made = make_day(chunk);
  remember(bytes_of(made));
  return irregular_.emplace(chunk, std::move(made)).first->second;
}

/// The day, of which is_regular() has just said that it is.
const Pattern::Day& Pattern::regular_day(std::int64_t chunk) const {
  const auto weekday = static_cast<std::size_t>(((chunk % 7) + 7) % 7);
  is_asked_ = true;
  if (const auto& known = (*week_)[weekday]) return *known;
  Day made = make_day(chunk);
  remember(bytes_of(made));
  is_regular(chunk);  // which has been elsewhere meanwhile
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
