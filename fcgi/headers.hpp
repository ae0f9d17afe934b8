// SPDX-License-Identifier: PostgreSQL
//
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
#pragma once

#include <string>
#include <string_view>

#include "pg/connection.hpp"
#include "request.hpp"

namespace jb::gateway {

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
