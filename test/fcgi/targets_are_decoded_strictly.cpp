// SPDX-License-Identifier: PostgreSQL
//
// Promise: path and query are read as RFC 3986 writes them, and anything but clean UTF-8 text is refused.
//
// Why it could break: nginx passes the target on unchanged. A NUL would truncate a text on its way to libpq, and a
// stray byte would surface as a database error that names no parameter.
#include <gtest/gtest.h>

#include "fake_database.hpp"

namespace jb::test {
namespace {

using gateway::is_utf8;
using gateway::percent_decode;
using gateway::percent_encode;

TEST(PercentDecoding, ReadsWhatItMust) {
  EXPECT_EQ(percent_decode("room%3Aberlin", false), "room:berlin");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("a%2Bb", true), "a+b");
  EXPECT_EQ(percent_decode("%c3%A9", false), "\u00e9");
  EXPECT_EQ(percent_decode("", false), "");
}

TEST(PercentDecoding, RefusesTheRest) {
  for (const char* text : {"%", "%4", "a%", "%zz", "%4g", "%00", "a%00b", "%ff", "%c3", "%c0%80", "%ed%a0%80"})
    EXPECT_EQ(problem_thrown_by([&] { percent_decode(text, false); }).status, 400) << text;
}

TEST(PercentEncoding, IsUndoneByDecoding) {
  const std::string text = "room:b\u00e9 %+&=/?\"\\";
  EXPECT_EQ(percent_decode(percent_encode(text), true), text);
  EXPECT_EQ(percent_encode("az-._~ "), "az-._~%20");
}

// The table of well-formed sequences: Unicode 15.0, table 3-7.
TEST(Utf8, IsJudgedByTheStandard) {
  for (const char* good : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xED\xA0\x80",
                          "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

gateway::Request parsed(std::string target) {
  gateway::Request result = request("GET", std::move(target));
  gateway::parse_target(result);
  return result;
}

using Path = std::vector<std::string>;
using Query = std::vector<std::pair<std::string, std::string>>;

TEST(Targets, AreSplitBeforeTheyAreDecoded) {
  EXPECT_EQ(parsed("/calendars/a%2Fb").path, (Path{"calendars", "a/b"}));
  EXPECT_EQ(parsed("/events?a=1%262&b=%3D").query, (Query{{"a", "1&2"}, {"b", "="}}));
  EXPECT_EQ(parsed("/events?a=b=c").query, (Query{{"a", "b=c"}}));
  EXPECT_EQ(parsed("/events?a&&b=").query, (Query{{"a", ""}, {"b", ""}}));
}

TEST(Targets, MayEndWithASlash) {
  EXPECT_EQ(parsed("/events/").path, Path{"events"});
  EXPECT_EQ(parsed("/").path, Path{});
  EXPECT_EQ(parsed("/events//").path, (Path{"events", ""}));
}

TEST(Targets, ThatAreMalformedAre400) {
  for (const char* target : {"", "events", "/events/%", "/events/%00", "/events?a=%ff", "/events?%=1"})
    EXPECT_EQ(problem_thrown_by([&] { parsed(target); }).status, 400) << target;
}

}  // namespace
}  // namespace jb::test
