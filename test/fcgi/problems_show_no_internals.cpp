// SPDX-License-Identifier: PostgreSQL
//
// Promise: each SQLSTATE is answered with its status, and a caller sees only what that caller caused.
//
// Why it could break: a table kept by hand beside errors.def would drift; the text of an unexpected error names tables,
// paths and constraints.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "fake_database.hpp"
#include "fcgi/gateway.hpp"

namespace jb::test {
namespace {

gateway::Problem problem(const std::string& sqlstate, const std::string& message = "the message",
                         const std::string& detail = "", const std::string& hint = "") {
  return gateway::problem_of(pg::Error(sqlstate, message, detail, hint));
}

// Of two rows with one SQLSTATE, DETAIL names the later one.
TEST(Problems, FollowErrorsDef) {
  const auto told = [](const std::string& sqlstate, const std::string& type) {
    return problem(sqlstate, "the message", R"({"outcome": ")" + type + R"("})");
  };
#define JB_ERROR(name, sqlstate, http, type_, title_, retry, when) \
  EXPECT_EQ(told(sqlstate, type_).status, http) << #name;          \
  EXPECT_EQ(told(sqlstate, type_).type, type_) << #name;           \
  EXPECT_EQ(told(sqlstate, type_).title, title_) << #name;
#include "extension/errors.def"
#undef JB_ERROR
  EXPECT_EQ(problem("JB412", "the message", R"({"outcome": 5})").type, "version-mismatch");
  EXPECT_EQ(problem("JB412").type, "version-mismatch");
}

TEST(Problems, FollowTheContractForForeignCodes) {
  for (const char* code : {"22007", "22008", "22009", "22P05", "22021", "22003", "54001"})
    EXPECT_EQ(problem(code).status, 400) << code;
  EXPECT_EQ(problem("22015").status, 422);
  for (const char* code :
       {"25006", "55P03", "57014", "53100", "53300", "57P01", "57P03", "08006", "08001", "40001", "40P01", "42883"}) {
    const auto unavailable = problem(code);
    EXPECT_EQ(unavailable.status, 503) << code;
    EXPECT_EQ(unavailable.type, "unavailable") << code;
    ASSERT_EQ(unavailable.headers.size(), 1u) << code;
    EXPECT_EQ(unavailable.headers[0].first, "Retry-After") << code;
  }
}

TEST(Problems, OfAnUnexpectedErrorAreMute) {
  for (const char* code : {"23505", "XX000", "42P01", "0A000", "P0001", "JB999", "26000"}) {
    const auto unexpected = problem(code, "relation secret_table", "Key (secret)=(1)", "see /secret/path");
    EXPECT_EQ(unexpected.status, 500) << code;
    EXPECT_EQ(gateway::problem_response(unexpected, "id").body.find("secret"), std::string::npos) << code;
    EXPECT_NE(unexpected.log.find("relation secret_table"), std::string::npos) << code;
  }
}

TEST(Problems, OfPrivilegesAndOutagesAreMuteToo) {
  for (const char* code : {"42501", "42883", "57P01", "08001", "53100", "54001"}) {
    const auto hidden = problem(code, "secret", "secret", "");
    EXPECT_EQ(gateway::problem_response(hidden, "id").body.find("secret"), std::string::npos) << code;
  }
}

TEST(Problems, OfARightThatACalendarDoesNotGrantSayWhichOne) {
  const auto told = problem("42501", "calendar \"anna\" does not grant book", "", "Ask whoever manages the calendar.");
  EXPECT_EQ(told.status, 403);
  EXPECT_EQ(told.detail, "calendar \"anna\" does not grant book");
  EXPECT_EQ(told.members.at("hint"), "Ask whoever manages the calendar.");
}

TEST(Problems, NameRoutesWhereHintsNameFunctions) {
  const auto told = problem("P0002", "calendar \"a\" does not exist", "",
                            "jb_calendars() lists those that exist; jb_calendar_set() makes one.");
  EXPECT_EQ(told.members.at("hint"), "GET /calendars lists those that exist; PUT /calendars/:name makes one.");
}

// Each function that a hint of the extension names has a route, except where no route raises it or no client sees it.
// No hint speaks of SQL, its literals or its arguments either; older_than exists only in SQL.
TEST(Problems, KnowTheWordOfHttpForWhatAHintNames) {
  const std::set<std::string> unheard{"rights.cpp", "day_tree.cpp", "pg_store.cpp", "gist.cpp"};
  const std::regex literal(R"re("([^"\\]|\\.)*")re"),
      function(R"(\bjb_\w+\(\)|\bSQL\b|\bmax_rows\b|interval '(?!1 year))"),
      statement(R"(\b(SELECT|FROM|WHERE|JOIN|UPDATE|INSERT|AND|VALUES)\b)");
  int named = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(JB_SOURCE_DIR "/extension/src")) {
    if (file.path().extension() != ".cpp" || unheard.contains(file.path().filename())) continue;
    std::ifstream stream(file.path());
    for (std::string line; std::getline(stream, line);) {
      for (std::sregex_iterator it(line.begin(), line.end(), literal), end; it != end; ++it) {
        const auto text = it->str();
        if (!std::regex_search(text, function) || std::regex_search(text, statement)) continue;
        ++named;
        const auto said = gateway::hint_of(pg::Error("22023", "", "", text));
        EXPECT_FALSE(std::regex_search(said, function)) << file.path() << ": " << said;
      }
    }
  }
  EXPECT_GT(named, 20);
}

TEST(Problems, ThatTheClientIsToldOfAreLoggedByTheirCodeAlone) {
  for (const char* code : {"22023", "22007", "22P02", "P0002", "55000", "JB422"}) {
    const auto told = problem(code, "invalid value for a field: \"secret\"", "secret", "");
    EXPECT_EQ(told.log, code);
  }
  EXPECT_EQ(problem("42501", "calendar \"secret\" does not grant the right to book", "", "Ask for it.").log, "42501");
}

TEST(Problems, ListAllInvalidFields) {
  const auto invalid = problem(
      "22023", "2 fields are invalid",
      R"([{"field":"duration","value":"0","message":"too short"},{"field":"date","value":"x","message":"no date"}])",
      "Mend them.");
  const auto body = nlohmann::json::parse(gateway::problem_response(invalid, "id").body);
  EXPECT_EQ(body.at("errors").size(), 2u);
  EXPECT_EQ(body.at("errors").at(1).at("field"), "date");
  EXPECT_EQ(body.at("hint"), "Mend them.");
  EXPECT_EQ(body.at("status"), 422);
}

TEST(Problems, OfReadingNameTheParametersOfHttp) {
  const auto invalid = gateway::problem_of(
      pg::Error("22023", "invalid to_time \"to_time\": it must not be before the begin of the range",
                R"([{"field":"to_time","value":"to_time","message":"it must not be before the begin of the range"},)"
                R"({"field":"durations[2]","value":"max_rows","message":"it is no length"}])"),
      gateway::Access::read);
  // Only the field name is translated to the client's word for it. The client's input and the message stay.
  EXPECT_EQ(invalid.detail, "invalid to \"to_time\": it must not be before the begin of the range");
  EXPECT_EQ(invalid.members.at("errors").dump(),
            R"([{"field":"to","value":"to_time","message":"it must not be before the begin of the range"},)"
            R"({"field":"duration[2]","value":"max_rows","message":"it is no length"}])");
  const auto other =
      gateway::problem_of(pg::Error("22023", "invalid status \"max_rows\": there is no such status",
                                    R"([{"field":"status","value":"max_rows","message":"there is no such status"}])"),
                          gateway::Access::read);
  EXPECT_EQ(other.detail, "invalid status \"max_rows\": there is no such status");
}

TEST(Problems, HaveTheMembersOfRfc9457) {
  const auto response = gateway::problem_response(gateway::not_found("There is no event 7."), "id-1");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(header(response, "Content-Type"), "application/problem+json");
  EXPECT_EQ(
      response.body,
      R"({"type":"/problems/not-found","title":"Not found","status":404,"detail":"There is no event 7.","request_id":"id-1"})");
}

TEST(Problems, SurviveInvalidUtf8) {
  EXPECT_NO_THROW(gateway::problem_response(gateway::bad_parameter("a", "\xC3", "is \xFF"), "id"));
}

TEST(Problems, CoverEveryExceptionOnTheWay) {
  gateway::Gateway gateway;
  FakeBackend backend;  // answers without a row where the handler expects an outcome
  gateway::Request post = request("POST", "/events", "{}");
  const auto answer = gateway.answer(post, backend, {});
  EXPECT_EQ(answer.status, 500);
  EXPECT_NE(answer.error, "");
  EXPECT_EQ(answer.body.find("outcome"), std::string::npos);
}

}  // namespace
}  // namespace jb::test
