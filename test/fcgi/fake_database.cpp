// SPDX-License-Identifier: PostgreSQL
#include "fake_database.hpp"

#include <gtest/gtest.h>

#include "fcgi/gateway.hpp"
#include "fcgi/route.hpp"

namespace jb::test {

const pg::Parameter& Call::value(std::string_view parameter) const {
  const auto routes = gateway::routes();
  const auto route = std::ranges::find(routes, name, &gateway::Route::name);
  return values.at(sql::number_in(route->sql.names, parameter) - 1);
}

pg::Result FakeBackend::run(const gateway::Statement& statement, const pg::Parameters& values, gateway::Access access,
                            std::optional<gateway::Role> role) {
  if (error) throw *error;
  if (std::string(statement.name) == "principal") {
    ++principal_questions;
    return rows(principals);
  }
  calls.push_back({statement.name, values, access, role});
  return rows(answer);
}

pg::Result FakeDatabase::run(const gateway::Statement& statement, const pg::Parameters& values, gateway::Access access,
                             std::optional<gateway::Role> role) {
  calls.push_back({statement.name, values, access, role});
  return rows(answer);
}

gateway::Request request(std::string method, std::string target, std::string body) {
  gateway::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  if (!request.body.empty()) request.content_type = "application/json";
  request.verify = "SUCCESS";
  request.issuer = "CN=ca";
  request.subject = "CN=manager";
  request.has_own_origin = "1";
  request.time = "2026-11-24T21:00:00+00:00";
  request.logged_path = request.target.substr(0, request.target.find('?'));
  request.request_id = "request-1";
  return request;
}

gateway::Request parsed(std::string method, std::string target, std::string body) {
  gateway::Request result = request(std::move(method), std::move(target), std::move(body));
  gateway::parse_target(result);
  return result;
}

gateway::Response served(gateway::Request request, gateway::Backend& database) {
  gateway::find_route(request);
  return gateway::run_route(request, database, gateway::Role::manager);
}

std::string header(const gateway::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return "";
}

void report_missing_problem() { ADD_FAILURE() << "no Problem was thrown"; }

}  // namespace jb::test
