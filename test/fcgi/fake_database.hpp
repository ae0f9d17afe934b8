// SPDX-License-Identifier: PostgreSQL
//
// Stand-ins for PostgreSQL that give the answers set by a test, and record the calls.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fcgi/database.hpp"
#include "fcgi/message.hpp"
#include "rows.hpp"

namespace jb::test {

struct Call {
  std::string name;
  pg::Parameters values;
  gateway::Access access = gateway::Access::read;
  std::optional<gateway::Role> role;

  /// The value of this parameter of a route's statement. Throws std::out_of_range if the statement does not name it.
  const pg::Parameter& value(std::string_view parameter) const;
};

/// Answers principal_of from `principals` and everything else from `answer`, or throws `error`.
class FakeBackend final : public gateway::Backend {
 public:
  pg::Result run(const gateway::Statement& statement, const pg::Parameters& values, gateway::Access access,
                 std::optional<gateway::Role> role) override;

  std::vector<Row> principals = {{"the-manager", "manager"}};
  std::vector<Row> answer;
  std::optional<pg::Error> error;
  std::vector<Call> calls;      ///< all but those for the principal
  int principal_questions = 0;  ///< the number of the latter
};

/// Answers everything from `answer`.
class FakeDatabase final : public gateway::Backend {
 public:
  explicit FakeDatabase(std::vector<Row> answer = {}) : answer(std::move(answer)) {}
  pg::Result run(const gateway::Statement& statement, const pg::Parameters& values, gateway::Access access,
                 std::optional<gateway::Role> role) override;

  std::vector<Row> answer;
  std::vector<Call> calls;
};

/// A request with a manager's certificate whose target is not parsed yet.
gateway::Request request(std::string method, std::string target, std::string body = {});

/// A request whose target is parsed.
gateway::Request parsed(std::string method, std::string target, std::string body = {});

/// The response that the request's route makes from the database's answer.
gateway::Response served(gateway::Request request, gateway::Backend& database);

/// The Problem that the function threw; fails the test and has status 0 if it threw none.
template <typename Function>
gateway::Problem problem_thrown_by(Function function);

/// The value of a header, or "" when there is none.
std::string header(const gateway::Response& response, const std::string& name);

void report_missing_problem();

template <typename Function>
gateway::Problem problem_thrown_by(Function function) {
  try {
    function();
  } catch (const gateway::Problem& problem) {
    return problem;
  }
  report_missing_problem();
  return {0, "", "", ""};
}

}  // namespace jb::test
