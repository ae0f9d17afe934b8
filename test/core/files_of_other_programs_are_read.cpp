// SPDX-License-Identifier: PostgreSQL
//
// Promise: iCalendar files of other programs are read as RFC 5545 means them: times in any zone that the file names or
// describes, whole days, durations, series with exceptions and changed occurrences. Unreadable parts are refused with
// their line, and an event that takes no time is not booked.
//
// Why it could break: programs describe zones from the year 1601 on, and give them names of their own. A day may have
// 23 or 25 hours. The series of a file may be in another zone than the calendar.
#include <gtest/gtest.h>

#include <string>

#include "calendar_file.hpp"
#include "core/values/time.hpp"
#include "table_zone.hpp"

namespace jb::test::files {
namespace {

constexpr const char* kOutlookZone =
    "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\n"
    "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

struct Time {
  const char* lines;
  const char* told;
};

const Time kTimes[] = {
    {"DTSTART:20261123T080000Z\r\nDTEND:20261123T093000Z\r\n", "2026-11-23T08:00:00+00:00 for 5400 s"},
    {"DTSTART;TZID=Europe/Berlin:20261123T090000\r\nDURATION:PT1H30M\r\n", "2026-11-23T08:00:00+00:00 for 5400 s"},
    {"DTSTART;TZID=\"Europe/Berlin\":20261123T090000\r\nDURATION:PT90M\r\n", "2026-11-23T08:00:00+00:00 for 5400 s"},
    {"DTSTART;TZID=America/New_York:20261123T090000\r\nDTEND;TZID=Europe/Berlin:20261123T160000\r\n",
     "2026-11-23T14:00:00+00:00 for 3600 s"},
    {"DTSTART;TZID=/example.org/20260101/America/New_York:20261123T090000\r\nDURATION:PT1H\r\n",
     "2026-11-23T14:00:00+00:00 for 3600 s"},
    {"DTSTART;TZID=W. Europe Standard Time:20260701T090000\r\nDURATION:PT1H\r\n",
     "2026-07-01T07:00:00+00:00 for 3600 s"},
    {"DTSTART;TZID=W. Europe Standard Time:20261123T090000\r\nDURATION:PT1H\r\n",
     "2026-11-23T08:00:00+00:00 for 3600 s"},
    {"DTSTART;TZID=W. Europe Standard Time:20261025T023000\r\nDURATION:PT1H\r\n",
     "2026-10-25T00:30:00+00:00 for 3600 s"},
    // These events lie beyond the horizon, which ends in 2027.
    {"DTSTART;TZID=W. Europe Standard Time:20280703T090000\r\nDURATION:PT1H\r\n",
     "2028-07-03T07:00:00+00:00 for 3600 s"},
    {"DTSTART;TZID=W. Europe Standard Time:20281204T090000\r\nDURATION:PT1H\r\n",
     "2028-12-04T08:00:00+00:00 for 3600 s"},
    {"DTSTART;TZID=W. Europe Standard Time:21260703T090000\r\nDURATION:PT1H\r\n",
     "2126-07-03T07:00:00+00:00 for 3600 s"},
    {"DTSTART:20261123T090000\r\nDURATION:PT1H\r\n", "2026-11-23T08:00:00+00:00 for 3600 s"},
    {"DTSTART;VALUE=DATE:20261123\r\n", "2026-11-22T23:00:00+00:00 for 86400 s"},
    {"DTSTART:20261123\r\nDTEND:20261125\r\n", "2026-11-22T23:00:00+00:00 for 172800 s"},
    {"DTSTART;VALUE=DATE:20270328\r\n", "2027-03-27T23:00:00+00:00 for 82800 s"},
    {"DTSTART;VALUE=DATE:20261123\r\nDURATION:P1W\r\n", "2026-11-22T23:00:00+00:00 for 604800 s"},
    {"DTSTART;TZID=Europe/Berlin:20270327T120000\r\nDURATION:P1D\r\n", "2027-03-27T11:00:00+00:00 for 82800 s"},
    {"DTSTART;TZID=Europe/Berlin:20270327T120000\r\nDURATION:PT24H\r\n", "2027-03-27T11:00:00+00:00 for 86400 s"},
    {"DTSTART:20261123T080000Z\r\n", "ignored: It takes no time: it ends when it starts."},
    {"DTSTART:20261123T080000Z\r\nDTEND:20261123T080000Z\r\n", "ignored: It takes no time: it ends when it starts."},
    {"DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT\r\n",
     "ignored: It takes no time: it is TRANSPARENT."},
    {"DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED\r\n", "ignored: It is cancelled."},
    {"SEQUENCE:1\r\n", "invalid: It has no DTSTART."},
    {"DTSTART:20261323T080000Z\r\n",
     "invalid: DTSTART in line 21, \"20261323T080000Z\": it is no date or time such as 20261224, 20261224T090000 or "
     "20261224T080000Z."},
    {"DTSTART:20261123T080000Z\r\nDTEND:20261123T070000Z\r\n",
     "invalid: DTEND in line 22, \"20261123T070000Z\": the event would end before it starts."},
    {"DTSTART:20261123T080000Z\r\nDURATION:1H\r\n",
     "invalid: DURATION in line 22, \"1H\": it is no length such as PT1H30M, P1D or P2W."},
    {"DTSTART:20261123T080000Z\r\nDURATION:-PT1H\r\n",
     "invalid: DURATION in line 22, \"-PT1H\": it is no length such as PT1H30M, P1D or P2W."},
    {"DTSTART:20261123T080000Z\r\nDURATION:P10000000W10000000W\r\n",
     "invalid: DURATION in line 22, \"P10000000W10000000W\": it is no length such as PT1H30M, P1D or P2W."},
    {"DTSTART:20261123T080000Z\r\nDURATION:P367D\r\n",
     "invalid: DURATION in line 22, \"P367D\": an event lasts at most 366 days."},
    {"DTSTART;TZID=Mars/Olympus:20261123T080000\r\nDURATION:PT1H\r\n",
     "invalid: DTSTART in line 21, \"20261123T080000\": there is no time zone \"Mars/Olympus\", and the file describes "
     "none of this TZID."},
    {"DTSTART:20261123T080000Z\r\nDTSTART:20261124T080000Z\r\n",
     "invalid: DTSTART in line 22, \"20261124T080000Z\": it stands there twice."},
    {"DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nEXRULE:FREQ=DAILY\r\n",
     "invalid: EXRULE in line 23, \"FREQ=DAILY\": it is not supported: a series is RRULE, RDATE and EXDATE."},
    {"DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEXDATE:soon\r\n",
     "invalid: EXDATE in line 24, \"soon\": it is no date or time such as 20261224, 20261224T090000 or "
     "20261224T080000Z."},
    {"DTSTART;VALUE=DATE:20261123\r\nDURATION:PT90M\r\n",
     "invalid: DURATION in line 22, \"PT90M\": a DTSTART without a time takes whole days."},
    {"DTSTART:120261123T080000Z\r\nDURATION:PT1H\r\n",
     "invalid: DTSTART in line 21, \"120261123T080000Z\": it is no date or time such as 20261224, 20261224T090000 or "
     "20261224T080000Z."},
};

TEST(ImportedTimes, AreReadAsTheyAreMeant) {
  for (const auto& [lines, wanted] : kTimes) EXPECT_EQ(told(only(kOutlookZone + event(lines))), wanted) << lines;
}

TEST(ImportedEvents, KeepTheirWords) {
  const auto item = only(
      "BEGIN:VEVENT\r\nUID:x@y\r\nSUMMARY;LANGUAGE=en:A\\, b\\; c\\\\d\\nline\r\n  "
      "two\r\nLOCATION:R\\,1\r\nDESCRIPTION:Long\\n" +
      std::string(8000, 'x') +
      "\r\n"
      "ATTENDEE;CN=\"Anna; A: "
      "B\":mailto:anna@example.com\r\nATTENDEE;CN=Ben:invalid:nomail\r\nATTENDEE:urn:x-jb-attendee:Z%C3%B6\r\n"
      "DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nBEGIN:VALARM\r\nUID:alarm\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:"
      "VEVENT\r\n");
  EXPECT_EQ(item.left_out, "") << item.detail;
  EXPECT_EQ(item.uid, "x@y");
  EXPECT_EQ(item.line, 3U);
  EXPECT_EQ(item.fields.event_name.value, "A, b; c\\d line two");
  EXPECT_EQ(item.fields.event_location.value, "R,1");
  EXPECT_EQ(*item.fields.description.value->get(), "Long\n" + std::string(7995, 'x'));
  EXPECT_EQ(item.fields.attendees.value, (std::vector<std::string>{"anna@example.com", "Ben", "Zö"}));
  EXPECT_TRUE(item.fields.allow_past);
  EXPECT_EQ(only(event("DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n")).fields.event_name.value, "Talk");
  EXPECT_EQ(only("BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n")
                .fields.event_name.value,
            "(no title)");
}

TEST(ImportedEvents, LeaveOutNamesInWhichNothingIsSeen) {
  const auto item = only(
      "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nSUMMARY:\u3000\u200b\r\n"
      "ATTENDEE;CN=\u3164:urn:x\r\nATTENDEE:mailto:ann@example.org\r\nEND:VEVENT\r\n");
  EXPECT_EQ(item.fields.event_name.value, "(no title)");
  EXPECT_EQ(item.fields.attendees.value, std::vector<std::string>{"ann@example.org"});
}

TEST(ImportedEvents, HaveAttendeesWhoHaveDeclinedAsGuests) {
  const std::string time = "DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n";
  const auto item = only(event(time + "ATTENDEE;partstat=Declined:mailto:bob@example.com\r\n"
                                      "ATTENDEE;PARTSTAT=TENTATIVE:mailto:carol@example.com\r\n"
                                      "ATTENDEE;PARTSTAT=DECLINED:mailto:dora@example.com\r\n"
                                      "ATTENDEE;CN=Dora:mailto:Dora@example.com\r\n"));
  EXPECT_EQ(item.fields.attendees.value,
            (std::vector<std::string>{"bob@example.com", "carol@example.com", "dora@example.com", "Dora@example.com"}));
  EXPECT_EQ(item.fields.guests, std::vector<std::string>{"bob@example.com"}) << "Dora is named a second time";
  EXPECT_TRUE(differs(only(event(time + "ATTENDEE;PARTSTAT=DECLINED:mailto:a@b\r\n")).said,
                      only(event(time + "ATTENDEE:mailto:a@b\r\n")).said, Part::attendees));
  const auto own = only(event(time + "ATTENDEE;PARTSTAT=DECLINED:urn:x-jb-attendee:" + berlin().calendar + "\r\n"));
  EXPECT_EQ(own.left_out, "ignored");
}

TEST(ImportedEvents, OnTheCalendarsWallClockAreWishedThere) {
  const auto here = only(event("DTSTART;TZID=europe/berlin:20261123T090000\r\nDURATION:PT1H\r\n")).fields;
  EXPECT_TRUE(here.date.has_value() && here.start_time.has_value() && !here.start_timestamp.named);
  const auto there = only(event("DTSTART;TZID=Europe/Paris:20261123T090000\r\nDURATION:PT1H\r\n")).fields;
  EXPECT_TRUE(!there.date.named && there.start_timestamp.has_value());
}

TEST(ImportedTimes, InZonesOfWindowsAreThoseOfCldrWhereTheFileDescribesNone) {
  auto context = berlin();
  context.other_names = [](const std::string& name) {
    return name == "Eastern Standard Time" ? std::vector<std::string>{"Nowhere/Unknown", "America/New_York"}
                                           : std::vector<std::string>{};
  };
  const auto told_of = [&](const std::string& blocks) { return told(read_icalendar(file(blocks), context).at(0)); };
  const auto talk = event("DTSTART;TZID=Eastern Standard Time:20260701T090000\r\nDURATION:PT1H\r\n");
  EXPECT_EQ(told_of(talk), "2026-07-01T13:00:00+00:00 for 3600 s");
  EXPECT_EQ(told_of("BEGIN:VTIMEZONE\r\nTZID:Eastern Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
                    "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
                    talk),
            "2026-07-01T14:00:00+00:00 for 3600 s")
      << "the file's own words count";
  EXPECT_NE(told_of(event("DTSTART;TZID=Western Standard Time:20260701T090000\r\n")).find("no time zone"),
            std::string::npos);
}

TEST(ImportedTimes, OfATzidWithoutASlashAreThoseOfTheFile) {
  const auto zone_called = [](const std::string& id, const std::string& to) {
    return "BEGIN:VTIMEZONE\r\nTZID:" + id +
           "\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
           "TZOFFSETTO:" +
           to + "\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
  };
  const auto at_nine = [](const std::string& id) {
    return event("DTSTART;TZID=" + id + ":20260701T090000\r\nDURATION:PT1H\r\n");
  };
  for (const char* id : {"GMT", "EST", "Custom/GMT"})
    EXPECT_EQ(told(only(zone_called(id, "+0100") + at_nine(id))), "2026-07-01T08:00:00+00:00 for 3600 s") << id;
  EXPECT_EQ(told(only(zone_called("Europe/Berlin", "+0500") + at_nine("Europe/Berlin"))),
            "2026-07-01T07:00:00+00:00 for 3600 s")
      << "a name that means the same everywhere";
  EXPECT_EQ(told(only(zone_called("GMT", "late") + at_nine("GMT"))), "2026-07-01T09:00:00+00:00 for 3600 s")
      << "whose rules cannot be followed";
  EXPECT_EQ(told(only(at_nine("GMT"))), "2026-07-01T09:00:00+00:00 for 3600 s");
  const std::string located = "Mine\r\nX-LIC-LOCATION:America/New_York";
  EXPECT_EQ(told(only(zone_called(located, "+0100") + at_nine("Mine"))), "2026-07-01T08:00:00+00:00 for 3600 s");
  EXPECT_EQ(told(only(zone_called(located, "late") + at_nine("Mine"))), "2026-07-01T13:00:00+00:00 for 3600 s");
  for (const char* id : {"localtime", "PosixRules", "/example.org/localtime"})
    EXPECT_NE(told(only(at_nine(id))).find("no time zone"), std::string::npos) << "of the machine: " << id;
}

TEST(ImportedTimes, WithoutAZoneFollowThatOfTheFile) {
  const std::string nine = "DTSTART:20260701T090000\r\nDURATION:PT1H\r\n";
  EXPECT_EQ(told(only("X-WR-TIMEZONE:America/New_York\r\n" + event(nine))), "2026-07-01T13:00:00+00:00 for 3600 s");
  EXPECT_EQ(told(only("X-WR-TIMEZONE:America/New_York\r\n" + event("DTSTART:20260701\r\n"))),
            "2026-06-30T22:00:00+00:00 for 86400 s")
      << "a day is one of the calendar";
  EXPECT_EQ(told(only("X-WR-TIMEZONE:Mars/Olympus\r\n" + event(nine))),
            "2026-07-01T07:00:00+00:00 for 3600 s | X-WR-TIMEZONE in line 3, \"Mars/Olympus\": there is no time zone "
            "\"Mars/Olympus\", and the file describes none of this TZID; the calendar's zone is used.");
  EXPECT_EQ(told(only("X-WR-TIMEZONE:\r\n" + event(nine))), "2026-07-01T07:00:00+00:00 for 3600 s");
}

TEST(ImportedEvents, WithoutAUidGetOneFromWhatTheyAre) {
  const auto uid_of = [](const std::string& lines) {
    return only("BEGIN:VEVENT\r\nSUMMARY:Talk\r\n" + lines + "END:VEVENT\r\n").uid;
  };
  const std::string nine = "DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n";
  const auto uid = uid_of(nine + "DTSTAMP:20260101T000000Z\r\n");
  EXPECT_EQ(uid.substr(0, 8), "jb-made-");
  EXPECT_EQ(uid_of(nine + "DTSTAMP:20260202T000000Z\r\nLOCATION:Room 1\r\n"), uid) << "an export at another time";
  EXPECT_NE(uid_of("DTSTART:20261123T090000Z\r\nDURATION:PT1H\r\n"), uid);
  EXPECT_EQ(told(only("BEGIN:VEVENT\r\nUID:\r\n" + nine + "END:VEVENT\r\n")), "2026-11-23T08:00:00+00:00 for 3600 s");
}

TEST(ImportedEvents, TellWhichPartHasChanged) {
  const auto said = [](const std::string& lines) { return only(event(lines)).said; };
  const auto before = said("DTSTART;TZID=Europe/Berlin:20261123T090000\r\nDURATION:PT1H\r\n");
  EXPECT_EQ(said("DTSTART:20261123T080000Z\r\nDTEND:20261123T090000Z\r\nDTSTAMP:20260101T000000Z\r\n"), before)
      << "the same in other words";
  const auto differing = [&](const Said& now) {
    std::string parts;
    for (const auto part : {Part::start, Part::length, Part::event_name, Part::event_location, Part::attendees})
      parts += differs(before, now, part) ? '1' : '0';
    return parts;
  };
  EXPECT_EQ(differing(said("DTSTART:20261123T090000Z\r\nDURATION:PT1H\r\n")), "10000");
  EXPECT_EQ(differing(said("DTSTART:20261123T080000Z\r\nDURATION:PT2H\r\n")), "01000");
  EXPECT_EQ(differing(said("DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nLOCATION:R\r\nATTENDEE:mailto:a@b\r\n")),
            "00011");
  EXPECT_EQ(differing(said("DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2\r\n")), "10000");
  EXPECT_EQ(differing(Said()), "11111");
}

TEST(ImportedEvents, HaveStatesOfWhichOneIsLater) {
  const auto state = [](const std::string& lines) { return only(event("DTSTART:20261123T080000Z\r\n" + lines)).state; };
  const auto none = state(""), second = state("SEQUENCE:2\r\n"), junk = state("SEQUENCE:x\r\nDTSTAMP:today\r\n");
  const auto early = state("DTSTAMP:20260101T000000Z\r\n"), late = state("DTSTAMP:20260102T000000Z\r\n");
  const auto modified = state("DTSTAMP:20260103T000000Z\r\nLAST-MODIFIED:20260101T000000Z\r\n");
  EXPECT_TRUE(is_later(second, late) && is_later(late, early) && is_later(late, modified));
  EXPECT_FALSE(is_later(early, late) || is_later(early, modified) || is_later(none, late) || is_later(late, none));
  EXPECT_FALSE(is_later(junk, none) || is_later(none, junk));
}

/// The starts of the series, in UTC.
std::string starts(const ImportItem& item) {
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  const auto berlin_zone = zone("Europe/Berlin");
  Validation validation;
  const auto& rule = *item.fields.recurrence;
  const auto& clock = rule.clock(*berlin_zone);
  const auto found = occurrences(rule, *rule.start, clock, "Europe/Berlin", at("2027-11-20T00:00:00Z"), validation);
  std::string text;
  for (const auto start : found.starts) text += format_utc(clock.to_instant(start)).substr(0, 16) + " ";
  return text + (validation.ok() ? "" : validation.failure().message);
}

TEST(ImportedSeries, AreThoseOfTheFile) {
  const std::string weekly =
      "DTSTART;TZID=Europe/Berlin:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n";
  EXPECT_EQ(starts(only(event(weekly))), "2026-10-19T07:00 2026-10-26T08:00 2026-11-02T08:00 ");
  EXPECT_EQ(starts(only(event(weekly + "EXDATE;TZID=Europe/Berlin:20261026T090000\r\n"))),
            "2026-10-19T07:00 2026-11-02T08:00 ");
  EXPECT_EQ(starts(only(event(weekly + "EXDATE:20261026T080000Z,20990101T000000Z\r\n"))),
            "2026-10-19T07:00 2026-11-02T08:00 ")
      << "an exception that names nothing is overlooked";
  EXPECT_EQ(starts(only(event(weekly + "EXDATE;TZID=America/New_York:20261026T040000\r\n"))),
            "2026-10-19T07:00 2026-11-02T08:00 ");
}

TEST(ImportedSeries, HaveTheDatesBesidesTheirRule) {
  const std::string weekly =
      "DTSTART;TZID=Europe/Berlin:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n";
  EXPECT_EQ(starts(only(event(weekly + "RDATE;TZID=Europe/Berlin:20261021T140000,20261019T090000\r\n"))),
            "2026-10-19T07:00 2026-10-21T12:00 2026-10-26T08:00 ")
      << "a time that both name occurs once";
  EXPECT_EQ(starts(only(event(weekly + "RDATE:20261230T080000Z\r\nEXDATE:20261026T080000Z\r\n"))),
            "2026-10-19T07:00 2026-12-30T08:00 ");
  EXPECT_EQ(starts(only(event(weekly + "RDATE:20261230T080000Z\r\nEXDATE:20261230T080000Z\r\n"))),
            "2026-10-19T07:00 2026-10-26T08:00 ");
  EXPECT_EQ(starts(only(event("DTSTART:20261019T090000\r\nDURATION:PT1H\r\nRDATE:20261020T100000\r\n"))),
            "2026-10-19T07:00 2026-10-20T08:00 ")
      << "without a rule";
  EXPECT_EQ(starts(only(event("DTSTART;VALUE=DATE:20261019\r\nRDATE;VALUE=DATE:20261024\r\n"))),
            "2026-10-18T22:00 2026-10-23T22:00 ");
}

TEST(ImportedSeries, BeginWithTheirStart) {
  const auto item =
      only(event("DTSTART;TZID=Europe/Berlin:20270318T200000\r\nDURATION:PT1H\r\n"
                 "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE\r\n"));
  EXPECT_EQ(starts(item), "2027-03-18T19:00 2027-03-24T19:00 2027-03-31T18:00 ") << "COUNT counts it";
  EXPECT_EQ(
      item.detail,
      "RRULE in line 8, \"FREQ=WEEKLY;COUNT=3;BYDAY=WE\": it does not name DTSTART, which is the first occurrence "
      "all the same.");
  EXPECT_EQ(starts(only(event("DTSTART;TZID=America/New_York:20270318T200000\r\nDURATION:PT1H\r\n"
                              "RRULE:FREQ=WEEKLY;UNTIL=20270324T235960;BYDAY=WE\r\n"))),
            "2027-03-19T00:00 2027-03-25T00:00 ");
  EXPECT_EQ(starts(only(event("DTSTART:20270318T200000\r\nDURATION:PT1H\r\n"
                              "RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=2;BYMONTHDAY=30\r\n"))),
            "2027-03-18T19:00 ")
      << "also of a rule without any time";
}

/// The series as "2027-03-24T08:00 for 3600 s".
std::string lengths(const ImportItem& item) {
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  const auto& rule = *item.fields.recurrence;
  const auto& clock = rule.clock(*zone("Europe/Berlin"));
  Validation validation;
  std::string text;
  for (const auto start :
       occurrences(rule, *rule.start, clock, "Europe/Berlin", at("2027-11-20T00:00:00Z"), validation).starts)
    text += format_utc(clock.to_instant(start)).substr(5, 11) + " for " +
            std::to_string(duration_at(rule, start, clock).count()) + " s, ";
  return text;
}

TEST(ImportedSeries, HavePeriodsOfTheirOwnLength) {
  const std::string hour = "DTSTART:20270324T080000Z\r\nDURATION:PT1H\r\n";
  const std::string periods =
      "RDATE;VALUE=PERIOD:20270324T080000Z/20270324T090000Z,20270331T080000Z/PT1H,20270407T080000Z/PT3H\r\n";
  EXPECT_EQ(lengths(only(event(hour + periods))),
            "03-24T08:00 for 3600 s, 03-31T08:00 for 3600 s, 04-07T08:00 for 10800 s, ");
  EXPECT_EQ(lengths(only(event(hour + "RRULE:FREQ=DAILY;COUNT=2\r\nRDATE;VALUE=PERIOD;TZID=Europe/Berlin:"
                                      "20270325T120000/PT3H, 20270325T100000/P1D\r\n"))),
            "03-24T08:00 for 3600 s, 03-25T08:00 for 3600 s, 03-25T09:00 for 86400 s, 03-25T11:00 for 10800 s, ");
  const auto said = [&](const std::string& dates) { return only(event(hour + dates)).said; };
  EXPECT_TRUE(differs(said("RDATE;VALUE=PERIOD:20270331T080000Z/PT1H\r\n"),
                      said("RDATE;VALUE=PERIOD:20270331T080000Z/PT2H\r\n"), Part::length));
  EXPECT_EQ(lengths(only(event(hour + "RDATE:soon,20270331T080000Z,\r\nEXDATE:\r\n"))),
            "03-24T08:00 for 3600 s, 03-31T08:00 for 3600 s, ")
      << "a date that cannot be read costs itself";
}

TEST(ImportedSeries, OfAnotherZoneFollowItsClock) {
  // New York ends summer time a week later than Berlin.
  EXPECT_EQ(starts(only(event(
                "DTSTART;TZID=America/New_York:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"))),
            "2026-10-19T13:00 2026-10-26T13:00 2026-11-02T14:00 ");
  EXPECT_EQ(
      starts(only(event("DTSTART:20261019T070000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;UNTIL=20261102T070000Z\r\n"))),
      "2026-10-19T07:00 2026-10-26T07:00 2026-11-02T07:00 ");
}

/// Each occurrence by Berlin's clock, as "27 00:00 to 28 00:00".
std::string days_and_times(const ImportItem& item) {
  if (!item.left_out.empty()) return item.left_out + ": " + item.detail;
  const auto berlin_zone = zone("Europe/Berlin");
  const auto shown = [&](Instant instant) {
    const auto wall = berlin_zone->to_wall(instant);
    const auto day = std::chrono::floor<std::chrono::days>(wall);
    return format_date(day).substr(8) + " " + format_time_of_day(wall - day).substr(0, 5);
  };
  const auto& rule = *item.fields.recurrence;
  const auto& clock = rule.clock(*berlin_zone);
  Validation validation;
  const auto latest = latest_start(rule, at("2027-11-20T00:00:00Z"), clock, {});
  const auto found = occurrences(rule, *rule.start, clock, "Europe/Berlin", latest, validation);
  std::string text;
  for (const auto each : found.starts) {
    const auto begin = clock.to_instant(each);
    const auto end = begin + duration_at(rule, each, clock);
    text += (text.empty() ? "" : ", ") + shown(begin) + " to " + shown(end);
  }
  return text;
}

// Berlin's clock goes from 02:00 to 03:00 on 28 March 2027, and from 03:00 to 02:00 on 31 October.
TEST(ImportedSeries, OfDaysLastUntilTheSameTimeOnTheClock) {
  const auto told_of = [](const std::string& lines) { return days_and_times(only(event(lines))); };
  const std::string spring = "27 00:00 to 28 00:00, 28 00:00 to 29 00:00, 29 00:00 to 30 00:00";
  const std::string autumn = "30 00:00 to 31 00:00, 31 00:00 to 01 00:00, 01 00:00 to 02 00:00";
  for (const std::string day : {"", "DTEND;VALUE=DATE:20270328\r\n", "DURATION:P1D\r\n"})
    EXPECT_EQ(told_of("DTSTART;VALUE=DATE:20270327\r\n" + day + "RRULE:FREQ=DAILY;COUNT=3\r\n"), spring) << day;
  for (const std::string day : {"", "DTEND;VALUE=DATE:20271031\r\n", "DURATION:P1D\r\n"})
    EXPECT_EQ(told_of("DTSTART;VALUE=DATE:20271030\r\n" + day + "RRULE:FREQ=DAILY;COUNT=3\r\n"), autumn) << day;
  EXPECT_EQ(told_of("DTSTART;VALUE=DATE:20270320\r\nDTEND;VALUE=DATE:20270322\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"),
            "20 00:00 to 22 00:00, 27 00:00 to 29 00:00, 03 00:00 to 05 00:00");
  EXPECT_EQ(told_of("DTSTART;TZID=Europe/Berlin:20270326T090000\r\nDURATION:P1D\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"),
            "26 09:00 to 27 09:00, 27 09:00 to 28 09:00, 28 09:00 to 29 09:00");
  EXPECT_EQ(told_of("DTSTART:20270320T090000\r\nDURATION:P1DT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"),
            "20 09:00 to 21 10:00, 27 09:00 to 28 10:00");
  EXPECT_EQ(told_of("DTSTART:20270313T090000\r\nDURATION:P1W\r\nRRULE:FREQ=WEEKLY;COUNT=2;INTERVAL=2\r\n"),
            "13 09:00 to 20 09:00, 27 09:00 to 03 09:00");
}

TEST(ImportedSeries, OfHoursLastAsLongOnEachDay) {
  const auto told_of = [](const std::string& lines) { return days_and_times(only(event(lines))); };
  const std::string exact = "20 09:00 to 21 09:00, 27 09:00 to 28 10:00";
  EXPECT_EQ(told_of("DTSTART:20270320T090000\r\nDURATION:PT24H\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"), exact);
  EXPECT_EQ(told_of("DTSTART:20270320T090000\r\nDTEND:20270321T090000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"), exact);
}

TEST(ImportedSeries, OfDaysInAnotherZoneLastUntilTheSameTimeOnItsClock) {
  // New York's clock goes forward on 14 March 2027, two weeks before Berlin's.
  EXPECT_EQ(days_and_times(only(event("DTSTART;TZID=America/New_York:20270306T120000\r\nDURATION:P1D\r\n"
                                      "RRULE:FREQ=WEEKLY;COUNT=4\r\n"))),
            "06 18:00 to 07 18:00, 13 18:00 to 14 17:00, 20 17:00 to 21 17:00, 27 17:00 to 28 18:00");
}

TEST(ImportedSeries, TellTheTimeOfTheFirstThatIsLeft) {
  const std::string daily = "DTSTART;VALUE=DATE:20270327\r\nRRULE:FREQ=DAILY;COUNT=3\r\n";
  EXPECT_EQ(told(only(event(daily))), "2027-03-26T23:00:00+00:00 for 86400 s");
  EXPECT_EQ(told(only(event(daily + "EXDATE;VALUE=DATE:20270327\r\n"))), "2027-03-27T23:00:00+00:00 for 82800 s");
}

TEST(ImportedSeries, OfDaysEndWithinTheHorizon) {
  // Berlin's 19 November ends an hour before the horizon.
  EXPECT_EQ(days_and_times(only(event("DTSTART;VALUE=DATE:20271117\r\nRRULE:FREQ=DAILY\r\n"))),
            "17 00:00 to 18 00:00, 18 00:00 to 19 00:00, 19 00:00 to 20 00:00");
}

TEST(ImportedSeries, WithADayThatTheZoneLeftOutAreTold) {
  const auto item =
      read_icalendar(file(event("DTSTART;VALUE=DATE:20111229\r\nRRULE:FREQ=DAILY;COUNT=3\r\n")),
                     {"ceo", "Pacific/Apia", zone("Pacific/Apia"), at("2027-11-20T00:00:00Z"), berlin().find_zone})
          .at(0);
  EXPECT_EQ(told(item),
            "invalid: RRULE in line 7, \"FREQ=DAILY;COUNT=3\": its occurrence of 2011-12-30 would last 0 "
            "seconds; an event lasts from 1 second to 366 days.");
}

TEST(ImportedSeries, WithoutAnEndGoToTheHorizon) {
  const auto item = only(event("DTSTART:20270901T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=MONTHLY\r\n"));
  EXPECT_EQ(starts(item), "2027-09-01T07:00 2027-10-01T07:00 2027-11-01T08:00 ");
  EXPECT_EQ(item.detail, "The rule has no end: it is followed to the calendar's horizon, 2027-11-20.");
}

TEST(ImportedSeries, LeaveOutWhatTheFileHasChanged) {
  const auto items = read(
      event("DTSTART:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n") +
      event("RECURRENCE-ID:20261026T090000\r\nDTSTART:20261026T140000\r\nDURATION:PT1H\r\n") +
      event("RECURRENCE-ID;TZID=Europe/Berlin:20261102T090000\r\nDTSTART:20261102T090000\r\nSTATUS:CANCELLED\r\n"));
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(starts(items[0]), "2026-10-19T07:00 2026-11-09T08:00 ");
  EXPECT_EQ(told(items[1]), "2026-10-26T13:00:00+00:00 for 3600 s");
  EXPECT_EQ(items[1].recurrence_id, "20261026T080000Z");
  EXPECT_EQ(told(items[2]), "ignored: It is cancelled.");
}

TEST(ImportedSeries, AreKeptWhereAChangeOfThemCannotBeRead) {
  const auto series = event("DTSTART:20261019T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n");
  for (const char* changed : {"RECURRENCE-ID;RANGE=THISANDPRIOR:20261026T090000\r\n",
                              "RECURRENCE-ID;TZID=Mars/Olympus:20261026T090000\r\n"}) {
    const auto change = event(std::string("SEQUENCE:1\r\nDTSTART:20261026T140000\r\nDURATION:PT1H\r\n") + changed);
    const auto after = read(series + change), before = read(change + series);
    EXPECT_EQ(starts(after.at(0)), "2026-10-19T07:00 2026-10-26T08:00 ") << changed;
    EXPECT_EQ(starts(before.at(1)), "2026-10-19T07:00 2026-10-26T08:00 ") << changed;
    EXPECT_EQ(told(after.at(1)).substr(0, 22), "invalid: RECURRENCE-ID") << changed;
    EXPECT_EQ(told(before.at(0)).substr(0, 22), "invalid: RECURRENCE-ID") << changed;
  }
}

TEST(ImportedSeries, ThatCannotBePlacedAreToldByLine) {
  const auto verdict = [](const char* rule) {
    return told(only(event(std::string("DTSTART:20261019T090000\r\nDURATION:PT1H\r\n") + rule)));
  };
  EXPECT_EQ(verdict("RRULE:FREQ=WEEKLY;BYDAY=T\r\n").substr(0, 37), "invalid: RRULE in line 8, \"FREQ=WEEKL");
  EXPECT_NE(verdict("RRULE:FREQ=HOURLY;COUNT=3\r\n").find("FREQ takes DAILY"), std::string::npos);
  EXPECT_NE(verdict("RRULE:FREQ=DAILY;COUNT=3\r\nRRULE:FREQ=DAILY;COUNT=4\r\n").find("RRULE in line 9"),
            std::string::npos);
  EXPECT_NE(verdict("RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9\r\n").find("at most 1000 occurrences"),
            std::string::npos);
  EXPECT_NE(verdict("RECURRENCE-ID;RANGE=THISANDPRIOR:20261019T090000\r\n").find("RANGE"), std::string::npos);
}

TEST(RepeatedEvents, CountInTheirLastState) {
  const auto items = read(event("SEQUENCE:1\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n") +
                          event("SEQUENCE:2\r\nDTSTART:20261124T080000Z\r\nDURATION:PT1H\r\n") +
                          event("DTSTART:20261125T080000Z\r\nDURATION:PT1H\r\n"));
  EXPECT_EQ(told(items.at(0)), "ignored: The file has another state of this event in line 10.");
  EXPECT_EQ(told(items.at(1)), "2026-11-24T08:00:00+00:00 for 3600 s");
  EXPECT_EQ(told(items.at(2)), "ignored: The file has another state of this event in line 10.");
}

TEST(RepeatedEvents, CountOnceInAllCalendarsOfAFile) {
  const auto items = read_icalendar(file(event("DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n")) +
                                        file(event("SEQUENCE:1\r\nDTSTART:20261124T080000Z\r\nDURATION:PT1H\r\n")),
                                    berlin());
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(told(items[0]), "ignored: The file has another state of this event in line 12.");
  EXPECT_EQ(told(items[1]), "2026-11-24T08:00:00+00:00 for 3600 s");
}

TEST(RepeatedEvents, BelongTogetherInAllCalendarsOfAFile) {
  const auto zone_of = [](const char* offset) {
    return std::string("BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n") +
           "TZOFFSETFROM:+0000\r\nTZOFFSETTO:" + offset + "\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
  };
  const auto items = read_icalendar(
      file(zone_of("+0100") +
           event("DTSTART;TZID=Mine:20261123T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n")) +
          file(zone_of("+0200") + event("RECURRENCE-ID;TZID=Mine:20261130T100000\r\n"
                                        "DTSTART;TZID=Mine:20261130T150000\r\nDURATION:PT1H\r\n")),
      berlin());
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(starts(items[0]), "2026-11-23T08:00 2026-12-07T08:00 ");
  EXPECT_EQ(told(items[1]), "2026-11-30T13:00:00+00:00 for 3600 s") << "each calendar has zones of its own";
}

std::string refusal(const std::string& text) {
  try {
    read_icalendar(text, berlin());
  } catch (const Failure& failure) {
    return failure.message;
  }
  return "read";
}

TEST(FilesThatAreNone, AreRefusedByLine) {
  const struct {
    const char* text;
    const char* message;
  } kRefused[] = {
      {"", "there is no BEGIN:VCALENDAR"},
      {"hello", "there is no BEGIN:VCALENDAR"},
      {"BEGIN:VEVENT\nEND:VEVENT\n", "line 1: a calendar begins with BEGIN:VCALENDAR"},
      {"BEGIN:VCALENDAR\n", "line 1: the file ends before this component does"},
      {"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "line 2: the file ends before this component does"},
      {"BEGIN:VCALENDAR\nBEGIN:VCALENDAR\n", "line 2: a calendar holds no calendar"},
      {"BEGIN:VCALENDAR\nMETHOD:CANCEL\nEND:VCALENDAR\n", "line 2: what answers or cancels"},
  };
  for (const auto& [text, message] : kRefused)
    EXPECT_NE(refusal(text).find(message), std::string::npos) << refusal(text);
  std::string deep = "BEGIN:VCALENDAR\n";
  for (int i = 0; i < 100; ++i) deep += "BEGIN:X-DEEP\n";
  EXPECT_NE(refusal(deep).find("line 9: components are nested too deep"), std::string::npos) << refusal(deep);
  auto may_cancel = berlin();
  may_cancel.may_cancel = true;
  const auto items =
      read_icalendar("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n" + event("") + "END:VCALENDAR\r\n", may_cancel);
  EXPECT_EQ(told(items.at(0)), "ignored: It is cancelled.");
  EXPECT_TRUE(items.at(0).takes_no_time && items.at(0).said.empty());
  EXPECT_EQ(refusal("\xEF\xBB\xBF"
                    "begin:vcalendar\nend:vcalendar\n"),
            "read");
}

TEST(DescribedZones, ThatCannotBeUsedAreTold) {
  const auto verdict = [](const std::string& observance) {
    return told(only("BEGIN:VTIMEZONE\r\nTZID:Mine\r\n" + observance + "END:VTIMEZONE\r\n" +
                     event("DTSTART;TZID=Mine:20261123T090000\r\nDURATION:PT1H\r\n")));
  };
  EXPECT_NE(verdict("").find("it has neither STANDARD nor DAYLIGHT"), std::string::npos);
  EXPECT_NE(verdict("BEGIN:STANDARD\r\nTZOFFSETFROM:+0100\r\nEND:STANDARD\r\n").find("lacks DTSTART"),
            std::string::npos);
  const std::string fixed = "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:-0330\r\n";
  EXPECT_EQ(verdict(fixed + "END:STANDARD\r\n"), "2026-11-23T12:30:00+00:00 for 3600 s");
  EXPECT_NE(verdict(fixed + "RRULE:FREQ=DAILY\r\nEND:STANDARD\r\n").find("cannot be followed"), std::string::npos);
  EXPECT_NE(
      verdict(fixed + "RRULE:FREQ=YEARLY;BYDAY=SU,MO,TU,WE,TH,FR,SA\r\nEND:STANDARD\r\n").find("more than 2000 times"),
      std::string::npos);
  EXPECT_NE(verdict(fixed + "RRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n").find("cannot be followed"), std::string::npos);
}

TEST(DescribedZones, AreFollowedWhereProgramsDescribeThemOddly) {
  const auto start = [](const std::string& observances, const std::string& time) {
    return told(only("BEGIN:VTIMEZONE\r\nTZID:Mine\r\n" + observances + "END:VTIMEZONE\r\n" +
                     event("DTSTART;TZID=Mine:" + time + "\r\nDURATION:PT1H\r\n")))
        .substr(0, 16);
  };
  const auto observance = [](const std::string& kind, const std::string& lines) {
    return "BEGIN:" + kind + "\r\n" + lines + "\r\nEND:" + kind + "\r\n";
  };
  const auto notes = observance("STANDARD",
                                "DTSTART:19501105T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n"
                                "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYDAY=1SU;BYMONTH=11") +
                     observance("DAYLIGHT",
                                "DTSTART:19500312T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n"
                                "RRULE:FREQ=YEARLY;BYMINUTE=0;BYHOUR=2;BYSECOND=0;BYDAY=2SU;BYMONTH=3");
  EXPECT_EQ(start(notes, "20270723T130000"), "2027-07-23T17:00");
  EXPECT_EQ(start(notes, "20270223T130000"), "2027-02-23T18:00");
  EXPECT_EQ(start(observance("STANDARD", "DTSTART;VALUE=DATE:20270101\r\nTZOFFSETFROM:+1100\r\nTZOFFSETTO:+11:00"),
                  "20270723T130000"),
            "2027-07-23T02:00");
  const auto half = observance("STANDARD",
                               "DTSTART:19701025T030000\r\nTZOFFSETTO:+0100\r\n"
                               "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10") +
                    observance("DAYLIGHT",
                               "DTSTART:19700329T020000\r\nTZOFFSETTO:+0200\r\nodd\r\n"
                               "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3");
  EXPECT_EQ(start(half, "20270701T090000"), "2027-07-01T07:00");
  EXPECT_EQ(start(half, "20271031T013000"), "2027-10-30T23:30") << "the clocks change at three of summer time";
  EXPECT_EQ(start(half, "20271031T033000"), "2027-10-31T02:30");
  const auto ended = observance("STANDARD", "DTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100") +
                     observance("DAYLIGHT",
                                "DTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
                                "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3;UNTIL=19700401T000000");
  EXPECT_EQ(start(ended, "20270701T090000"), "2027-07-01T07:00");
}

}  // namespace
}  // namespace jb::test::files
