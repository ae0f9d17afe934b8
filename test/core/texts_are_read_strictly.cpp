// SPDX-License-Identifier: PostgreSQL
//
// Promise: a date, a time of day or a timestamp is read only if written as in RFC 3339 (a time of day also in the
// seed's form). A written value is read back as the same.
//
// Why it could break: lenient parsers make 1 March of 30 February, take 24:00 or a leap second, ignore anything after
// the last digit, read signs and blanks as part of a number, or stop at a NUL. A typing error must never be booked as
// something else. Truncation rounds fractions before 1970 the wrong way.
//
// Promise: a text that is no series by RFC 5545, or a series that this scheduler does not support, is refused with the
// line and the reason. Nothing in the text is ignored (rules 2.14.1 and 2.14.2).
//
// Why it could break: libical's reader takes nearly anything. It silently drops unknown parts, reads the leading digits
// of a malformed number, and prefers COUNT to UNTIL. A rule with an ignored part would be booked.
//
// Promise: base64 is read exactly as RFC 4648 writes it, so that a file comes back byte for byte or not at all.
//
// Why it could break: padding in the wrong place, or a truncated group, silently loses a byte.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "cctz_zone.hpp"
#include "core/event/event.hpp"
#include "core/values/time.hpp"
#include "pick.hpp"
#include "series.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using namespace std::string_view_literals;
using std::chrono::hours;
using std::chrono::minutes;

// Returns text, so that a failing row shows what was read.
std::string date_of(std::string_view text) {
  const auto date = parse_date(text);
  return date ? format_date(*date) : "refused";
}

std::string time_of(std::string_view text) {
  const auto time = parse_time_of_day(text);
  return time ? format_time_of_day(*time) : "refused";
}

std::string instant_of(std::string_view text) {
  const auto instant = parse_timestamp(text);
  return instant ? utc(*instant) : "refused";
}

const std::string kEnormous(1 << 20, '1');

TEST(DateText, IsReadWhenTheDayExists) {
  for (const auto text : {"2026-11-20", "0001-01-01", "9999-12-31", "2000-02-29", "2024-02-29", "1582-10-10"})
    EXPECT_EQ(date_of(text), text);
}

TEST(DateText, IsRefusedOtherwise) {
  // clang-format off
  const std::string_view refused[] = {
      "2026-02-30"sv, "1900-02-29"sv, "2100-02-29"sv, "2026-04-31"sv, "2026-00-10"sv, "2026-13-01"sv, "2026-01-00"sv,
      "2026-01-32"sv, "0000-01-01"sv, "10000-01-01"sv, "-001-01-01"sv, "+026-01-01"sv, "26-01-01"sv, "2026-1-1"sv,
      "2026/01/01"sv, "20260101"sv, "2026-01"sv, "2026-01-01T"sv, "2026-01-01 "sv, " 2026-01-01"sv, "2026-01-0a"sv,
      "2026-01-01\0"sv, "2026\0-01-01"sv, "\0"sv, "2026-01-01\n"sv, "today"sv, "infinity"sv, ""sv, "-"sv,
      "2026-W47-5"sv, "2026-324"sv, "２０２６-01-01"sv, "2026–01–01"sv, "\xff\xfe\xfd"sv, kEnormous,
  };
  // clang-format on
  for (const auto text : refused) EXPECT_EQ(date_of(text), "refused") << text.substr(0, 40);
}

TEST(TimeOfDayText, IsReadInThreeForms) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"09:00", "09:00:00"},           {"09:30:15", "09:30:15"},   {"09-30-00", "09:30:00"},
      {"00:00:00", "00:00:00"},        {"23:59:59", "23:59:59"},   {"23-59-59", "23:59:59"},
      {"09:30:15.999999", "09:30:15"}, {"23:59:59.9", "23:59:59"}, {"00:00:00.0", "00:00:00"},
  };
  for (const auto& [text, read] : rows) EXPECT_EQ(time_of(text), read) << text;
  EXPECT_EQ(time_of("09:30:15." + kEnormous), "09:30:15") << "a fraction may be long";
}

