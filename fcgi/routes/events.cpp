// SPDX-License-Identifier: PostgreSQL
#include <limits>
#include <memory>

#include "../arguments.hpp"
#include "../request.hpp"
#include "../response.hpp"
#include "routes.hpp"

namespace jb::gateway {

// Events: booking, reading, changing, explaining. Bodies go to the database unchanged; the extension's validator knows
// the fields.

namespace {

/// Refuses `calendar` beside `calendars`, where it would be ignored.
pg::Parameter only_calendar(const Request& request, const Argument& argument) {
  auto calendar = reads::calendar(request, argument);
  if (calendar && text_parameter(request, "calendars"))
    throw bad_parameter(argument.name, *calendar, "stands beside calendars; name it there");
  return calendar;
}
constexpr Argument one_calendar{only_calendar, "calendar", Source::query};
constexpr Argument scope = word("scope", "one");

/// The outcomes of a batch. Throws Problem 409 if a rejection refused the whole batch: the problem of the first
/// rejection, with all outcomes.
Response batch_outcomes(const Request& request, const pg::Result& result) {
  int row = 0;
  while (row < result.rows() && !result.is_true(row, 3)) ++row;
  if (row == result.rows()) return outcomes(request, result);
  Json all = Json::parse(array(request, result).body);
  Problem problem = rejection(all[static_cast<std::size_t>(row)]);
  problem.members["outcomes"] = std::move(all);
  throw problem;
}

// The calendar whose clock the dates of a list are on: the first one named.
#define JB_LISTED "coalesce(split_part($8, ',', 1), $1, 'ceo')"

#define JB_OUTCOMES(is_done, is_whole)            \
  "SELECT jb_outcome_json(o), CASE WHEN " is_done \
  " THEN o.outcome END,"                          \
  "       CASE o.outcome WHEN 'rejected' THEN o.reason END, o.outcome = 'rejected' AND " is_whole JB_REPLAYED

#define JB_UPDATE(replace) \
  "SELECT " JB_ANSWER("coalesce($3::jsonb ->> 'dry_run' = 'true', false)")                                    \
  "  FROM jb_update($1::bigint, $3::jsonb, expected_version => " JB_EXPECTED_VERSION("$4") ", replace => " replace \
  ", principal => $4, idempotency_key => $5) AS o"

// The last arguments of a call that names an event: version, principal, key.
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

