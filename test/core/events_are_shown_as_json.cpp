// SPDX-License-Identifier: PostgreSQL
//
// Promise: any JSON reader reads an event's JSON back as the same event. It is laid out as PostgreSQL's
// json_build_object lays JSON out, and has a member for each field, null where the event has no value.
//
// Why it could break: the JSON is assembled as text. An unescaped character, a comma, or a field omitted when a column
// was added would make it another event, or invalid JSON.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "cctz_zone.hpp"
#include "core/event/shown.hpp"
#include "core/values/json.hpp"

namespace jb::test {
namespace {

using Json = nlohmann::ordered_json;

std::string json_of(const auto& value) {
  std::string text;
  append_json(text, value);
  return text;
}

/// The character in UTF-8.
std::string encoded(char32_t c) {
  const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
  const auto next = [&](int shift) { return byte(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), next(0)};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), next(6), next(0)};
  return {byte(0xF0 | c >> 18), next(12), next(6), next(0)};
}

RC_GTEST_PROP(JsonText, OfAnyTextIsReadBack, ()) {
  const auto character =
      rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(1, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xD800),
                     rc::gen::inRange<std::uint32_t>(0xE000, 0x110000));
  std::string text;
  for (const auto c : *rc::gen::container<std::vector<std::uint32_t>>(character)) text += encoded(c);
  RC_ASSERT(Json::parse(json_of(text)).get<std::string>() == text);
}

TEST(JsonText, IsLaidOutAsPostgresLaysItOut) {
  EXPECT_EQ(json_of(std::string("\"\\/\b\f\n\r\t\x01\x1f\x7f é")), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é\"");
  EXPECT_EQ(json_of(std::vector<std::string>{}), "[]");
  EXPECT_EQ(json_of(std::vector<std::string>{"a", "b, c"}), R"(["a","b, c"])");
  EXPECT_EQ(json_of(std::optional<std::string>{}), "null");
  EXPECT_EQ(json_of(std::optional{true}), "true");
  JsonObject object;
  object.add("a", std::int64_t{5});
  object.add("b", "c");
  object.add("d", RawJson{"[1, 2]"});
  EXPECT_EQ(std::move(object).finished(), R"({"a" : 5, "b" : "c", "d" : [1, 2]})");
  EXPECT_EQ(JsonObject().finished(), "{}");
}

ShownEvent plain() {
  ShownEvent shown;
  shown.event.calendars = {"ceo"};
  shown.event.wish.duration = Seconds{1800};
  shown.status = Status::waiting;
  shown.time_zone = "Asia/Kathmandu";
  shown.zone = std::make_shared<CctzZone>("Asia/Kathmandu");
  return shown;
}

TEST(EventJson, HasEveryMember) {
  EXPECT_EQ(
      event_json(plain()),
      R"({"id" : 0, "event_name" : "", "attendees" : [], "event_location" : "", "calendars" : ["ceo"], )"
      R"("attendee_calendars" : [], "date" : null, "start_time" : null, "wished_start" : null, "duration" : 1800, )"
      R"("not_before" : null, "not_after" : null, "priority" : 50, "check_attendees" : null, "hold_for" : null, )"
      R"("description" : null, "metadata" : null, "days" : null, "within" : null, "one_of" : null, )"
      R"("max_attendees" : null, )"
      R"("start_timestamp" : null, "end_timestamp" : null, "status" : "waiting", "placement" : "automatic", )"
      R"("attachments" : [], "series" : null, "recurrence" : null, "recurrence_id" : null, "expires_at" : null, )"
      R"("time_zone" : "Asia/Kathmandu", "created_at" : "1970-01-01T05:30:00+05:30", )"
      R"("updated_at" : "1970-01-01T05:30:00+05:30", "version" : 0})");
}

TEST(EventJson, HasEachFieldUnderItsColumn) {
  const auto json = Json::parse(event_json(plain()));
#define JB_FIELD(name, kind, member, column, argument, left_out) EXPECT_TRUE(json.contains(#column)) << #column;
#include "fields.def"
}

TEST(EventJson, ShowsWhatTheEventHas) {
  auto shown = plain();
  auto& event = shown.event;
  event.attendees = std::vector<std::string>{"Ann \"A\""};
  event.attendee_calendars = {"person"};
  event.check_attendees = false;
  event.hold_for = Seconds{60};
  event.wish.date = Date{std::chrono::days{20'000}};
  event.wish.start_time = Seconds{34'200};
  event.series = 7;
  event.time = Span{Instant{Seconds{1'800'000'000}}, Instant{Seconds{1'800'001'800}}};
  event.version = 3;
  shown.attachments = R"([{"n": 1}])";
  shown.recurrence = "FREQ=DAILY";
  const auto json = Json::parse(event_json(shown));
  EXPECT_EQ(json["attendees"], Json::array({"Ann \"A\""}));
  EXPECT_EQ(json["attendee_calendars"], Json::array({"person"}));
  EXPECT_EQ(json["check_attendees"], false);
  EXPECT_EQ(json["hold_for"], 60);
  EXPECT_EQ(json["date"], "2024-10-04");
  EXPECT_EQ(json["start_time"], "09:30:00");
  EXPECT_EQ(json["placement"], "fixed");
  EXPECT_EQ(json["start_timestamp"], "2027-01-15T13:45:00+05:45");
  EXPECT_EQ(json["end_timestamp"], "2027-01-15T14:15:00+05:45");
  EXPECT_EQ(json["attachments"][0]["n"], 1);
  EXPECT_EQ(json["recurrence"], "FREQ=DAILY");
}

TEST(EventJson, ShowsNoTimesWithoutAZone) {
  auto shown = plain();
  shown.zone = nullptr;
  shown.time_zone = std::nullopt;
  const auto json = Json::parse(event_json(shown));
  EXPECT_EQ(json["created_at"], nullptr);
  EXPECT_EQ(json["time_zone"], nullptr);
}

}  // namespace
}  // namespace jb::test
