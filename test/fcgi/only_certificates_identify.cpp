// SPDX-License-Identifier: PostgreSQL
//
// Promise (rules 6.1 and 6.2): nginx identifies the calling certificate, and the database names its principal and role.
// No header changes either, and the statement runs under that role.
//
// Why it could break: FastCGI puts headers and nginx's own parameters into one list of names.
#include <gtest/gtest.h>

#include <vector>

#include "fake_database.hpp"
#include "fcgi/gateway.hpp"

namespace jb::test {
namespace {

using gateway::Clock;

gateway::Request read(std::vector<const char*> variables) {
  variables.push_back(nullptr);
  return gateway::read_request(variables.data());
}

TEST(ForgedIdentity, IsNotRead) {
  const auto forged =
      read({"REQUEST_METHOD=GET", "REQUEST_URI=/events", "HTTP_JB_CLIENT_VERIFY=SUCCESS",
            "HTTP_JB_CLIENT_SUBJECT=CN=manager", "HTTP_JB_FACE=admin", "HTTP_X_SSL_CLIENT_VERIFY=SUCCESS",
            "HTTP_X_PRINCIPAL=manager", "SSL_CLIENT_VERIFY=SUCCESS"});
  EXPECT_EQ(forged.verify, "");
  EXPECT_EQ(forged.subject, "");
  EXPECT_EQ(forged.face, gateway::Face::main);
  EXPECT_EQ(forged.principal, "");
}

struct Identity : testing::Test {
  gateway::Gateway gateway;
  FakeBackend backend;
  Clock::time_point now{};

  int status(gateway::Request asked) { return gateway.answer(asked, backend, now).status; }
  gateway::Request get(const char* target = "/calendars") { return request("GET", target); }
};

TEST_F(Identity, WithoutAValidCertificateIs401) {
  for (const char* verify : {"NONE", "", "FAILED:certificate has expired", "success", "SUCCESS "}) {
    gateway::Request asked = get();
    asked.verify = verify;
    EXPECT_EQ(status(asked), 401) << verify;
  }
  gateway::Request nameless = get();
  nameless.subject = "";
  EXPECT_EQ(status(nameless), 401);
  EXPECT_EQ(backend.principal_questions, 0);
}

TEST_F(Identity, OfAnotherThanThePageWasOpenedByIs403) {
  gateway::Request asked = get();
  backend.principals = {{"J\u00f6rg M.", "viewer"}};
  asked.expected_principal = "J%C3%B6rg%20M.";
  EXPECT_EQ(status(asked), 200);
  asked.expected_principal = "J%C3%B6rg";
  EXPECT_EQ(status(asked), 403);
}

TEST_F(Identity, OfASignInIsItsSubject) {
  gateway::Request signed_in = get();
  signed_in.verify = "SIGNED-IN";
  EXPECT_EQ(status(signed_in), 200);
  signed_in.subject = "";  // the sign-in is not as agreed, which is no fault of the caller
  EXPECT_EQ(status(signed_in), 503);
  EXPECT_EQ(backend.principal_questions, 1);
}

TEST_F(Identity, OfAStrangerIs403OnEveryPath) {
  backend.principals = {};
  for (const char* target : {"/calendars", "/no/such/route", "/%zz"}) EXPECT_EQ(status(get(target)), 403) << target;
  EXPECT_TRUE(backend.calls.empty());
}

TEST_F(Identity, GivesTheStatementItsRole) {
  for (const auto& [name, role] :
       std::vector<std::pair<std::string, gateway::Role>>{{"manager", gateway::Role::manager},
                                                          {"secretary", gateway::Role::secretary},
                                                          {"viewer", gateway::Role::viewer}}) {
    backend.principals = {{"someone", name}};
    now += std::chrono::seconds(2);
    EXPECT_EQ(status(get()), 200);
    EXPECT_EQ(backend.calls.back().role, role);
    EXPECT_EQ(backend.calls.back().access, gateway::Access::read);
  }
  backend.principals = {{"someone", "superuser"}};
  now += std::chrono::seconds(2);
  EXPECT_EQ(status(get()), 403);
}

TEST_F(Identity, IsKeptForASecondAtMost) {
  status(get());
  now += std::chrono::milliseconds(999);
  status(get());
  EXPECT_EQ(backend.principal_questions, 1);
  backend.principals = {};
  now += std::chrono::milliseconds(1);
  EXPECT_EQ(status(get()), 403);
  EXPECT_EQ(backend.principal_questions, 2);
}

TEST_F(Identity, IsIssuerAndSubjectTogether) {
  status(get());
  gateway::Request other = get();
  other.issuer = "CN=other ca";
  backend.principals = {};
  EXPECT_EQ(status(other), 403);
}

TEST_F(Identity, IsNotCachedWhenTheDatabaseIsAway) {
  backend.error = pg::Error("08001", "no such socket");
  EXPECT_EQ(status(get()), 503);
  backend.error.reset();
  EXPECT_EQ(status(get()), 200);
}

TEST_F(Identity, NamesThePrincipalInWrites) {
  backend.answer = {{"placed", "f", R"({"id":7,"version":1})", "7", "1"}};
  EXPECT_EQ(status(request("POST", "/events", "{}")), 201);
  EXPECT_EQ(backend.calls.back().values, (pg::Parameters{"{}", std::nullopt, "the-manager", std::nullopt}));
  EXPECT_EQ(backend.calls.back().access, gateway::Access::write);
}

TEST_F(Identity, IsNotNeededForProbesOnLoopback) {
  const auto probe = [&](const char* method, const char* target) {
    gateway::Request asked = request(method, target);
    asked.verify = "NONE";
    asked.subject = "";
    asked.face = gateway::Face::admin;
    return status(asked);
  };
  backend.answer = {{"{}"}};
  EXPECT_EQ(probe("GET", "/health"), 200);
  EXPECT_EQ(backend.calls.back().role, gateway::Role::operator_);
  EXPECT_EQ(probe("GET", "/events"), 404);
  EXPECT_EQ(probe("POST", "/events"), 404);
  EXPECT_EQ(probe("POST", "/health"), 405);
  backend.error = pg::Error("08001", "no such socket");
  EXPECT_EQ(probe("GET", "/health/live"), 200);
  EXPECT_EQ(probe("GET", "/health"), 503);
}

}  // namespace
}  // namespace jb::test
