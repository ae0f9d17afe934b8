// SPDX-License-Identifier: PostgreSQL
//
// Promise: one request is one line of the log, whatever the client sends, and no query or body stands in it.
//
// Why it could break: the method, the path and the request id are the client's own words.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "fake_database.hpp"
#include "fcgi/log.hpp"

namespace jb::test {
namespace {

TEST(LogValues, AreQuotedWhereTheyMust) {
  EXPECT_EQ(gateway::log_value("plain/path-1"), "plain/path-1");
  EXPECT_EQ(gateway::log_value(""), "\"\"");
  EXPECT_EQ(gateway::log_value("a b"), "\"a b\"");
  EXPECT_EQ(gateway::log_value("a=b"), "\"a=b\"");
  EXPECT_EQ(gateway::log_value("a\"\\"), R"("a\"\\")");
  EXPECT_EQ(gateway::log_value("a\nb\x7F\xC3"), R"("a\x0ab\x7f\xc3")");
}

TEST(LogLines, AreOneARequest) {
  gateway::Request asked = request("GET\nX", "/events?attendee=secret\n", "secret");
  asked.principal = "a b";
  const auto line = gateway::log_line(asked, {gateway::Response{200, {}, "secret"}, "an error\nof two lines"},
                                      std::chrono::microseconds(1234), std::chrono::system_clock::time_point{});
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_EQ(line.find("secret"), std::string::npos);
  EXPECT_EQ(line,
            "time=1970-01-01T00:00:00.000Z request=request-1 principal=\"a b\" method=\"GET\\x0aX\" path=/events "
            "status=200 us=1234 error=\"an error\\x0aof two lines\"\n");
}

TEST(LogLines, HoldNoTokenOfAFeed) {
  for (const char* target : {"/feeds/jbf_secret.ics", "/feeds/jbf_secret.ics?free_busy", "//feeds/jbf_secret.ics",
                             "/%66eeds/jbf_secret.ics", "/%66eeds/%6Abf_secret.ics", "/calendars/j%62f%5Fsecret",
                             "/calendars/%6abf_secret%ff", "/calendars/%6abf_secret%f"}) {
    gateway::Request asked = request("GET", target);
    try {
      gateway::parse_target(asked);
    } catch (const gateway::Problem&) {
      // A request whose path cannot be read is logged too.
    }
    const auto line = gateway::log_line(asked, {}, {}, {});
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
    EXPECT_NE(line.find(" path=/feeds/- "), std::string::npos) << line;
  }
}

TEST(LogLines, HoldNoTokenOfAPollSentInAnAddress) {
  for (const char* target :
       {"/polls/1/schedules/jbp_secret", "/polls/jbo_secret?x=jbo_secret", "/polls/1/schedules/%6Abp%5fsecret"}) {
    const auto line = gateway::log_line(request("GET", target), {}, {}, {});
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
    EXPECT_NE(line.find(" path=- "), std::string::npos) << line;
  }
}

TEST(RequestIds, AreTheClientsWhereHarmless) {
  const auto id = [](const std::string& wished) {
    const std::map<std::string, std::string> variables = {{"HTTP_X_REQUEST_ID", wished}, {"JB_REQUEST_ID", "ours"}};
    return gateway::read_request([&](const char* name) -> const char* {
             const auto it = variables.find(name);
             return it == variables.end() ? nullptr : it->second.c_str();
           })
        .request_id;
  };
  EXPECT_EQ(id("abc-1._"), "abc-1._");
  EXPECT_EQ(id(std::string(100, 'a')), std::string(100, 'a'));
  for (const std::string& bad :
       {std::string(), std::string(101, 'a'), std::string("a b"), std::string("a\r\nX: y"), std::string("é")})
    EXPECT_EQ(id(bad), "ours") << bad;
}

}  // namespace
}  // namespace jb::test