TEST(TimeOfDayText, IsRefusedOtherwise) {
  // clang-format off
  const std::string_view refused[] = {
      "24:00"sv, "24:00:00"sv, "24-00-00"sv, "25:00"sv, "09:60"sv, "09:00:60"sv, "23:59:60"sv, "09:00:61"sv,
      "9:00"sv, "09:0"sv, "09"sv, "0900"sv, "090000"sv, "09-30"sv, "09-30:00"sv, "09:30-00"sv, "09-30-00.5"sv,
      "09:30."sv, "09:30.5"sv, "09:30:15."sv, "09:30:15.x"sv, "09:30:15,5"sv, "09:30:15.5 "sv, "-9:00"sv, "+9:00"sv,
      "09:00 "sv, " 09:00"sv, "09:00Z"sv, "09:00:00Z"sv, "09:00+01:00"sv, "09:00 AM"sv, "T09:00"sv, "09:00:00\0"sv,
      "09\0:00"sv, ""sv, ":"sv, "::"sv, "--"sv, "noon"sv, "\x80\x80:\x80\x80"sv, "٠٩:٠٠"sv, kEnormous,
  };
  // clang-format on
  for (const auto text : refused) EXPECT_EQ(time_of(text), "refused") << text.substr(0, 40);
}

TEST(TimestampText, IsReadAsRfc3339WritesIt) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      // The examples of RFC 3339, 5.8; its leap seconds are among the refused.
      {"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50+00:00"},
      {"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57+00:00"},
      {"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27+00:00"},
      // 5.6: T and Z may be lower case, and T may be a blank; 4.3: -00:00 is UTC with an unknown local offset.
      {"2026-11-20t09:00:00z", "2026-11-20T09:00:00+00:00"},
      {"2026-11-20 09:00:00Z", "2026-11-20T09:00:00+00:00"},
      {"2026-11-20T09:00:00-00:00", "2026-11-20T09:00:00+00:00"},
      {"2026-11-20T09:00:00+23:59", "2026-11-19T09:01:00+00:00"},
      {"2026-11-20T09:00:00-23:59", "2026-11-21T08:59:00+00:00"},
      {"2026-11-20T09:00:00+05:45", "2026-11-20T03:15:00+00:00"},
      {"2024-02-29T23:59:59.999999999Z", "2024-02-29T23:59:59+00:00"},
      // Floored, not truncated: before 1970 the second that contains the fraction is the earlier of two.
      {"1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59+00:00"},
      {"1969-12-31T23:59:59.000001+00:01", "1969-12-31T23:58:59+00:00"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"},
      {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"},
      {"9999-12-31T23:59:59.9+14:00", "9999-12-31T09:59:59+00:00"},
  };
  for (const auto& [text, read] : rows) EXPECT_EQ(instant_of(text), read) << text;
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.9Z")->time_since_epoch().count(), -1);
  EXPECT_EQ(instant_of("2026-11-20T09:00:00." + kEnormous + "Z"), "2026-11-20T09:00:00+00:00");
}

