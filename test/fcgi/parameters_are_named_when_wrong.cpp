// SPDX-License-Identifier: PostgreSQL
//
// Promise: a parameter that is unknown, repeated or malformed is refused with its name and value; a valid one reaches
// the database in PostgreSQL's form.
//
// Why it could break: ignoring a mistyped name lists the wrong events, and nobody notices.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "fcgi/answers.hpp"
#include "fcgi/arguments.hpp"

namespace jb::test {
namespace {

gateway::Request query(const std::string& text) { return parsed("GET", "/events?" + text); }

std::string field(const gateway::Problem& problem) { return problem.members.at("errors").at(0).at("field"); }
std::string value(const gateway::Problem& problem) { return problem.members.at("errors").at(0).at("value"); }

/// The refusal that the list of events gives for its query.
gateway::Problem refusal_of(const std::string& text) {
  FakeDatabase database;
  return problem_thrown_by([&] { served(request("GET", "/events?" + text), database); });
}

TEST(Parameters, UnknownOrRepeatedOnesAreNamed) {
  FakeDatabase database;
  EXPECT_NO_THROW(served(request("GET", "/events?q=1&limit=2"), database));
  const auto unknown = refusal_of("form=1");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_EQ(field(unknown), "form");
  EXPECT_EQ(value(unknown), "1");
  const auto repeated = refusal_of("q=1&limit=2&q=3");
  EXPECT_EQ(repeated.status, 400);
  EXPECT_EQ(field(repeated), "q");
}

TEST(Parameters, ListsMayBeGivenInParts) {
  FakeDatabase database;
  served(request("GET", "/events?status=held&limit=2&status=waiting,pending"), database);
  EXPECT_EQ(database.calls.back().value("status"), "held,waiting,pending");
  served(request("GET", "/lead-time?duration=60&duration=90"), database);
  EXPECT_EQ(database.calls.back().value("duration"), "60,90");
  EXPECT_EQ(field(refusal_of("limit=1&limit=2")), "limit");
  EXPECT_EQ(value(refusal_of("status=held&status=")), "held,");
}

std::optional<std::string> from(const std::string& text) {
  return gateway::reads::instant(query(text), gateway::instant("from"));
}

TEST(Parameters, TimesAreRfc3339) {
  for (const auto& [given, read] : std::vector<std::pair<std::string, std::string>>{
           {"2026-11-20T09:00:00Z", "2026-11-20T09:00:00+00:00"},
           {"2026-11-20T09:00:00%2B01:00", "2026-11-20T08:00:00+00:00"},
           {"2026-11-20T09:00:00+01:00", "2026-11-20T08:00:00+00:00"},  // the + arrives as a blank
           {"2026-11-20T09:00:00-03:30", "2026-11-20T12:30:00+00:00"},
           {"2026-11-20T09:00:00+23:59", "2026-11-19T09:01:00+00:00"},  // beyond what PostgreSQL reads
           {"2026-11-20t09:00:00.5z", "2026-11-20T09:00:00+00:00"},
           {"2028-02-29T00:00:00Z", "2028-02-29T00:00:00+00:00"},
           {"2028-02-29", "2028-02-29"}})
    EXPECT_EQ(from("from=" + given), read) << given;
  EXPECT_EQ(from(""), std::nullopt);
}

TEST(Parameters, DatesAreDaysThatExist) {
  EXPECT_EQ(gateway::reads::date(query("from=2028-02-29"), gateway::date("from")), "2028-02-29");
  EXPECT_EQ(gateway::reads::date(query(""), gateway::date("from")), std::nullopt);
  for (const char* bad : {"2026-02-29", "0000-01-01", "2026-13-01", "2026-1-1", "20260101", "2026-01-01T00:00:00Z",
                          "today", "infinity", "10000-01-01", "-026-01-01"}) {
    const auto problem =
        problem_thrown_by([&] { gateway::reads::date(query(std::string("to=") + bad), gateway::date("to")); });
    EXPECT_EQ(problem.status, 400) << bad;
    EXPECT_EQ(field(problem), "to") << bad;
    auto request = query("");
    request.item = bad;
    EXPECT_EQ(problem_thrown_by([&] { gateway::reads::item_date(request, gateway::item_date); }).status, 404) << bad;
  }
}

TEST(Parameters, OtherTimesAreRefused) {
  for (const char* bad : {"2026-02-30T09:00:00Z",
                          "2026-02-29T00:00:00Z",
                          "2026-13-01T00:00:00Z",
                          "2026-00-01T00:00:00Z",
                          "2026-11-20T25:00:00Z",
                          "2026-11-20T24:00:00Z",
                          "2026-11-20T23:60:00Z",
                          "2026-11-20T23:59:60Z",
                          "2026-11-20T09:00:00",
                          "2026-11-31",
                          "2026-1-1",
                          "09:00",
                          "tomorrow",
                          "now",
                          "infinity",
                          "2026-11-20T09:00:00.Z",
                          "2026-11-20T09:00:00+1:00",
                          "2026-11-20T09:00:00+0100",
                          "2026-11-20T09:00:00+24:00",
                          "0000-01-01T00:00:00Z",
                          "12026-11-20T09:00:00Z",
                          "2026-11-20T09:00:00Zx",
                          "-2026-11-20T09:00:00Z",
                          ""}) {
    const auto problem = problem_thrown_by([&] { from(std::string("from=") + bad); });
    EXPECT_EQ(problem.status, 400) << bad;
    EXPECT_EQ(field(problem), "from") << bad;
  }
}

TEST(Parameters, NumbersAreWholeAndWithinLimits) {
  const auto limit = [](const std::string& text) { return gateway::reads::number(query(text), gateway::limit); };
  EXPECT_EQ(limit(""), std::nullopt);
  EXPECT_EQ(limit("limit=1"), "1");
  EXPECT_EQ(limit("limit=1000"), "1000");
  for (const char* bad : {"0", "1001", "-1", "1.5", "01", "1e2", "x", "", "99999999999999999999", "%201"})
    EXPECT_EQ(problem_thrown_by([&] { limit(std::string("limit=") + bad); }).status, 400) << bad;
}

TEST(Parameters, DurationsAreNumbersOfSeconds) {
  const auto duration = [](const std::string& text) {
    return gateway::value_of(query(text), gateway::required(gateway::duration));
  };
  for (const char* good : {"1800", "0", "-5", "1.5", "99999999999999999999"})  // the database judges their meaning
    EXPECT_EQ(duration(std::string("duration=") + good), good);
  for (const char* bad :
       {"", "duration=", "duration=1h", "duration=PT1H", "duration=1.", "duration=.5", "duration=--1"})
    EXPECT_EQ(field(problem_thrown_by([&] { duration(bad); })), "duration") << bad;
}

TEST(Parameters, SeveralDurationsAreSeparatedByCommas) {
  const auto durations = [](const std::string& text) {
    return gateway::value_of(query(text), gateway::required(gateway::durations));
  };
  EXPECT_EQ(durations("duration=1800"), "1800");
  EXPECT_EQ(durations("duration=1800,0,-1.5"), "1800,0,-1.5");
  for (const char* bad : {"", "duration=", "duration=,", "duration=1,", "duration=1,,2", "duration=1,1h"})
    EXPECT_EQ(field(problem_thrown_by([&] { durations(bad); })), "duration") << bad;
}

TEST(Parameters, ListsHaveNoEmptyName) {
  const auto list = [](const std::string& text) { return gateway::reads::list(query(text), gateway::list("status")); };
  EXPECT_EQ(list(""), std::nullopt);
  EXPECT_EQ(list("status=pending,held"), "pending,held");
  EXPECT_EQ(list("status=a+b"), "a+b");
  for (const char* bad : {"status=", "status=,", "status=a,", "status=,a", "status=a,,b"})
    EXPECT_EQ(problem_thrown_by([&] { list(bad); }).status, 400) << bad;
}

TEST(EventIds, AreWholePositiveNumbers) {
  const auto id = [](const char* text) {
    auto asked = request("GET", "/");
    asked.parameter = text;
    return gateway::reads::id(asked, gateway::event_id);
  };
  EXPECT_EQ(id("1"), "1");
  EXPECT_EQ(id("9223372036854775807"), "9223372036854775807");
  for (const char* bad : {"0", "-1", "+1", "1.0", "01", "abc", "1x", " 1", "9223372036854775808", "1e3", "\u0661",
                          "99999999999999999999999999999999999999999"})
    EXPECT_EQ(problem_thrown_by([&] { id(bad); }).status, 404) << bad;
}

TEST(NextLink, KeepsAllParametersButTheCursor) {
  EXPECT_EQ(gateway::next_link(query("calendar=room%3Aa&after=1,2&limit=5"), "3,4"),
            "</events?calendar=room%3Aa&limit=5&after=3%2C4>; rel=\"next\"");
  EXPECT_EQ(gateway::next_link(query(""), "7"), "</events?after=7>; rel=\"next\"");
}

}  // namespace
}  // namespace jb::test
