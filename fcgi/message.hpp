// SPDX-License-Identifier: PostgreSQL
//
// The two messages of HTTP. A request, and what its headers ask for. What goes back to a client: an answer, news to
// wait for, or a problem.
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

// One request as the routes see it, free of FastCGI, so that tests can write one down.

/// The server block of nginx that took the request: the one that asks for certificates, the loopback one for probes, or
/// the public one, which asks for none.
enum class Face { main, admin, guest };

struct Route;

struct Request {
  std::string method;
  std::string target;  ///< path and query as they were sent, percent-encoded
  std::string body;
  std::string content_length;  ///< of the body, while that is unread
  bool is_cut_short = false;   ///< the body was shorter than its Content-Length, and is dropped
  /// Headers; empty if missing. A header sent empty counts as missing, since nginx passes a missing Content-Type as an
  /// empty one; but an empty Idempotency-Key, If-Match or If-None-Match becomes a blank.
  std::string content_type, content_encoding, if_match, if_none_match, origin, idempotency_key, authorization,
      fetch_mode, expected_principal;

  // What nginx says. It comes in parameters without the HTTP_ prefix, which no client's header can become (RFC 3875,
  // 4.1.18). If nginx fails to set one, the safe value stays: no certificate, the main face, another origin.
  std::string verify;                  ///< of the client's certificate: SUCCESS, NONE, or FAILED:reason
  std::string issuer, subject;         ///< of the client's certificate, as RFC 2253 writes names
  std::string face_name;               ///< main, admin or guest
  std::string caller;                  ///< the holder of a share of the turns: issuer and subject, or a guest's network
  std::string has_own_origin;          ///< empty if a page of another origin asks
  std::string time;                    ///< when the request came, for the log
  std::string logged_path;             ///< the path as the log may show it
  std::string public_url;              ///< of the public face, by nginx's settings; empty if there is none
  std::string request_id;              ///< the client's own if that is harmless, else nginx's
  Face face = Face::main;              ///< by face_name
  bool has_waited = false;             ///< a long poll that has waited already, and is answered again
  bool may_wait = true;                ///< false: it must be answered now, with or without news
  std::optional<std::string> read_to;  ///< where a long poll goes on: Awaited::cursor of its last try

  // Filled in on the way to the statement.
  std::vector<std::string> path;                             ///< the target's segments, decoded
  std::vector<std::pair<std::string, std::string>> query;    ///< its parameters, decoded, in order
  std::string parameter;                                     ///< the value of the route's :id or :name
  std::string item;                                          ///< the value of a second placeholder, if there is one
  const Route* route = nullptr;                              ///< null if none was found, or none sought
  std::vector<std::pair<std::string, std::string>> members;  ///< of a body of Body::members, by name
  std::string principal;                                     ///< the caller's name; empty before authentication

  // Filled in by what the database answered.
  bool is_replay = false;  ///< the answer repeats the first one under the request's key; nothing was done
};

/// Builds a request from FastCGI's parameters, "NAME=value" each and null at the end; the body is read separately.
Request read_request(const char* const* parameters);

/// Decodes the target into path and query. A slash at the end is dropped: seed 1 writes both /events and /events/.
/// Throws Problem 400.
void parse_target(Request& request);

/// Percent-decoding (RFC 3986, 2.1); in a query a plus sign is a blank, as HTML forms write it. Throws Problem 400 for
/// a "%" without two hexadecimal digits, a NUL byte, or invalid UTF-8.
std::string percent_decode(std::string_view text, bool plus_is_blank);

/// Encodes all but the unreserved characters of RFC 3986, 2.3, and those of `kept`.
std::string percent_encode(std::string_view text, std::string_view kept = "");

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(const std::string& text);

// What the headers of a request ask for: a precondition (RFC 9110, 13), a key, a token. A token is never logged or
// shown. An event's ETag is its version in quotes, always strong. Once the zone of its calendar has changed, the number
// of changes follows: "3-1". The same version is then shown in another zone. If-Match compares the version, and accepts
// any number of zone changes up to the present one, or none: the answer to a write has the version alone.
//
// A client may nevertheless hold the weak form: when nginx compresses an answer, it writes W/"3" for "3", since the
// bytes differ. So a tag is compared without its W/, in If-Match too. RFC 9110, 13.1.1, asks for the strong comparison
// there, which no weak tag passes: a client with a compressed answer could then change nothing. The strong comparison
// is meant for servers whose weak tag stays the same over small changes. Here every weak tag comes from a strong one,
// and every change of an event increments its version, so no change is lost.

/// The tag in quotes, as the header ETag has it.
std::string etag(std::string_view tag);

/// If-Match as a text array of tags, one of which must be the event's; null if no tag is needed (no header, or "*").
/// Tags that no event can have are left out, since they never match. {0} means that no tag can match, since versions
/// begin at 1. Throws Problem 400 if the header is not a list of entity tags.
pg::Parameter expected_tags(const Request& request);

/// Whether If-None-Match names this tag, so that the client has the answer already; weak comparison. Throws Problem 400
/// as above.
bool is_not_modified(const Request& request, std::string_view tag);

/// The Idempotency-Key, with which a write can safely be repeated after its answer was lost; without its quotes and
/// their escapes (RFC 8941, 3.3.3), or as it came if unquoted; null without the header. Throws Problem 400 unless it is
/// 1 to 255 printable ASCII characters. "\"8e03-a\"" and "8e03-a" are the same key.
pg::Parameter idempotency_key(const Request& request);

/// The token of Authorization, "Bearer TOKEN" (RFC 6750, 2.1; the scheme's case does not matter); null without the
/// header. Throws Problem 400 for another scheme or a malformed token.
pg::Parameter bearer_token(const Request& request);

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
// message.cpp for PostgreSQL's own. The text of an error in neither table goes to the log, never to a client.

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
