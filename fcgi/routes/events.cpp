// SPDX-License-Identifier: PostgreSQL
#include <limits>
#include <memory>

#include "../answers.hpp"
#include "../arguments.hpp"
#include "../message.hpp"
#include "../route.hpp"

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
constexpr Argument scope = word("scope", "one"), ignored = number("aside", 1, std::numeric_limits<long long>::max());

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

// Attachments of an event: files and addresses. Bytes cross libpq as hexadecimal text in both directions, since a
// parameter is text without a NUL byte.

constexpr std::size_t kMostBytes = std::size_t{10} << 20;

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
  const std::unique_ptr<unsigned char, pg::Ends<PQfreemem>> bytes(
      PQunescapeBytea(reinterpret_cast<const unsigned char*>(result.view(row, column).data()), &length));
  return std::string(reinterpret_cast<const char*>(bytes.get()), length);
}

/// The object that describes what is attached.
pg::Parameter description(const Request& request, const Argument&) {
  if (!is_file(request)) return request.body;
  if (request.body.size() > kMostBytes) throw too_large("An attachment has at most 10 MiB.");
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

// Free time: slots, lead times, busy times, the hours of dates.

constexpr sql::Text kFirstCalendar = "split_part(:calendars, ',', 1)";

constexpr Argument calendars = list("calendars", "ceo"), searched = list("calendars");

/// Of a search, which may have lists: the calendar whose clock its times are on, and all calendars.
constexpr sql::Text kFirstSearched =
    "coalesce(split_part(:calendars, ',', 1), :one_of::jsonb #>> '{0,calendars,0}', 'ceo')";
constexpr sql::Text kSearched =
    "coalesce(string_to_array(:calendars, ','), CASE WHEN :one_of IS NULL THEN ARRAY['ceo'] END) || "
    "ARRAY(SELECT jsonb_array_elements_text(jsonb_path_query_array(:one_of::jsonb, '$[*].calendars[*]')))";

/// The last row for mirrored(), of an array of names. It comes last so that the rows before it refuse unknown names.
constexpr auto source_as_of(const auto& names) {
  return " UNION ALL SELECT NULL, jb_timestamp_text(min(jb_source_as_of(ARRAY[c.name], principal => :principal)), "
         "'UTC')"
         " FROM unnest(" +
         sql::Text(names) + ") AS c (name)";
}

// clang-format off
// The calendar whose clock the dates of a list are on: the first one named.
constexpr sql::Text kListedCalendar = "coalesce(split_part(:calendars, ',', 1), :calendar, 'ceo')";

// The columns of batch_outcomes(), of a row without an outcome too: an empty list tells whether it is a replay.
constexpr auto outcome_columns(const auto& is_done, const auto& is_whole) {
  return "jb_outcome_json(o), CASE WHEN " + sql::Text(is_done) + R"( THEN o.outcome END,
               CASE o.outcome WHEN 'rejected' THEN o.reason END, o.outcome = 'rejected' AND )" + is_whole + ", " + kReplayedColumn;
}

constexpr auto update(const auto& replace) {
  return R"(
        SELECT )" + answer_columns("coalesce(:body::jsonb ->> 'dry_run' = 'true', false)") + R"(
          FROM jb_update(:event_id::bigint, :body::jsonb, expected_version => )" + kExpectedVersion + R"(,
                         replace => )" + replace + R"(, basis => :basis, principal => :principal,
                         idempotency_key => :key) AS o)";
}

// The last arguments of a call that names an event.
constexpr auto kOfEvent =
    "expected_version => " + kExpectedVersion + ", principal => :principal, idempotency_key => :key";
// The same, of a call that can be tried.
constexpr auto kTried = kOfEvent + ", dry_run => :dry_run::bool, basis => :basis";

