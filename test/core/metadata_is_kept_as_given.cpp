// SPDX-License-Identifier: PostgreSQL
//
// Promise: metadata come back as they were given, to the last digit. A change is merged according to RFC 7396, and a
// change that repeats what is stored is no change. Anything that is not an object, too long or too deep is refused.
//
// Why it could break: a JSON parser makes a double of each number, while the merge works on text, in which braces and
// quotes may occur within strings.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/event/event.hpp"
#include "core/event/fields.hpp"
#include "core/values/json.hpp"

namespace jb::test {
namespace {

using Plain = nlohmann::json;

std::string merged(const std::string& target, const std::string& patch) {
  return patched(Metadata{target}, Metadata{patch, true}).text;
}

bool is_taken(const std::string& text) {
  Validation validation;
  const bool is_read = read_metadata(validation, "metadata", text).has_value();
  EXPECT_EQ(is_read, validation.ok());
  return is_read;
}

TEST(JsonParts, AreTheTextAsItIsWritten) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(json_parts("[]"), Parts{});
  EXPECT_EQ(json_parts(" { } "), Parts{});
  EXPECT_EQ(json_parts(R"([1.50, "a, ]\"}", [2, {}], {"b": [3]}, null])"),
            (Parts{"1.50", R"("a, ]\"}")", "[2, {}]", R"({"b": [3]})", "null"}));
  EXPECT_EQ(json_parts(R"({"a" : -1e9 ,"b\\":{"c":"}"}})"), (Parts{R"("a")", "-1e9", R"("b\\")", R"({"c":"}"})"}));
}

// The example of RFC 7396, 3, and those of its appendix A whose target and patch are objects.
TEST(Metadata, AreMergedAsTheRfcSays) {
  EXPECT_EQ(
      Plain::parse(merged(R"({"title": "Goodbye!", "author": {"givenName": "John", "familyName": "Doe"},
                                   "tags": ["example", "sample"], "content": "This will be unchanged"})",
                          R"({"title": "Hello!", "phoneNumber": "+01-123-456-7890", "author": {"familyName": null},
                                   "tags": ["example"]})")),
      Plain::parse(R"({"title": "Hello!", "author": {"givenName": "John"}, "tags": ["example"],
                            "content": "This will be unchanged", "phoneNumber": "+01-123-456-7890"})"));
  const char* examples[][3] = {{R"({"a":"b"})", R"({"a":"c"})", R"({"a": "c"})"},
                               {R"({"a":"b"})", R"({"b":"c"})", R"({"a": "b", "b": "c"})"},
                               {R"({"a":"b"})", R"({"a":null})", "{}"},
                               {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b": "c"})"},
                               {R"({"a":["b"]})", R"({"a":"c"})", R"({"a": "c"})"},
                               {R"({"a":"c"})", R"({"a":["b"]})", R"({"a": ["b"]})"},
                               {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a": {"b": "d"}})"},
                               {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a": [1]})"},
                               {R"({"e":null})", R"({"a":1})", R"({"a": 1, "e": null})"},
                               {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a": {"bb": {}}})"}};
  for (const auto& [target, patch, result] : examples) {
    EXPECT_EQ(Plain::parse(merged(target, patch)), Plain::parse(result)) << target << " " << patch;
  }
}

RC_GTEST_PROP(Metadata, MergeAsTheLibraryMerges, ()) {
  const auto object = [](int depth) {
    const std::function<Plain(int)> make = [&](int left) {
      Plain made = Plain::object();
      for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        const auto name = *rc::gen::elementOf(std::vector<std::string>{"a", "b", "\"}", "\\", "c,c"});
        const int kind = *rc::gen::inRange(0, left > 0 ? 5 : 4);
        made[name] = kind == 0   ? Plain()
                     : kind == 1 ? Plain(name)
                     : kind == 2 ? Plain(17)
                     : kind == 3 ? Plain::array({1, "}"})
                                 : make(left - 1);
      }
      return made;
    };
    return make(depth);
  };
  const Plain target = object(3), patch = object(3);
  Plain expected = target;
  expected.merge_patch(patch);
  RC_ASSERT(Plain::parse(merged(target.dump(), patch.dump())) == expected);
}

TEST(Metadata, KeepEveryDigit) {
  constexpr auto text = R"({"id": 12345678901234567890123, "price": 10.10})";
  EXPECT_EQ(merged(text, R"({"a": 0.1234567890123456789})"),
            R"({"a": 0.1234567890123456789, "id": 12345678901234567890123, "price": 10.10})");
}

TEST(Metadata, AreTheSameThoughAClientWroteThemAnew) {
  EXPECT_EQ(Metadata{R"({"price": 10.10, "n": 1.0, "s": "1.10 "})"}, Metadata{R"({"price":10.1,"n":1,"s":"1.10 "})"});
  EXPECT_FALSE(Metadata{R"({"s": "1.10"})"} == Metadata{R"({"s": "1.1"})"});
  EXPECT_FALSE(Metadata{R"({"n": 100})"} == Metadata{R"({"n": 1})"});
}

TEST(Metadata, AreAnObjectOfSixteenKilobytes) {
  EXPECT_TRUE(is_taken("{}"));
  for (const auto* other : {"[]", "1", "\"{}\"", "null", "true"}) EXPECT_FALSE(is_taken(other)) << other;
  const auto of_bytes = [](std::size_t bytes) { return "{\"a\":  \"" + std::string(bytes - 8, 'x') + "\"}"; };
  EXPECT_TRUE(is_taken(of_bytes(16'384)));
  EXPECT_FALSE(is_taken(of_bytes(16'385)));
}

TEST(Metadata, AreNestedSixtyFourDeep) {
  const auto of_depth = [](int depth) {
    std::string text = "{\"a\": ";
    text.append(static_cast<std::size_t>(depth - 1), '[');
    text += "\"[[{\"";
    text.append(static_cast<std::size_t>(depth - 1), ']');
    return text + "}";
  };
  EXPECT_TRUE(is_taken(of_depth(64)));
  EXPECT_FALSE(is_taken(of_depth(65)));
}

TEST(Metadata, OfObjectsAloneNameNoValue) {
  for (const auto* text : {"{}", R"({"a": {}})", R"({"a": [{}, []]})"}) EXPECT_FALSE(names_value(text)) << text;
  for (const auto* text : {R"({"a": 1})", R"({"a": [{}, null]})", R"({"a": {"b": ""}})"})
    EXPECT_TRUE(names_value(text)) << text;
}

}  // namespace
}  // namespace jb::test
