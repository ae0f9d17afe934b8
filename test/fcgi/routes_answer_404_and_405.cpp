// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 5.1): the table in router.cpp is the only list of routes. Another path is 404, another method 405 with
// Allow.
//
// Why it could break: /events/status/:id and /events/:id/history overlap in shape, so order matters.
#include <gtest/gtest.h>

#include <set>

#include "fake_database.hpp"
#include "fcgi/router.hpp"

namespace jb::test {
namespace {

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
    const bool asks_by_its_body = route.pattern == "/events/explain";
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
