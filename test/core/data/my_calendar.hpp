// SPDX-License-Identifier: PostgreSQL
//
// Booking sequences of LeetCode 729, "My Calendar I", with the judge's answers: bookings are half-open, [start, end),
// and an overlap with an accepted booking is refused. Only figures are copied, each from the source in its row.
#pragma once

#include <vector>

namespace jb::test {

struct Booking {
  int start;
  int end;
  bool accepted;
};

struct BookingSequence {
  const char* source;
  std::vector<Booking> bookings;
};

inline const std::vector<BookingSequence> kMyCalendar{
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

}  // namespace jb::test