TEST(TimestampText, IsRefusedOtherwise) {
  // clang-format off
  const std::string_view refused[] = {
      // Without an offset the instant is unknown.
      "2026-11-20T09:00:00"sv, "2026-11-20T09:00:00 "sv, "2026-11-20"sv, "2026-11-20T09:00Z"sv, "2026-11-20T09Z"sv,
      // The leap seconds of RFC 3339, 5.8; and a day, an hour, an offset that do not exist.
      "1990-12-31T23:59:60Z"sv, "1990-12-31T15:59:60-08:00"sv, "2026-02-30T09:00:00Z"sv, "1900-02-29T09:00:00Z"sv,
      "2026-11-20T24:00:00Z"sv, "2026-11-20T25:00:00Z"sv, "2026-11-20T09:60:00Z"sv, "2026-11-20T09:00:00+24:00"sv,
      "2026-11-20T09:00:00+01:60"sv, "0000-12-31T23:00:00-02:00"sv, "10000-01-01T00:00:00Z"sv,
      // Outside the years that can be written back in UTC.
      "0001-01-01T00:00:00+00:01"sv, "9999-12-31T23:59:59-00:01"sv,
      // Allowed by ISO 8601, but not by RFC 3339.
      "20261120T090000Z"sv, "2026-11-20T09:00:00+01"sv, "2026-11-20T09:00:00+0100"sv, "2026-11-20T09:00:00,5Z"sv,
      "2026-324T09:00:00Z"sv, "2026-W47-5T09:00:00Z"sv, "+2026-11-20T09:00:00Z"sv, "2026-11-20T09:00:00\u221201:00"sv,
      // Typing errors and worse.
      "2026-11-20T09-00-00Z"sv, "2026-11-20_09:00:00Z"sv, "2026-11-20  09:00:00Z"sv, "2026-11-20T09:00:00.Z"sv,
      "2026-11-20T09:00:00 Z"sv, "2026-11-20T09:00:00ZZ"sv, "2026-11-20T09:00:00Z\0"sv, "2026-11-20T09:00:00\0Z"sv,
      "2026-11-20T09:00:00Z+01:00"sv, "2026-11-20T09:00:00UTC"sv, "2026-11-20T09:00:00Europe/Berlin"sv,
      "2026-11-20T09:00:00+-1:00"sv, "2026-11-20T09:00:00.5.5Z"sv, "2026-11-20T 9:00:00Z"sv, " 2026-11-20T09:00:00Z"sv,
      "2026-11-20T09:00:00Z\n"sv, "1763629200"sv, "now"sv, "infinity"sv, "-infinity"sv, ""sv, "T"sv, "Z"sv,
      "\xff\xff\xff\xff-\xff\xff-\xff\xffT\xff\xff:\xff\xff:\xff\xffZ"sv, kEnormous,
  };
  // clang-format on
  for (const auto text : refused) EXPECT_EQ(instant_of(text), "refused") << text.substr(0, 60);
}

TEST(TimeText, IsWrittenWithTheOffsetOfTheZone) {
  EXPECT_EQ(format_timestamp(at("2026-11-20T08:00:00Z"), *zone("Europe/Berlin")), "2026-11-20T09:00:00+01:00");
  EXPECT_EQ(format_timestamp(at("2026-07-20T08:00:00Z"), *zone("Europe/Berlin")), "2026-07-20T10:00:00+02:00");
  EXPECT_EQ(format_timestamp(at("2026-11-20T08:00:00Z"), *zone("UTC")), "2026-11-20T08:00:00+00:00");
  EXPECT_EQ(format_timestamp(at("2026-11-20T02:00:00Z"), *zone("America/St_Johns")), "2026-11-19T22:30:00-03:30");
  EXPECT_EQ(format_timestamp(at("2026-11-20T20:00:00Z"), *zone("Asia/Kathmandu")), "2026-11-21T01:45:00+05:45");
  EXPECT_EQ(format_timestamp(at("1969-12-31T23:59:59Z"), *zone("UTC")), "1969-12-31T23:59:59+00:00");
  EXPECT_EQ(format_time_of_day(kDay), "24:00:00");
  EXPECT_EQ(format_time_of_day(Seconds{0}), "00:00:00");
}

