// SPDX-License-Identifier: PostgreSQL
//
// Promise: a recurrence rule means what RFC 5545 says (rule 2.14.2). The examples of the RFC and the published cases of
// libical have the occurrences that their sources name, or are refused for a reason given in the table.
//
// Why it could break: the libical of Debian 12 silently gives wrong answers to a third of the published cases of its
// successor.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cctz_zone.hpp"
#include "series.hpp"

namespace jb::test {
namespace {

const Instant kFarAhead = at("2200-01-01T00:00:00Z");

std::string in_new_york(std::string_view text, std::string_view start, Instant latest = kFarAhead) {
  return answer(text, start, {*zone("America/New_York"), "America/New_York", latest});
}

TEST(Series, HaveThePublishedInstances) {
  std::ifstream file(JB_SOURCE_DIR "/test/core/data/rrule_cases.tsv");
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    std::string rule, start, verdict, instances;
    std::getline(std::getline(std::getline(std::getline(fields, rule, '\t'), start, '\t'), verdict, '\t'), instances);
    std::string expected = instances;
    std::erase(expected, 'Z');
    if (start.size() == 8)
      for (auto at = expected.size() + 1; at != 0; at = at > 8 ? at - 9 : 0)
        if (at == expected.size() + 1 || expected[at - 1] == ',') expected.insert(at - 1, "T000000");
    const std::string found = answer("RRULE:" + rule, start, {*zone("UTC"), "UTC", kFarAhead});
    if (verdict == "same")
      EXPECT_EQ(found, expected) << rule << " from " << start;
    else if (verdict.starts_with("refused: "))
      EXPECT_TRUE(found.starts_with("invalid recurrence ")) << rule << " from " << start << ": " << found;
    else
      EXPECT_EQ(verdict, "unimplemented there");
    ++cases;
  }
  EXPECT_EQ(cases, 143) << "test/core/data/rrule_cases.tsv is not whole";
}

struct Example {
  const char* text;
  const char* start;
  const char* instances;
};

// The examples of RFC 5545, 3.8.5.3, all in America/New_York. Endless examples have a COUNT that the RFC does not have.
// Examples that count hours or minutes are left out, since they are refused.
const Example kExamples[] = {
    {"RRULE:FREQ=DAILY;COUNT=10", "19970902T090000",
     "19970902T090000,19970903T090000,19970904T090000,19970905T090000,19970906T090000,19970907T090000,19970908T090000,"
     "19970909T090000,19970910T090000,19970911T090000"},
    {"RRULE:FREQ=DAILY;INTERVAL=10;COUNT=5", "19970902T090000",
     "19970902T090000,19970912T090000,19970922T090000,19971002T090000,19971012T090000"},
    {"RRULE:FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "19970902T090000",
     "19970902T090000,19970904T090000,19970909T090000,19970911T090000,19970916T090000,19970918T090000,19970923T090000,"
     "19970925T090000,19970930T090000,19971002T090000"},
    {"RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "19970902T090000",
     "19970902T090000,19970904T090000,19970916T090000,19970918T090000,19970930T090000,19971002T090000,19971014T090000,"
     "19971016T090000"},
    {"RRULE:FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "19970905T090000",
     "19970905T090000,19971003T090000,19971107T090000,19971205T090000,19980102T090000,19980206T090000,19980306T090000,"
     "19980403T090000,19980501T090000,19980605T090000"},
    {"RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "19970907T090000",
     "19970907T090000,19970928T090000,19971102T090000,19971130T090000,19980104T090000,19980125T090000,19980301T090000,"
     "19980329T090000,19980503T090000,19980531T090000"},
    {"RRULE:FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6", "19970928T090000",
     "19970928T090000,19971029T090000,19971128T090000,19971229T090000,19980129T090000,19980226T090000"},
    {"RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "19970101T090000",
     "19970101T090000,19970410T090000,19970719T090000,20000101T090000,20000409T090000,20000718T090000,20030101T090000,"
     "20030410T090000,20030719T090000,20060101T090000"},
    {"RRULE:FREQ=YEARLY;BYDAY=20MO;COUNT=3", "19970519T090000", "19970519T090000,19980518T090000,19990517T090000"},
    {"RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "19970512T090000",
     "19970512T090000,19980511T090000,19990517T090000"},
    // In the RFC, DTSTART is not a Friday the 13th, and an EXDATE removes it. Here a start has to be an occurrence.
    {"RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5", "19980213T090000",
     "19980213T090000,19980313T090000,19981113T090000,19990813T090000,20001013T090000"},
    {"RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3", "19961105T090000",
     "19961105T090000,20001107T090000,20041102T090000"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904T090000",
     "19970904T090000,19971007T090000,19971106T090000"},
    {"RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=7", "19970929T090000",
     "19970929T090000,19971030T090000,19971127T090000,19971230T090000,19980129T090000,19980226T090000,19980330T090000"},
    {"RRULE:FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40;COUNT=7", "19970902T090000",
     "19970902T090000,19970902T092000,19970902T094000,19970902T100000,19970902T102000,19970902T104000,19970903T090000"},
    {"RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000",
     "19970805T090000,19970810T090000,19970819T090000,19970824T090000"},
    {"RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000",
     "19970805T090000,19970817T090000,19970819T090000,19970831T090000"},
    {"RRULE:FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "20070115T090000",
     "20070115T090000,20070130T090000,20070215T090000,20070315T090000,20070330T090000"},
};

TEST(Series, HaveTheInstancesOfTheStandard) {
  for (const Example& row : kExamples) EXPECT_EQ(in_new_york(row.text, row.start), row.instances) << row.text;
}

// A day that a month does not have is left out, not moved to the next or the last.
TEST(Series, LeaveOutDaysThatDoNotExist) {
  EXPECT_EQ(in_new_york("RRULE:FREQ=YEARLY;COUNT=3", "20240229T090000"),
            "20240229T090000,20280229T090000,20320229T090000");
  EXPECT_EQ(in_new_york("RRULE:FREQ=MONTHLY;COUNT=4", "20270131T090000"),
            "20270131T090000,20270331T090000,20270531T090000,20270731T090000");
}

// Rules that libical 3.0.16 got wrong when it was called directly, each with its wrong result.
const Example kMended[] = {
    {"RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SA;BYDAY=MO,WE,TH;COUNT=4", "20271125T090000",
     "20271125T090000,20271206T090000,20271208T090000,20271209T090000"},  // began a week late
    {"RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "20261127T090000",
     "20261127T090000,20261204T090000,20261211T090000"},  // BYSETPOS ignored
    {"RRULE:FREQ=DAILY;BYHOUR=9,12,17;BYSETPOS=-1;COUNT=3", "20261127T170000",
     "20261127T170000,20261128T170000,20261129T170000"},  // the same
    {"RRULE:FREQ=DAILY;BYMONTHDAY=-1;COUNT=3", "20261130T090000",
     "20261130T090000,20261231T090000,20270131T090000"},  // none at all
    {"RRULE:FREQ=WEEKLY;BYDAY=TH,TH;COUNT=3", "20261126T090000",
     "20261126T090000,20261203T090000,20261210T090000"},  // Thursday twice
    {"RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=4", "20241230T090000",
     "20241230T090000,20251229T090000,20270104T090000,20280103T090000"},  // wrong weeks at the turn of the year
    {"RRULE:FREQ=YEARLY;BYYEARDAY=1,32,60;BYMONTH=1,2;COUNT=3", "20270101T090000",
     "20270101T090000,20270201T090000,20280101T090000"},  // refused as malformed
};

TEST(Series, DoNotInheritMistakes) {
  for (const Example& row : kMended) EXPECT_EQ(in_new_york(row.text, row.start), row.instances) << row.text;
}

// UNTIL is inclusive, and in UTC it is an instant: 13:00Z is 09:00 in New York in summer and 08:00 in winter.
TEST(Series, EndWithUntilAsItIsWritten) {
  const std::string rule = "RRULE:FREQ=WEEKLY;UNTIL=";
  const std::string two = "20271027T090000,20271103T090000";
  const std::string three = two + ",20271110T090000";
  EXPECT_EQ(in_new_york(rule + "20271110", "20271027T090000"), three) << "the whole day";
  EXPECT_EQ(in_new_york(rule + "20271110T090000", "20271027T090000"), three) << "the wall clock";
  EXPECT_EQ(in_new_york(rule + "20271110T085959", "20271027T090000"), two);
  EXPECT_EQ(in_new_york(rule + "20271110T140000Z", "20271027T090000"), three) << "the clock went back on the 7th";
  EXPECT_EQ(in_new_york(rule + "20271110T135959Z", "20271027T090000"), two);
  EXPECT_EQ(in_new_york(rule + "20271103T130000Z", "20271027T090000"), two) << "still summer";
  EXPECT_EQ(in_new_york(rule + "20271103T125959Z", "20271027T090000"), "20271027T090000");
}

// A clock change between two occurrences moves neither. An occurrence at a skipped time keeps its wall clock time.
TEST(Series, KeepTheWallClock) {
  EXPECT_EQ(in_new_york("RRULE:FREQ=DAILY;COUNT=3", "20270313T023000"),
            "20270313T023000,20270314T023000,20270315T023000");
  EXPECT_EQ(in_new_york("RRULE:FREQ=DAILY;COUNT=3", "20271106T013000"),
            "20271106T013000,20271107T013000,20271108T013000");
}

TEST(Series, LeaveOutExceptions) {
  const std::string rule = "RRULE:FREQ=DAILY;COUNT=4\n";
  const std::string left = "20271105T090000,20271107T090000,20271108T090000";
  EXPECT_EQ(in_new_york(rule + "EXDATE:20271106T090000", "20271105T090000"), left);
  EXPECT_EQ(in_new_york(rule + "EXDATE;VALUE=DATE:20271106", "20271105T090000"), left);
  EXPECT_EQ(in_new_york(rule + "EXDATE:20271106T130000Z", "20271105T090000"), left) << "09:00 in summer";
  EXPECT_EQ(in_new_york(rule + "EXDATE:20271107T140000Z", "20271105T090000"),
            "20271105T090000,20271106T090000,20271108T090000")
      << "09:00 in winter";
  EXPECT_EQ(in_new_york(rule + "EXDATE;TZID=America/New_York:20271106T090000", "20271105T090000"), left);
  EXPECT_EQ(in_new_york(rule + "EXDATE;TZID=\"america/new_york\":20271106T090000", "20271105T090000"), left);
  EXPECT_EQ(
      in_new_york(rule + "EXDATE:20271106T090000,20271107T090000\r\nEXDATE:20271108T090000\r\n", "20271105T090000"),
      "20271105T090000");
  EXPECT_EQ(in_new_york(rule + "EXDATE:20271105T090000", "20271105T090000"),
            "20271106T090000,20271107T090000,20271108T090000")
      << "the first may be excluded; COUNT counts it all the same";
  EXPECT_EQ(in_new_york("RRULE:FREQ=DAILY;BYHOUR=9,15;COUNT=4\nEXDATE;VALUE=DATE:20271106", "20271105T090000"),
            "20271105T090000,20271105T150000")
      << "a date takes out all of its occurrences";
}

// A series that continues after the last allowed instant reports this, however far away its next occurrence is.
TEST(Series, TellThatTheyGoOnBeyondTheHorizon) {
  const Instant latest = at("2027-11-20T12:00:00Z");
  const auto ask = [&](const char* text, const char* start) { return in_new_york(text, start, latest); };
  EXPECT_EQ(ask("RRULE:FREQ=WEEKLY;COUNT=3", "20271106T070000"), "20271106T070000,20271113T070000,20271120T070000")
      << "the last one starts at the last instant";
  EXPECT_EQ(ask("RRULE:FREQ=WEEKLY;COUNT=3", "20271106T070001"),
            "20271106T070001,20271113T070001 beyond 20271120T070001");
  EXPECT_EQ(ask("RRULE:FREQ=WEEKLY;UNTIL=20281231", "20271106T080000"),
            "20271106T080000,20271113T080000 beyond 20271120T080000");
  EXPECT_EQ(ask("RRULE:FREQ=WEEKLY;UNTIL=20271125", "20271106T070000"),
            "20271106T070000,20271113T070000,20271120T070000")
      << "UNTIL may lie beyond when no occurrence does";
  EXPECT_EQ(ask("RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=2", "20271106T070000"), "20271106T070000 beyond 20291106T070000");
  EXPECT_EQ(ask("RRULE:FREQ=YEARLY;INTERVAL=90;COUNT=2", "20271106T070000").substr(0, 22), "20271106T070000 beyond");
  EXPECT_EQ(ask("RRULE:FREQ=YEARLY;INTERVAL=90;UNTIL=29990101", "20271106T070000").substr(0, 22),
            "20271106T070000 beyond");
  EXPECT_EQ(ask("RRULE:FREQ=YEARLY;UNTIL=20281105", "20271106T070000"), "20271106T070000");
  EXPECT_EQ(ask("RRULE:FREQ=WEEKLY;COUNT=3", "20280106T070000"), " beyond 20280106T070000");
  EXPECT_EQ(ask("RRULE:FREQ=WEEKLY;COUNT=2\nEXDATE:20271127T080000", "20271120T080000"), " beyond 20271120T080000")
      << "exceptions beyond are not looked for";
}

TEST(Series, HoldAThousandOccurrences) {
  EXPECT_EQ(in_new_york("RRULE:FREQ=DAILY;COUNT=1000", "20270101T090000").size(), 15999);
  EXPECT_EQ(in_new_york("RRULE:FREQ=DAILY;UNTIL=20290926", "20270101T090000").size(), 15999);
  EXPECT_EQ(in_new_york("RRULE:FREQ=DAILY;UNTIL=20290927", "20270101T090000"),
            "invalid recurrence \"RRULE:FREQ=DAILY;UNTIL=20290927\": a series holds at most 1000 occurrences");
}

// A rule that never occurs is recognised, and no rule takes long.
TEST(Series, GiveUpOnWhatNeverOccurs) {
  for (const char* rule : {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
                           "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;INTERVAL=9999", "FREQ=YEARLY;BYWEEKNO=20;BYMONTH=1",
                           "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=2MO",
                           "FREQ=DAILY;BYHOUR=9;BYSETPOS=2", "FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29",
                           "FREQ=MONTHLY;BYDAY=1TH;BYSETPOS=2"}) {
    const std::string found = in_new_york(std::string{"RRULE:"} + rule + ";COUNT=3", "20270601T090000");
    EXPECT_NE(found.find("the start 2027-06-01T09:00:00 is none of its occurrences"), std::string::npos) << found;
  }
}

}  // namespace
}  // namespace jb::test
