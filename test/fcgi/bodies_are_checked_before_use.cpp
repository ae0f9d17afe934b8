// SPDX-License-Identifier: PostgreSQL
//
// Promise: a body of the wrong kind, size or encoding is refused with the right status before it reaches the database.
// The same holds for a write requested by a foreign page, or one that asks for a guarantee that is not kept.
//
// Why it could break: a NUL byte would end the text on its way through libpq, and half a body could still be valid.
#include <gtest/gtest.h>

#include "fake_database.hpp"
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

}  // namespace
}  // namespace jb::test
