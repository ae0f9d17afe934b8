// SPDX-License-Identifier: PostgreSQL
//
// Promise: a body of the wrong kind, size or encoding is refused with the right status before it reaches the database.
// The same holds for a write requested by a foreign page, or one that asks for a guarantee that is not kept.
//
// Why it could break: a NUL byte would end the text on its way through libpq, and half a body could still be valid.
//
// Promise: a parameter that is unknown, repeated or malformed is refused with its name and value; a valid one reaches
// the database in PostgreSQL's form.
//
// Why it could break: ignoring a mistyped name lists the wrong events, and nobody notices.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "fcgi/answers.hpp"
#include "fcgi/arguments.hpp"
#include "fcgi/gateway.hpp"

namespace jb::test {
namespace {

struct Bodies : testing::Test {
  gateway::Gateway gateway;
  FakeBackend backend;

  gateway::Response answer(gateway::Request asked) { return gateway.answer(asked, backend, {}); }
  int status(gateway::Request asked) {
    const int result = answer(std::move(asked)).status;
    EXPECT_TRUE(backend.calls.empty());
    return result;
  }
  static gateway::Request typed(const char* method, const char* target, const char* type) {
    gateway::Request asked = request(method, target, "{}");
    asked.content_type = type;
    return asked;
  }
};

TEST_F(Bodies, OfAnotherTypeAre415) {
  for (const char* type :
       {"text/plain", "application/merge-patch+json", "application/jsonx", "application/json;charset=latin1",
        "application/json, text/plain", "multipart/form-data", "", "application/json; charset=\"utf-8",
        "application/json; charset=\"utf-8\\\"", "application/json; charset=\"utf-8\"x",
        "application/json; charset=", "application/json; charset", "application/json charset=utf-8", "application/",
        "/json", "application/json/x", "application/json; charset=utf-8x"}) {
    const auto response = answer(typed("POST", "/events", type));
    EXPECT_EQ(response.status, 415) << type;
    EXPECT_EQ(header(response, "Accept"), "application/json") << type;
  }
  const auto patch = answer(typed("PATCH", "/events/7", "text/plain"));
  EXPECT_EQ(patch.status, 415);
  EXPECT_EQ(header(patch, "Accept-Patch"), "application/merge-patch+json, application/json");
  gateway::Request compressed = typed("POST", "/events", "application/json");
  compressed.content_encoding = "gzip";
  EXPECT_EQ(status(compressed), 415);
}

TEST_F(Bodies, OfTheRightTypePass) {
  backend.answer = {{"updated", "f", R"({"id":7,"version":4})", "7", "4", std::nullopt, std::nullopt, std::nullopt}};
  for (const char* type :
       {"application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\"",
        "application/json ; x=\"a;\\\"b\"; ; charset=utf8", "application/json;"})
    EXPECT_EQ(answer(typed("PUT", "/events/7", type)).status, 200) << type;
  for (const char* type :
       {"application/json", "application/merge-patch+json", "application/merge-patch+json;charset=utf-8"})
    EXPECT_EQ(answer(typed("PATCH", "/events/7", type)).status, 200) << type;
}

TEST_F(Bodies, ThatAreNoCleanTextAre400) {
  EXPECT_EQ(status(request("POST", "/events", std::string("{\"event_name\":\"a\0b\"}", 20))), 400);
  gateway::Request empty = typed("POST", "/events", "application/json");
  empty.body.clear();
  EXPECT_EQ(status(empty), 400);
}

TEST_F(Bodies, ThatDidNotArriveAreRefused) {
  gateway::Request cut = request("POST", "/events", "{}");
  cut.is_cut_short = true;
  EXPECT_EQ(status(cut), 400);
}

TEST_F(Bodies, AreRefusedWhereNoneIsTaken) {
  EXPECT_EQ(status(request("GET", "/events", "{}")), 400);
  EXPECT_EQ(status(request("DELETE", "/events/7", "{}")), 400);
}

TEST_F(Bodies, OfACancelHoldADryRunOrNothing) {
  backend.answer = {{"cancelled", "f", R"({"id":7,"version":4})", "7", "4", std::nullopt, std::nullopt, std::nullopt}};
  for (const auto& [body, dry_run] : std::vector<std::pair<std::string, std::string>>{
           {"", "false"}, {"{}", "false"}, {R"({"dry_run":true})", "true"}, {R"({"dry_run":false})", "false"}}) {
    EXPECT_EQ(answer(request("POST", "/events/7/cancel", body)).status, 200) << body;
    EXPECT_EQ(backend.calls.back().value("dry_run"), dry_run) << body;
  }
  backend.calls.clear();
  for (const char* invalid : {"[]", "1", R"({"dry_run":1})", R"({"reason":"x"})", R"({"dry_run":true,"x":true})"})
    EXPECT_EQ(status(request("POST", "/events/7/cancel", invalid)), 422) << invalid;
  for (const char* broken : {"{", "nonsense", "{}{}"})
    EXPECT_EQ(status(request("POST", "/events/7/cancel", broken)), 400) << broken;
}

// libpq would cut such a text at the NUL, and the call would silently answer for another participant, "one".
TEST_F(Bodies, WithATextThatHoldsANulAreRefused) {
  EXPECT_EQ(status(request("POST", "/events/7/cancel", R"({"scope":"one\u0000x"})")), 422);
  EXPECT_EQ(status(request("POST", "/polls/7/participants", R"({"name":"Anna\u0000x"})")), 422);
  EXPECT_EQ(status(request("POST", "/calendars/ceo/feed", R"({"shows":"busy\u0000x"})")), 422);
}

TEST_F(Bodies, OfPostAreOneObject) {
  for (const char* list : {"[]", " \n\t[{}]"}) EXPECT_EQ(status(request("POST", "/events", list)), 422) << list;
}

// Some parsers take the last of them, others the first, so the body checked might not be the body used (RFC 8259, 4).
TEST_F(Bodies, WithANameTwiceInOneObjectAreRefused) {
  for (const auto& [body, name] : std::vector<std::pair<std::string, std::string>>{
           {R"({"duration": 60, "event_name": "a", "duration" : 120})", "duration"},
           {R"({"event_name": "a", "event\u005fname": "b"})", "event_name"},
           {R"({"metadata": {"a": {"b": 1, "c": "}", "b": 2}}})", "b"},
           {R"({"attachments": [{"name": "a"}, {"name": "b", "url": "\"", "name": "c"}]})", "name"}}) {
    const auto response = answer(request("POST", "/events", body));
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_EQ(nlohmann::json::parse(response.body).at("errors").at(0).at("field"), name) << body;
  }
  EXPECT_EQ(status(request("PATCH", "/events/batch", R"([{"id": 1, "status": "a", "id": 2}])")), 422);
  EXPECT_EQ(status(request("POST", "/events/7/cancel", R"({"dry_run": true, "dry_run": false})")), 422);
}

