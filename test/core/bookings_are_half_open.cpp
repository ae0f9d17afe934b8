// SPDX-License-Identifier: PostgreSQL
//
// Promise: bookings are half-open (rule 2.1.2): a booking may begin in the second in which another ends, and no two
// bookings share a second. The cases are published sequences with known answers.
//
// Why it could break: `<` and `<=` look alike. Closed bounds refuse back-to-back meetings; bounds that are open at both
// ends book one second twice.
#include <gtest/gtest.h>

#include <vector>

#include "claim_list.hpp"
#include "scanned_timeline.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

struct Booking {
  int start;
  int end;
  bool accepted;
};

struct BookingSequence {
  const char* source;
  std::vector<Booking> bookings;
};

// LeetCode 729, "My Calendar I", with the judge's answers. Only figures are copied, each from the source in its row.
const std::vector<BookingSequence> kMyCalendar{
    {"javadev/LeetCode-in-Java @f059c9ea, g0701_0800/s0729_my_calendar_i/MyCalendarTest.java (MIT)",
     {{10, 20, true}, {15, 25, false}, {20, 30, true}}},
    {"a case of the judge, as quoted in public solutions",
     {{47, 50, true},
      {33, 41, true},
      {39, 45, false},
      {33, 42, false},
      {25, 32, true},
      {26, 35, false},
      {19, 25, true},
      {3, 8, true},
      {8, 13, true},
      {18, 27, false}}},
    {"a public solution's own test", {{37, 50, true}, {33, 50, false}, {4, 17, true}, {35, 48, false}, {8, 25, false}}},
    {"the first six calls of a public solution's own test",
     {{20, 29, true}, {13, 22, false}, {44, 50, true}, {1, 7, true}, {2, 10, false}, {21, 29, false}}},
    {"a public solution's own test", {{2, 3, true}, {10, 20, true}, {5, 10, true}, {20, 30, true}}},
};

Grid always_open() {
  Hours hours;
  hours.week.fill({{Seconds{0}, kDay}});
  return {std::make_shared<TableZone>(Seconds{0}), hours, Seconds{1}};
}

Span seconds_of(const Booking& booking) {
  const Instant origin = at("2026-11-20T00:00:00Z");
  return {origin + Seconds{booking.start}, origin + Seconds{booking.end}};
}

// A booking is accepted when it is the first fit within exactly its own time.
bool book(Timeline& timeline, Span wish) {
  const auto first = timeline.first_fit(wish.length(), wish);
  EXPECT_EQ(first, timeline.last_fit(wish.length(), wish));
  if (!first) return false;
  EXPECT_EQ(utc(*first), utc(wish.start));
  timeline.take(wish);
  return true;
}

TEST(Bookings, AreAcceptedAndRefusedAsPublished) {
  for (const BookingSequence& sequence : kMyCalendar) {
    ScannedTimeline timeline{always_open(), nullptr};
    for (const Booking& booking : sequence.bookings)
      EXPECT_EQ(book(timeline, seconds_of(booking)), booking.accepted)
          << "[" << booking.start << ", " << booking.end << ") of " << sequence.source;
  }
}

// The same sequences, with the accepted bookings read from a source instead of taken in the timeline.
TEST(Bookings, AreJudgedAlikeByWhatTheSourceSays) {
  for (const BookingSequence& sequence : kMyCalendar) {
    std::vector<Span> accepted;
    for (const Booking& booking : sequence.bookings) {
      std::sort(accepted.begin(), accepted.end(), [](const Span& a, const Span& b) { return a.start < b.start; });
      ClaimList source{accepted};
      ScannedTimeline timeline{always_open(), &source};
      const Span wish = seconds_of(booking);
      EXPECT_EQ(book(timeline, wish), booking.accepted)
          << "[" << booking.start << ", " << booking.end << ") of " << sequence.source;
      if (booking.accepted) accepted.push_back(wish);
    }
  }
}

// A booking that is taken and given back leaves no trace, whatever else was accepted.
TEST(Bookings, LeaveNoTraceWhenGivenBack) {
  for (const BookingSequence& sequence : kMyCalendar) {
    ScannedTimeline timeline{always_open(), nullptr};
    for (const Booking& booking : sequence.bookings) {
      const Span wish = seconds_of(booking);
      if (!book(timeline, wish)) continue;
      timeline.give(wish);
      EXPECT_TRUE(book(timeline, wish)) << "[" << booking.start << ", " << booking.end << ") of " << sequence.source;
    }
  }
}

}  // namespace
}  // namespace jb::test
