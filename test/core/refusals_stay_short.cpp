// SPDX-License-Identifier: PostgreSQL
//
// Promise: a request is refused however many errors it has, and the refusal has a bounded length (rule 8.3).
//
// Why it could break: a body of 1 MiB can hold 100,000 unknown field names, and a list of all these names would go into
// the answer and the server's log.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

}  // namespace
}  // namespace jb