TEST_F(Bodies, WithANameInTwoObjectsPass) {
  // Neither a value nor a part of a text is a name; malformed JSON is left for the database to refuse.
  for (const char* body : {R"({"a": {"a": 1, "b": {"a": 2}}, "b": [{"a": 1}, {"a": 2}, "a", "a"], "c": "a", "d": "a"})",
                           R"({"a": "{\"a\": 1, \"a\": 2}", "b": "\\", "c": "\\\""})", R"({"a": 1}}{"a": "b)",
                           R"({"a\u": 1, "\ud800": 2, "": 3, " ": 4})", R"({"a":1,"A":2})"}) {
    backend.calls.clear();
    answer(request("POST", "/events", body));
    EXPECT_EQ(backend.calls.size(), 1U) << body;
  }
}

TEST_F(Bodies, FromAForeignPageAre403) {
  backend.answer = {{"t"}};
  gateway::Request asked = request("DELETE", "/events/7");
  EXPECT_EQ(answer(asked).status, 204);
  backend.calls.clear();
  asked.has_own_origin = "";  // nginx compares (test/hostile/test_origins.py)
  EXPECT_EQ(status(asked), 403);
  EXPECT_TRUE(backend.calls.empty());
  gateway::Request reading = request("GET", "/events/7/history");
  reading.has_own_origin = "";
  EXPECT_EQ(answer(reading).status, 200);
}

TEST_F(Bodies, WithPromisesThatTheirRouteDoesNotKeepAreRefused) {
  gateway::Request repeatable = request("PUT", "/calendars/a", "{}");
  repeatable.idempotency_key = "\"key\"";
  EXPECT_EQ(status(repeatable), 400);
  gateway::Request create_only = request("PUT", "/calendars/a", "{}");
  create_only.if_none_match = "*";
  EXPECT_EQ(status(create_only), 400);
}

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
