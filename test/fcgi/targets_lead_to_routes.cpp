// SPDX-License-Identifier: PostgreSQL
//
// Promise: path and query are read as RFC 3986 writes them, and anything but clean UTF-8 text is refused.
//
// Why it could break: nginx passes the target on unchanged. A NUL would truncate a text on its way to libpq, and a
// stray byte would surface as a database error that names no parameter.
//
// Promise (rule 5.1): the table in route.cpp is the only list of routes. Another path is 404, another method 405 with
// Allow.
//
// Why it could break: /events/status/:id and /events/:id/history overlap in shape, so order matters.
#include <gtest/gtest.h>

#include <set>

#include "fake_database.hpp"
#include "fcgi/route.hpp"

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

gateway::Request parsed_target(std::string target) {
  gateway::Request result = request("GET", std::move(target));
  gateway::parse_target(result);
  return result;
}

using Path = std::vector<std::string>;
using Query = std::vector<std::pair<std::string, std::string>>;

TEST(Targets, AreSplitBeforeTheyAreDecoded) {
  EXPECT_EQ(parsed_target("/calendars/a%2Fb").path, (Path{"calendars", "a/b"}));
  EXPECT_EQ(parsed_target("/events?a=1%262&b=%3D").query, (Query{{"a", "1&2"}, {"b", "="}}));
  EXPECT_EQ(parsed_target("/events?a=b=c").query, (Query{{"a", "b=c"}}));
  EXPECT_EQ(parsed_target("/events?a&&b=").query, (Query{{"a", ""}, {"b", ""}}));
}

TEST(Targets, MayEndWithASlash) {
  EXPECT_EQ(parsed_target("/events/").path, Path{"events"});
  EXPECT_EQ(parsed_target("/").path, Path{});
  EXPECT_EQ(parsed_target("/events//").path, (Path{"events", ""}));
}

TEST(Targets, ThatAreMalformedAre400) {
  for (const char* target : {"", "events", "/events/%", "/events/%00", "/events?a=%ff", "/events?%=1"})
    EXPECT_EQ(problem_thrown_by([&] { parsed_target(target); }).status, 400) << target;
}

std::string pattern_of(const std::string& method, const std::string& target) {
  gateway::Request asked = request(method, target);
  return std::string(gateway::find_route(asked).pattern);
}

TEST(Routes, AreFoundByPathAndMethod) {
  EXPECT_EQ(pattern_of("GET", "/events"), "/events");
  EXPECT_EQ(pattern_of("GET", "/events/?limit=1"), "/events");
  EXPECT_EQ(pattern_of("GET", "/events/7"), "/events/:id");
  EXPECT_EQ(pattern_of("HEAD", "/events/7"), "/events/:id");
  EXPECT_EQ(pattern_of("GET", "/events/status/7"), "/events/status/:id");
  EXPECT_EQ(pattern_of("GET", "/events/7/history"), "/events/:id/history");
  EXPECT_EQ(pattern_of("GET", "/events/7/explain"), "/events/:id/explain");
  EXPECT_EQ(pattern_of("POST", "/events/proof"), "/events/proof");
  EXPECT_EQ(pattern_of("GET", "/rejections/7/proof"), "/rejections/:id/proof");
  EXPECT_EQ(pattern_of("POST", "/events/7/cancel"), "/events/:id/cancel");
  EXPECT_EQ(pattern_of("GET", "/health/live"), "/health/live");
}

TEST(Routes, GiveThePlaceholderItsValue) {
  gateway::Request asked = request("GET", "/calendars/room%3Aa%20b");
  gateway::find_route(asked);
  EXPECT_EQ(asked.parameter, "room:a b");
  EXPECT_EQ(asked.item, "");
  asked = request("GET", "/events/7/attachments/2");
  gateway::find_route(asked);
  EXPECT_EQ(asked.parameter, "7");
  EXPECT_EQ(asked.item, "2");
}

TEST(Routes, ThatDoNotExistAre404) {
  for (const char* target : {"/", "/event", "/events/7/cancel/x", "/events//", "/calendars//", "/Events", "/events/7/x",
                             "/events/status/7/x", "/slots/1", "/calendars/a/busy/b", "/lead-time/1", "/health/dead"}) {
    gateway::Request asked = request("GET", target);
    EXPECT_EQ(problem_thrown_by([&] { gateway::find_route(asked); }).status, 404) << target;
  }
}

TEST(Routes, RefuseOtherMethodsWithAllow) {
  for (const auto& [method, target, allow] :
       std::vector<std::array<std::string, 3>>{{"DELETE", "/events", "GET, HEAD, OPTIONS, POST"},
                                               {"POST", "/events/7", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"},
                                               {"GET", "/events/7/cancel", "OPTIONS, POST"},
                                               {"get", "/slots", "GET, HEAD, OPTIONS"},
                                               {"BREW", "/health", "GET, HEAD, OPTIONS"},
                                               {"", "/calendars/x", "DELETE, GET, HEAD, OPTIONS, PUT"}}) {
    gateway::Request asked = request(method, target);
    const auto problem = problem_thrown_by([&] { gateway::find_route(asked); });
    EXPECT_EQ(problem.status, 405) << method << " " << target;
    ASSERT_EQ(problem.headers.size(), 1u);
    EXPECT_EQ(problem.headers[0], (std::pair<std::string, std::string>{"Allow", allow}));
  }
}

TEST(Routes, WriteByWritingMethodsOnly) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const gateway::Route& route : gateway::routes()) {
    const bool asks_by_its_body = route.pattern == "/events/explain" || route.pattern == "/events/proof";
    EXPECT_EQ(route.access == gateway::Access::read, route.method == "GET" || asks_by_its_body) << route.pattern;
    EXPECT_TRUE(seen.insert({route.method, route.pattern}).second) << route.method << " " << route.pattern;
    EXPECT_FALSE(route.face == gateway::Face::admin && route.access == gateway::Access::write) << route.pattern;
  }
}

TEST(Routes, TakeFilesWhereTheirTableSaysSo) {
  const auto takes_file = [](gateway::Request asked) {
    try {
      return gateway::find_route(asked).body == gateway::Body::file;
    } catch (const gateway::Problem&) {
      return false;
    }
  };
  EXPECT_TRUE(takes_file(request("POST", "/events/7/attachments?name=a")));
  EXPECT_TRUE(takes_file(request("POST", "/events/7/attachments/")));
  for (const char* target : {"/events", "/events/7/cancel", "/events/7/attachments/2", "/events/7/attachments/%zz", ""})
    EXPECT_FALSE(takes_file(request("POST", target))) << target;
}

}  // namespace
}  // namespace jb::test
