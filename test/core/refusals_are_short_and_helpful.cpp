// SPDX-License-Identifier: PostgreSQL
//
// Promise: a request is refused however many errors it has, and the refusal has a bounded length (rule 8.3).
//
// Why it could break: a body of 1 MiB can hold 100,000 unknown field names, and a list of all these names would go into
// the answer and the server's log.
//
// Promise: a hint fits the error. The hint for a field that does not belong in a request is to omit it, whatever hint
// the field has elsewhere.
//
// Why it could break: most hints are found by the field's name, and names mean different things in different requests:
// an event has no colour and determines its zone by itself, while a calendar has both.
//
// Promise: an announcement names every calendar of its rejection, or says how many it leaves out. It always stays below
// the 8,000 bytes that NOTIFY takes.
//
// Why it could break: an event may name 100 calendars of 200 characters, plus its attendees' calendars. A listener
// waiting for one of them would conclude from a list without it that the rejection is not its own.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cctz_zone.hpp"
#include "core/event/calendar.hpp"
#include "core/event/fields.hpp"
#include "core/event/shown.hpp"
#include "core/values/input.hpp"

namespace jb {
namespace {

TEST(Refusals, ListAThousandFieldsAtMost) {
  Validation validation;
  for (int i = 0; i < 100'000; ++i) validation.refuse("field" + std::to_string(i), "1", "there is no such field");
  EXPECT_FALSE(validation.ok());
  const auto list = nlohmann::json::parse(validation.failure().detail);
  EXPECT_EQ(list.size(), 1000U);
  EXPECT_EQ(list.front()["field"], "field0");
}

TEST(Refusals, ShortenNameAndValueAtTheBorderOfACharacter) {
  Validation validation;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "ß";
  validation.refuse(text, text, "there is no such field");
  const auto item = nlohmann::json::parse(validation.failure().detail).front();
  EXPECT_EQ(item["field"].get<std::string>().size(), 200 + std::string("…").size());
  EXPECT_EQ(item["value"], item["field"]);
}

std::optional<Interval> no_length(const std::string&) { return std::nullopt; }

std::string hint_of_new(const std::string& member) {
  Validation validation;
  read_requests(validation, R"({"event_name": "Talk", )" + member + "}", no_length);
  return validation.failure().hint;
}

std::string hint_of_settings(const std::string& member) {
  Validation validation;
  read_settings(validation, "room:a", "{" + member + "}", no_length,
                [](const std::string&) -> std::optional<std::string> { return std::nullopt; });
  return validation.failure().hint;
}

TEST(Hints, OfFieldsThatAreNotTakenSayToLeaveThemOut) {
  for (const std::string name : {"color", "hours", "display_name", "start", "title", "client", "from_time", "max_rows",
                                 "name", "nonsense", "slots", "q"}) {
    EXPECT_EQ(hint_of_new("\"" + name + "\": \"teal\""), kNotTaken) << name;
  }
  for (const std::string name : {"duration", "status", "start_time", "priority", "nonsense"})
    EXPECT_EQ(hint_of_settings("\"" + name + "\": 7"), kNotTaken) << name;
}

TEST(Hints, OfResultsSayWhoDecidesThem) {
  for (const std::string name :
       {"status", "id", "placement", "version", "series", "created_at", "expires_at", "moves"}) {
    EXPECT_EQ(hint_of_new("\"" + name + "\": \"Europe/Berlin\""), kIsResult) << name;
  }
}

TEST(Hints, OfWrongValuesSayWhatTheFieldTakes) {
  EXPECT_NE(hint_of_new(R"("priority": 101)").find("0 to 100"), std::string::npos);
  EXPECT_NE(hint_of_settings(R"("time_zone": "Mars")").find("IANA"), std::string::npos);
  EXPECT_NE(hint_of_settings(R"("color": "nope")").find("CSS"), std::string::npos);
  // The hint for a member of an object within a field is the field's own.
  EXPECT_NE(hint_of_new(R"("attachments": [{"name": "a", "data": "YQ==", "size": 1}])").find("media_type"),
            std::string::npos);
  EXPECT_NE(hint_of_settings(R"("hours": {"funday": []})").find("monday"), std::string::npos);
}

TEST(Hints, OfACalendarsNameSayThatItStays) {
  EXPECT_NE(hint_of_settings(R"("name": "room:b")").find("display_name"), std::string::npos);
}

nlohmann::json announced(std::size_t calendars, std::size_t length, std::size_t* bytes = nullptr) {
  Rejection rejection;
  rejection.zone = test::zone("Europe/Berlin");
  rejection.refusal.reason = Reason::outside_hours;
  rejection.event_id = std::numeric_limits<EventId>::max();
  for (std::size_t i = 0; i < calendars; ++i) {
    auto name = "room:" + std::to_string(i);
    rejection.calendars.push_back(name + std::string(length - name.size(), 'x'));
  }
  const auto payload = announcement_json(std::numeric_limits<std::int64_t>::max(), rejection);
  if (bytes != nullptr) *bytes = payload.size();
  return nlohmann::json::parse(payload);
}

TEST(Announcements, NameEveryCalendarThatFits) {
  for (const std::size_t calendars : {1, 10, 11, 100}) {
    const auto announcement = announced(calendars, 20);
    EXPECT_EQ(announcement.at("calendars").size(), calendars);
    EXPECT_FALSE(announcement.contains("calendars_left_out"));
  }
}

TEST(Announcements, SayHowManyTheyLeaveOut) {
  std::size_t bytes = 0;
  const auto announcement = announced(100, 200, &bytes);
  EXPECT_EQ(announcement.at("calendars").size(), 36U);
  EXPECT_EQ(announcement.at("calendars_left_out"), 64);
  EXPECT_GT(bytes, 7'300U);
}

TEST(Announcements, StayBelowWhatNotifyTakes) {
  for (std::size_t length = 9; length <= 200; ++length) {
    std::size_t bytes = 0;
    const auto announcement = announced(1'000, length, &bytes);
    EXPECT_LT(bytes, 8'000U);
    EXPECT_EQ(announcement.at("calendars").size() + announcement.at("calendars_left_out").get<std::size_t>(), 1'000U);
  }
}

}  // namespace
}  // namespace jb
