// SPDX-License-Identifier: PostgreSQL
//
// Promise: one odd line of a file costs only that line. An event whose time is clear is read, with a note of what was
// odd; only an event whose time is unclear is invalid (rule 4.33).
//
// Why it could break: exports contain lines that were never folded, duplicate parameters and properties, times in ISO
// 8601 form, texts too long for any field, folds within a character, and line ends of any kind.
#include <gtest/gtest.h>

#include "calendar_file.hpp"
#include "core/ical/calendar_text.hpp"

namespace jb::test::files {
namespace {

const char* const kHour = "2026-11-23T08:00:00+00:00 for 3600 s";

struct OddTime {
  const char* lines;
  const char* time;
  const char* note;  // from line 3, where the event begins
};

const OddTime kOddTimes[] = {
    {"DTSTART;VALUE=DATE:20261123T090000\r\nDTEND;VALUE=DATE:20261123T100000\r\n", kHour,
     "DTSTART in line 6, \"20261123T090000\": it was read as 2026-11-23T09:00:00. DTEND in line 7, "
     "\"20261123T100000\": it was read as 2026-11-23T10:00:00."},
    {"DTSTART;VALUE=DATE-TIME:20261123\r\n", "2026-11-22T23:00:00+00:00 for 86400 s",
     "DTSTART in line 6, \"20261123\": it was read as 2026-11-23."},
    {"DTSTART:20261123t080000z\r\nDTEND:20261123t090000z\r\n", kHour, ""},
    {"DTSTART: 20261123T0800Z \r\nDURATION: pt1h\r\n", kHour,
     "DTSTART in line 6, \" 20261123T0800Z \": it was read as 2026-11-23T08:00:00+00:00."},
    {"DTSTART:2026-11-23T09:00:00.000+01:00\r\nDTEND:2026-11-23 10:00+0100\r\n", kHour,
     "DTSTART in line 6, \"2026-11-23T09:00:00.000+01:00\": it was read as 2026-11-23T08:00:00+00:00. DTEND in line 7, "
     "\"2026-11-23 10:00+0100\": it was read as 2026-11-23T09:00:00+00:00."},
    {"DTSTART;VALUE=DATE:2026-11-23\r\n", "2026-11-22T23:00:00+00:00 for 86400 s",
     "DTSTART in line 6, \"2026-11-23\": it was read as 2026-11-23."},
    {"DTSTART:20261123T235960Z\r\nDTEND:20261124T240000Z\r\n", "2026-11-23T23:59:59+00:00 for 86401 s",
     "DTSTART in line 6, \"20261123T235960Z\": it was read as 2026-11-23T23:59:59+00:00. DTEND in line 7, "
     "\"20261124T240000Z\": it was read as 2026-11-25T00:00:00+00:00."},
    {"DTSTART:20261123T080000Z\r\nDTEND:20261123T090000Z\r\nDURATION:PT0S\r\n", kHour,
     "DURATION in line 8, \"PT0S\": it was overlooked, since DTEND counts."},
    {"DTSTART:20261123T080000Z\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n", kHour,
     "DTSTART in line 6, \"20261123T080000Z\": it stands there twice, and the first counts."},
    {"DTSTART:20261123T080000Z\r\nDTEND;VALUE=DATE:20261124\r\n", "2026-11-23T08:00:00+00:00 for 54000 s",
     "DTEND in line 7, \"20261124\": only one of DTSTART and DTEND has a time, and the other was read as the midnight "
     "that begins its day."},
    {"DTSTART;TZID=America/New_York:20261123T030000\r\nDTEND:20261124\r\n", "2026-11-23T08:00:00+00:00 for 75600 s",
     "DTEND in line 7, \"20261124\": only one of DTSTART and DTEND has a time, and the other was read as the midnight "
     "that begins its day."},
    {"DTSTART:20261123\r\nDTEND:20261123T080000Z\r\n", "2026-11-22T23:00:00+00:00 for 32400 s",
     "DTEND in line 7, \"20261123T080000Z\": only one of DTSTART and DTEND has a time, and the other was read as the "
     "midnight that begins its day."},
    {"DTSTART;VALUE=DATE:20261123\r\nDTEND;VALUE=DATE:20261123\r\n", "2026-11-22T23:00:00+00:00 for 86400 s",
     "DTEND in line 7, \"20261123\": it is the day of DTSTART, and the event was read as one whole day."},
    {"DTSTART;VALUE=DATE:20270328\r\nDURATION:PT86400S\r\n", "2027-03-27T23:00:00+00:00 for 82800 s",
     "DURATION in line 7, \"PT86400S\": it was read as whole days, 1 of them."},
};

TEST(OddTimes, AreReadWhereTheyAreClear) {
  for (const auto& [lines, time, note] : kOddTimes)
    EXPECT_EQ(told(only(event(lines))), std::string(time) + (*note == '\0' ? "" : " | ") + note) << lines;
}

struct OddLine {
  const char* line;
  const char* note;
};

const OddLine kOddLines[] = {
    {"X-APPLE-RADIUS=49.91", "Line 6, \"X-APPLE-RADIUS=49.91\", was overlooked: it is no line such as NAME:value."},
    {"Dear team: bring questions",
     "Line 6, \"Dear team: bring questions\", was overlooked: it is no line such as NAME:value."},
    {"Begin: at nine\r\nEnd: at ten",
     "Line 6, \"Begin: at nine\", was overlooked: it is no line such as NAME:value. Line 7, \"End: at ten\", was "
     "overlooked: it is no line such as NAME:value."},
    {"Begin:tomorrow", "Line 6, \"Begin:tomorrow\", was overlooked: it is no line such as NAME:value."},
    {"END:VALARM", "Line 6, \"END:VALARM\", was overlooked: no such component is open."},
    {"X-A;ENCODING=QUOTED-PRINTABLE;QUOTED-PRINTABLE:foo=0D=0A",
     "Line 6, \"X-A;ENCODING=QUOTED-PRINTABLE;QUOTED-PRINTABLE:foo…\": it has a parameter without a value."},
    {"LOCATION :R", "Line 6, \"LOCATION :R\": it has a blank after its name."},
    {"SUMMARY;LANGUAGE=de:Titel", "SUMMARY in line 5, \"Talk\": it stands there twice, and the first counts."},
    {"BEGIN:VALARM\r\nTRIGGER;RELATED\r\ngarbage\r\nEND:VALARM", ""},
    {"X-UNKNOWN:x", ""},
    {"\r\r\n", ""},
};

TEST(OddLines, CostOneLine) {
  const std::string hour = "DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n";
  for (const auto& [line, note] : kOddLines)
    EXPECT_EQ(told(only(event(line + ("\r\n" + hour)))), std::string(kHour) + (*note == '\0' ? "" : " | ") + note)
        << line;
}

TEST(OddTimes, OutsideOfTheYearsAreNone) {
  for (const char* text : {"0001-01-01T00:00:00+23:00", "9999-12-31T23:00:00-02:00", "99991231T240000", "2026-11-23T",
                           "2026-11-23T09", "2026-11-23T09:60", "2026-11-23T250000", "2026-11-23T09:00:00.x",
                           "2026-11-23T09:00+1", "2026-1123", "", "T", " "})
    EXPECT_FALSE(parse_lenient_moment(text)) << text;
}

TEST(OddLines, AreToldUpToANumber) {
  std::string lines = "DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n";
  for (int i = 0; i < 20; ++i) lines += "line " + std::to_string(i) + "\r\n";
  const auto item = only(event(lines));
  EXPECT_EQ(item.left_out, "");
  EXPECT_TRUE(
      item.detail.ends_with("\"line 4\", was overlooked: it is no line such as NAME:value. There is more that is "
                            "odd: 15 times."))
      << item.detail;
}

TEST(OddLines, HaveTheirAttendees) {
  const auto attendees = [](const std::string& line) {
    const auto item = only(event(line + "\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n"));
    EXPECT_EQ(item.left_out, "") << item.detail;
    return item.fields.attendees.value ? *item.fields.attendees.value->get() : std::vector<std::string>{};
  };
  for (const char* line :
       {"ATTENDEE;MEMBER=\"mailto:a@example.org\";MEMBER=\"mailto:b@example.org\":mailto:joe@example.org",
        "ATTENDEE;X-COMMENT=\"a \"b: c\" d\";CN=Joe:mailto:joe@example.org", "ATTENDEE;CN=\"Joe:mailto:joe@example.org",
        "ATTENDEE;RSVP:mailto:joe@example.org"})
    EXPECT_EQ(attendees(line), std::vector<std::string>{"joe@example.org"}) << line;
  EXPECT_EQ(attendees("ATTENDEE:mailto:" + std::string(300, 'a')), std::vector{std::string(200, 'a')});
  std::string crowd;
  for (int i = 0; i < 1001; ++i) crowd += "ATTENDEE:mailto:p" + std::to_string(i) + "@example.org\r\n";
  EXPECT_EQ(attendees(crowd).size(), 1000U);
}

TEST(LongTexts, AreCut) {
  const auto item = only("BEGIN:VEVENT\r\nUID:" + std::string(2000, 'u') + "\r\nSUMMARY:" + std::string(499, 's') +
                         "\u00e4\u00e4\r\nLOCATION:" + std::string(1001, 'l') +
                         "\x07\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n");
  EXPECT_EQ(item.left_out, "") << item.detail;
  EXPECT_EQ(item.uid.size(), std::string("jb-made-").size() + 16);
  EXPECT_EQ(item.fields.event_name.value, std::string(499, 's') + "\u00e4");
  EXPECT_EQ(item.fields.event_location.value->size(), 1000U);
  EXPECT_NE(item.detail.find("LOCATION in line 6"), std::string::npos) << item.detail;
  const auto bell =
      only("BEGIN:VEVENT\r\nSUMMARY:a\x07z\r\nDTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n");
  EXPECT_EQ(bell.fields.event_name.value, "a z");
  const auto turned = only(
      "BEGIN:VEVENT\r\nSUMMARY:a\r\nLOCATION:Hall\u202e 1\\nCity\u0085\r\n"
      "DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n");
  EXPECT_EQ(turned.fields.event_location.value, "Hall  1\nCity ") << turned.detail;
  EXPECT_NE(bell.detail.find("its control characters were read as blanks"), std::string::npos) << bell.detail;
}

TEST(OddFiles, AreReadEventByEvent) {
  const std::string hour = "DTSTART:20261123T080000Z\r\nDURATION:PT1H\r\n";
  const auto first_of = [](const std::string& text) { return told(read_icalendar(text, berlin()).at(0)); };
  const auto whole = file(event(hour));
  EXPECT_EQ(first_of(whole + "\x1A"), kHour);
  EXPECT_EQ(first_of("Content-Type: text/calendar\r\n\r\n" + whole + "trailing\r\nEND:VCALENDAR\r\n"),
            std::string(kHour) +
                " | Line 1, \"Content-Type: text/calendar\", was overlooked: it stands outside of the calendar."
                " Line 12, \"trailing\", was overlooked: it stands outside of the calendar."
                " Line 13, \"END:VCALENDAR\", was overlooked: no such component is open.");
  EXPECT_EQ(first_of("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nbetween\r\n" + whole),
            std::string(kHour) + " | Line 3, \"between\", was overlooked: it stands outside of the calendar.");
  std::string alone;
  for (const char c : whole)
    if (c != '\n') alone += c;
  EXPECT_EQ(first_of(alone), kHour) << "lines that end with CR alone";
  const auto lost = read("BEGIN:VEVENT\r\nUID:a\r\n" + hour + event(hour, "b") + "BEGIN:VEVENT\r\nUID:c\r\n" + hour);
  ASSERT_EQ(lost.size(), 3U);
  EXPECT_EQ(told(lost[0]), std::string(kHour) + " | Its END:VEVENT is missing.");
  EXPECT_EQ(told(lost[1]), kHour);
  EXPECT_EQ(told(lost[2]), std::string(kHour) + " | Its END:VEVENT is missing.");
  EXPECT_EQ(read("BEGIN:VEVENT\r\nBEGIN:VEVENT\r\n" + event(hour)).size(), 1U);
  EXPECT_EQ(told(read("stray\r\n" + event(hour)).at(0)),
            std::string(kHour) + " | Line 3, \"stray\", was overlooked: it is no line such as NAME:value.");
}

TEST(FoldsWithinACharacter, AreUndone) {
  EXPECT_EQ(with_whole_characters("SUMMARY:Gr\xC3\r\n \xBC\xC3\x9F"
                                  "e \xF0\x9F\r\n\t\x98\x80\n"),
            "SUMMARY:Gr\r\n \xC3\xBC\xC3\x9F"
            "e \r\n\t\xF0\x9F\x98\x80\n");
  for (const char* other : {"", "\n", "\n ", "a\n b", "\xC3\n\xBC", "\n \xBC", "\xC3\xBC\n \xBC", "\xC3\n"})
    EXPECT_EQ(with_whole_characters(other), other);
}

}  // namespace
}  // namespace jb::test::files
