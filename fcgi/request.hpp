// SPDX-License-Identifier: PostgreSQL
//
// A request, and what its headers ask for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

}  // namespace jb::gateway
