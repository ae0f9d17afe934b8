// SPDX-License-Identifier: PostgreSQL
//
// Promise: every operation covers each field of extension/fields.def. The field is read from JSON, laid over an event,
// found by its column where two events differ, dropped if it changes nothing, and cleared. It is also kept with a
// rejection, so that the request can be repeated.
//
// Why it could break: a field may be named in one of these places and forgotten in another.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cctz_zone.hpp"
#include "core/event/fields.hpp"
#include "core/event/shown.hpp"

namespace jb {
namespace {

struct Row {
  std::string name, kind, column, left_out;
};

std::vector<Row> rows() {
  return {
#define JB_FIELD(name, kind, member, column, argument, left_out) {#name, #kind, #column, #left_out},
#include "fields.def"
  };
}

std::vector<std::string> options() {
  return {
#define JB_OPTION(name, type, otherwise) #name,
#include "fields.def"
  };
}

/// A JSON value of this kind that differs from the plain event's.
std::string sample(const std::string& kind) {
  if (kind == "text") return R"("Other")";
  if (kind == "texts") return R"(["room:a", "room:b"])";
  if (kind == "date") return R"("2027-03-15")";
  if (kind == "time_of_day") return R"("09:30:00")";
  if (kind == "timestamp") return R"("2027-03-15T09:30:00Z")";
  if (kind == "long_text") return R"("Two\nlines")";
  if (kind == "json") return R"({"order": "A-17", "lines": [1.50, 12345678901234567890123]})";
  if (kind == "lists") return R"([{"calendars": ["room:a", "room:b"], "choose": "least_busy", "weights": [2, 1]}])";
  if (kind == "within") return R"({"days": ["monday"], "from": "10:00", "to": "16:00"})";
  return kind == "bool" ? "true" : "77";
}

Event plain() {
  Event event;
  event.event_name = "Board";
  event.calendars = {"ceo"};
  event.wish.duration = Seconds{1800};
  return event;
}

std::optional<Interval> no_interval(const std::string&) { return std::nullopt; }

Fields changes(const Event& event, const std::string& text, bool replace = false) {
  Validation validation;
  auto fields = read_changes(validation, text, event,
                             {.replace = replace,
                              .zone_of = [](const std::string&) { return std::string("Europe/Berlin"); },
                              .now = Instant{},
                              .attachments = [] { return std::string("[]"); },
                              .recurrence = [] { return std::optional<std::string>(); }},
                             no_interval);
  validation.raise();
  return fields;
}

Event changed(const Event& event, const std::string& text, bool replace = false) {
  return apply(changes(event, text, replace), event, Seconds{1800});
}

std::string said(const Row& row) { return "{\"" + row.name + "\": " + sample(row.kind) + "}"; }

using Names = std::vector<std::string>;

class EachField : public testing::TestWithParam<Row> {};

TEST_P(EachField, ChangesAnEventUnderItsColumn) {
  const auto event = changed(plain(), said(GetParam()));
  // Days replace the duration that the plain event has.
  // The lists put it on their candidates.
  const auto names = GetParam().name == "days"     ? Names{"duration", "days"}
                     : GetParam().name == "one_of" ? Names{"calendars", "one_of"}
                                                   : Names{GetParam().column};
  EXPECT_EQ(changed_fields(plain(), event), names);
}

TEST_P(EachField, IsNoChangeWhereTheEventHasIt) {
  const auto event = changed(plain(), said(GetParam()));
  const auto again = changes(event, said(GetParam()));
#define JB_FIELD(name, kind, member, column, argument, left_out) EXPECT_FALSE(again.name.named) << #name;
#include "fields.def"
}

TEST_P(EachField, IsClearedByNull) {
  const auto event = changed(plain(), said(GetParam()));
  const auto null = "{\"" + GetParam().name + "\": null}";
  const bool stays = GetParam().name == "event_name" || GetParam().name == "calendars";
  if (stays)
    EXPECT_THROW(changes(event, null), Failure);
  else
    EXPECT_EQ(changed_fields(plain(), changed(event, null)),
              GetParam().name == "one_of" ? Names{"calendars"} : Names{});  // it keeps those that it has
}

TEST_P(EachField, IsClearedOrStaysWherePutLeavesItOut) {
  const auto event = changed(plain(), said(GetParam()));
  const auto put = changed(event, R"({"event_name": "Board"})", true);
  EXPECT_EQ(changed_fields(plain(), put).empty(), GetParam().left_out == "clears");
}

TEST_P(EachField, IsKeptWithARejectionAsItIsRead) {
  auto text = said(GetParam());
  if (GetParam().name == "start_time") text = R"({"date": "2027-03-15", "start_time": "09:30:00"})";
  if (GetParam().name == "days") text = R"({"date": "2027-03-15", "start_time": "09:30:00", "days": 77})";
  const auto event = changed(plain(), text);
  Validation validation;
  const auto kept =
      read_requests(validation, request_json(event, {}, *test::zone("Europe/Berlin"), "Europe/Berlin"), no_interval);
  EXPECT_TRUE(validation.ok());
  EXPECT_EQ(changed_fields(event, apply(kept.front(), plain(), Seconds{1800})), Names{});
}

TEST_P(EachField, CostsTheBytesOfItsText) {
  const auto kind = GetParam().kind;
  const bool is_text = kind == "text" || kind == "texts" || kind == "long_text" || kind == "json" || kind == "lists";
  const auto bytes = text_bytes(changed(plain(), said(GetParam())));
  EXPECT_EQ(bytes != text_bytes(plain()), is_text && GetParam().name != "event_name");
}

INSTANTIATE_TEST_SUITE_P(Fields, EachField, testing::ValuesIn(rows()),
                         [](const auto& info) { return info.param.name; });

TEST(Fields, ATextIsNotLongerThanAThousandCharacters) {
  for (const auto& row : rows()) {
    if (row.kind != "text") continue;
    EXPECT_THROW(changes(plain(), "{\"" + row.name + "\": \"" + std::string(1001, 'x') + "\"}"), Failure) << row.name;
  }
}

TEST(Fields, OptionsAreNoChange) {
  for (const auto& name : options()) {
    const auto value = name == "on_no_slot" ? std::string("\"wait\"") : std::string("true");
    EXPECT_EQ(changed_fields(plain(), changed(plain(), "{\"" + name + "\": " + value + "}")), Names{}) << name;
    EXPECT_THROW(changes(plain(), "{\"" + name + "\": 77}"), Failure) << name;
  }
}

// What was chosen from the lists before is on the event, and would else be taken for a calendar that it needs.
TEST(Fields, OtherListsLeaveOnlyTheCalendarsNamed) {
  auto event = changed(plain(), R"({"calendars": ["ceo"], "one_of": [{"calendars": ["room:a", "room:b"]}]})");
  event.calendars = {"ceo", "room:a"};
  tell_chosen(event);
  EXPECT_EQ(changed(event, R"({"one_of": [{"calendars": ["room:b", "room:c"]}]})").calendars,
            (Names{"ceo", "room:b", "room:c"}));
  for (const auto* none : {"null", "[]"}) {
    const auto text = std::string(R"({"one_of": [{"calendars": ["room:b", "room:c"]}], "calendars": )") + none + "}";
    EXPECT_EQ(changed(event, text).calendars, (Names{"room:b", "room:c"})) << none;
  }
  EXPECT_THROW(changes(event, R"({"calendars": []})"), Failure);
}

TEST(Fields, NoTwoHaveOneNameOrOneColumn) {
  std::set<std::string> names, columns;
  for (const auto& row : rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(columns.insert(row.column).second) << row.column;
  }
  for (const auto& name : options()) EXPECT_TRUE(names.insert(name).second) << name;
}

}  // namespace
}  // namespace jb
