// SPDX-License-Identifier: PostgreSQL
//
// What goes back to a client: an answer, news to wait for, or a problem.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "database.hpp"
#include "pg/connection.hpp"

namespace jb::gateway {

// The news for which a long poll waits.

/// A number that no sequence has: the first look makes the request be answered once more, and tells the number.
inline constexpr std::int64_t unknown = -1;

/// A sequence that grows, and how far its reader has read.
struct Awaited {
  /// Whose: the name of a calendar, "" for the changes of every calendar, whose number differs when changes have come;
  /// "poll 7" for the versions of a poll, "rejections " for all rejections. A calendar's name has no blank.
  std::string what;
  std::int64_t seen = 0;         ///< the last seq, id or version that is known
  std::chrono::seconds wait{0};  ///< how long from the request's arrival, 1 to 50 s
  /// How long from the answer's look until the clock alone makes news, which no sequence tells.
  std::optional<std::chrono::milliseconds> due = std::nullopt;
  /// Where the reader goes on, if the answer has passed over what its caller may not see.
  std::optional<std::string> cursor = std::nullopt;
  friend bool operator==(const Awaited&, const Awaited&) = default;
};

inline constexpr std::string_view every_calendar, all_rejections = "rejections ";

/// What a request awaits that was asked again because of `heard`, whose number is the one that woke the request. A
/// number that was no news to this reader, since its changes have been purged, must not wake the reader again. A reader
/// that has got on may have more to read before that number.
inline Awaited awaited_after(const Awaited& heard, Awaited now) {
  if (now.cursor || now.what != heard.what) return now;
  now.seen = now.what == every_calendar ? heard.seen : std::max(now.seen, heard.seen);
  return now;
}

// What goes back to the client.

/// What a write led to, for the metrics.
struct Told {
  std::string outcome;
  std::string reason;  ///< of a rejection
};

/// An answer; its headers go out in this order. Status line and Content-Length are wire_head's.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<Awaited> awaited = std::nullopt;  ///< there is nothing to tell yet, and the request may wait for it
  std::vector<Told> told = {};                    ///< of a write that was no dry run
  std::string title = {};                         ///< of a problem
  std::string error = {};                         ///< for the log only; empty when there is nothing to say

  /// Adds a header. The value must hold no line break: what comes from a client is encoded first.
  Response& with(std::string name, std::string value) & {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Response&& with(std::string name, std::string value) && {  // a list's body is not copied
    return std::move(this->with(std::move(name), std::move(value)));
  }
};

/// A JSON answer; `body` is one JSON text.
Response json_response(int status, std::string body);

/// What a FastCGI responder writes before the body (RFC 3875, 6): Status, headers, Content-Length, empty line. The
/// reason phrase is that of RFC 9110, or the title of a problem.
std::string wire_head(const Response& response);

// Every answer that is no success: RFC 9457 problem details. A handler throws a Problem; gateway.cpp makes the answer.
// The table from SQLSTATE to problem is extension/errors.def for what the functions raise themselves, and response.cpp
// for what PostgreSQL raises by itself. The text of an error that is in neither goes to the log, never to a client.

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
