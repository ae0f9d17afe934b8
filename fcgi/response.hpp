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

/// Not a valid sequence number. Forces one re-query, which supplies the real one.
inline constexpr std::int64_t kUnknown = -1;

/// A sequence that grows, and how far its reader has read.
struct Awaited {
  /// Which sequence: a calendar's name; "" for the changes of every calendar, whose number differs after any change;
  /// "poll 7" for the versions of a poll; "rejections " for all rejections. A calendar's name has no blank.
  std::string what;
  std::int64_t seen = 0;         ///< the last seq, id or version that is known
  std::chrono::seconds wait{0};  ///< how long from the request's arrival, 1 to 50 s
  /// From the answer's look until the clock alone makes news, which no sequence shows.
  std::optional<std::chrono::milliseconds> due = std::nullopt;
  /// Where the reader goes on, if the answer skipped entries that its caller may not see.
  std::optional<std::string> cursor = std::nullopt;
  friend bool operator==(const Awaited&, const Awaited&) = default;
};

inline constexpr std::string_view kEveryCalendar, kAllRejections = "rejections ";

/// What a request awaits after `heard` woke it and it was answered again. A number that was no news to this reader,
/// because its changes were purged, must not wake it again. A reader that has advanced may have more to read before
/// that number.
inline Awaited awaited_after(const Awaited& heard, Awaited now) {
  if (now.cursor || now.what != heard.what) return now;
  now.seen = now.what == kEveryCalendar ? heard.seen : std::max(now.seen, heard.seen);
  return now;
}

// What goes back to the client.

/// What a write led to, for the metrics.
struct Told {
  std::string outcome;
  std::string reason;  ///< of a rejection
};

/// An answer; its headers are sent in this order. wire_head() adds the status line and Content-Length.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<Awaited> awaited = std::nullopt;  ///< there is no news yet, and the request may wait for this
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

// Every unsuccessful answer: RFC 9457 problem details. A handler throws a Problem; gateway.cpp makes the answer.
// SQLSTATEs map to problems by extension/errors.def for errors that the extension's functions raise, and by
// response.cpp for PostgreSQL's own. The text of an error in neither table goes to the log, never to a client.

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
  Problem& member(const std::string& name, Json value) {
    members[name] = std::move(value);
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

/// The problem of a database error. No client sees 40001 or 40P01 as such: those were retried before. A reading route's
/// parameters from, to and limit are from_time, to_time and max_rows in SQL; errors name them as the client did.
Problem problem_of(const pg::Error& error, Access access = Access::write);

/// The error's hint, with routes in place of SQL functions.
std::string hint_of(const pg::Error& error);

/// 500, with `log` for the operator only.
Problem internal_problem(std::string log);

/// The problem as application/problem+json, with the request's id and, for the metrics, the reason of a rejection that
/// was no dry run. Invalid UTF-8 in a text is replaced (U+FFFD).
Response problem_response(const Problem& problem, std::string_view request_id);

Problem bad_request(std::string detail);   ///< 400
Problem not_found(std::string detail);     ///< 404
Problem no_token(std::string detail);      ///< 401, which asks for a token
Problem too_large(std::string detail);     ///< 413
Problem invalid_body(std::string detail);  ///< 422 of the body as a whole

/// 422 for a member of the body, worded as the database refuses a field.
Problem invalid(const std::string& field, const std::string& value, const std::string& message);

/// 409 for an event without a place. Its type and title come from the reason: no_open_slot gives
/// "/problems/no-open-slot" and "No open slot".
Problem rejected(const std::string& reason, std::string detail);

/// 400 that names a query parameter or header and the value it came with.
Problem bad_parameter(std::string_view name, std::string_view value, std::string_view wanted);

}  // namespace jb::gateway
