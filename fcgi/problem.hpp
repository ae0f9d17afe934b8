// SPDX-License-Identifier: PostgreSQL
//
// Every answer that is no success: RFC 9457 problem details. A handler throws a Problem; gateway.cpp makes the answer.
// The table from SQLSTATE to problem is extension/errors.def for what the functions raise themselves, and problem.cpp
// for what PostgreSQL raises by itself. The text of an error that is in neither goes to the log, never to a client.
#pragma once

#include <nlohmann/json.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "database.hpp"
#include "pg/error.hpp"
#include "response.hpp"

namespace jb::gateway {

using Json = nlohmann::ordered_json;

/// Thrown to answer a request with an error.
class Problem : public std::exception {
 public:
  /// type: the last part of "/problems/…". detail: what happened this time, for the client.
  Problem(int status, std::string type, std::string title, std::string detail)
      : status(status), type(std::move(type)), title(std::move(title)), detail(std::move(detail)) {}
  const char* what() const noexcept override { return title.c_str(); }

  Problem& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }

  int status;
  std::string type;
  std::string title;
  std::string detail;
  Json members = Json::object();  ///< further members, such as reason or errors
  std::vector<std::pair<std::string, std::string>> headers;
  std::string log;  ///< for the operator only
};

/// The problem of an error of the database. Never 40001 or 40P01 to the client as such: those were retried before.
/// A field of a reading route, whose parameters from, to and limit are from_time, to_time and max_rows in SQL, is named
/// as the client named it.
Problem problem_of(const pg::Error& error, Access access = Access::write);

/// The error's hint, which names routes where SQL has functions.
std::string hint_of(const pg::Error& error);

/// 500, with `log` for the operator and not a word of it for the client.
Problem internal_problem(std::string log);

/// The problem as application/problem+json, with the request's id; for the metrics, why a call was rejected that was no
/// dry run. Invalid UTF-8 in a text is replaced (U+FFFD).
Response problem_response(const Problem& problem, std::string_view request_id);

Problem bad_request(std::string detail);   ///< 400
Problem not_found(std::string detail);     ///< 404
Problem no_token(std::string detail);      ///< 401, which asks for a token
Problem too_large(std::string detail);     ///< 413
Problem invalid_body(std::string detail);  ///< 422 of the body as a whole

/// 422 for a member of the body, in the words in which the database refuses a field.
Problem invalid(const std::string& field, const std::string& value, const std::string& message);

/// 409 of an event that has no place. Its type and title come from the reason: no_open_slot gives
/// "/problems/no-open-slot" and "No open slot".
Problem rejected(const std::string& reason, std::string detail);

/// 400 that names a query parameter or header and the value it came with.
Problem bad_parameter(std::string_view name, std::string_view value, std::string_view wanted);

}  // namespace jb::gateway
