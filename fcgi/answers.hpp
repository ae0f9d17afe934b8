// SPDX-License-Identifier: PostgreSQL
//
// From a statement's rows to an answer.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/values/sql.hpp"
#include "message.hpp"
#include "pg/connection.hpp"

// Answers that several routes share. Each is an Answering: it takes the request and the rows of its statement. Those of
// writes that book are at the end.

namespace jb::gateway {

/// 200 with the first column of the one row. Throws Problem 404 without a row.
Response object(const Request& request, const pg::Result& result);

/// 201 with the same. If there is a second column, it is the Location: empty for the request's own path, null for a
/// resource that existed already, which makes it 200. The third is the version of ETag.
Response made(const Request& request, const pg::Result& result);

/// 204: done, nothing to show.
Response nothing(const Request& request, const pg::Result& result);

/// 204 if the one row says true; throws Problem 404 for false, and without a row.
Response deleted(const Request& request, const pg::Result& result);

/// In SQL, a JSON object with one more member, for a member that the object's writer does not know.
constexpr auto with_member(const auto& object, const auto& member, const auto& value) {
  return "(left((" + sql::Text(object) + R"()::text, -1) || ', ")" + member + R"(" : ' || ()" + value +
         ")::text || '}')";
}

/// The time until a deadline in milliseconds, by the machine's clock. The scheduler's clock differs only in tests.
constexpr auto due(const auto& deadline) {
  return "ceil(extract(epoch FROM " + sql::Text(deadline) + " - clock_timestamp()) * 1000)::bigint";
}

/// A resource with a tag: 200 with the tag as ETag, or 304. The columns are the tag and the JSON; optional further ones
/// are, in order: whether the clock alone may have changed the resource since the client got this version; what the
/// request may wait for (Awaited::what, null if it may not); how far that is; due() of the moment at which the clock
/// makes news; whether the request may wait even if the client has another version. One statement reads them all, so no
/// change between it and the first look at long polls is missed. Throws Problem 404 without a row.
Response tagged(const Request& request, const pg::Result& result);

/// Rows whose first column is JSON, as one JSON array. A row without JSON only gives, in its second column, the cursor
/// after entries that the caller may not see.
Response array(const Request& request, const pg::Result& result);

/// An array of all rows but the last, which has no JSON. Its second column is when the calendars last heard from their
/// sources; this becomes the header As-Of, unless it is null.
Response mirrored(const Request& request, const pg::Result& result);

/// An array with a Link to the next page if this page is full or ends with entries that the caller may not see. The
/// second column is the cursor after the row. A full page may be the last: then the next page is empty.
Response page(const Request& request, const pg::Result& result);

/// How long the request may wait for news, by its parameter `wait`; 0 if it may not.
std::chrono::seconds patience(const Request& request);

/// A Link header (RFC 8288) to the next page: the request's path and query with `after` replaced.
std::string next_link(const Request& request, std::string_view after);

/// The cursor after the last row, if that row has no JSON.
std::optional<std::string> passed_to(const pg::Result& result);

// From a jb_outcome to an answer.

// clang-format off
/// Whether one of :versions, the tags in If-Match, names this version with no more zone changes than `tag`, the present
/// tag of its event.
constexpr auto is_named(const auto& version, const auto& tag) {
  return R"(
    EXISTS (SELECT FROM unnest(:versions::text[]) AS t (tag)
             WHERE split_part(t.tag, '-', 1) = )" + sql::Text(version) + R"(::text
               AND coalesce(nullif(split_part(t.tag, '-', 2), '')::bigint, 0)
                   <= coalesce(nullif(split_part()" + tag + R"(, '-', 2), '')::bigint, 0)))";
}

/// The version that a write must find, from :event_id and :versions, the tags in If-Match. A single tag without zone
/// changes is the version. Otherwise it is the present version if a tag allows it; 0, which no event has, if the tag
/// claims more zone changes than there were; else the first version named. The write refuses a version that the event
/// does not have once locked. It also judges an event that is gone, or that :principal may not read: it knows the
/// answer under a key.
inline constexpr auto kExpectedVersion = R"(
    CASE WHEN cardinality(:versions::text[]) = 1 AND strpos((:versions::text[])[1], '-') = 0
         THEN (:versions::text[])[1]::bigint
         WHEN :versions IS NOT NULL
         THEN (SELECT CASE WHEN v.present::text = ANY (:versions::text[]) THEN v.present
                           WHEN v.present = ANY (v.named)
                           THEN CASE WHEN )" + is_named("v.present", "(SELECT (jb_event_answer(:event_id::bigint, principal => :principal)).tag)") + R"(
                                     THEN v.present ELSE 0 END
                           ELSE v.named[1] END
                 FROM (SELECT jb_version(:event_id::bigint, principal => :principal),
                              ARRAY(SELECT split_part(t.tag, '-', 1)::bigint FROM unnest(:versions::text[]) AS t (tag)))
                      AS v (present, named)) END)";
// clang-format on

/// The last column of every statement that takes an idempotency key: whether the answer repeats the first one under
/// this key. The gateway finds the column by name.
inline constexpr sql::Text kReplayedColumn = R"(
    coalesce(nullif(current_setting('jb_proxy.replayed', true), ''),
             current_setting('jb_scheduler.replayed', true))::bool AS replayed)";

/// The columns of an answer, from a jb_outcome `o`: outcome, whether it was a dry run, the answer as the database
/// writes it (the event and whatever else the call did; for a rejection or a dry run the outcome), the event's id and
/// version.
constexpr auto answer_columns(const auto& dry_run) {
  return "o.outcome, " + sql::Text(dry_run) + ", jb_outcome_json(o, is_answer => NOT (" + dry_run +
         ")), o.event_id, o.version, " + kReplayedColumn;
}

/// The same for an event under another name, as the function `json` shows it.
constexpr auto answer_columns_as(const auto& json) {
  return "o.outcome, false, CASE WHEN o.outcome = 'rejected' THEN jb_outcome_json(o) ELSE " + sql::Text(json) +
         "(o.event) END, o.event_id, o.version, " + kReplayedColumn;
}

/// The problem of a rejected outcome, as jb_outcome_json() writes it.
Problem rejection(const Json& outcome);

/// The answer to a call that makes an event, from a row of answer_columns() or answer_columns_as(): 201 with the
/// event's path as Location, 202 if the event waits, 200 with the outcome for a dry run. Throws Problem 409 when
/// rejected.
Response created(const Request& request, const pg::Result& result);

/// The answer to a change of an event, from a row as above: 200. Throws Problem 409 when rejected.
Response changed(const Request& request, const pg::Result& result);

/// Rows of JSON as one array. The metrics count the second column, unless null, as the outcome of a write, and the
/// third as the reason of a rejection.
Response outcomes(const Request& request, const pg::Result& result);

}  // namespace jb::gateway