// RFC 3339 has neither seconds in offsets (5.8: "the closest representable UTC offset") nor years of five digits.
TEST(TimeText, NamesTheInstantWhereRfc3339CannotWriteTheWallClock) {
  EXPECT_EQ(format_timestamp(at("1970-01-01T00:00:00Z"), *zone("Africa/Monrovia")), "1969-12-31T23:16:00-00:44");
  EXPECT_EQ(format_timestamp(at("9999-12-31T23:59:59Z"), TableZone{hours{9}}), "9999-12-31T23:59:59+00:00");
  EXPECT_EQ(format_timestamp(kRepresentable.end, *zone("UTC")), "10000-01-01T00:00:00+00:00")
      << "an event may end then";
  EXPECT_EQ(format_timestamp(at("0001-01-01T00:00:00Z"), TableZone{-hours{5}}), "0001-01-01T00:00:00+00:00");
  EXPECT_EQ(format_timestamp(at("0001-01-01T05:00:00Z"), TableZone{-hours{5}}), "0001-01-01T00:00:00-05:00");
}

TEST(TimeText, AcceptsExactlyTheRepresentable) {
  EXPECT_EQ(utc(kRepresentable.start), "0001-01-01T00:00:00+00:00");
  EXPECT_EQ(utc(kRepresentable.end - Seconds{1}), "9999-12-31T23:59:59+00:00");
}

RC_GTEST_PROP(TimeText, RoundTripsTimestamps, ()) {
  const Instant instant{Seconds{
      pick(kRepresentable.start.time_since_epoch().count(), kRepresentable.end.time_since_epoch().count() - 1)}};
  const TableZone place{Seconds{pick(-86'340, 86'340)}};
  RC_ASSERT(parse_timestamp(format_timestamp(instant, place)) == instant);
}

RC_GTEST_PROP(TimeText, RoundTripsTimestampsOfRealZones, ()) {
  const Instant instant{Seconds{pick(-5'000'000'000, 5'000'000'000)}};
  const std::string text = format_timestamp(instant, *zone(pick_from(kZones)));
  RC_ASSERT(text.size() == 25U);
  RC_ASSERT(parse_timestamp(text) == instant);
}

// All dates, since they are few enough.
TEST(TimeText, RoundTripsEveryDate) {
  std::string last = "0000-12-31";
  for (Date date = *parse_date("0001-01-01"); date <= *parse_date("9999-12-31"); date += std::chrono::days{1}) {
    const std::string text = format_date(date);
    ASSERT_EQ(parse_date(text), date) << text;
    ASSERT_LT(last, text);
    last = text;
  }
}

TEST(TimeText, RoundTripsEveryTimeOfDay) {
  for (Seconds time{0}; time < kDay; ++time) ASSERT_EQ(parse_time_of_day(format_time_of_day(time)), time);
}

// Makes a few random edits of valid text. If the edited text is still read, the value is valid and survives a round
// trip.
RC_GTEST_PROP(TimeText, SurvivesRandomEdits, ()) {
  for (std::string text : {"2026-11-20T09:00:00.25+01:00", "2026-11-20", "09:30:00.5", "09-30-00", "09:30"}) {
    for (auto edits = pick(1, 4); edits > 0; --edits) {
      const auto place = static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(text.size())));
      const char byte = once_in(2) ? "0123456789:-+.TZtz "[pick(0, 18)] : static_cast<char>(pick(-128, 127));
      if (once_in(3))
        text.insert(place, 1, byte);
      else if (place < text.size())
        once_in(2) ? void(text.erase(place, 1)) : void(text[place] = byte);
    }
    if (const auto instant = parse_timestamp(text)) RC_ASSERT(parse_timestamp(utc(*instant)) == instant);
    if (const auto date = parse_date(text)) RC_ASSERT(format_date(*date) == text);
    if (const auto time = parse_time_of_day(text)) RC_ASSERT(*time >= Seconds{0} && *time < kDay);
  }
}

RC_GTEST_PROP(TimeText, SurvivesRandomBytes, (const std::string& text)) {
  parse_timestamp(text);
  parse_date(text);
  parse_time_of_day(text);
}

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