    // A new event that was only tried has no id. Its rejection has none either, and does not undo the batch.
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

// Attachments of an event: files and addresses. Bytes cross libpq as hexadecimal text in both directions, since a
// parameter is text without a NUL byte.

namespace {

constexpr std::size_t most_bytes = std::size_t{10} << 20;

std::string to_hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  return text;
}

/// The bytes of a bytea, which the database writes as text.
std::string bytes_of(const pg::Result& result, int row, int column) {
  std::size_t length = 0;
  const std::unique_ptr<unsigned char, decltype(&PQfreemem)> bytes(
      PQunescapeBytea(reinterpret_cast<const unsigned char*>(result.view(row, column).data()), &length), PQfreemem);
  return std::string(reinterpret_cast<const char*>(bytes.get()), length);
}

/// The object that describes what is attached.
pg::Parameter description(const Request& request, const Argument&) {
  if (!is_file(request)) return request.body;
  if (request.body.size() > most_bytes) throw too_large("An attachment has at most 10 MiB.");
  const Json object = {
      {"name", text_parameter(request, "name").value_or("attachment")},
      {"media_type", request.content_type.empty() ? "application/octet-stream" : request.content_type}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

pg::Parameter bytes(const Request& request, const Argument&) {
  return is_file(request) ? pg::Parameter(to_hex(request.body)) : std::nullopt;
}

/// An attached file must not run with the rights of this server's pages. So the browser is told to save the file rather
/// than show it, not to guess its type (nosniff), and to give it no rights if it shows it anyway (sandbox). An address
/// is returned as JSON, never as a redirect.
Response file(const Request&, const pg::Result& result) {
  if (result.is_null(0, 2)) return json_response(200, result.text(0, 3));
  return Response{200, {}, bytes_of(result, 0, 2)}
      .with("Content-Type", result.text(0, 1))
      .with("Content-Disposition", "attachment; filename*=UTF-8''" + percent_encode(result.view(0, 0)))
      .with("Content-Security-Policy", "default-src 'none'; sandbox");
}

// clang-format off
constexpr Row attachment_rows[] = {
    // The last attachment is the new one.
    {"POST", "/events/:id/attachments", write, Body::file,
     "SELECT a.attached, format('/events/%s/attachments/%s', $1, a.attached ->> 'n'), a.version" JB_REPLAYED
     "  FROM (SELECT o.version, o.event -> 'attachments' -> -1 AS attached"
     "          FROM jb_attach($1::bigint, $3::jsonb, data => decode($4, 'hex'), expected_version => "
     JB_EXPECTED_VERSION("$5") ", principal => $5, idempotency_key => $6) AS o OFFSET 0) AS a",
     {event_id, versions, {description}, {bytes}, principal, key, aside(text("name"))},
     made},

    {"GET", "/events/:id/attachments", read, Body::none,
     "SELECT e.attachments FROM jb_event($1::bigint, principal => $2) AS e",
     {event_id, principal},
     object},

    {"GET", "/events/:id/attachments/:n", read, Body::none,
     "SELECT a.name, a.media_type, a.data,"
     "       json_build_object('n', a.n, 'name', a.name, 'media_type', a.media_type, 'size', NULL, 'url', a.url)"
     "  FROM jb_attachment($1::bigint, $2::int, principal => $3) AS a",
     {event_id, item_number, principal},
     file},

    {"DELETE", "/events/:id/attachments/:n", write, Body::none,
     "SELECT o.version" JB_REPLAYED
     "  FROM jb_detach($1::bigint, $3::int, expected_version => " JB_EXPECTED_VERSION("$4") ", principal => $4,"
     "                 idempotency_key => $5) AS o",
     {event_id, versions, item_number, principal, key},
     nothing},
};
// clang-format on

}  // namespace

std::span<const Row> attachment_routes() { return attachment_rows; }

// Free time: slots, lead times, busy times, the hours of dates.

namespace {

#define JB_FIRST "split_part($2, ',', 1)"

constexpr Argument calendars = list("calendars", "ceo");

// clang-format off
constexpr Row free_time_rows[] = {
    {"GET", "/slots", read, Body::none,
     "SELECT jb_range_json(s.slot, (SELECT coalesce(jb_time_zone(" JB_FIRST ", principal => $6),"
     "                                              (SELECT c.time_zone FROM jb_calendar(" JB_FIRST ", principal => $6) AS c))))"
     "  FROM jb_slots($1::interval, calendars => string_to_array($2, ','),"
     "                from_time => " JB_INSTANT("$3", "0", JB_FIRST, "$6") ","
     "                to_time => " JB_INSTANT("$4", "1", JB_FIRST, "$6") ", max_rows => $5::int, principal => $6)"
     "    AS s (slot)",
     {required(duration), calendars, instant("from"), range_end, number("limit", 1, 1000, "10"), principal},
     array},

    {"GET", "/lead-time", read, Body::none,
     "SELECT jb_lead_json(l, " JB_FIRST ", principal => $3)"
     "  FROM jb_lead_time(string_to_array($1, ',')::interval[], string_to_array($2, ','), principal => $3) AS l",
     {required(durations), calendars, principal},
     array},

    {"GET", "/calendars/:name/busy", read, Body::none,
     "SELECT jb_range_json(r.during, c.time_zone)"
     "  FROM jb_calendar($1, principal => $4) AS c,"
     "       unnest(jb_busy($1, " JB_INSTANT("$2", "0", "$1", "$4") ", " JB_INSTANT("$3", "1", "$1", "$4") ","
     "                      principal => $4)) AS r (during)",
     {path, required(instant("from")), required(range_end), principal},
     array},

    {"GET", "/calendars/:name/availability", read, Body::none,
     "SELECT jb_availability_json(a)"
     "  FROM jb_availability($1, from_date => $2::date, to_date => $3::date, principal => $4) AS a",
     {path, date("from"), date("to"), principal},
     array},

    {"GET", "/calendars/:name/availability/:date", read, Body::none,
     "SELECT jb_availability_json(a) FROM jb_availability($1, $2::date, $2::date, principal => $3) AS a",
     {path, item_date, principal},
     object},

    {"PUT", "/calendars/:name/availability/:date", write, Body::json,
     "SELECT jb_availability_json(a) FROM jb_availability_set($1, $2::date, $3::jsonb, principal => $4) AS a",
     {path, item_date, body, principal},
     object},

    {"DELETE", "/calendars/:name/availability/:date", write, Body::none,
     "SELECT jb_availability_set($1, $2::date, NULL, principal => $3)",
     {path, item_date, principal},
     nothing},
};
// clang-format on

}  // namespace

std::span<const Row> free_time_routes() { return free_time_rows; }

}  // namespace jb::gateway
