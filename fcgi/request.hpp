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

// One request as the routes see it: nothing of FastCGI in it, so that tests write them down.

/// The server block of nginx that took the request: the one that asks for certificates, the loopback one for probes, or
/// the public one, which asks for none.
enum class Face { main, admin, guest };

struct Route;

struct Request {
  std::string method;
  std::string target;  ///< path and query as they were sent, percent-encoded
  std::string body;
  std::string content_length;  ///< of the body, while it is still to be read
  bool is_cut_short = false;   ///< the body is shorter than it said, and left out
  /// Headers; empty where there are none. An empty header is none, but for Idempotency-Key, If-Match and If-None-Match,
  /// which are a blank then: nginx passes a missing Content-Type as an empty one.
  std::string content_type, content_encoding, if_match, if_none_match, origin, idempotency_key, authorization,
      fetch_mode;

  // What nginx says. It comes in parameters without the HTTP_ prefix, which no header of a client can become (RFC 3875,
  // 4.1.18). A parameter that nginx must set and did not leaves the safe value: no certificate, the main face, another
  // origin.
  std::string verify;                  ///< of the client's certificate: SUCCESS, NONE, or FAILED:reason
  std::string issuer, subject;         ///< of the client's certificate, as RFC 2253 writes names
  std::string face_name;               ///< main, admin or guest
  std::string caller;                  ///< who has a share of the turns: issuer and subject, or a guest's network
  std::string has_own_origin;          ///< empty where a page of another origin asks
  std::string time;                    ///< when the request came, for the log
  std::string logged_path;             ///< the path as the log may show it
  std::string public_url;              ///< of the public face, by nginx's settings; empty where there is none
  std::string request_id;              ///< the client's own where that is harmless, else nginx's
  Face face = Face::main;              ///< by face_name
  bool has_waited = false;             ///< a long poll that is asked once more: it has been let in already
  bool may_wait = true;                ///< false: it is to be answered now, whatever there is to tell
  std::optional<std::string> read_to;  ///< Awaited::cursor of the last try of a long poll: it goes on there

  // Filled in on the way to the statement.
  std::vector<std::string> path;                             ///< the target's segments, decoded
  std::vector<std::pair<std::string, std::string>> query;    ///< its parameters, decoded, in order
  std::string parameter;                                     ///< what stands in place of the route's :id or :name
  std::string item;                                          ///< and of a second placeholder, where it has one
  const Route* route = nullptr;                              ///< null where none was found, or none looked for
  std::vector<std::pair<std::string, std::string>> members;  ///< of a body of Body::members, by name
  std::string principal;                                     ///< who asks; empty before authentication

  // Filled in by what the database answered.
  bool is_replay = false;  ///< the answer is the first one under the request's key, and nothing was done
};

/// Builds a request from FastCGI's parameters, "NAME=value" each and null at the end; the body is read separately.
Request read_request(const char* const* parameters);

/// Decodes the target into path and query. A slash at the end is dropped: seed 1 writes both /events and /events/.
/// Throws Problem 400.
void parse_target(Request& request);

/// Percent-decoding (RFC 3986, 2.1); in a query a plus sign is a blank, as HTML forms write it. Throws Problem 400: a
/// "%" that no two hexadecimal digits follow, a NUL byte, bytes that are no UTF-8.
std::string percent_decode(std::string_view text, bool plus_is_blank);

/// Encodes all but the unreserved characters of RFC 3986, 2.3, and those of `kept`.
std::string percent_encode(std::string_view text, std::string_view kept = "");

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(const std::string& text);

// What the headers of a request ask for: a precondition (RFC 9110, 13), a key, a token. A token is never logged and
// never shown. An event's ETag is its version in quotes, always strong; and, once the zone of its calendar has changed,
// how often: "3-1". The event is then shown in another zone under the same version, to which If-Match
// asks, with any number of changes that there have been, or none: the answer to a write has the version alone.
//
// A client may hold the weak form of it all the same: where nginx compresses an answer, it writes W/"3" for "3", since
// the compressed bytes are others. So a tag is compared without its W/, in If-Match too. RFC 9110, 13.1.1, asks for the
// strong comparison there, by which a weak tag never matches: a client with a compressed answer could then change
// nothing. The strong comparison is meant for servers whose weak tag stays the same over small changes. Here no weak
// tag is made but from our own strong tag, and every change of an event counts its version up: no change is lost.

/// The tag as the header ETag has it: in quotes.
std::string etag(std::string_view tag);

/// If-Match as a text array of tags, one of which must be the event's; null where no tag is needed (no header, or "*").
/// A tag that no event can have is left out, since it never matches. {0} stands for "no tag can match", since versions
/// begin at 1. Throws Problem 400 when the header is no list of entity tags.
pg::Parameter expected_tags(const Request& request);

/// Whether If-None-Match names this tag, so that the client has the answer already; weak comparison. Throws Problem 400
/// as above.
bool is_not_modified(const Request& request, std::string_view tag);

/// The Idempotency-Key, which makes it safe to send a write once more when its answer was lost; its quotes and their
/// escapes removed (RFC 8941, 3.3.3), or as it came where it has none; null without the header. Throws Problem 400
/// unless it is 1 to 255 printable characters of ASCII. "\"8e03-a\"" and "8e03-a" are the same key.
pg::Parameter idempotency_key(const Request& request);

/// The token of Authorization, "Bearer TOKEN" (RFC 6750, 2.1; the scheme's case does not matter); null without the
/// header. Throws Problem 400 for another scheme or what is no token.
pg::Parameter bearer_token(const Request& request);

}  // namespace jb::gateway
