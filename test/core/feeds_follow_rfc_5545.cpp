// SPDX-License-Identifier: PostgreSQL
//
// Promise: another program reading a feed finds the names, places, attendees, times and statuses of the calendar's
// events. The lines of the feed are no longer than RFC 5545, 3.1 allows, and are cut between characters.
//
// Why it could break: text is both escaped and folded; control characters are not allowed in it; an attendee need not
// be an address; a status follows the clock.
#include <gtest/gtest.h>
#include <libical/ical.h>
#include <rapidcheck/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cctz_zone.hpp"
#include "core/adapters/icalendar.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

Event an_event() {
  Event event;
  event.id = 42;
  event.event_name = "Board";
  event.calendars = {"ceo"};
  event.time = Span{at("2026-11-23T08:00:00Z"), at("2026-11-23T09:30:00Z")};
  event.created_at = at("2026-11-20T17:35:00Z");
  event.updated_at = at("2026-11-21T10:00:00Z");
  event.version = 3;
  return event;
}

std::string feed_of(std::vector<FeedEvent> events, FeedDetail detail, Instant changed_at = {}) {
  return write_feed({{"Boss, the", ""},
                     "Europe/Berlin",
                     zone("Europe/Berlin"),
                     detail,
                     at("2026-11-22T00:00:00Z"),
                     std::move(events),
                     "ceo",
                     {},
                     changed_at});
}

/// The seconds from 2020 to this instant, as SEQUENCE has them.
std::string seconds_to(Instant instant) { return std::to_string((instant - at("2020-01-01T00:00:00Z")).count()); }

std::string feed_of(const Event& event, FeedDetail detail = FeedDetail::all, const std::string& uid = {}) {
  return feed_of(std::vector{FeedEvent{event, uid}}, detail);
}

/// The lines of the text, each without its CRLF.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = text.find("\r\n", from);
    if (end == std::string::npos) throw std::invalid_argument("a line has no end");
    lines.push_back(text.substr(from, end - from));
    from = end + 2;
  }
  return lines;
}

using Component = std::unique_ptr<icalcomponent, decltype(&icalcomponent_free)>;

Component parsed(const std::string& text) { return {icalparser_parse_string(text.c_str()), icalcomponent_free}; }

icalcomponent* first_event(const Component& calendar) {
  return icalcomponent_get_first_component(calendar.get(), ICAL_VEVENT_COMPONENT);
}

std::string summary_of(const std::string& text) {
  const Component calendar = parsed(text);
  return icalcomponent_get_summary(first_event(calendar));
}

