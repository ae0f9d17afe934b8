// SPDX-License-Identifier: PostgreSQL
//
// Promise: jb tells each reason of extension/reasons.def in one short line, with the calendar's wall clock, made from
// the reason and its facts and from nothing else.
//
// Why it could break: a reason is added and has no line; a fact is missing, as of all that was refused before
// version 1.1; a calendar's or an event's name is somebody else's text; the clock changes between two instants.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cli/refusal_line.hpp"
#include "cli/rejection_line.hpp"
#include "cli/terminal.hpp"
#include "cli/wall_clock.hpp"

namespace jb::test {
namespace {

using Json = nlohmann::json;

class RefusalLines : public testing::Test {
 protected:
  static void SetUpTestSuite() { cli::prepare_terminal(); }
};

constexpr const char* kDetail = "the sentence of the database, which is not read";

std::string told(const std::string& reason, const std::string& facts, const std::string& conflicts = "[]") {
  return cli::refusal_line(
      {{"reason", reason}, {"detail", kDetail}, {"facts", Json::parse(facts)}, {"conflicts", Json::parse(conflicts)}});
}

/// The facts of a time from half past nine to half past ten, and the facts in `others`.
std::string at(const std::string& others = "") {
  return R"({"start_timestamp": "2026-11-24T09:30:00+01:00", "end_timestamp": "2026-11-24T10:30:00+01:00")" +
         (others.empty() ? "" : ", " + others) + "}";
}

const std::string kLimit = R"("limit": "2026-11-25T08:00:00+01:00")";

TEST_F(RefusalLines, TellEachReasonByItsFacts) {
  EXPECT_EQ(told("in_the_past", at(kLimit)), "2026-11-24 09:30–10:30 is in the past: it is 2026-11-25 08:00");
  EXPECT_EQ(told("in_the_past", "{" + kLimit + "}"), "it is 2026-11-25 08:00 already");
  EXPECT_EQ(told("outside_window", "{" + kLimit + "}"), "asked for from 2026-11-25 08:00 on");
  EXPECT_EQ(told("beyond_horizon", at(kLimit)), "2026-11-24 09:30–10:30 ends after the horizon, 2026-11-25 08:00");
  EXPECT_EQ(told("too_soon", "{" + kLimit + R"(, "calendar": "room"})"), "room asks for notice until 2026-11-25 08:00");
  EXPECT_EQ(told("outside_hours", at(R"("calendar": "room", "duration": 3600)")),
            "the hours of room hold no stretch of 1 hour, 2026-11-24 09:30–10:30");
  EXPECT_EQ(
      told("outside_hours", R"({"duration": 5400, )" + kLimit + "}"),
      "the common hours of the calendars hold no stretch of 1 hour 30 minutes that begins before 2026-11-25 08:00");
  EXPECT_EQ(told("off_increment", R"({"calendar": "room", "slot_increment": 900, )" + kLimit + "}"),
            "not on the slot increment of 15 minutes; the next start on it is 2026-11-25 08:00");
  EXPECT_EQ(told("off_increment", R"({"slot_increment": 900, "duration": 86400})"),
            "no start on the slot increment of 15 minutes leaves 1 day within the hours");
  EXPECT_EQ(told("over_limit", R"({"calendar": "room", "max_events_per_day": 3, )" + kLimit + "}"),
            "room has its 3 events of the day, until 2026-11-25 08:00");
  EXPECT_EQ(told("no_open_slot", at(R"("duration": 1800)")), "no slot of 30 minutes is open, 2026-11-24 09:30–10:30");
  EXPECT_EQ(told("displaced", at()), "another event took its time, 2026-11-24 09:30–10:30, and no other is open");
  EXPECT_EQ(told("hold_expired", "{" + kLimit + R"(, "cause": "conflict"})"),
            "it was held until 2026-11-25 08:00, and its time is taken");
  EXPECT_EQ(told("window_passed", "{" + kLimit + "}"), "it waited until 2026-11-25 08:00");
}

TEST_F(RefusalLines, NameWhatIsInTheWay) {
  EXPECT_EQ(told("conflict", at(), "[5]"), "2026-11-24 09:30–10:30 is taken by event 5");
  EXPECT_EQ(told("conflict", at(R"("requests": [0])"), "[5, 7]"),
            "2026-11-24 09:30–10:30 is taken by events 5, 7, request 0");
  EXPECT_EQ(told("conflict", at(), "[1,2,3,4,5,6,7,8,9,10,11,12]"),
            "2026-11-24 09:30–10:30 is taken by events 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
  EXPECT_EQ(told("conflict", "{" + kLimit + "}", "[5]"), "event 5 is in the way until 2026-11-25 08:00");
  EXPECT_EQ(told("conflict", at(R"("stays": "settled")"), "[5]"),
            "event 5, 2026-11-24 09:30–10:30, begins too soon to be moved");
  EXPECT_EQ(told("conflict", at(R"("occurrence": 2, "occurrences": 12)")),
            "occurrence 2 of 12: 2026-11-24 09:30–10:30 overlaps the occurrence before it, or its buffer");
  const Json row = {{"reason", "conflict"}, {"facts", Json::parse(at(R"("requests": [3])"))}};
  EXPECT_EQ(cli::refusal_line(row, [](long long number) { return "line " + std::to_string(number * 10); }),
            "2026-11-24 09:30–10:30 is taken by line 30");
}

TEST_F(RefusalLines, KnowEachReasonOfTheTable) {
  const std::string all = at(kLimit + R"(, "calendar": "room", "duration": 1800, "slot_increment": 900, )"
                                      R"("max_events_per_day": 1, "cause": "in_the_past")");
  std::set<std::string> lines;
#define JB_REASON(name, concerns, lifts, binds, facts, when) lines.insert(told(#name, all, "[5]"));
#include "reasons.def"
#undef JB_REASON
  EXPECT_EQ(lines.count(kDetail), 0u);
  std::size_t reasons = 0;
#define JB_REASON(name, concerns, lifts, binds, facts, when) ++reasons;
#include "reasons.def"
#undef JB_REASON
  EXPECT_EQ(lines.size(), reasons) << "two reasons have the same line";
}

TEST_F(RefusalLines, FallBackToTheDetail) {
  EXPECT_EQ(told("a_reason_to_come", at()), kDetail);
#define JB_REASON(name, concerns, lifts, binds, facts, when) EXPECT_EQ(told(#name, "{}", "[5]"), kDetail) << #name;
#include "reasons.def"
#undef JB_REASON
  EXPECT_EQ(cli::refusal_line({{"reason", nullptr}, {"facts", nullptr}, {"detail", "Nothing is in its way."}}),
            "Nothing is in its way.");
  EXPECT_EQ(cli::refusal_line({{"reason", "conflict"}, {"detail", nullptr}}), "");
}

TEST_F(RefusalLines, ArePlain) {
  EXPECT_EQ(told("too_soon", R"({"calendar": "a\u001b[2J\nb", )" + kLimit + "}"),
            "a [2J b asks for notice until 2026-11-25 08:00");
}

TEST_F(RefusalLines, EndTheLineOfARejection) {
  const Json row = {{"id", 7},
                    {"at", "2026-11-20T09:00:00+01:00"},
                    {"event_id", nullptr},
                    {"calendars", {"ceo"}},
                    {"reason", "conflict"},
                    {"detail", kDetail},
                    {"request", {{"event_name", "Board"}}},
                    {"conflicts", {5}},
                    {"facts", Json::parse(at())}};
  EXPECT_EQ(
      cli::rejection_line(row.dump()),
      "2026-11-20T09:00:00+01:00 rejection 7: conflict, \"Board\" on ceo: 2026-11-24 09:30–10:30 is taken by event 5");
}

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
