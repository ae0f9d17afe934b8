// SPDX-License-Identifier: PostgreSQL
//
// Promise: jb tells why something was refused by the sentence of the database, in one plain line; and instants with the
// calendar's wall clock.
//
// Why it could break: a calendar's or an event's name is somebody else's text; a row has no sentence; the clock changes
// between two instants.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/rejection_line.hpp"
#include "cli/terminal.hpp"
#include "cli/wall_clock.hpp"

namespace jb::test {
namespace {

using Json = nlohmann::json;

class RejectionLines : public testing::Test {
 protected:
  static void SetUpTestSuite() { cli::prepare_terminal(); }
};

Json rejection(const Json& detail) {
  return {{"id", 7},
          {"at", "2026-11-20T09:00:00+01:00"},
          {"event_id", nullptr},
          {"calendars", {"ceo"}},
          {"reason", "conflict"},
          {"detail", detail},
          {"request", {{"event_name", "Board"}}}};
}

TEST_F(RejectionLines, EndWithTheSentenceOfTheDatabase) {
  EXPECT_EQ(cli::rejection_line(rejection("It is taken by event 5.").dump()),
            "2026-11-20T09:00:00+01:00 rejection 7: conflict, \"Board\" on ceo: It is taken by event 5.");
  EXPECT_EQ(cli::rejection_line(rejection(nullptr).dump()),
            "2026-11-20T09:00:00+01:00 rejection 7: conflict, \"Board\" on ceo");
}

TEST_F(RejectionLines, ArePlain) { EXPECT_EQ(cli::detail_of(rejection("a\u001b[2J\nb is full.")), "a [2J b is full."); }

TEST(WallClock, IsWhatStandsBeforeTheOffset) {
  EXPECT_EQ(cli::wall_time("2026-11-24T09:30:00+01:00"), "2026-11-24 09:30");
  EXPECT_EQ(cli::wall_time("2026-11-24T09:30:15Z"), "2026-11-24 09:30:15");
  EXPECT_EQ(cli::wall_time("soon"), "soon");
  EXPECT_EQ(cli::wall_span("2026-11-24T23:30:00Z", "2026-11-25T00:30:00Z"), "2026-11-24 23:30–2026-11-25 00:30");
  EXPECT_EQ(cli::wall_span("2027-03-28T01:30:00+01:00", "2027-03-28T03:30:00+02:00"),
            "2027-03-28 01:30+01:00–03:30+02:00");
  EXPECT_EQ(cli::wall_span("", ""), "–");
}

}  // namespace
}  // namespace jb::test