bool has_line(const std::string& text, const std::string& line) {
  const auto lines = lines_of(text);
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

TEST(Feeds, HoldAnEventAsItIs) {
  Event event = an_event();
  event.event_location = "Room 1; first floor";
  event.description = Shared<std::string>("Two, or\nthree");
  event.metadata = Shared<Metadata>(Metadata{R"({"order": "A;17", "s": "\\n"})"});
  event.attendees = std::vector<std::string>{"anna@example.com", "Ben \"B\" Ä"};
  const std::string text = feed_of(event);
  for (const char* line : {"BEGIN:VCALENDAR",
                           "VERSION:2.0",
                           "X-WR-TIMEZONE:Europe/Berlin",
                           "NAME:Boss\\, the",
                           "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
                           "UID:jb-42-20261120T173500Z",
                           "DTSTAMP:20261121T100000Z",
                           "CREATED:20261120T173500Z",
                           "LAST-MODIFIED:20261121T100000Z",
                           "SEQUENCE:217418400",
                           "DTSTART:20261123T080000Z",
                           "DTEND:20261123T093000Z",
                           "SUMMARY:Board",
                           "LOCATION:Room 1\\; first floor",
                           "DESCRIPTION:Two\\, or\\nthree",
                           R"(X-JB-METADATA:{"order": "A;17", "s": "\\\\n"})",
                           "ORGANIZER;CN=\"Boss, the\":urn:x-jb-attendee:ceo",
                           "ATTENDEE:mailto:anna@example.com",
                           "STATUS:CONFIRMED",
                           "TRANSP:OPAQUE",
                           "END:VCALENDAR"})
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
  EXPECT_NE(text.find("CN=Ben 'B' Ä"), std::string::npos) << text;
}

TEST(Feeds, WriteWholeDaysAsDates) {
  const auto times = [](const char* start, const char* end) {
    Event event = an_event();
    event.time = Span{at(start), at(end)};
    std::string found;
    for (const auto& line : lines_of(feed_of(event)))
      if (line.starts_with("DTSTART") || line.starts_with("DTEND")) found += line + " ";
    return found;
  };
  EXPECT_EQ(times("2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"),
            "DTSTART;VALUE=DATE:20261123 DTEND;VALUE=DATE:20261124 ");
  EXPECT_EQ(times("2027-03-27T23:00:00Z", "2027-03-28T22:00:00Z"),
            "DTSTART;VALUE=DATE:20270328 DTEND;VALUE=DATE:20270329 ")
      << "a day of 23 hours";
  EXPECT_EQ(times("2026-12-23T23:00:00Z", "2027-01-01T23:00:00Z"),
            "DTSTART;VALUE=DATE:20261224 DTEND;VALUE=DATE:20270102 ");
  for (const auto& [start, end] : {std::pair{"2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"},
                                   std::pair{"2026-11-22T23:00:00Z", "2026-11-23T22:59:59Z"}})
    EXPECT_EQ(times(start, end).find("DATE"), std::string::npos) << start;
}

TEST(Feeds, TellWhatTheyAreMeantTo) {
  Event event = an_event();
  event.event_location = "Room 1";
  event.description = Shared<std::string>("Secret plans");
  event.metadata = Shared<Metadata>(Metadata{R"({"secret": true})"});
  event.attendees = std::vector<std::string>{"anna@example.com"};
  const std::string some = feed_of(event, FeedDetail::events, "from-elsewhere");
  EXPECT_TRUE(has_line(some, "SUMMARY:Board") && has_line(some, "LOCATION:Room 1") &&
              has_line(some, "UID:from-elsewhere"));
  for (const char* word : {"anna", "ecret"}) EXPECT_EQ(some.find(word), std::string::npos) << word;
  const std::string busy = feed_of(event, FeedDetail::busy, "from-elsewhere");
  EXPECT_TRUE(has_line(busy, "SUMMARY:Busy"));
  for (const char* word : {"Board", "Room", "anna", "elsewhere", "ecret"})
    EXPECT_EQ(busy.find(word), std::string::npos) << word;
  Event other = event;
  other.id += 7, other.version += 5, other.created_at -= Seconds{86'400}, other.updated_at += Seconds{60};
  other.status = Status::held, other.expires_at = at("2026-11-22T00:00:01Z");
  EXPECT_EQ(feed_of(other, FeedDetail::busy), busy) << "nothing tells which event it is, or what was done with it";
}

TEST(Feeds, FollowTheStatus) {
  const auto line = [](Status status, std::optional<Instant> deadline, const char* wanted) {
    Event event = an_event();
    event.status = status;
    event.expires_at = deadline;
    const std::string text = feed_of(event);
    const bool is_free = std::string_view(wanted) == "STATUS:CANCELLED";
    return has_line(text, wanted) && has_line(text, is_free ? "TRANSP:TRANSPARENT" : "TRANSP:OPAQUE");
  };
  EXPECT_TRUE(line(Status::scheduled, {}, "STATUS:CONFIRMED"));
  EXPECT_TRUE(line(Status::held, at("2026-11-22T00:00:01Z"), "STATUS:TENTATIVE"));
  EXPECT_TRUE(line(Status::held, at("2026-11-22T00:00:00Z"), "STATUS:CANCELLED")) << "its deadline has come";
  for (const Status status : {Status::cancelled, Status::denied, Status::expired})
    EXPECT_TRUE(line(status, {}, "STATUS:CANCELLED"));
}

TEST(Feeds, HaveOneEventOfAnOccurrence) {
  // It was cancelled after three changes, and another rule of the series has booked its start anew.
  Event cancelled = an_event();
  cancelled.series = cancelled.id;
  cancelled.recurrence_id = cancelled.time->start;
  cancelled.status = Status::cancelled;
  cancelled.version = 3;
  Event anew = cancelled;
  anew.id = cancelled.id + 1;
  anew.status = Status::scheduled;
  anew.version = 1;
  anew.updated_at = cancelled.updated_at + Seconds{90};
  const auto made = cancelled.created_at;
  const std::string text = feed_of({{anew, "", made}, {cancelled, "", made}}, FeedDetail::all);
  EXPECT_FALSE(has_line(text, "STATUS:CANCELLED")) << text;
  EXPECT_TRUE(has_line(text, "STATUS:CONFIRMED")) << text;
  EXPECT_TRUE(has_line(text, "SEQUENCE:" + seconds_to(anew.updated_at))) << text;
}

TEST(Feeds, ShowWhatIsCancelledAsNewAsTheCalendar) {
  // Another event may have stood for the occurrence since, and have been deleted.
  Event event = an_event();
  event.series = event.id;
  event.recurrence_id = event.time->start;
  const auto last = event.updated_at + Seconds{500};
  const auto is_as_of = [&](Status status, Instant changed_at) {
    event.status = status;
    const auto text = feed_of({{event, "", event.created_at}}, FeedDetail::all, last);
    return has_line(text, "SEQUENCE:" + seconds_to(changed_at));
  };
  EXPECT_TRUE(is_as_of(Status::scheduled, event.updated_at));
  EXPECT_TRUE(is_as_of(Status::cancelled, last));
}

TEST(Feeds, CutLinesBetweenCharacters) {
  Event event = an_event();
  for (int i = 0; i < 60; ++i) event.event_name += i % 2 == 0 ? "ä€" : " 𝄞";
  const std::string text = feed_of(event);
  for (const auto& line : lines_of(text)) {
    EXPECT_LE(line.size(), 75U) << line;
    const std::size_t first = line.starts_with(' ') ? 1 : 0;
    EXPECT_FALSE(line.size() > first && continues_character(line[first])) << line;
  }
  EXPECT_EQ(summary_of(text), event.event_name);
}

// Found by fuzzing, when libical wrote the text: from a certain year on it wrote 00000000T000000.
TEST(Feeds, TellTheTimesOfAllYears) {
  for (const char* year : {"0001", "1582", "1969", "2038", "2107", "6021", "9999"}) {
    Event event = an_event();
    const Instant start = at(std::string(year) + "-12-23T08:00:09Z");
    event.time = Span{start, start + std::chrono::hours{1}};
    const std::string text = feed_of(event);
    EXPECT_TRUE(has_line(text, "DTSTART:" + std::string(year) + "1223T080009Z")) << text;
    EXPECT_TRUE(has_line(text, "DTEND:" + std::string(year) + "1223T090009Z")) << text;
  }
}

// Found by fuzzing, when libical wrote the text: at some lengths it folds between the CR and the LF that end a line.
TEST(Feeds, EndEachLineOnceWhateverItsLength) {
  for (std::size_t length = 1; length <= 300; ++length) {
    Event event = an_event();
    event.event_name = event.event_location = std::string(length, 'x');
    event.attendees = std::vector<std::string>{std::string(length, 'x') + "@example.com"};
    for (const auto& line : lines_of(feed_of(event))) {
      EXPECT_LE(line.size(), 75U) << length;
      EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos) << length;
      EXPECT_NE(line, " ") << length;
    }
  }
}

RC_GTEST_PROP(Feeds, AreReadBackByLibical, ()) {
  static const std::vector<std::string> pieces{"a",  "Z", " ", ";", ",", ":", "\\",         "\"",
                                               "\n", "=", "^", "ä", "€", "𝄞", "END:VEVENT", "\\n"};
  const auto picks = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, static_cast<int>(pieces.size())));
  Event event = an_event();
  event.event_name = "x";
  for (const int pick : picks) event.event_name += pieces[static_cast<std::size_t>(pick)];
  event.event_name += "x";
  RC_ASSERT(summary_of(feed_of(event)) == event.event_name);
}