/// Encodes base64 in the plainest way: all bits in one string, cut into groups of six.
std::string encode(const std::string& bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : bytes)
    for (int i = 7; i >= 0; --i) bits += (static_cast<unsigned char>(c) >> i & 1) != 0 ? '1' : '0';
  std::string text;
  for (std::size_t at = 0; at < bits.size(); at += 6) {
    auto six = bits.substr(at, 6);
    six.resize(6, '0');
    text += letters[std::stoul(six, nullptr, 2)];
  }
  while (text.size() % 4 != 0) text += '=';
  return text;
}

TEST(Base64, FollowsTheVectorsOfTheRfc) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
}

TEST(Base64, TakesLineBreaksAnywhere) {
  EXPECT_EQ(decode_base64("Zm9v\nYmFy\r\n"), "foobar");
  EXPECT_EQ(decode_base64(" Z g = = "), "f");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zm8", "Z===", "====", "=", "Zg==Zg==", "Zg===", "Zg=x", "Zm9v=", "Zm9*",
                           "Zm9-", "Zm9_", "Zm9v\xC3\xBC", "Zg==x", "Zm9v,"})
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  EXPECT_EQ(decode_base64(std::string_view("Zm9v\0", 5)), std::nullopt);
}

RC_GTEST_PROP(Base64, GivesBackEveryByte, (std::string bytes)) { RC_ASSERT(decode_base64(encode(bytes)) == bytes); }

std::vector<std::string> refused(const std::string& text) {
  Validation validation;
  read_attachment(validation, "", text);
  if (validation.ok()) return {};
  return {validation.failure().message};
}

TEST(Attachments, HaveNamesThatLeadNowhere) {
  for (const char* name : {"a", "Grüße.pdf", ".profile", "a b", "...", "a:b", "con"})
    EXPECT_EQ(refused(R"({"data": "YQ==", "name": ")" + std::string(name) + "\"}").size(), 0u) << name;
  for (const char* name : {"", ".", "..", "a/b", "/", R"(a\\b)", R"(a\nb)", R"(a\u007f)", R"(a\u0000)"})
    EXPECT_EQ(refused(R"({"data": "YQ==", "name": ")" + std::string(name) + "\"}").size(), 1u) << name;
}

TEST(Attachments, HaveMediaTypesThatEveryReaderReadsAlike) {
  for (const char* type : {"text/plain", "text/plain; charset=utf-8", R"(text/plain ;a=\"b;\\\"c\" ;;d=e)"})
    EXPECT_EQ(refused(R"({"name": "x", "data": "YQ==", "media_type": ")" + std::string(type) + "\"}").size(), 0u)
        << type;
  for (const char* type : {"", "text", "text/", "/plain", "text/plain x", "text/plain; a", "text/plain; a=",
                           R"(text/plain; a=\"b)", R"(text/plain; a=\"b\\\")", R"(text/plain; a=\"b\"c)"})
    EXPECT_EQ(refused(R"({"name": "x", "data": "YQ==", "media_type": ")" + std::string(type) + "\"}").size(), 1u)
        << type;
}

TEST(Attachments, AreAtSafeAddresses) {
  for (const char* url : {"http://a", "https://a.example/b?c#d", "HTTP://A", "https://[::1]:8080/", "https://a/%20"})
    EXPECT_EQ(refused(R"({"name": "x", "url": ")" + std::string(url) + "\"}").size(), 0u) << url;
  for (const char* url : {"",
                          "a",
                          "//a",
                          "/a",
                          "http:",
                          "http:/a",
                          "http://",
                          "http:///a",
                          "http://?a",
                          "ftp://a",
                          "javascript:alert(1)",
                          " https://a",
                          "https://a b",
                          R"(https://a\nb)",
                          "https://a/\u202e",
                          "https://a/\u0085",
                          "https://a/\u2028",
                          "data:text/html,a",
                          "file:///a",
                          "mailto:a@b",
                          R"(https://\\a)"})
    EXPECT_EQ(refused(R"({"name": "x", "url": ")" + std::string(url) + "\"}").size(), 1u) << url;
}

}  // namespace
}  // namespace jb::test
