// SPDX-License-Identifier: PostgreSQL
//
// Promise: a hint fits the error. The hint for a field that does not belong in a request is to omit it, whatever hint
// the field has elsewhere.
//
// Why it could break: most hints are found by the field's name, and names mean different things in different requests:
// an event has no colour and determines its zone by itself, while a calendar has both.
#include <gtest/gtest.h>

#include "core/event/calendar.hpp"
#include "core/event/fields.hpp"
#include "core/values/input.hpp"

namespace jb {
namespace {

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

}  // namespace
}  // namespace jb
