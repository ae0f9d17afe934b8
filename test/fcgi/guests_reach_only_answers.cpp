// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 6.8): on the public face, which asks for no certificate, a guest has only four abilities: to see and
// answer a poll, to organise it by its token, to read a calendar's feed, and to book with a provider who has a page.
// Each call runs under the guest's role. Neither a certificate nor a header changes this.
//
// Why it could break: both faces share one process and one table of routes.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "fcgi/gateway.hpp"
#include "fcgi/message.hpp"

namespace jb::test {
namespace {

using gateway::Clock;

struct Guests : testing::Test {
  gateway::Gateway gateway;
  FakeBackend backend;
  Clock::time_point now{};

  gateway::Request guest(const std::string& method, const std::string& target, const std::string& body = {}) {
    gateway::Request asked = request(method, target, body);
    asked.face = gateway::Face::guest;
    return asked;
  }
  gateway::Response ask(gateway::Request asked) { return gateway.answer(asked, backend, now); }
};

std::string example(std::string_view pattern) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size();) {
    if (pattern[i] != ':') {
      path += pattern[i++];
      continue;
    }
    path += '1';
    i = std::min(pattern.find_first_of("/.", i), pattern.size());
  }
  return path;
}

TEST_F(Guests, FindNoOtherRoute) {
  int open = 0;
  for (const auto& route : gateway::routes()) {
    if (route.face == gateway::Face::guest) {
      EXPECT_TRUE(route.pattern.starts_with("/polls/:id") || route.pattern == "/feeds/:token.ics" ||
                  route.pattern.starts_with("/book/:id"))
          << route.pattern;
      ++open;
      continue;
    }
    const auto response = ask(guest(std::string(route.method), example(route.pattern), "{}"));
    EXPECT_EQ(response.status, 404) << route.method << " " << route.pattern;
    EXPECT_EQ(header(response, "Allow"), "") << route.pattern;
  }
  EXPECT_EQ(open, 18);
  EXPECT_TRUE(backend.calls.empty());
  EXPECT_EQ(backend.principal_questions, 0);
}

TEST_F(Guests, AreToldOfTheirMethodsOnly) {
  for (const char* method : {"GET", "POST", "PATCH"}) {
    const auto response = ask(guest(method, "/polls/1/schedules/Anna"));
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(header(response, "Allow"), "DELETE, OPTIONS, PUT");
  }
  EXPECT_EQ(header(ask(guest("OPTIONS", "/polls/1/schedules/Anna")), "Allow"), "DELETE, OPTIONS, PUT");
  EXPECT_EQ(header(ask(guest("OPTIONS", "/polls/1")), "Allow"), "DELETE, GET, HEAD, OPTIONS, PATCH");
  EXPECT_EQ(ask(guest("OPTIONS", "/polls")).status, 404);
  EXPECT_EQ(ask(guest("OPTIONS", "/events")).status, 404);
}

TEST_F(Guests, AnswerUnderTheGuestsRole) {
  backend.answer = {{R"({"participant": "Anna"})", std::nullopt}};
  auto asked = guest("PUT", "/polls/1/schedules/Anna%20B", "[]");
  asked.content_type = "application/json";
  asked.authorization = "Bearer jbp_1";
  EXPECT_EQ(ask(asked).status, 200);
  ASSERT_EQ(backend.calls.size(), 1U);
  EXPECT_EQ(backend.calls[0].role, gateway::Role::guest);
  EXPECT_EQ(backend.calls[0].values, (pg::Parameters{"1", "Anna B", "[]", "jbp_1", std::nullopt}));
}

TEST_F(Guests, BookUnderTheGuestsRoleAndWithoutAKey) {
  auto asked = guest("POST", "/polls/7/book", "{}");
  asked.content_type = "application/json";
  asked.authorization = "Bearer jbo_1";
  asked.idempotency_key = "\"k\"";
  EXPECT_EQ(ask(asked).status, 400);
  EXPECT_TRUE(backend.calls.empty());
  asked.idempotency_key.clear();
  backend.answer = {{"placed", "f", R"({"id":9,"version":1})", "9", "1"}};
  EXPECT_EQ(ask(asked).status, 201);
  ASSERT_EQ(backend.calls.size(), 1U);
  EXPECT_EQ(backend.calls[0].role, gateway::Role::guest);
  EXPECT_EQ(backend.calls[0].value("principal"), "organiser of poll 7");
}

TEST_F(Guests, ReadAFeedUnderTheGuestsRole) {
  backend.answer = {{"a1", "BEGIN:VCALENDAR"}};
  auto asked = guest("GET", "/feeds/jbf_1.ics?free_busy");
  asked.if_none_match = "\"a0\", W/\"b0\"";
  const auto response = ask(asked);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_EQ(header(response, "ETag"), "\"a1\"");
  ASSERT_EQ(backend.calls.size(), 1U);
  EXPECT_EQ(backend.calls[0].role, gateway::Role::guest);
  EXPECT_EQ(backend.calls[0].value("path"), "jbf_1");
  EXPECT_EQ(backend.calls[0].value("tags"), R"("a0", W/"b0")");
  EXPECT_EQ(backend.calls[0].value("free_busy"), "true");
  backend.answer = {{"a1", std::nullopt}};
  EXPECT_EQ(ask(asked).status, 304);
}

TEST_F(Guests, WithACertificateStayGuests) {
  backend.answer = {{R"({"participant": "Anna"})", std::nullopt}};
  auto asked = guest("PUT", "/polls/1/schedules/Anna", "[]");
  asked.content_type = "application/json";
  ASSERT_EQ(asked.verify, "SUCCESS");
  EXPECT_EQ(ask(asked).status, 200);
  EXPECT_EQ(backend.calls[0].role, gateway::Role::guest);
  EXPECT_EQ(backend.principal_questions, 0);
}

TEST_F(Guests, AreAskedForATokenOnceTheyAreRefused) {
  backend.error = pg::Error("42501", "poll 1 is closed to you", "The token was left out.", "Give the token.");
  const auto nobody = ask(guest("DELETE", "/polls/1/schedules/Anna"));
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(header(nobody, "WWW-Authenticate"), "Bearer");
  auto wrong = guest("DELETE", "/polls/1/schedules/Anna");
  wrong.authorization = "Bearer jbp_1";
  EXPECT_EQ(ask(wrong).status, 403);
  auto certified = request("DELETE", "/polls/1/schedules/Anna");
  EXPECT_EQ(ask(certified).status, 403);
}

TEST(BearerTokens, AreReadStrictly) {
  const auto token = [](const char* text) {
    gateway::Request asked = request("GET", "/polls/1");
    asked.authorization = text;
    return gateway::bearer_token(asked);
  };
  EXPECT_EQ(token("Bearer jbo_0a"), "jbo_0a");
  EXPECT_EQ(token("bearer  jbo_0a"), "jbo_0a");
  for (const char* text : {"Basic jbo_0a", "Bearer", "Bearer ", "Bearerjbo_0a", "Bearer jbo 0a", "Bearer \"jbo_0a\""}) {
    const auto problem = problem_thrown_by([&] { token(text); });
    EXPECT_EQ(problem.status, 400) << text;
    EXPECT_EQ(problem.detail.find("0a"), std::string::npos) << "the token is shown";
  }
  EXPECT_EQ(gateway::bearer_token(request("GET", "/polls/1")), std::nullopt);
}

}  // namespace
}  // namespace jb::test
