// SPDX-License-Identifier: PostgreSQL
//
// Promise: a text or a constant that represents a list in a row is read as PostgreSQL writes an array. Quoted or
// backslash-escaped text is part of an item; blanks around an item are not.
//
// Why it could break: a reader that splits at each comma makes two items of "Lee, Ann".
//
// Promise (rule 4.22): a changed row requests only what differs, and a word that the table itself uses is never
// overwritten.
//
// Why it could break: a constant of the trigger, or a null, is sent as a change; the free text in the detail of a row
// is mistaken for the scheduler's.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/adapters/row_request.hpp"
#include "core/values/input.hpp"

namespace jb {
namespace {

using nlohmann::json;

/// The attendees that `written` names, first as a constant of the trigger, then as text in the row.
std::vector<json> attendees(const std::string& written) {
  const RowMapping constant({"attendees:=" + written}, {"start_timestamp"});
  const RowMapping column({}, {"start_timestamp", "attendees"});
  const auto said = json::object({{"attendees", written}}).dump();
  return {json::parse(constant.request("{}", "table", {}))["attendees"],
          json::parse(column.request(said, "table", {}))["attendees"]};
}

TEST(ArraysInRows, AreReadAsPostgresqlWritesThem) {
  const std::vector<std::pair<std::string, json>> cases{
      {R"({Ann,Bob})", {"Ann", "Bob"}},
      {R"({"Lee, Ann",Bob})", {"Lee, Ann", "Bob"}},
      {R"({ Ann , "Lee, Ann" })", {"Ann", "Lee, Ann"}},
      {R"({" Ann ","a \"b\"","c\\d"})", {" Ann ", "a \"b\"", "c\\d"}},
      {R"({"{Ann}","NULL",NULL})", {"{Ann}", "NULL", nullptr}},
      {R"({Ann Lee})", json::array({"Ann Lee"})},
      {R"({""})", json::array({""})},
      {R"({Ann,})", {"Ann", ""}},
      {"{}", json::array()},
      {"{ }", json::array()},
      {"Lee, Ann", json::array({"Lee, Ann"})},
      {"", json::array({""})},
  };
  for (const auto& [written, items] : cases) {
    for (const auto& read : attendees(written)) EXPECT_EQ(read, items) << written;
  }
}

TEST(ConstantsOfRows, AreRefusedHoweverDeepTheyAre) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  const RowMapping mapping({"priority:=" + deep}, {"start_timestamp"});
  EXPECT_EQ(json::parse(mapping.request("{}", "table", {}))["priority"], deep);
}

using nlohmann::json;

const std::vector<std::string> kColumns{"event_id", "start_timestamp", "outcome", "reason", "detail", "attendees"};

std::string refusal(const std::vector<std::string>& arguments, const std::vector<std::string>& generated = {}) {
  try {
    RowMapping(arguments, kColumns, generated);
  } catch (const Failure& failure) {
    return failure.message;
  }
  return "";
}

TEST(ChangedRows, AskForWhatDiffers) {
  const RowMapping mapping({"priority:=70", "preempt:=true", "calendars:={room:a}"}, kColumns);
  const auto changes = [&](const std::string& said, const std::string& options, std::optional<Seconds> duration,
                           bool of_series) {
    return json::parse(mapping.changes(said, "{}", options, duration, of_series));
  };
  EXPECT_EQ(changes("{}", "{}", {}, false), json({{"preempt", true}}));
  EXPECT_EQ(changes(R"({"start_timestamp": null, "attendees": "{Ann,Bob}"})",
                    R"({"allow_past": true, "on_no_slot": null})", Seconds(60), true),
            json({{"preempt", true},
                  {"allow_past", true},
                  {"start_timestamp", nullptr},
                  {"attendees", {"Ann", "Bob"}},
                  {"duration", 60},
                  {"scope", "all"}}));
  const std::string rule = "RRULE:FREQ=DAILY;COUNT=2";
  EXPECT_EQ(changes(json({{"recurrence", rule}}).dump(), "{}", {}, true),
            json({{"preempt", true}, {"recurrence", rule}, {"scope", "following"}}));
}

TEST(Rows, KeepTheDigitsOfMetadata) {
  const RowMapping mapping({}, {"start_timestamp", "metadata"});
  const std::string said = R"({"metadata":{"order": 12345678901234567890123, "price": 1.10}})";
  const std::string metadata = R"({"order": 12345678901234567890123, "price": 1.10})";
  EXPECT_NE(mapping.request(said, "Row", {}).find(metadata), std::string::npos);
  EXPECT_NE(mapping.changes(said, "{}", "{}", {}, false).find(metadata), std::string::npos);
}

TEST(ChangedRows, PatchTheirMetadata) {
  const RowMapping mapping({}, {"start_timestamp", "metadata"});
  const auto patch = [&](const std::string& before, const std::string& after) {
    const auto changes =
        mapping.changes(R"({"metadata":)" + after + "}", R"({"metadata":)" + before + "}", "{}", {}, false);
    return json::parse(changes)["metadata"];
  };
  EXPECT_EQ(patch(R"({"a": 1, "b": 2, "c": null})", R"({"a": 3, "c": null})"), json({{"a", 3}, {"b", nullptr}}));
  EXPECT_EQ(patch(R"({"a": {"b": 1, "c": 2}})", R"({"a": {"c": 2, "d": 3}})"),
            json({{"a", {{"b", nullptr}, {"d", 3}}}}));
  EXPECT_EQ(patch(R"({"a": {"b": 1}})", R"({"a": 1})"), json({{"a", 1}}));
  EXPECT_EQ(patch("null", R"({"a": 1})"), json({{"a", 1}}));
  EXPECT_EQ(patch(R"({"a": 1})", "null"), json());
}

