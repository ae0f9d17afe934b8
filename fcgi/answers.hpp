// SPDX-License-Identifier: PostgreSQL
//
// What becomes of a statement's rows where several routes do the same with them. Each is an Answering: it takes the
// request and the rows. outcome.hpp has those of a write that books.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pg/result.hpp"
#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// 200 with the first column of the one row. Throws Problem 404 without a row.
Response object(const Request& request, const pg::Result& result);

/// 201 with the same, and with the second column as Location where there is one.
Response made(const Request& request, const pg::Result& result);

/// 204: done, nothing to show.
Response nothing(const Request& request, const pg::Result& result);

/// 204 where the one row says true; throws Problem 404 for false, and without a row.
Response deleted(const Request& request, const pg::Result& result);

/// The columns are version, JSON, and where there is a third one whether the clock alone may have changed what the
/// client has under this version: 200 with the version as ETag, or 304. Throws Problem 404 without a row.
Response tagged(const Request& request, const pg::Result& result);

/// Rows whose first column is JSON, as one JSON array. A row without JSON only says in its second column where the list
/// goes on, behind what the caller may not see.
Response array(const Request& request, const pg::Result& result);

/// The same with a Link to the next page when this page is full, or ends behind what the caller may not see; the second
/// column is the cursor after the row. A full page may be the last page: then the next page is empty.
Response page(const Request& request, const pg::Result& result);

/// The cursor behind the last row, where this row has no JSON.
std::optional<std::string> passed_to(const pg::Result& result);

/// A row's JSON object with one more member. The function works on the text: a parsed poll with many schedules would
/// take several times the memory.
std::string with_member(std::string object, std::string_view name, std::string_view value);

}  // namespace jb::gateway
