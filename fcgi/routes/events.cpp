// SPDX-License-Identifier: PostgreSQL
//
// Events: booking, reading, changing, explaining. Bodies go to the database as they came; the extension's validator
// knows the fields.
#include <limits>

#include "../problem.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

/// A calendar beside several would be left out.
pg::Parameter only_calendar(const Request& request, const Argument& argument) {
  auto calendar = reads::calendar(request, argument);
  if (calendar && text_parameter(request, "calendars"))
    throw bad_parameter(argument.name, *calendar, "stands beside calendars; name it there");
  return calendar;
}
constexpr Argument one_calendar{only_calendar, "calendar", Place::query};
constexpr Argument scope = word("scope", "one");

/// The outcomes of a batch. Throws Problem 409 where an outcome is refused with the whole batch: the problem of the
/// first one that is, with all outcomes.
Response batch_outcomes(const Request& request, const pg::Result& result) {
  int row = 0;
  while (row < result.rows() && !result.is_true(row, 3)) ++row;
  if (row == result.rows()) return outcomes(request, result);
  Json all = Json::parse(array(request, result).body);
  Problem problem = rejection(all[static_cast<std::size_t>(row)]);
  problem.members["outcomes"] = std::move(all);
  throw problem;
}

// Where a list's clock is: on that of the first calendar that is named.
#define JB_LISTED "coalesce(split_part($8, ',', 1), $1, 'ceo')"

#define JB_OUTCOMES(is_done, is_whole)            \
  "SELECT jb_outcome_json(o), CASE WHEN " is_done \
  " THEN o.outcome END,"                          \
  "       CASE o.outcome WHEN 'rejected' THEN o.reason END, o.outcome = 'rejected' AND " is_whole JB_REPLAYED

#define JB_UPDATE(replace) \
  "SELECT " JB_ANSWER("coalesce($3::jsonb ->> 'dry_run' = 'true', false)")                                    \
  "  FROM jb_update($1::bigint, $3::jsonb, expected_version => " JB_EXPECTED_VERSION("$4") ", replace => " replace \
  ", principal => $4, idempotency_key => $5) AS o"

// What ends a call that names an event: who may, and under which key.
#define JB_OF_EVENT "expected_version => " JB_EXPECTED_VERSION("$3") ", principal => $3, idempotency_key => $4"

// clang-format off
constexpr Row event_rows[] = {
    {"GET", "/events", read, Body::none,
     "SELECT e.event, e.cursor"
     "  FROM jb_events_json(calendar => " JB_LISTED ", calendars => string_to_array($8, ','), from_time => coalesce("
     JB_INSTANT("$2", "0", JB_LISTED, "$11") ", jb_now()), to_time => " JB_INSTANT("$3", "1", JB_LISTED, "$11") ","
     "                 status => string_to_array($4, ','), attendee => $5, after => $6, max_rows => $7::int,"
     "                 metadata => $9::jsonb, q => $10, principal => $11) AS e",
     {one_calendar, instant("from"), range_end, list("status"), text("attendee"), text("after"), limit,
      list("calendars"), json("metadata"), text("q"), principal},
     page},

    // A dry run writes neither an event nor a rejection.
    {"POST", "/events", write, Body::object,
     "SELECT " JB_ANSWER("coalesce(o.event_id, o.rejection_id) IS NULL")
     "  FROM jb_schedule_all($1::jsonb, principal => $2, idempotency_key => $3) AS o",
     {body, principal, key},
     created},

    // A new event that was only tried has no id, nor has its rejection, which undoes nothing.
    {"POST", "/events/batch", write, Body::list,
     JB_OUTCOMES("coalesce(o.event_id, o.rejection_id) IS NOT NULL", "$2::bool AND o.rejection_id IS NOT NULL")
     "  FROM jb_schedule_all($1::jsonb, all_or_none => $2::bool, principal => $3, idempotency_key => $4) AS o",
     {body, flag("all_or_none"), principal, key},
     batch_outcomes},

    {"PATCH", "/events/batch", write, Body::list,
     JB_OUTCOMES("$1::jsonb -> 0 -> 'dry_run' IS DISTINCT FROM 'true'", "true")
     "  FROM jb_update_all($1::jsonb, principal => $2, idempotency_key => $3) AS o",
     {body, principal, key},
     batch_outcomes},

    {"POST", "/events/explain", read, Body::object,
     "SELECT jb_verdict_json(e)"
     "  FROM jb_explain_request($1::jsonb, max_rows => $2::int, aside => $3::bigint, principal => $4) AS e",
     {body, limit, number("aside", 1, std::numeric_limits<long long>::max()), principal},
     array},

    {"GET", "/events/status/:id", read, Body::none,
     "SELECT json_build_object('id', $1::bigint, 'status', jb_status($1::bigint, principal => $2))",
     {event_id, principal},
     object},

    // The clock alone makes an event in_progress, completed or expired, without a new version.
    {"GET", "/events/:id", read, Body::none,
     "SELECT e.tag, e.event, e.status IN ('in_progress', 'completed', 'expired')"
     "  FROM jb_event_answer($1::bigint, principal => $2) AS e",
     {event_id, principal, aside(tags)},
     tagged},

    {"PUT", "/events/:id", write, Body::json, JB_UPDATE("true"), {event_id, versions, body, principal, key}, changed},
    {"PATCH", "/events/:id", write, Body::merge_patch, JB_UPDATE("false"), {event_id, versions, body, principal, key},
     changed},

    {"DELETE", "/events/:id", write, Body::none,
     "SELECT jb_delete($1::bigint, " JB_OF_EVENT ")" JB_REPLAYED,
     {event_id, versions, principal, key},
     deleted},

    {"POST", "/events/:id/cancel", write, Body::members,
     "SELECT " JB_ANSWER("$5::bool")
     "  FROM jb_cancel($1::bigint, " JB_OF_EVENT ", dry_run => $5::bool, scope => $6) AS o",
     {event_id, versions, principal, key, option("dry_run"), scope},
     changed},

    {"POST", "/events/:id/confirm", write, Body::members,
     "SELECT " JB_ANSWER("$5::bool")
     "  FROM jb_confirm($1::bigint, " JB_OF_EVENT ", dry_run => $5::bool, scope => $6, if_still_free => $7::bool) AS o",
     {event_id, versions, principal, key, option("dry_run"), scope, option("if_still_free")},
     changed},

    {"POST", "/events/:id/deny", write, Body::members,
     "SELECT " JB_ANSWER("$5::bool")
     "  FROM jb_deny($1::bigint, " JB_OF_EVENT ", dry_run => $5::bool, scope => $6) AS o",
     {event_id, versions, principal, key, option("dry_run"), scope},
     changed},

    {"GET", "/events/:id/history", read, Body::none,
     "SELECT jb_change_json(c) FROM jb_history($1::bigint, principal => $2) AS c",
     {event_id, principal},
     array},

    {"GET", "/events/:id/explain", read, Body::none,
     "SELECT jb_verdict_json(e) FROM jb_explain_event($1::bigint, max_rows => $2::int, principal => $3) AS e",
     {event_id, limit, principal},
     array},
};
// clang-format on

}  // namespace

std::span<const Row> event_routes() { return event_rows; }

}  // namespace jb::gateway