TEST(ChangedRows, HaveWishesThatAnEventKeeps) {
  for (const auto* field : {"event_name", "start_timestamp", "priority", "recurrence"})
    EXPECT_TRUE(RowMapping::is_kept(field)) << field;
  for (const auto* field : {"preempt", "on_no_slot", "allow_past", "dry_run", "outcome", "nothing"})
    EXPECT_FALSE(RowMapping::is_kept(field)) << field;
}

TEST(WordsOfRows, StayWhereTheyAreTheTablesOwn) {
  const RowMapping unnamed({}, kColumns);
  const auto may = [&](const RowMapping& mapping, const char* field, const RowReply& says) {
    return mapping.may_write(field, says);
  };
  for (const auto& outcome : row_outcomes()) EXPECT_TRUE(may(unnamed, "outcome", {.outcome = outcome})) << outcome;
  for (const auto& reason : row_reasons()) EXPECT_TRUE(may(unnamed, "reason", {.reason = reason})) << reason;
  EXPECT_TRUE(may(unnamed, "outcome", {}));
  EXPECT_TRUE(may(unnamed, "reason", {}));
  EXPECT_TRUE(may(unnamed, "detail", {}));
  EXPECT_FALSE(may(unnamed, "outcome", {.outcome = "won"}));
  EXPECT_FALSE(may(unnamed, "reason", {.reason = "because"}));
  EXPECT_FALSE(may(unnamed, "detail", {.outcome = "rejected", .detail = "cake"}));
  EXPECT_TRUE(may(unnamed, "detail", {.outcome = "rejected", .reason = "conflict", .detail = "A sentence."}));
  const RowMapping without_reason({"reason="}, kColumns);
  EXPECT_TRUE(may(without_reason, "detail", {.outcome = "rejected", .detail = "A sentence."}));
  EXPECT_FALSE(may(without_reason, "detail", {.outcome = "placed", .detail = "cake"}));
  EXPECT_FALSE(may(without_reason, "detail", {.detail = "cake"}));
  const RowMapping named({"outcome=outcome", "detail=detail"}, kColumns);
  EXPECT_TRUE(may(named, "outcome", {.outcome = "won"}));
  EXPECT_TRUE(may(named, "detail", {.outcome = "won", .detail = "cake"}));
}

TEST(WordsOfRows, AreStates) {
  for (const auto* status : {"pending", "in_progress", "completed"}) EXPECT_EQ(row_outcome(status), "placed");
  for (const auto* status : {"held", "waiting", "cancelled", "denied", "expired"})
    EXPECT_EQ(row_outcome(status), status);
}

TEST(RejectedRows, RaiseWhereTheTriggerSaysSoOrNoColumnMayTell) {
  const RowMapping telling({}, kColumns);
  EXPECT_FALSE(telling.raises());
  EXPECT_FALSE(telling.raises_changes({}));
  EXPECT_FALSE(telling.raises_changes({.outcome = "won", .reason = "conflict"}));
  EXPECT_TRUE(telling.raises_changes({.outcome = "won", .reason = "because"}));
  const RowMapping mute({"outcome=", "reason="}, kColumns);
  EXPECT_FALSE(mute.raises());
  EXPECT_TRUE(mute.raises_changes({}));
  const RowMapping strict({"on_rejection:=error"}, kColumns);
  EXPECT_TRUE(strict.raises());
  EXPECT_TRUE(strict.raises_changes({}));
}

TEST(RowsWithoutEvent, AreAskedForAgainWhereTheirAnswerIsSetToNull) {
  const RowMapping mapping({}, kColumns);
  EXPECT_TRUE(mapping.asks_again({.outcome = "rejected"}, {}));
  EXPECT_FALSE(mapping.asks_again({.outcome = "rejected", .reason = "conflict"}, {.outcome = "rejected"}));
  EXPECT_FALSE(mapping.asks_again({}, {}));
  const RowMapping without_outcome({"outcome="}, kColumns);
  EXPECT_TRUE(without_outcome.asks_again({.reason = "conflict"}, {}));
}

TEST(ArgumentsOfRows, AreRefusedByName) {
  EXPECT_EQ(refusal({"on_delete:=delete", "on_rejection:=keep"}), "");
  EXPECT_TRUE(RowMapping({"on_delete:=delete"}, kColumns).deletes());
  EXPECT_FALSE(RowMapping({"on_delete:=cancel"}, kColumns).deletes());
  EXPECT_NE(refusal({"on_delete:=keep"}).find("on_delete:=cancel or on_delete:=delete"), std::string::npos);
  EXPECT_NE(refusal({"on_rejection=outcome"}).find("on_rejection:=keep or on_rejection:=error"), std::string::npos);
  EXPECT_NE(refusal({"on_delete:=delete", "on_delete:=delete"}).find("named twice"), std::string::npos);
  EXPECT_NE(refusal({"end_timestamp=ends"}, {"ends"}).find("is generated"), std::string::npos);
}

}  // namespace
}  // namespace jb