constexpr Row kEventRows[] = {
    {"GET", "/events", read, Body::none, statement<R"(
        SELECT e.event, e.cursor
          FROM jb_events_json(calendar => )" + kListedCalendar + R"(, calendars => string_to_array(:calendars, ','),
                              from_time => coalesce()" + begin_on(kListedCalendar) + R"(, jb_now()),
                              to_time => )" + end_on(kListedCalendar) + R"(,
                              status => string_to_array(:status, ','), attendee => :attendee, after => :after,
                              max_rows => :limit::int, metadata => :metadata::jsonb, q => :q,
                              principal => :principal) AS e)">,
     {one_calendar, instant("from"), range_end, list("status"), text("attendee"), text("after"), limit,
      list("calendars"), json("metadata"), text("q"), principal}, page},

    // A dry run writes neither an event nor a rejection.
    {"POST", "/events", write, Body::object, statement<R"(
        SELECT )" + answer_columns("coalesce(o.event_id, o.rejection_id) IS NULL") + R"(
          FROM jb_schedule_all(:body::jsonb, basis => :basis, principal => :principal, idempotency_key => :key) AS o)">,
     {body, basis, principal, key}, created},

    // A new event that was only tried has no id. Its rejection has none either, and does not undo the batch.
    {"POST", "/events/batch", write, Body::list, statement<R"(
        SELECT )" + outcome_columns("coalesce(o.event_id, o.rejection_id) IS NOT NULL",
                                    ":all_or_none::bool AND o.rejection_id IS NOT NULL") + R"(
          FROM (SELECT) AS one
          LEFT JOIN jb_schedule_all(:body::jsonb, all_or_none => :all_or_none::bool, basis => :basis,
                                    principal => :principal, idempotency_key => :key) AS o ON true)">,
     {body, flag("all_or_none"), basis, principal, key}, batch_outcomes},

    {"PATCH", "/events/batch", write, Body::list, statement<R"(
        SELECT )" + outcome_columns(":body::jsonb -> 0 -> 'dry_run' IS DISTINCT FROM 'true'", "true") + R"(
          FROM (SELECT) AS one
          LEFT JOIN jb_update_all(:body::jsonb, basis => :basis, principal => :principal,
                                  idempotency_key => :key) AS o ON true)">,
     {body, basis, principal, key}, batch_outcomes},

    {"POST", "/events/explain", read, Body::object, statement<R"(
        SELECT jb_verdict_json(e)
          FROM jb_explain_request(:body::jsonb, max_rows => :limit::int, aside => :aside::bigint,
                                  principal => :principal) AS e)">,
     {body, limit, ignored, principal}, array},

    {"POST", "/events/proof", read, Body::object, statement<
        "SELECT jb_proof_request(:body::jsonb, aside => :aside::bigint, principal => :principal)">,
     {body, ignored, principal}, object},

    {"GET", "/events/status/:id", read, Body::none, statement<R"(
        SELECT json_build_object('id', :event_id::bigint,
                                 'status', jb_status(:event_id::bigint, principal => :principal)))">,
     {event_id, principal}, object},

    // The clock alone makes an event in_progress, completed or expired, without a new version.
    {"GET", "/events/:id", read, Body::none, statement<R"(
        SELECT e.tag, e.event, e.status IN ('in_progress', 'completed', 'expired')
          FROM jb_event_answer(:event_id::bigint, principal => :principal) AS e)">,
     {event_id, principal, aside(tags)}, tagged},

    {"PUT", "/events/:id", write, Body::json, statement<update("true")>,
     {event_id, versions, body, basis, principal, key}, changed},

    {"PATCH", "/events/:id", write, Body::merge_patch, statement<update("false")>,
     {event_id, versions, body, basis, principal, key}, changed},

    {"DELETE", "/events/:id", write, Body::none, statement<R"(
        SELECT jb_delete(:event_id::bigint, )" + kOfEvent + R"(), )" + kReplayedColumn>,
     {event_id, versions, principal, key}, deleted},

    {"POST", "/events/:id/cancel", write, Body::members, statement<R"(
        SELECT )" + answer_columns(":dry_run::bool") + R"(
          FROM jb_cancel(:event_id::bigint, )" + kTried + R"(, scope => :scope) AS o)">,
     {event_id, versions, principal, key, option("dry_run"), basis, scope}, changed},

    {"POST", "/events/:id/confirm", write, Body::members, statement<R"(
        SELECT )" + answer_columns(":dry_run::bool") + R"(
          FROM jb_confirm(:event_id::bigint, )" + kTried + R"(, scope => :scope,
                          if_still_free => :if_still_free::bool) AS o)">,
     {event_id, versions, principal, key, option("dry_run"), basis, scope, option("if_still_free")}, changed},

    {"POST", "/events/:id/deny", write, Body::members, statement<R"(
        SELECT )" + answer_columns(":dry_run::bool") + R"(
          FROM jb_deny(:event_id::bigint, )" + kTried + R"(, scope => :scope) AS o)">,
     {event_id, versions, principal, key, option("dry_run"), basis, scope}, changed},

    {"GET", "/events/:id/history", read, Body::none, statement<R"(
        SELECT jb_change_json(c) FROM jb_history(:event_id::bigint, principal => :principal) AS c)">,
     {event_id, principal}, array},

    {"GET", "/events/:id/explain", read, Body::none, statement<R"(
        SELECT jb_verdict_json(e)
          FROM jb_explain_event(:event_id::bigint, max_rows => :limit::int, principal => :principal) AS e)">,
     {event_id, limit, principal}, array},

    {"GET", "/events/:id/proof", read, Body::none, statement<
        "SELECT jb_proof_event(:event_id::bigint, principal => :principal)">,
     {event_id, principal}, object},

    // Attachments.

    // The last attachment is the new one.
    {"POST", "/events/:id/attachments", write, Body::file, statement<R"(
        SELECT a.attached, format('/events/%s/attachments/%s', :event_id, a.attached ->> 'n'), a.version,
               )" + kReplayedColumn + R"(
          FROM (SELECT o.version, o.event -> 'attachments' -> -1 AS attached
                  FROM jb_attach(:event_id::bigint, :description::jsonb, data => decode(:bytes, 'hex'),
                                 )" + kOfEvent + R"() AS o OFFSET 0) AS a)">,
     {event_id, versions, {description, "description"}, {bytes, "bytes"}, principal, key, aside(text("name"))}, made},

    {"GET", "/events/:id/attachments", read, Body::none, statement<R"(
        SELECT e.attachments FROM jb_event(:event_id::bigint, principal => :principal) AS e)">,
     {event_id, principal}, object},

    {"GET", "/events/:id/attachments/:n", read, Body::none, statement<R"(
        SELECT a.name, a.media_type, a.data,
               json_build_object('n', a.n, 'name', a.name, 'media_type', a.media_type, 'size', NULL, 'url', a.url)
          FROM jb_attachment(:event_id::bigint, :item_number::int, principal => :principal) AS a)">,
     {event_id, item_number, principal}, file},

    {"DELETE", "/events/:id/attachments/:n", write, Body::none, statement<R"(
        SELECT o.version, )" + kReplayedColumn + R"(
          FROM jb_detach(:event_id::bigint, :item_number::int, )" + kOfEvent + R"() AS o)">,
     {event_id, versions, item_number, principal, key}, nothing},

    // Seats.

    {"PUT", "/events/:id/attendees/:name", write, Body::none, statement<R"(
        SELECT )" + answer_columns("false") + R"(
          FROM jb_attend(:event_id::bigint, :item, principal => :principal, idempotency_key => :key) AS o)">,
     {event_id, item, principal, key}, changed},

    {"DELETE", "/events/:id/attendees/:name", write, Body::none, statement<R"(
        SELECT )" + answer_columns("false") + R"(
          FROM jb_leave(:event_id::bigint, :item, principal => :principal, idempotency_key => :key) AS o)">,
     {event_id, item, principal, key}, changed},

    // Free time.

    {"GET", "/slots", read, Body::none, statement<R"(
        SELECT jb_range_json(s.slot, (SELECT coalesce(
                   jb_time_zone()" + kFirstSearched + R"(, principal => :principal),
                   (SELECT c.time_zone FROM jb_calendar()" + kFirstSearched + R"(, principal => :principal) AS c)))),
               NULL
          FROM jb_slots(:duration::interval, calendars => string_to_array(:calendars, ','),
                        from_time => )" + begin_on(kFirstSearched) + R"(,
                        to_time => )" + end_on(kFirstSearched) + R"(,
                        max_rows => :limit::int, within => :within::jsonb, one_of => :one_of::jsonb,
                        principal => :principal) AS s (slot))" + source_as_of(kSearched)>,
     {required(duration), searched, instant("from"), range_end, json("within"), json_list("one_of"),
      number("limit", 1, 1000, "10"), principal}, mirrored},

    {"GET", "/lead-time", read, Body::none, statement<R"(
        SELECT jb_lead_json(l, )" + kFirstSearched + R"(, principal => :principal)
          FROM jb_lead_time(string_to_array(:duration, ',')::interval[], string_to_array(:calendars, ','), within => :within::jsonb,
                            one_of => :one_of::jsonb, principal => :principal) AS l)">,
     {required(durations), searched, json("within"), json_list("one_of"), principal}, array},

    {"GET", "/busy", read, Body::none, statement<R"(
        SELECT json_build_object('calendar', b.calendar, 'time_zone', b.time_zone,
                                 'busy', coalesce(jb_ranges_json(ARRAY(SELECT unnest(b.busy)), b.time_zone), '[]'),
                                 'as_of', jb_timestamp_text(b.as_of, b.time_zone))
          FROM jb_busy_all(string_to_array(:calendars, ','), )" + begin_on(kFirstCalendar) + R"(,
                           )" + end_on(kFirstCalendar) + R"(, principal => :principal) AS b)">,
     {calendars, required(instant("from")), required(range_end), principal}, array},

    {"GET", "/calendars/:name/busy", read, Body::none, statement<R"(
        SELECT jb_range_json(r.during, c.time_zone), NULL
          FROM jb_calendar(:path, principal => :principal) AS c,
               unnest(jb_busy(:path, )" + begin_on(":path") + R"(,
                              )" + end_on(":path") + R"(, principal => :principal)) AS r (during))" +
        source_as_of("ARRAY[:path]")>,
     {path, required(instant("from")), required(range_end), principal}, mirrored},

    {"GET", "/calendars/:name/availability", read, Body::none, statement<R"(
        SELECT jb_availability_json(a)
          FROM jb_availability(:path, from_date => :from::date, to_date => :to::date, principal => :principal) AS a)">,
     {path, date("from"), date("to"), principal}, array},

    {"GET", "/calendars/:name/availability/:date", read, Body::none, statement<R"(
        SELECT jb_availability_json(a)
          FROM jb_availability(:path, :item_date::date, :item_date::date, principal => :principal) AS a)">,
     {path, item_date, principal}, object},

    {"PUT", "/calendars/:name/availability/:date", write, Body::json, statement<R"(
        SELECT jb_availability_json(a)
          FROM jb_availability_set(:path, :item_date::date, :body::jsonb, principal => :principal) AS a)">,
     {path, item_date, body, principal}, object},

    {"DELETE", "/calendars/:name/availability/:date", write, Body::none, statement<R"(
        SELECT jb_availability_set(:path, :item_date::date, NULL, principal => :principal))">,
     {path, item_date, principal}, nothing},
};
// clang-format on

}  // namespace

std::span<const Row> event_routes() { return kEventRows; }

}  // namespace jb::gateway
