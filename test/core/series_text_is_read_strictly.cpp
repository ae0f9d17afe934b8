// SPDX-License-Identifier: PostgreSQL
//
// Promise: a text that is no series by RFC 5545, or a series that this scheduler does not support, is refused with the
// line and the reason. Nothing in the text is ignored (rules 2.14.1 and 2.14.2).
//
// Why it could break: libical's reader takes nearly anything. It silently drops unknown parts, reads the leading digits
// of a malformed number, and prefers COUNT to UNTIL. A rule with an ignored part would be booked.
#include <gtest/gtest.h>

#include "cctz_zone.hpp"
#include "series.hpp"

namespace jb::test {
namespace {

std::string in_berlin(std::string_view text, std::string_view start = "20261123T090000") {
  return answer(text, start, {*zone("Europe/Berlin"), "Europe/Berlin", at("2027-11-20T00:00:00Z")});
}

struct Refusal {
  const char* text;
  const char* part_of_message;
};

// 23 November 2026 is a Monday.
const Refusal kRefusals[] = {
    // series that would never end
    {"RRULE:FREQ=DAILY", "it would never end: COUNT or UNTIL is missing"},
    {"RRULE:FREQ=WEEKLY;BYDAY=MO", "it would never end: COUNT or UNTIL is missing"},
    {"RRULE:FREQ=DAILY;COUNT=3;UNTIL=20261224", "COUNT and UNTIL exclude each other"},
    // texts that are no rule
    {"", "RRULE is missing"},
    {"\n\n", "RRULE is missing"},
    {"FREQ=DAILY;COUNT=3", "it is no content line"},
    {"RRULE:", "\"\" is no part"},
    {"RRULE:COUNT=3", "FREQ is missing"},
    {"RRULE:FREQ=DAILY;COUNT=3;;", "\"\" is no part"},
    {"RRULE:FREQ=DAILY;COUNT", "\"COUNT\" is no part"},
    {"RRULE:FREQ=DAILY;COUNT=3;FOO=1", "\"FOO=1\" is no part"},
    {"RRULE:FREQ=DAILY;COUNT=3;X-LUNCH=1", "\"X-LUNCH=1\" is no part"},
    {"RRULE:FREQ=DAILY;COUNT=3;RSCALE=GREGORIAN", "is no part"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;SKIP=BACKWARD", "is no part"},
    {"RRULE:FREQ=DAILY;COUNT=3;COUNT=4", "COUNT stands there twice"},
    {"RRULE:FREQ=DAILY;FREQ=DAILY;COUNT=4", "FREQ stands there twice"},
    {"RRULE: FREQ=DAILY;COUNT=3", "\" FREQ=DAILY\" is no part"},
    {"RRULE:FREQ=DAILY; COUNT=3", "\" COUNT=3\" is no part"},
    {"RRULE:FREQ=DAILY;COUNT= 3", "COUNT takes a number from 1 to 1000"},
    {"RRULE;X=1:FREQ=DAILY;COUNT=3", "RRULE takes no parameter X"},
    {"RRULE:FREQ=DAILY;COUNT=3\nRRULE:FREQ=DAILY;COUNT=3", "a series has one RRULE"},
    {"RDATE:20261224T090000", "RDATE is not supported"},
    {"RRULE:FREQ=DAILY;COUNT=3\nRDATE:20261224T090000", "RDATE is not supported"},
    {"EXRULE:FREQ=DAILY;COUNT=3", "EXRULE is not supported"},
    {"DTSTART:20261123T090000\nRRULE:FREQ=DAILY;COUNT=3", "start and duration are arguments of their own"},
    {"SUMMARY:standup", "a series is one RRULE and any number of EXDATE"},
    // values out of their range
    {"RRULE:FREQ=HOURLY;COUNT=3", "FREQ takes DAILY, WEEKLY, MONTHLY or YEARLY"},
    {"RRULE:FREQ=MINUTELY;COUNT=3", "FREQ takes DAILY"},
    {"RRULE:FREQ=SECONDLY;COUNT=3", "FREQ takes DAILY"},
    {"RRULE:FREQ=FORTNIGHTLY;COUNT=3", "FREQ takes DAILY"},
    {"RRULE:FREQ=DAILY;COUNT=0", "COUNT takes a number from 1 to 1000"},
    {"RRULE:FREQ=DAILY;COUNT=-1", "COUNT takes"},
    {"RRULE:FREQ=DAILY;COUNT=+3", "COUNT takes"},
    {"RRULE:FREQ=DAILY;COUNT=3x", "COUNT takes"},
    {"RRULE:FREQ=DAILY;COUNT=1001", "COUNT takes"},
    {"RRULE:FREQ=DAILY;COUNT=99999999999999999999", "COUNT takes"},
    {"RRULE:FREQ=DAILY;COUNT=3;INTERVAL=0", "INTERVAL takes a number from 1 to 9999"},
    {"RRULE:FREQ=DAILY;COUNT=3;INTERVAL=-2", "INTERVAL takes"},
    {"RRULE:FREQ=DAILY;COUNT=3;INTERVAL=65537", "INTERVAL takes"},
    {"RRULE:FREQ=DAILY;UNTIL=2026-12-24", "UNTIL takes 20261224"},
    {"RRULE:FREQ=DAILY;UNTIL=20261332", "UNTIL takes"},
    {"RRULE:FREQ=DAILY;UNTIL=20261224T0900", "UNTIL takes"},
    {"RRULE:FREQ=DAILY;UNTIL=20261224T240000", "UNTIL takes"},
    {"RRULE:FREQ=DAILY;UNTIL=20261224Z", "UNTIL takes"},
    {"RRULE:FREQ=DAILY;UNTIL=20261224T", "UNTIL takes"},
    {"RRULE:FREQ=DAILY;UNTIL=", "UNTIL takes"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;WKST=MONDAY", "WKST takes one of SU"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=XX", "BYDAY takes SU"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MON", "BYDAY takes"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,,TU", "BYDAY takes"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO TU", "BYDAY takes"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=", "BYDAY takes"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=0MO", "BYDAY takes"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYDAY=54MO", "BYDAY takes"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=--1MO", "BYDAY takes"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=0", "BYMONTH takes numbers from 1 to 12"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=13", "BYMONTH takes"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=5L", "BYMONTH takes"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=-1", "BYMONTH takes"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32", "BYMONTHDAY takes numbers from 1 to 31, or below 0"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=0", "BYMONTHDAY takes"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYYEARDAY=367", "BYYEARDAY takes"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=54", "BYWEEKNO takes"},
    {"RRULE:FREQ=DAILY;COUNT=3;BYHOUR=24", "BYHOUR takes numbers from 0 to 23"},
    {"RRULE:FREQ=DAILY;COUNT=3;BYHOUR=-1", "BYHOUR takes"},
    {"RRULE:FREQ=DAILY;COUNT=3;BYMINUTE=60", "BYMINUTE takes"},
    {"RRULE:FREQ=DAILY;COUNT=3;BYSECOND=60", "BYSECOND takes"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=MO;BYSETPOS=0", "BYSETPOS takes"},
    // parts that do not go together
    {"RRULE:FREQ=DAILY;COUNT=3;BYDAY=1MO", "a number in BYDAY goes with FREQ=MONTHLY and FREQ=YEARLY only"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=-1MO", "a number in BYDAY goes with"},
    {"RRULE:FREQ=WEEKLY;COUNT=3;BYMONTHDAY=23", "BYMONTHDAY does not go with FREQ=WEEKLY"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYYEARDAY=1", "BYYEARDAY goes with FREQ=YEARLY only"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYWEEKNO=20", "BYWEEKNO goes with FREQ=YEARLY only"},
    {"RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=6MO", "no month has a weekday more than five times"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=5;BYDAY=-6MO", "no month has a weekday"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=20;BYDAY=1MO", "a number in BYDAY does not go with BYWEEKNO"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=1;BYMONTHDAY=1;BYDAY=1MO", "a number in BYDAY does not go with"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYMONTHDAY=23", "BYMONTHDAY needs BYMONTH in a yearly rule"},
    {"RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=20;INTERVAL=2", "BYWEEKNO does not go with INTERVAL"},
    {"RRULE:FREQ=DAILY;COUNT=3;BYSETPOS=1", "BYSETPOS needs another BY part"},
    {"RRULE:FREQ=DAILY;COUNT=3;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16;"
     "BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
     "it names more than 288 times a day"},
    // a start that is no occurrence
    {"RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3",
     "the start 2026-11-23T09:00:00 is none of its occurrences: the first one after it is 2026-11-24T09:00:00"},
    {"RRULE:FREQ=DAILY;BYHOUR=10;COUNT=3", "the first one after it is 2026-11-23T10:00:00"},
    {"RRULE:FREQ=DAILY;UNTIL=20261122", "the start 2026-11-23T09:00:00 is none of its occurrences, and none follows"},
    {"RRULE:FREQ=DAILY;UNTIL=20261123T075959Z", "is none of its occurrences, and none follows"},
    // exceptions
    {"EXDATE:20261124T090000", "RRULE is missing"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE:", "\"\" is no date or time"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261124T0900", "\"20261124T0900\" is no date or time such as"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261124T090000,", "\"\" is no date or time"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261124T090000", "is no date such as"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE-TIME:20261124", "is no date or time"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=PERIOD:20261124T090000/PT1H", "VALUE is DATE or DATE-TIME"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;X=1:20261124T090000", "EXDATE takes no parameter X"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID:20261124T090000", "it is no content line"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20261124T080000Z", "a time in UTC takes no TZID"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Paris:20261124T090000",
     "the series is counted on the wall clock of Europe/Berlin"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261124T090001", "it names no occurrence of the rule"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261124T090000Z", "it names no occurrence of the rule"},
    {"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261126", "it names no occurrence of the rule"},
    {"RRULE:FREQ=DAILY;COUNT=1\nEXDATE;VALUE=DATE:20261123", "its exceptions leave no occurrence"},
};

TEST(SeriesText, IsRefusedWhereItIsWrong) {
  for (const Refusal& row : kRefusals) {
    const std::string found = in_berlin(row.text);
    EXPECT_TRUE(found.starts_with("invalid recurrence \"")) << row.text << ": " << found;
    EXPECT_NE(found.find(row.part_of_message), std::string::npos) << row.text << ": " << found;
    EXPECT_EQ(found.find('\n'), std::string::npos) << "a message is one line: " << found;
  }
}

TEST(SeriesText, MayBeFoldedInAnyCaseAndEndWithASemicolon) {
  const std::string week = "20261123T090000,20261130T090000";
  EXPECT_EQ(in_berlin("RRULE:FREQ=WEEKLY;COUNT=2"), week);
  EXPECT_EQ(in_berlin("RRULE:COUNT=2;FREQ=WEEKLY"), week) << "RFC 5545 takes the parts in any order";
  EXPECT_EQ(in_berlin("rrule:freq=weekly;count=2;byday=mo;wkst=su"), week);
  EXPECT_EQ(in_berlin("RRULE:FREQ=WEEKLY;COUNT=2;"), week) << "seen in exports";
  EXPECT_EQ(in_berlin("RRULE:FREQ=WEE\r\n KLY;COU\n\tNT=2\r\n"), week);
  EXPECT_EQ(in_berlin("RRULE:FREQ=WEEKLY;COUNT=02;INTERVAL=01;BYDAY=MO"), week);
  EXPECT_EQ(in_berlin("RRULE:FREQ=MONTHLY;COUNT=1;BYDAY=+4MO"), "20261123T090000");
  EXPECT_EQ(in_berlin("EXDATE:20261130T090000\nRRULE:FREQ=WEEKLY;COUNT=2"), "20261123T090000")
      << "the order of lines does not matter";
  EXPECT_EQ(in_berlin("RRULE:FREQ=WEEKLY;UNTIL=20261130t080000z"), week);
}

// A refused series is reported as a field of the request, with its value, like every other field.
TEST(SeriesText, IsOneFieldOfARequest) {
  Validation validation;
  EXPECT_FALSE(parse_recurrence("RRULE:FREQ=DAILY;INTERVAL=0;COUNT=3", validation));
  const Failure failure = validation.failure();
  EXPECT_EQ(sqlstate(failure.error), "22023");
  EXPECT_TRUE(validation.has_refused("recurrence"));
  EXPECT_NE(failure.detail.find(R"("value":"RRULE:FREQ=DAILY;INTERVAL=0;COUNT=3")"), std::string::npos)
      << failure.detail;
  EXPECT_NE(failure.hint.find("RRULE:FREQ=WEEKLY"), std::string::npos) << failure.hint;
}

}  // namespace
}  // namespace jb::test
