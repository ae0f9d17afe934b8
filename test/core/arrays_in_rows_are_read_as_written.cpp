// SPDX-License-Identifier: PostgreSQL
//
// Promise: a text or a constant that represents a list in a row is read as PostgreSQL writes an array. Quoted or
// backslash-escaped text is part of an item; blanks around an item are not.
//
// Why it could break: a reader that splits at each comma makes two items of "Lee, Ann".
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/adapters/row_request.hpp"

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

}  // namespace
}  // namespace jb
