// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 5.9): a key is the same with and without quotes, and a malformed key is refused before anything is
// written.
//
// Why it could break: an extra quote makes it another key, and a repeated request books a second event.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "fcgi/gateway.hpp"
#include "fcgi/request.hpp"
#include "fcgi/router.hpp"

namespace jb::test {
namespace {

pg::Parameter key_of(const std::string& header) {
  gateway::Request asked = request("POST", "/events", "{}");
  asked.idempotency_key = header;
  return gateway::idempotency_key(asked);
}

TEST(IdempotencyKeys, AreTheSameWithQuotesAndWithout) {
  EXPECT_EQ(gateway::idempotency_key(request("POST", "/events", "{}")), std::nullopt);
  EXPECT_EQ(key_of("8e03-a"), "8e03-a");
  EXPECT_EQ(key_of("\"8e03-a\""), "8e03-a");
  EXPECT_EQ(key_of(R"("a \"b\" \\c")"), R"(a "b" \c)");
  EXPECT_EQ(key_of(R"(a"b)"), R"(a"b)");
  EXPECT_EQ(key_of(std::string(255, 'x')), std::string(255, 'x'));
  EXPECT_EQ(key_of('"' + std::string(255, 'x') + '"'), std::string(255, 'x'));
}

TEST(IdempotencyKeys, ThatAreNoneAre400) {
  for (const std::string header :
       {"\"\"", "\" \"", "\"   \"", " ", "\"", "\"a", "\"a\"b", "\"a\\", "\"a\\b\"", "tab\there", "\xC3\xBC", "\x7F"})
    EXPECT_EQ(problem_thrown_by([&] { key_of(header); }).status, 400) << header;
  EXPECT_EQ(problem_thrown_by([] { key_of(std::string(256, 'x')); }).status, 400);
}

// Otherwise one of two keys, or the only key, would be ignored, and a repetition would book again.
TEST(IdempotencyKeys, ThatAreSentTwiceOrBlankAre400) {
  const auto key_sent_as = [](std::vector<const char*> parameters) {
    parameters.push_back(nullptr);
    return gateway::idempotency_key(gateway::read_request(parameters.data()));
  };
  EXPECT_EQ(key_sent_as({"REQUEST_METHOD=POST"}), std::nullopt);
  EXPECT_EQ(key_sent_as({"HTTP_IDEMPOTENCY_KEY=a"}), "a");
  EXPECT_EQ(key_sent_as({"HTTP_IDEMPOTENCY_KEY=\"a, b\""}), "a, b");
  for (const std::vector<const char*>& sent :
       {std::vector{"HTTP_IDEMPOTENCY_KEY="}, std::vector{"HTTP_IDEMPOTENCY_KEY=a", "HTTP_IDEMPOTENCY_KEY=b"},
        std::vector{"HTTP_IDEMPOTENCY_KEY=a", "HTTP_IDEMPOTENCY_KEY=a"}, std::vector{"HTTP_IDEMPOTENCY_KEY=a, b"},
        std::vector{"HTTP_IDEMPOTENCY_KEY=\"a\"", "HTTP_IDEMPOTENCY_KEY=\"b\""},
        std::vector{"HTTP_IDEMPOTENCY_KEY=\"a\", \"b\""},
        std::vector{"HTTP_IDEMPOTENCY_KEY=", "HTTP_IDEMPOTENCY_KEY=a"},
        std::vector{"HTTP_IDEMPOTENCY_KEY=a", "HTTP_IDEMPOTENCY_KEY="}})
    EXPECT_EQ(problem_thrown_by([&] { key_sent_as(sent); }).status, 400) << sent.front();
}

TEST(IdempotencyKeys, ReachTheDatabaseFromEveryRouteThatTakesThem) {
  gateway::Gateway gateway;
  for (const gateway::Route& route : gateway::routes()) {
    if (route.access != gateway::Access::write) continue;
    const auto is_below = [&](std::string_view path) { return route.pattern.starts_with(path); };
    const bool books = is_below("/events") || is_below("/api/v1/sessions") || is_below("/appointments") ||
                       route.pattern == "/polls/:id/book" || route.pattern == "/calendars/:name/import";
    EXPECT_EQ(route.takes_header("Idempotency-Key"), books) << route.method << " " << route.pattern;
    FakeBackend backend;
    backend.answer = {{"t", "f", R"({"id":7,"version":4})", "7", "4", "{}", std::nullopt, std::nullopt}};
    std::string target(route.pattern);
    while (target.find(':') != std::string::npos) {
      const auto colon = target.find(':');
      target.replace(colon, target.find('/', colon) - colon, "7");
    }
    const std::string body = route.pattern == "/events/batch"       ? "[]"
                             : route.pattern.ends_with("/status")   ? R"({"status":"DENIED"})"
                             : route.body == gateway::Body::members ? ""
                                                                    : R"({"dry_run":false})";
    gateway::Request asked = request(std::string(route.method), target, route.body == gateway::Body::none ? "" : body);
    if (route.body == gateway::Body::calendar) asked.content_type = "text/calendar";
    asked.idempotency_key = "\"the-key\"";
    const int status = gateway.answer(asked, backend, {}).status;
    if (!route.takes_header("Idempotency-Key")) {
      EXPECT_EQ(status, 400) << route.method << " " << route.pattern;
      continue;
    }
    ASSERT_EQ(backend.calls.size(), 1U) << route.method << " " << route.pattern;
    const auto& values = backend.calls.front().values;
    EXPECT_NE(std::find(values.begin(), values.end(), pg::Parameter("the-key")), values.end()) << route.pattern;
  }
}

}  // namespace
}  // namespace jb::test
