// SPDX-License-Identifier: PostgreSQL
//
// Promise: a series of an iCalendar file has the occurrences that the file leaves to it (rules 2.14.3 and 4.30 to
// 4.32). Occurrences that other events of the file change are left out, and those after a change for all later ones are
// moved. A series that began long ago starts from now. All series end at the horizon, and one may have no occurrence.
//
// Why it could break: an event that changes an occurrence may repeat the rule, be unreadable, or be in another part of
// the file. Exceptions of whole days are written as times in the author's zone. The past must count for COUNT, but not
// for limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "calendar_file.hpp"

namespace jb::test::of_series_of_files {
namespace {

using files::berlin;
using files::event;
using files::file;
using files::only;
using files::read;

/// The item as "2026-11-23T08:00:00+00:00 for 3600 s", or its verdict and the reason.
std::string told(const ImportItem& item) {
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  return format_utc(item.time->start) + " for " + std::to_string(item.time->length().count()) + " s";
}

/// The starts that the rule gives the occurrences, in UTC.
std::string starts(const ImportItem& item) {
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  std::string text;
  for (const auto start : item.starts) text += format_utc(start).substr(0, 16) + " ";
  return text;
}

TEST(ImportedSeries, AreNotWhatAChangeOfAnOccurrenceRepeatsOfThem) {
  const std::string rule = "DURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n";
  const auto items = read(event("DTSTART:20261019T090000\r\n" + rule) +
                          event("RECURRENCE-ID:20261026T090000\r\nDTSTART:20261026T140000\r\n"
                                "EXRULE:FREQ=DAILY\r\nRDATE:tomorrow\r\nEXDATE:20261026T140000\r\n" +
                                rule));
  EXPECT_EQ(starts(items.at(0)), "2026-10-19T07:00 2026-11-02T08:00 ");
  EXPECT_EQ(told(items.at(1)), "2026-10-26T13:00:00+00:00 for 3600 s");
  EXPECT_FALSE(items.at(1).fields.recurrence.has_value());
}

TEST(ImportedSeries, WithoutAnOccurrenceAreEmpty) {
  const std::string two = "DTSTART:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n";
  const std::string second = event("RECURRENCE-ID:20261026T090000\r\nDTSTART:20261026T140000\r\nDURATION:PT1H\r\n");
  const std::string none = "ignored: It takes no time: no occurrence of the series is left.";
  const auto excepted = only(event(two + "EXDATE:20261019T090000,20261026T090000\r\n"));
  EXPECT_EQ(told(excepted), none);
  EXPECT_TRUE(excepted.takes_no_time && excepted.said.empty());
  const auto changed = read(event(two + "EXDATE:20261019T090000\r\n") + second);
  EXPECT_EQ(told(changed.at(0)), none);
  EXPECT_EQ(told(changed.at(1)), "2026-10-26T13:00:00+00:00 for 3600 s");
  EXPECT_EQ(told(only(event("DTSTART:20300101T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\n"))),
            "2030-01-01T08:00:00+00:00 for 3600 s")
      << "a series that begins beyond the horizon is refused when it is booked";
}

// Exporters write the exceptions of whole days as times: midnight on their own clock.
TEST(ImportedSeries, OfDaysHaveExceptionsByDate) {
  const std::string days = "DTSTART;VALUE=DATE:20270607\r\nDTEND;VALUE=DATE:20270608\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n";
  for (const char* name : {"Europe/Berlin", "Etc/UTC", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati"}) {
    auto context = berlin();
    context.time_zone = name;
    context.zone = zone(name);
    for (const std::string when : {";TZID=Europe/Berlin:2027%T000000", ":2027%", ":2027%T000000", ":2027%T000000Z",
                                   ";TZID=Asia/Tokyo:2027%T000000"}) {
      const auto at = [&](const char* day) { return std::string(when).replace(when.find('%'), 1, day) + "\r\n"; };
      const auto items = read_icalendar(
          file(event(days + "EXDATE" + at("0621")) +
               event("RECURRENCE-ID" + at("0614") + "DTSTART;VALUE=DATE:20270616\r\nDTEND;VALUE=DATE:20270617\r\n")),
          context);
      ASSERT_EQ(items.size(), 2U);
      EXPECT_EQ(items[0].starts, std::vector{context.zone->day(*parse_date("2027-06-07")).start}) << name << when;
      EXPECT_EQ(items[0].elsewhere.at(0), context.zone->day(*parse_date("2027-06-14"))) << name << when;
      EXPECT_EQ(items[1].recurrence_id, "2027-06-14") << name << when;
      EXPECT_EQ(items[1].time, context.zone->day(*parse_date("2027-06-16"))) << name << when;
    }
  }
  EXPECT_EQ(starts(only(event(days + "EXDATE:20270620T220000Z\r\n"))), "2027-06-06T22:00 2027-06-13T22:00 ")
      << "midnight on the calendar's clock";
  EXPECT_EQ(
      only(event("RECURRENCE-ID;TZID=Asia/Tokyo:20270614T000000\r\nDTSTART;VALUE=DATE:20270616\r\n")).recurrence_id,
      "2027-06-14")
      << "without its series";
}

TEST(ImportedSeries, HaveTheOccurrenceOfAChangeThatCannotBeRead) {
  const auto series = event("DTSTART:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n");
  const auto change = event("RECURRENCE-ID:20261026T090000\r\nDTSTART:tomorrow\r\nDURATION:PT1H\r\n");
  const auto read_change = event("RECURRENCE-ID:20261102T090000\r\nDTSTART:20261102T140000\r\nDURATION:PT1H\r\n");
  for (const auto& blocks : {series + change + read_change, change + read_change + series}) {
    for (const auto& item : read(blocks)) {
      if (!item.replaced) {
        EXPECT_EQ(starts(item), "2026-10-19T07:00 2026-10-26T08:00 ");
        EXPECT_EQ(item.unread, std::vector{Span(at("2026-10-26T08:00:00Z"), at("2026-10-26T08:00:01Z"))});
        EXPECT_EQ(item.elsewhere.size(), 1U);
      } else if (!item.left_out.empty()) {
        EXPECT_EQ(item.left_out, "invalid");
        EXPECT_TRUE(item.detail.ends_with(" Its occurrence stays where the series has it.")) << item.detail;
      }
    }
  }
  const auto part = read_icalendar(file(series + change), berlin(), {.max_rows = 1});
  ASSERT_EQ(part.size(), 1U);
  EXPECT_EQ(starts(part[0]), "2026-10-19T07:00 2026-10-26T08:00 2026-11-02T08:00 ") << "the change is in another part";
}

/// The actual times of a series' occurrences by Berlin's clock, as "26 14:00 for 3600 s Talk".
std::string places(const ImportItem& item) {
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  const auto berlin_zone = zone("Europe/Berlin");
  const auto& rule = *item.fields.recurrence;
  const auto& clock = rule.clock(*berlin_zone);
  Validation validation;
  std::string text;
  for (const auto start :
       occurrences(rule, *rule.start, clock, "Europe/Berlin", at("2027-11-20T00:00:00Z"), validation).starts) {
    const auto place = berlin_zone->to_wall(clock.to_instant(place_of(rule, start, clock)));
    const auto day = std::chrono::floor<std::chrono::days>(place);
    const auto* later = rule.later_at(clock.to_instant(start));
    text += (text.empty() ? "" : ", ") + format_date(day).substr(8) + " " +
            format_time_of_day(place - day).substr(0, 5) + " for " +
            std::to_string(duration_at(rule, start, clock).count()) + " s " +
            (later == nullptr ? *item.fields.event_name.value : *later->fields->event_name.value);
  }
  return text;
}

// RFC 5545, 3.2.13. The change of the occurrence itself is an event of its own, as without RANGE.
TEST(ImportedSeries, AreMovedWithAllLaterOccurrences) {
  const auto change = [](const char* of, const std::string& lines, const char* name = "Later") {
    return std::string("BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:") + name + "\r\nRECURRENCE-ID;RANGE=THISANDFUTURE" + of +
           "\r\n" + lines + "END:VEVENT\r\n";
  };
  const auto series = event("DTSTART:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n");
  const auto second = change(":20261026T090000", "DTSTART:20261026T140000\r\nDURATION:PT2H\r\n");
  const auto items = read(second + series);
  EXPECT_EQ(told(items.at(0)), "2026-10-26T13:00:00+00:00 for 7200 s");
  EXPECT_EQ(
      places(items.at(1)),
      "19 09:00 for 3600 s Talk, 02 14:00 for 7200 s Later, 09 14:00 for 7200 s Later, 16 14:00 for 7200 s Later");
  EXPECT_EQ(starts(items.at(1)), "2026-10-19T07:00 2026-11-02T08:00 2026-11-09T08:00 2026-11-16T08:00 ")
      << "each is still known by the start that the rule gives it";
  const auto fourth = change(":20261109T090000", "DTSTART:20261108T080000\r\nDURATION:PT1H\r\n", "Sunday");
  EXPECT_EQ(places(read(fourth + second + series).at(2)),
            "19 09:00 for 3600 s Talk, 02 14:00 for 7200 s Later, 15 08:00 for 3600 s Sunday")
      << "the last that does not come after an occurrence counts";
  const auto third = event("RECURRENCE-ID:20261102T090000\r\nDTSTART:20261103T090000\r\nDURATION:PT1H\r\n");
  EXPECT_EQ(places(read(second + third + series).at(2)),
            "19 09:00 for 3600 s Talk, 09 14:00 for 7200 s Later, 16 14:00 for 7200 s Later");
  EXPECT_EQ(places(read(series + change(":20261109T090000", "DTSTART:20261109T090000\r\nSTATUS:CANCELLED\r\n")).at(0)),
            "19 09:00 for 3600 s Talk, 26 09:00 for 3600 s Talk, 02 09:00 for 3600 s Talk")
      << "cancelled";
  EXPECT_EQ(places(read(series + change(":20261109T090000", "DTSTART:tomorrow\r\nDURATION:PT1H\r\n")).at(0)),
            places(only(series)))
      << "one that cannot be read moves nothing";
  const auto before = only(series).said;
  EXPECT_TRUE(differs(before, items.at(1).said, Part::later));
  EXPECT_FALSE(differs(before, read(series + third).at(0).said, Part::later));
  EXPECT_FALSE(differs(before, items.at(1).said, Part::length));
  const auto second_and_fourth = read(fourth + second + series).at(2).said;
  EXPECT_EQ(differs_from(before, second_and_fourth), at("2026-10-26T08:00:00Z"));
  EXPECT_EQ(differs_from(read(fourth + series).at(1).said, before), at("2026-11-09T08:00:00Z"));
  EXPECT_EQ(differs_from(second_and_fourth, second_and_fourth), std::nullopt);
}

TEST(ImportedSeries, AreMovedOnTheirOwnClock) {
  const std::string ny = ";TZID=America/New_York:";
  // New York's clock goes back a week after Berlin's, on 1 November 2026.
  EXPECT_EQ(places(read(event("DTSTART" + ny + "20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n") +
                        event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261019T130000Z\r\nDTSTART" + ny +
                              "20261019T100000\r\nDTEND" + ny + "20261019T110000\r\n"))
                       .at(0)),
            "26 15:00 for 3600 s Talk, 02 16:00 for 3600 s Talk, 09 16:00 for 3600 s Talk");
  EXPECT_EQ(
      places(read(event("DTSTART;VALUE=DATE:20270320\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n") +
                  event("RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270320\r\nDTSTART;VALUE=DATE:20270321\r\n"))
                 .at(0)),
      "28 00:00 for 82800 s Talk, 04 00:00 for 86400 s Talk");
}

/// The occurrences of a series on a calendar in that zone, in UTC, as "31 01:30".
std::string placed(const std::string& blocks, const char* calendar) {
  auto context = berlin();
  context.time_zone = calendar;
  context.zone = zone(calendar);
  const auto item = read_icalendar(file(blocks), context).at(0);
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  const auto& rule = *item.fields.recurrence;
  const auto& clock = rule.clock(*context.zone);
  Validation validation;
  std::string text;
  for (const auto start : occurrences(rule, *rule.start, clock, calendar, context.latest, validation).starts)
    text += (text.empty() ? "" : ", ") + format_utc(clock.to_instant(place_of(rule, start, clock))).substr(8, 8);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string moved(const std::string& zone, const char* start, const char* of, const char* to) {
  return event("DTSTART" + zone + start + "\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=6\r\n") +
         event("RECURRENCE-ID;RANGE=THISANDFUTURE" + zone + of + "\r\nDTSTART" + zone + to + "\r\nDURATION:PT1H\r\n");
}

// Berlin's clock shows 00:30Z and 01:30Z as 02:30 on 31 October.
TEST(ImportedSeries, AreMovedThroughAnHourThatTheCalendarRepeats) {
  const std::string utc = "30 01:30, 31 01:30, 01 01:30, 02 01:30, 03 01:30";
  for (const char* calendar : {"Europe/Berlin", "America/New_York", "UTC"}) {
    EXPECT_EQ(placed(moved(":", "20271029T003000Z", "20271029T003000Z", "20271029T013000Z"), calendar), utc);
    EXPECT_EQ(
        placed(moved(";TZID=America/New_York:", "20271028T200000", "20271028T200000", "20271028T213000"), calendar),
        utc);
    EXPECT_EQ(placed("X-WR-TIMEZONE:America/New_York\r\n" +
                         moved(":", "20271028T200000", "20271028T200000", "20271028T213000"),
                     calendar),
              utc);
  }
}

// Berlin's clock goes from 02:00 to 03:00 on 28 March.
TEST(ImportedSeries, AreMovedByTheDifferenceAsWritten) {
  const std::string in_berlin = ";TZID=Europe/Berlin:";
  for (const char* calendar : {"Europe/Berlin", "America/New_York", "Pacific/Apia"}) {
    for (const std::string& of : {in_berlin + "20270328T023000", std::string(":20270328T013000Z")}) {
      auto file = moved(in_berlin, "20270325T023000", "20270328T023000", "20270328T053000");
      file.replace(file.find(in_berlin + "20270328T023000"), (in_berlin + "20270328T023000").size(), of);
      EXPECT_EQ(placed(file, calendar), "25 01:30, 26 01:30, 27 01:30, 29 03:30, 30 03:30") << "from a skipped time";
    }
    EXPECT_EQ(placed(moved(in_berlin, "20270325T023000", "20270326T023000", "20270326T053000"), calendar),
              "25 01:30, 27 04:30, 28 03:30, 29 03:30, 30 03:30")
        << "over a skipped time";
    EXPECT_EQ(placed(moved(in_berlin, "20270327T053000", "20270328T053000", "20270328T023000"), calendar),
              "27 04:30, 29 00:30, 30 00:30, 31 00:30, 01 00:30")
        << "to a skipped time";
    EXPECT_EQ(placed(moved(in_berlin, "20270328T023000", "20270328T023000", "20270328T033000"), calendar),
              "29 01:30, 30 01:30, 31 01:30, 01 01:30, 02 01:30")
        << "the series begins at one";
  }
  EXPECT_EQ(placed(event("DTSTART:20270405T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n") +
                       event("RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270406\r\nDTSTART:20270406T140000\r\n"
                             "DURATION:PT1H\r\n"),
                   "Europe/Berlin"),
            "05 07:00, 07 12:00")
      << "a date names the occurrence of that day";
}

// A time on the clock of the series is unambiguous, whatever the calendar's clock shows (rule 2.14.5).
TEST(ImportedSeries, HaveTimesThatTheCalendarShowsTwice) {
  const auto series = [](const std::string& zone, const char* start) {
    return event("DTSTART" + zone + start + "\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n");
  };
  EXPECT_EQ(placed(series(":", "20271030T013000Z"), "Europe/Berlin"), "30 01:30, 31 01:30, 01 01:30");
  EXPECT_EQ(placed(series(":", "20271031T013000Z"), "Europe/Berlin"), "31 01:30, 01 01:30, 02 01:30") << "the first";
  EXPECT_EQ(placed(series(";TZID=Asia/Tokyo:", "20271030T103000"), "Europe/Berlin"), "30 01:30, 31 01:30, 01 01:30");
  const auto item =
      only(event("DTSTART;TZID=Europe/Berlin:20261019T090000\r\nDURATION:PT1H\r\n"
                 "RDATE:20261025T013000Z,20261026T080000Z\r\n"));
  EXPECT_EQ(starts(item), "2026-10-19T07:00 2026-10-26T08:00 ");
  EXPECT_NE(item.detail.find("shows 2026-10-25T01:30:00+00:00 for the second time, and it was overlooked"),
            std::string::npos)
      << item.detail;
}

// RFC 5545, 3.3.10: they "MUST be ignored".
TEST(ImportedSeries, OfDaysHaveNoTimesOfDay) {
  const std::string days = "DTSTART;VALUE=DATE:20270326\r\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3";
  const auto plain = only(event(days + "\r\n"));
  for (const char* part : {"BYHOUR=9", "BYHOUR=9,10;BYMINUTE=30", "BYSECOND=99"}) {
    const auto item = only(event(days + ";" + part + "\r\n"));
    EXPECT_EQ(starts(item), starts(plain)) << part;
    EXPECT_EQ(item.said, plain.said) << part;
    EXPECT_EQ(item.fields.recurrence->text, "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3");
    EXPECT_NE(item.detail.find("overlooked, since DTSTART has no time"), std::string::npos) << item.detail;
  }
}

/// The series with that start and rule, as imported in February 2027.
ImportItem long_series(const std::string& start, const std::string& rule) {
  auto context = berlin();
  context.now = at("2027-02-10T12:00:00Z");
  return read_icalendar(
             file(event("DTSTART;TZID=Europe/Berlin:" + start + "\r\nDURATION:PT1H\r\nRRULE:" + rule + "\r\n")),
             context)
      .at(0);
}

TEST(ImportedSeries, ThatBeganLongAgoHaveWhatIsToCome) {
  const auto told_of = [](const ImportItem& item) {
    if (!item.left_out.empty()) return told(item);
    return std::to_string(item.starts.size()) + " from " + format_utc(item.starts.front()).substr(0, 16) + " to " +
           format_utc(item.starts.back()).substr(0, 16);
  };
  EXPECT_EQ(told_of(long_series("20050103T130000", "FREQ=WEEKLY")), "40 from 2027-02-15T12:00 to 2027-11-15T12:00");
  EXPECT_EQ(told_of(long_series("20050101T123000", "FREQ=DAILY")), "283 from 2027-02-10T11:30 to 2027-11-19T11:30")
      << "one is not over";
  EXPECT_EQ(told_of(long_series("00010101T123000", "FREQ=MONTHLY;BYDAY=MO,WE")),
            "81 from 2027-02-10T11:30 to 2027-11-17T11:30");
  EXPECT_EQ(told_of(long_series("20000101T090000", "FREQ=DAILY;UNTIL=20270220T080000Z")),
            "10 from 2027-02-11T08:00 to 2027-02-20T08:00");
  EXPECT_EQ(told_of(long_series("19990104T090000", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;BYMONTH=1,2,3;COUNT=1900")),
            "35 from 2027-02-11T08:00 to 2027-03-31T07:00")
      << "COUNT counts from the start";
  EXPECT_EQ(told_of(long_series("20230101T210000", "FREQ=DAILY;COUNT=1501")),
            "ignored: It takes no time: no occurrence of the series is left.");
  EXPECT_EQ(told_of(long_series("20100104T090000", "FREQ=WEEKLY")), "933 from 2010-01-04T08:00 to 2027-11-15T08:00")
      << "no more than a thousand";
  EXPECT_EQ(told_of(long_series("20240301T210000", "FREQ=DAILY;COUNT=1000")),
            "1000 from 2024-03-01T20:00 to 2026-11-25T20:00");
}

TEST(ImportedSeries, ThatEndBeyondTheHorizonAreCutThere) {
  EXPECT_EQ(long_series("20270211T210000", "FREQ=DAILY;COUNT=1500").starts.size(), 282U);
  EXPECT_EQ(long_series("20270211T210000", "FREQ=WEEKLY;UNTIL=20400101T000000Z").starts.size(), 41U);
  EXPECT_EQ(long_series("20270211T210000", "FREQ=WEEKLY;UNTIL=20400101T000000Z").detail,
            "The rule ends after the horizon: it is followed to the calendar's horizon, 2027-11-20.");
  EXPECT_EQ(
      long_series("20050103T130000", "FREQ=WEEKLY").detail,
      "It has more than 1000 occurrences: those before 2027-02-15 are over, and left out. The rule has no end: it is "
      "followed to the calendar's horizon, 2027-11-20.");
  EXPECT_EQ(long_series("20270211T210000", "FREQ=DAILY;COUNT=2").detail, "");
  const auto dates = long_series("20270211T210000", "FREQ=DAILY;COUNT=2\r\nRDATE:20280101T000000Z");
  EXPECT_EQ(dates.starts.size(), 2U);
  EXPECT_EQ(dates.beyond, at("2028-01-01T00:00:00Z"));
}

TEST(ImportedSeries, HaveAtMostAThousandOccurrencesToCome) {
  EXPECT_NE(told(long_series("20000101T000000", "FREQ=DAILY;BYHOUR=0,1,2,3")).find("at most 1000 occurrences"),
            std::string::npos);
  EXPECT_EQ(long_series("20000101T000000", "FREQ=DAILY;BYHOUR=0,1,2").starts.size(), 847U);
}

}  // namespace
}  // namespace jb::test::of_series_of_files
