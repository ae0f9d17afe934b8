// SPDX-License-Identifier: PostgreSQL
//
// Promise: the work that a caller orders is counted. A call over a budget is refused with field and limit (rule 14.2),
// and a cancelled call ends in the middle of its work (rule 14.1).
//
// Why it could break: a loop may forget to count; a file may be read before it is measured; something that many parts
// share may be copied for each part.
#include <gtest/gtest.h>

#include "core/adapters/import.hpp"
#include "core/ical/recurrence.hpp"
#include "core/scheduling/place.hpp"
#include "core/values/input.hpp"
#include "series.hpp"

namespace jb {
namespace {

using test::reading;

struct Cancelled {};

std::shared_ptr<const Zone> utc_zone() { return std::make_shared<test::TableZone>(Seconds{0}); }

int asked = 0;
int patience = 0;

/// Cancels the call when the loop asks for the `patience`-th time.
void interrupt() {
  if (++asked == patience) throw Cancelled{};
}

/// An account that is never cancelled, or only after the loop has asked `after` times.
class Call {
 public:
  explicit Call(int after = 0) : account_(interrupt) {
    asked = 0;
    patience = after;
  }

 private:
  Account account_;
};

/// The message with which `work` is refused; empty if `work` is done.
template <class Work>
std::string refusal(Work&& work) {
  try {
    work();
  } catch (const Failure& failure) {
    EXPECT_EQ(sqlstate(failure.error), "22023");
    EXPECT_NE(failure.hint, "");
    return failure.message;
  }
  return "";
}

std::string numbers(int first, int last, int step) {
  std::string list;
  for (int n = first; n <= last; n += step) list += (list.empty() ? "" : ",") + std::to_string(n);
  return list;
}

/// A rule with 288 times on each day of the year, of which BYSETPOS leaves one.
std::string expensive_rule(int count) {
  return "RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=" + numbers(0, 23, 1) + ";BYMINUTE=" + numbers(0, 55, 5) +
         ";BYSETPOS=1;COUNT=" + std::to_string(count);
}

Occurrences expand(const std::string& text, const char* start) {
  Validation validation;
  const auto rule = parse_recurrence(text, validation);
  validation.raise();
  const auto zone = utc_zone();
  auto found =
      occurrences(*rule, reading(start), *zone, "UTC", Instant{reading("20301231").time_since_epoch()}, validation);
  validation.raise();
  return found;
}

TEST(ARule, IsFollowedOverSoManyTimesAndNoMore) {
  const Call call;
  EXPECT_EQ(refusal([] { expand(expensive_rule(400), "10250101T000000"); }),
            "invalid recurrence \"300001 steps\": one call may take at most 300000 steps");
  EXPECT_GE(asked, 300'000) << "each time asks for interrupts";
}

TEST(ARule, EndsWhereTheCallIsCancelled) {
  const Call call(1000);
  EXPECT_THROW(expand(expensive_rule(400), "10250101T000000"), Cancelled);
}

TEST(ARule, ThatNeverOccursIsSearchedForNoLonger) {
  const Call call;
  EXPECT_NE(refusal([] { expand("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20301231", "00010101T000000"); }), "");
  EXPECT_LE(asked, 300'100);
}

/// The steps taken by a file's series whose past is left out.
std::size_t steps_since(const std::string& rule, const char* start) {
  const Call call;
  Validation validation;
  auto lenient = parse_recurrence("RRULE:" + rule, validation, Leniency::of_files);
  lenient->past = Instant{reading("20261123T070000").time_since_epoch()};
  const auto zone = utc_zone();
  const auto found =
      occurrences(*lenient, reading(start), *zone, "UTC", Instant{reading("20271123").time_since_epoch()}, validation);
  validation.raise();
  EXPECT_TRUE(found.is_past_left_out && !found.starts.empty() && found.starts.front() > reading("20261123T070000"));
  return spent(Budget::rule_steps);
}

TEST(ARule, OfAFileCostsWhatIsToComeHoweverLongAgoItBegan) {
  for (const char* rule : {"FREQ=DAILY", "FREQ=DAILY;COUNT=1000000", "FREQ=DAILY;INTERVAL=3;UNTIL=20400101",
                           "FREQ=WEEKLY;BYDAY=SA,SU,MO,TU,WE,TH,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=100000"}) {
    const auto steps = steps_since(rule, "00040103T090000");
    EXPECT_LE(steps, 1000) << rule;
    EXPECT_LE(steps_since(rule, "19000106T090000"), steps + 50) << rule;
  }
  // For other rules, the first thousand occurrences are counted.
  for (const char* rule : {"FREQ=MONTHLY;BYDAY=SA,SU,MO,TU,WE,TH,FR", "FREQ=DAILY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11",
                           "FREQ=YEARLY;BYDAY=SA,SU,MO"})
    EXPECT_LE(steps_since(rule, "00040103T090000"), 4000) << rule;
}

TEST(ARule, OfAThousandOccurrencesIsTakenAHundredTimes) {
  const Call call;
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(expand("RRULE:FREQ=DAILY;COUNT=1000", "20260101T090000").starts.size(), 1000U);
}

Calendar open_daily(int id, Seconds from) {
  Hours hours;
  for (auto& day : hours.week) day = {{from, from + std::chrono::hours{1}}};
  Calendar calendar;
  calendar.id = id;
  calendar.name = "room:" + std::to_string(id);
  calendar.pattern = std::make_shared<Pattern>(Grid{utc_zone(), hours});
  return calendar;
}

// Two rooms that are never open together: each search passes two stretches a day, up to the horizon.
TEST(ASearch, PassesSoManyStretchesAndNoMore) {
  const auto rooms = {open_daily(1, std::chrono::hours{8}), open_daily(2, std::chrono::hours{9})};
  const auto empty = [](const Calendar& on) { return timeline_without_claims(on.pattern); };
  Search both({}, empty, Instant{reading("20261125T000000").time_since_epoch()}, {}, {{rooms, 2}});
  const auto search = [&] { both.first_fit(std::chrono::minutes{30}, kRepresentable); };
  const Call call;
  EXPECT_EQ(refusal(search), "");
  const auto once = spent(Budget::stretches);
  EXPECT_GT(once, 700U);
  spend(Budget::stretches, limit_of(Budget::stretches) - 2 * once);
  EXPECT_EQ(refusal(search), "");
  EXPECT_EQ(refusal(search), "invalid one_of \"10000001 stretches\": one call may take at most 10000000 stretches");
}

TEST(AnAccount, IsOfOneCall) {
  const Call outer;
  spend(Budget::events, 15'000);
  {
    const Call inner;  // the account of a trigger's call
    EXPECT_EQ(spent(Budget::events), 0U);
    EXPECT_EQ(refusal([] { spend(Budget::events, 20'000); }), "");
  }
  EXPECT_EQ(spent(Budget::events), 15'000U);
  EXPECT_TRUE(has_left(Budget::events, 5'000));
  EXPECT_FALSE(has_left(Budget::events, 5'001));
  EXPECT_EQ(refusal([] { spend(Budget::events, 5'001); }),
            "invalid recurrence \"20001 events\": one call may take at most 20000 events");
}

TEST(ARefusal, NamesTheItemOfTheBatch) {
  const Call call;
  const OfItem item(7);
  EXPECT_EQ(refusal([] { spend(Budget::claims, 25'001); }),
            "request 7: invalid calendars \"25001 claims\": one call may take at most 25000 claims");
}

Event event_with(std::size_t attendees, std::size_t calendars) {
  Event event;
  event.event_name = "Standup";
  event.attendees = std::vector<std::string>(attendees, std::string(800, 'x'));  // 200 characters of four bytes
  event.calendars = std::vector<std::string>(calendars, "room");
  return event;
}

// docs/limits.md promises these products.
TEST(WhatIsPromised, IsAlwaysTaken) {
  const auto taken = [](const Event& event, std::size_t times) {
    const Call call;
    return refusal([&] { order(event, times); }) == "";
  };
  EXPECT_TRUE(taken(event_with(20, 1), 1000));
  auto claims_attendees = event_with(20, 1);
  claims_attendees.attendee_calendars = *claims_attendees.attendees.get();
  EXPECT_TRUE(taken(claims_attendees, 1000));
  EXPECT_TRUE(taken(event_with(0, 100), 100));
  EXPECT_FALSE(taken(event_with(1000, 1), 1000));
  EXPECT_FALSE(taken(event_with(0, 100), 1000));
}

TEST(Occurrences, ShareTheirAttendees) {
  const auto one = event_with(1000, 1);
  const std::vector<Event> many(1000, one);
  EXPECT_EQ(many.front().attendees.get(), many.back().attendees.get());
}

// ---- text ----

std::string exceptions(std::size_t count) {
  std::string line = "EXDATE:";
  for (std::size_t i = 0; i < count; ++i) line += (i == 0 ? "" : ",") + std::string("20270104T090000");
  return line;
}

TEST(TheTextOfASeries, IsBoundedAndNotKeptForEachException) {
  Validation validation;
  const auto rule = parse_recurrence("RRULE:FREQ=DAILY;COUNT=3\n" + exceptions(1000), validation);
  ASSERT_TRUE(rule);
  std::size_t kept = 0;
  for (const auto& exception : rule->exceptions) kept += exception.text.size() + exception.zone_name.size();
  EXPECT_LE(kept, 1000U * 450U);

  EXPECT_FALSE(
      parse_recurrence("RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=" + std::string(200'000, 'x') + ":20270104", validation));
  EXPECT_NE(validation.failure().message.find("it must be at most 128 KiB long"), std::string::npos);
}

// ---- files ----

struct File {
  std::string text;
  std::size_t looked_up = 0;

  void event(const std::string& uid, const std::string& lines) {
    text += "BEGIN:VEVENT\r\nUID:" + uid + "\r\nSUMMARY:x\r\nDURATION:PT1H\r\n" + lines + "END:VEVENT\r\n";
  }

  std::vector<ImportItem> read(const ImportSlice& slice = {}) {
    ImportContext context;
    context.calendar = "ceo";
    context.time_zone = "UTC";
    context.zone = utc_zone();
    context.latest = Instant{reading("20280101").time_since_epoch()};
    context.find_zone = [&](const std::string& name) {
      ++looked_up;
      return name == "UTC" ? utc_zone() : nullptr;
    };
    return read_icalendar("BEGIN:VCALENDAR\r\n" + text + "END:VCALENDAR\r\n", context, slice);
  }
};

TEST(AFile, IsCountedBeforeItIsRead) {
  File file;
  for (int i = 0; i < 1001; ++i)
    file.event(std::to_string(i), "DTSTART;TZID=Zone" + std::to_string(i) + ":20270104T090000\r\n");
  const Call call;
  EXPECT_NE(refusal([&] { file.read(); }).find("\"1001 events\": a call imports at most 1000"), std::string::npos);
  EXPECT_EQ(file.looked_up, 0U);
  const auto ten = file.read({.after = 100, .max_rows = 10});
  ASSERT_EQ(ten.size(), 10U);
  EXPECT_EQ(ten.front().number, 101U);
  EXPECT_EQ(file.looked_up, 10U);
}

TEST(AFile, NamesSoManyZones) {
  File file;
  for (int i = 0; i < 201; ++i)
    file.event(std::to_string(i), "DTSTART;TZID=Zone" + std::to_string(i) + ":20270104T090000\r\n");
  const Call call;
  EXPECT_EQ(refusal([&] { file.read(); }), "invalid ics \"201 time zones\": one call may take at most 200 time zones");
}

TEST(AFile, LooksForAZoneThatIsNoneOnce) {
  File file;
  for (int i = 0; i < 500; ++i) file.event(std::to_string(i), "DTSTART;TZID=Nowhere:20270104T090000\r\n");
  const Call call;
  EXPECT_EQ(file.read().size(), 500U);
  EXPECT_EQ(file.looked_up, 1U);
}

TEST(AFile, CountsTheDatesOfALineBeforeItReadsThem) {
  for (const std::string name : {"EXDATE", "RDATE"}) {
    File file;
    std::string line = name + ":20270105T090000Z";
    for (int i = 0; i < 100'000; ++i) line += ",20270105T090000Z";
    file.event("1", "DTSTART:20270104T090000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n" + line + "\r\n");
    std::string lines;
    for (int i = 0; i < 1001; ++i) lines += name + ":20270105T090000Z\r\n";
    file.event("2", "DTSTART:20270104T090000Z\r\nRRULE:FREQ=DAILY;COUNT=3\r\n" + lines);
    const Call call;
    for (const auto& item : file.read()) {
      EXPECT_EQ(item.left_out, "invalid");
      EXPECT_NE(item.detail.find("at most 1000"), std::string::npos) << item.detail;
    }
  }
}

std::string observance(const std::string& lines) {
  return "BEGIN:STANDARD\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n" + lines + "END:STANDARD\r\n";
}

TEST(AFile, HasSoManyBlocksOfZones) {
  File file;
  file.text = "BEGIN:VTIMEZONE\r\nTZID:Own\r\n";
  for (int i = 0; i < 2001; ++i) file.text += observance("DTSTART:20000101T000000\r\n");
  file.text += "END:VTIMEZONE\r\n";
  file.event("1", "DTSTART;TZID=Own:20270104T090000\r\n");
  const Call call;
  EXPECT_EQ(refusal([&] { file.read(); }),
            "invalid ics \"2001 components\": one call may take at most 2000 components");
}

TEST(AFile, HasRulesOfZonesThatAreCountedToo) {
  File file;
  file.text = "BEGIN:VTIMEZONE\r\nTZID:Own\r\n";
  for (int i = 0; i < 8; ++i)
    file.text += observance("DTSTART:16010101T000000\r\nRRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1\r\n");
  file.text += "END:VTIMEZONE\r\n";
  file.event("1", "DTSTART;TZID=Own:20270104T090000\r\n");
  const Call call;
  EXPECT_EQ(refusal([&] { file.read(); }),
            "invalid recurrence \"300001 steps\": one call may take at most 300000 steps");
}

TEST(AZone, ChangesItsClocksNoMoreThanOnceAnHour) {
  File file;
  std::string dates = "RDATE:";
  for (int minute = 0; minute < 60; ++minute)
    dates += (minute == 0 ? "" : ",") + std::string("20270104T10") + (minute < 10 ? "0" : "") + std::to_string(minute) +
             "00";
  file.text = "BEGIN:VTIMEZONE\r\nTZID:Own\r\n" + observance("DTSTART:20000101T000000\r\n" + dates + "\r\n") +
              "END:VTIMEZONE\r\n";
  file.event("1", "DTSTART;TZID=Own:20270104T090000\r\n");
  const auto items = file.read();
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items.front().left_out, "invalid");
  EXPECT_NE(items.front().detail.find("it changes its clocks twice within an hour"), std::string::npos);
}

TEST(AFile, HasSoManyLines) {
  File file;
  for (int i = 0; i < 500'001; ++i) file.text += "A:\n";
  const Call call;
  EXPECT_EQ(refusal([&] { file.read(); }), "invalid ics \"500001 lines\": one call may take at most 500000 lines");
}

}  // namespace
}  // namespace jb