TEST(Feeds, HoldNoControlCharacters) {
  Event event = an_event();
  event.event_name =
      "a\r\nb\rc\td\x01"
      "e\x7F"
      "f";
  EXPECT_EQ(summary_of(feed_of(event)), "a\nb\nc\td e f");
}

TEST(FreeBusyTimes, AreThoseGiven) {
  const Span day{at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z")};
  const Span morning{at("2026-11-23T08:00:00Z"), at("2026-11-23T09:00:00Z")};
  const Span noon{at("2026-11-23T12:00:00Z"), at("2026-11-23T13:00:00Z")};
  const std::string text = write_free_busy({"ceo", {}, "Europe/Berlin", day, day.start, {morning}, {noon}});
  for (const char* line : {"BEGIN:VFREEBUSY", "DTSTART:20261123T000000Z", "DTEND:20261124T000000Z",
                           "FREEBUSY;FBTYPE=BUSY:20261123T080000Z/20261123T090000Z",
                           "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261123T120000Z/20261123T130000Z"})
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
}

/// Whether libical finds that the text obeys the restrictions of RFC 5545, 3.6 and of its METHOD (RFC 5546).
bool keeps_restrictions(const std::string& text) {
  const Component calendar = parsed(text);
  return icalrestriction_check(calendar.get()) != 0;
}

TEST(Feeds, KeepTheRestrictionsOfTheirComponents) {
  for (const auto status : {Status::scheduled, Status::held, Status::cancelled})
    for (const auto detail : {FeedDetail::all, FeedDetail::events, FeedDetail::busy})
      for (const bool is_of_series : {false, true}) {
        Event event = an_event();
        event.status = status;
        event.expires_at = at("2026-11-22T00:00:01Z");
        event.attendees = std::vector<std::string>{"anna@example.com", "Ben"};
        if (is_of_series) event.recurrence_id = event.time->start;
        EXPECT_TRUE(keeps_restrictions(feed_of(event, detail))) << feed_of(event, detail);
      }
  EXPECT_TRUE(keeps_restrictions(feed_of(an_event())));
  EXPECT_EQ(feed_of(an_event()).find("ORGANIZER"), std::string::npos) << "there is nobody to be organised";
  const Span day{at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z")};
  EXPECT_TRUE(
      keeps_restrictions(write_free_busy({"ceo", {"ceo", "teal"}, "Europe/Berlin", day, day.start, {day}, {}})));
}

TEST(Uids, OfOurOwnAreKnownAgain) {
  const auto own = parse_own_uid(own_uid({an_event().id, an_event().created_at}));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->id, 42);
  EXPECT_EQ(own->created_at, an_event().created_at);
  for (const char* other :
       {"", "jb-", "jb-42", "jb-42-", "jb-42-20261120T173500", "jb-42-20261320T173500Z", "jb-x-20261120T173500Z",
        "jb-42-20261120T173500Z@x", "JB-42-20261120T173500Z", "jb-99999999999999999999-20261120T173500Z"})
    EXPECT_FALSE(parse_own_uid(other)) << other;
}

TEST(Attendees, BecomeAddressesAndComeBack) {
  EXPECT_EQ(attendee_uri("anna@example.com"), "mailto:anna@example.com");
  EXPECT_EQ(attendee_of_uri("MAILTO:anna%2Bx@example.com"), "anna+x@example.com");
  EXPECT_EQ(attendee_of_uri("https://example.com/anna"), "https://example.com/anna");
  EXPECT_EQ(attendee_of_uri("mailto:%FF%00%zz%4"), "%FF%00%zz%4") << "bytes that are no text stay as they are";
  for (const char* name : {"Anna Ä", "coach:123", "a@b@c", "@", "50 %", "mailto:x", "%41", "€ \"quoted\""})
    EXPECT_EQ(attendee_of_uri(attendee_uri(name)), name);
}

}  // namespace
}  // namespace jb::test
