// SPDX-License-Identifier: PostgreSQL
//
// What becomes of a statement's rows where several routes do the same with them. Each is an Answering: it takes the
// request and the rows. outcome.hpp has those of a write that books.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "pg/result.hpp"
#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// 200 with the first column of the one row. Throws Problem 404 without a row.
Response object(const Request& request, const pg::Result& result);

/// 201 with the same. Where there are further columns, the second is the Location, empty where that is the request's
/// own path, and null where it was there already, which is 200; the third is the version of ETag.
Response made(const Request& request, const pg::Result& result);

/// 204: done, nothing to show.
Response nothing(const Request& request, const pg::Result& result);

/// 204 where the one row says true; throws Problem 404 for false, and without a row.
Response deleted(const Request& request, const pg::Result& result);

/// A JSON object with one more member, in SQL, where the object's writer does not know of the member.
#define JB_WITH(object, member, value) \
  "(left((" object ")::text, -1) || ', \"" member "\" : ' || (" value ")::text || '}')"

/// In how many milliseconds a deadline comes, by the machine's clock: the scheduler's differs from it only in tests.
#define JB_DUE(deadline) "ceil(extract(epoch FROM " deadline " - clock_timestamp()) * 1000)::bigint"

/// A resource that has a tag: 200 with the tag as ETag, or 304. The columns are tag, JSON, and as far as there are
/// more: whether the clock alone may have changed what the client has under this version; what the request may wait for
/// (Awaited::what, null: it may not), how far that is, and JB_DUE of the moment at which the clock makes news; whether
/// the request may wait although the client does not know this version. One statement reads them all, so no change
/// between it and the waiter's first look is missed. Throws Problem 404 without a row.
Response tagged(const Request& request, const pg::Result& result);

/// Rows whose first column is JSON, as one JSON array. A row without JSON only says in its second column where the list
/// goes on, behind what the caller may not see.
Response array(const Request& request, const pg::Result& result);

/// The same with a Link to the next page when this page is full, or ends behind what the caller may not see; the second
/// column is the cursor after the row. A full page may be the last page: then the next page is empty.
Response page(const Request& request, const pg::Result& result);

/// How long the request may wait for news, by its parameter `wait`: 0 where it may not.
std::chrono::seconds patience(const Request& request);

/// A Link header (RFC 8288) to the next page: the request's path and query with `after` replaced.
std::string next_link(const Request& request, std::string_view after);

/// The cursor behind the last row, where this row has no JSON.
std::optional<std::string> passed_to(const pg::Result& result);

}  // namespace jb::gateway
