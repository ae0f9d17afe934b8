// SPDX-License-Identifier: PostgreSQL
//
// Promise: one request is one line of the log, whatever the client sends, and the log contains no query or body.
//
// Why it could break: the method, the path and the request id are the client's own words.
#include <gtest/gtest.h>

#include <algorithm>

#include "fake_database.hpp"
#include "fcgi/telemetry.hpp"

namespace jb::test {
namespace {

TEST(LogValues, AreQuotedWhereTheyMust) {
  EXPECT_EQ(gateway::log_value("plain/path-1"), "plain/path-1");
  EXPECT_EQ(gateway::log_value(""), "\"\"");
  EXPECT_EQ(gateway::log_value("a b"), "\"a b\"");
  EXPECT_EQ(gateway::log_value("a=b"), "\"a=b\"");
  EXPECT_EQ(gateway::log_value("a\"\\"), R"("a\"\\")");
  EXPECT_EQ(gateway::log_value("a\nb\x7F\xC3"), R"("a\nb\u007f\ufffd")");
}

TEST(LogLines, AreOneARequest) {
  gateway::Request asked = request("GET\nX", "/events?attendee=secret\n", "secret");
  asked.principal = "a b";
  gateway::Response response{200, {}, "secret"};
  response.error = "an error\nof two lines";
  const auto line = gateway::log_line(asked, response, std::chrono::microseconds(1234));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_EQ(line.find("secret"), std::string::npos);
  EXPECT_EQ(line,
            "time=2026-11-24T21:00:00+00:00 request=request-1 principal=\"a b\" method=\"GET\\nX\" path=/events "
            "status=200 us=1234 error=\"an error\\nof two lines\"\n");
}

TEST(LogLines, ShowThePathThatNginxShows) {
  gateway::Request asked = request("GET", "/feeds/jbf_secret.ics");
  asked.logged_path = "/feeds/-";
  const auto line = gateway::log_line(asked, {}, {});
  EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  EXPECT_NE(line.find(" path=/feeds/- "), std::string::npos) << line;
}

}  // namespace
}  // namespace jb::test
