// SPDX-License-Identifier: PostgreSQL
//
// Promise: what an agent sends fits the schema or is named; what it gets is bounded, and whole characters; a cursor
// goes on in its own list only.
//
// Why it could break: a member that no schema has is passed on; half a character ends a text; two filters have one
// cursor.
#include <gtest/gtest.h>

#include <random>

#include "cli/mcp.hpp"
#include "cli/terminal.hpp"

namespace jb::test {
namespace {

using cli::Json;

Json faults(const char* value, const char* schema) { return cli::faults_of(Json::parse(value), Json::parse(schema)); }

TEST(Arguments, FitTheSchemaOrAreNamed) {
  struct Case {
    const char *value, *schema, *field;  // field: null if it fits
  };
  const Case cases[] = {
      {R"({"a": 1})", R"({"type": "object", "properties": {"a": {}}, "additionalProperties": false})", nullptr},
      {R"({"b": 1})", R"({"type": "object", "properties": {"a": {}}, "additionalProperties": false})", "b"},
      {R"({"b": 1})", R"({"type": "object", "properties": {"a": {}}})", nullptr},
      {R"({})", R"({"type": "object", "required": ["a"]})", "a"},
      {R"([])", R"({"type": "object"})", ""},
      {R"(null)", R"({"type": ["string", "null"]})", nullptr},
      {R"(1)", R"({"type": ["string", "null"]})", ""},
      {R"(3.0)", R"({"type": "integer"})", nullptr},
      {R"(3.5)", R"({"type": "integer"})", ""},
      {R"(1e300)", R"({"type": "integer"})", ""},
      {R"(3.5)", R"({"type": "number"})", nullptr},
      {R"(0)", R"({"minimum": 1})", ""},
      {R"(101)", R"({"maximum": 100})", ""},
      {R"("ж")", R"({"maxLength": 1})", nullptr},
      {R"("жж")", R"({"maxLength": 1})", ""},
      {R"("")", R"({"minLength": 1})", ""},
      {R"("a\r\nb")", R"({"pattern": "^[!-~]+$"})", ""},
      {R"("a-b")", R"({"pattern": "^[!-~]+$"})", nullptr},
      {R"("a")", R"({"enum": ["a", "b"]})", nullptr},
      {R"("c")", R"({"enum": ["a", "b"]})", ""},
      {R"([1, "b"])", R"({"items": {"type": "integer"}})", "1"},
      {R"([1, 2])", R"({"maxItems": 1})", ""},
      {R"([])", R"({"minItems": 1})", ""},
      {R"({"a": {"b": [1]}})", R"({"properties": {"a": {"properties": {"b": {"items": {"type": "null"}}}}}})", "a/b/0"},
      {R"(null)", R"({"anyOf": [{"type": "object"}, {"type": "null"}]})", nullptr},
      {R"(1)", R"({"anyOf": [{"type": "object"}, {"type": "null"}]})", ""},
  };
  for (const auto& [value, schema, field] : cases) {
    const Json found = faults(value, schema);
    ASSERT_EQ(found.size(), field ? 1U : 0U) << value << " " << schema << found;
    if (field) {
      const std::string place = found[0]["field"];
      EXPECT_EQ(place.substr(place.starts_with("/") ? 1 : 0), field) << value << " " << schema;
    }
  }
}

TEST(Arguments, OfAMegabyteHaveFewFaults) {
  Json many = Json::object();
  for (int i = 0; i < 5'000; ++i) many[std::to_string(i)] = i;
  EXPECT_EQ(cli::faults_of(many, Json::parse(R"({"additionalProperties": false})")).size(), 20U);
  EXPECT_EQ(cli::faults_of(std::string(1'000'000, 'x'), Json::parse(R"({"pattern": "^x+$"})")).size(), 1U);
}

TEST(Arguments, AreNamedWithoutWhatATerminalObeys) {
  cli::prepare_terminal();
  const Json found = faults(R"({"a\u001b[2J\u202e": 1})", R"({"additionalProperties": false})");
  EXPECT_EQ(found[0]["field"], "a [2J");
}

TEST(Json, IsNotReadBeyondItsDepth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_NO_THROW(cli::parse_json(nested(90)));
  for (const auto& text : {nested(1'000), nested(1'000'000), std::string("{"), std::string("\"\xff\"")})
    EXPECT_THROW(cli::parse_json(text), std::exception);
}

TEST(Answers, ThatFitAreLeftAlone) {
  Json answer = {{"event", {{"event_name", "A"}, {"metadata", {{"a", 1}}}}}};
  const Json before = answer;
  cli::bound(answer);
  EXPECT_EQ(answer, before);
}

TEST(Answers, LoseTheLongestFirst) {
  Json answer = {{"event", {{"event_name", "A"}, {"description", std::string(20'000, 'd')}, {"metadata", {{"a", 1}}}}}};
  cli::bound(answer);
  EXPECT_EQ(answer["event"]["event_name"], "A");
  EXPECT_EQ(answer["event"]["metadata"]["a"], 1);
  EXPECT_TRUE(answer["event"]["description"].get<std::string>().ends_with("d…"));
  EXPECT_EQ(answer["shortened"], Json({"/event/description"}));
}

TEST(Answers, KeepMetadataWholeOrNotAtAll) {
  Json metadata = Json::object();
  for (int i = 0; i < 2'000; ++i) metadata[std::to_string(i)] = "value";
  Json answer = {{"event", {{"metadata", metadata}}}};
  cli::bound(answer);
  EXPECT_TRUE(answer["event"]["metadata"].is_null());
  EXPECT_EQ(answer["shortened"], Json({"/event/metadata"}));
}

/// Any value whose texts are long, or of several bytes a character.
Json any_value(std::mt19937& random, int depth) {
  const auto below = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  const int kind = depth == 0 ? 0 : below(3);
  if (kind == 0) {
    constexpr const char* signs[] = {"a", "é", "ж", "🎉", "\"", "\n"};
    std::string text;
    for (int left = below(300), sign = below(6); left > 0; --left) text += signs[sign];
    return text;
  }
  Json made = kind == 1 ? Json::array() : Json::object();
  for (int i = below(12); i > 0; --i)
    if (kind == 1)
      made.push_back(any_value(random, depth - 1));
    else
      made["member" + std::to_string(i)] = any_value(random, depth - 1);
  return made;
}

TEST(Answers, HaveAtMostTheirBytesAndStayJson) {
  std::mt19937 random;
  for (int round = 0; round < 500; ++round) {
    Json answer = {{"status", 409}, {"event", any_value(random, 3)}};
    const std::size_t most = 300 + random() % 4'000;
    cli::bound(answer, most);
    const std::string text = answer.dump();  // throws if half a character is left
    ASSERT_LE(text.size(), most) << round;
    ASSERT_EQ(Json::parse(text), answer) << round;
  }
}

TEST(Cursors, GoOnInTheirOwnListOnly) {
  const Json filter = {{"calendars", {"a"}}, {"q", "x"}};
  const std::string cursor = cli::make_cursor("look", filter, "17,3");
  EXPECT_EQ(cli::read_cursor(cursor, "look", filter), "17,3");
  EXPECT_EQ(cli::read_cursor(cursor, "look", Json{{"q", "x"}, {"calendars", {"a"}}}), "17,3");
  for (const Json& other : {Json{{"calendars", {"b"}}, {"q", "x"}}, Json{{"calendars", {"a"}}}, Json::object()})
    EXPECT_THROW(cli::read_cursor(cursor, "look", other), std::runtime_error);
  EXPECT_THROW(cli::read_cursor(cursor, "find_times", filter), std::runtime_error);
  EXPECT_THROW(cli::read_cursor("", "look", filter), std::runtime_error);
}

}  // namespace
}  // namespace jb::test
