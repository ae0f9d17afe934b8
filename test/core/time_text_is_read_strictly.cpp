// SPDX-License-Identifier: PostgreSQL
//
// Promise: a date, a time of day or a timestamp is read only if written as in RFC 3339 (a time of day also in the
// seed's form). A written value is read back as the same.
//
// Why it could break: lenient parsers make 1 March of 30 February, take 24:00 or a leap second, ignore anything after
// the last digit, read signs and blanks as part of a number, or stop at a NUL. A typing error must never be booked as
// something else. Truncation rounds fractions before 1970 the wrong way.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "cctz_zone.hpp"
#include "core/values/time.hpp"
#include "pick.hpp"
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

}  // namespace
}  // namespace jb::test
