// SPDX-License-Identifier: PostgreSQL
//
// Wall clock to instant and back, from a zone's offsets alone.
//
// A zone is read as a row of stretches: between two transitions the offset is constant and wall clock and instant
// differ by it. Nothing is assumed of how far apart transitions lie or how far they move the clock, beyond the bound
// on offsets below.
#include "zone.hpp"

namespace jb {
namespace {

// Every offset lies strictly within this of UTC: RFC 8536, 3.2 (utoff is above -25 and below +26 hours).
constexpr Seconds kOffsetBound = std::chrono::hours{26};

Instant apply(WallTime wall, Seconds offset) { return Instant{wall.time_since_epoch() - offset}; }

}  // namespace

WallTime Zone::to_wall(Instant instant) const { return WallTime{instant.time_since_epoch() + offset_at(instant)}; }

// Rule 2.1.5 (RFC 5545, 3.3.5). Walks the stretches in which `wall` could be shown, in order. The first stretch that
// shows `wall` answers: of two equal wall times the first counts. Where no stretch shows `wall`, the first transition
// that jumped over it gives the offset before the change. All later stretches are asked first, because a change back
// soon after may show a skipped time after all.
Instant Zone::to_instant(WallTime wall) const {
  std::optional<Instant> skipped;
  Instant begin = apply(wall, kOffsetBound);
  Instant before = begin;  // what the stretch before the present one answered
  while (true) {
    const Instant candidate = apply(wall, offset_at(begin));
    if (candidate < begin && !skipped) skipped = before;
    const std::optional<Instant> end = next_transition(begin);
    if (candidate >= begin && (!end || candidate < *end)) return candidate;
    if (!end || *end > apply(wall, -kOffsetBound)) return skipped.value_or(candidate);
    before = candidate;
    begin = *end;
  }
}

Span Zone::day(Date date) const { return {to_instant(date), to_instant(date + std::chrono::days{1})}; }

Span Zone::day_at(Instant instant) const {
  using std::chrono::days;
  Date date = std::chrono::floor<days>(to_wall(instant));
  Span found = day(date);
  while (instant < found.start) found = day(date -= days{1});
  while (instant >= found.end) found = day(date += days{1});
  return found;
}

}  // namespace jb
