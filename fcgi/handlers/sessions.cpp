// SPDX-License-Identifier: PostgreSQL
//
// Coaching sessions under the routes of their seed. Bodies go to the database as they came.
#include "../idempotency.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "handlers.hpp"
#include "page.hpp"
#include "session_errors.hpp"

namespace jb::gateway {

namespace {

constexpr Statement list_sessions_statement{
    "sessions",
    "SELECT jb_session_json(jb_event_json(jb_event(s.id, principal => $7))), concat(extract(epoch FROM "
    "s.start)::bigint, ',', s.id)"
    "  FROM jb_sessions(coach_hash_id => $1, client_hash_id => $2, from_time => $3::timestamptz,"
    "                   to_time => $4::timestamptz, after => $5, max_rows => $6::int, principal => $7) AS s"};

constexpr Statement get_session_statement{"session",
                                          "SELECT e.version, jb_session_json(jb_event_json(e))"
                                          "  FROM jb_session($1::bigint, principal => $2) AS s, jb_event(s.id, "
                                          "principal => $2) AS e WHERE s.id = $1::bigint"};

constexpr Statement create_session_statement{
    "session_create",
    "SELECT " JB_ANSWER_AS(
        "jb_session_json") "  FROM jb_session_post($1::jsonb, principal => $2, idempotency_key => $3) AS o"};

constexpr Statement
    change_statement{
        "session_change",
        "SELECT " JB_ANSWER_AS(
            "jb_session_json") "  FROM jb_session_patch($1::bigint, $3::jsonb, expected_version "
                               "=> " JB_EXPECTED_VERSION("$4") ", principal => $4, idempotency_key => $5) AS o"};

// An event that is no session is not deleted. For an event that is gone jb_delete is called, too: it knows the answer
// that is kept under an idempotency key.
constexpr Statement delete_session_statement{
    "session_delete", "SELECT jb_delete($1::bigint, expected_version => " JB_EXPECTED_VERSION(
                          "$3") ", principal => $3, idempotency_key => $4)" JB_REPLAYED
                                " WHERE EXISTS (SELECT FROM jb_session($1::bigint, principal => $3) AS s WHERE s.id = "
                                "$1::bigint) OR jb_version($1::bigint, principal => "
                                "$3) IS NULL"};

/// The calendar whose clock the dates of a list are on: the coach's, else the client's, else none.
pg::Parameter calendar_of(const pg::Parameter& coach, const pg::Parameter& client) {
  if (coach) return "coach:" + *coach;
  return client ? std::optional("client:" + *client) : std::nullopt;
}

Problem no_such_session(const Request& request) { return not_found("There is no session " + request.parameter + "."); }

}  // namespace

Response list_sessions(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  return told_by_field([&] {
    const auto coach = calendar_parameter(request, "coach_hash_id"),
               client = calendar_parameter(request, "client_hash_id");
    const auto calendar = calendar_of(coach, client);
    return page_response(
        request,
        database.run(list_sessions_statement, {coach, client, time_parameter(request, database, "from", calendar),
                                               time_parameter(request, database, "to", calendar),
                                               text_parameter(request, "after"), limit, request.principal}),
        limit);
  });
}

Response create_session(const Request& request, Database& database) {
  return told_by_field([&] {
    return created_as(
        database.run(create_session_statement, {request.body, request.principal, idempotency_key(request)}),
        "/api/v1/sessions/");
  });
}

Response get_session(const Request& request, Database& database) {
  const pg::Result result = database.run(get_session_statement, {event_id(request), request.principal});
  if (result.empty()) throw no_such_session(request);
  const std::string_view version = result.view(0, 0);
  if (is_not_modified(request, version)) return Response{304, {}, {}}.with("ETag", etag(version));
  return json_response(200, result.text(0, 1)).with("ETag", etag(version));
}

Response change_session(const Request& request, Database& database) {
  return told_by_field([&] {
    return changed_as(database.run(change_statement, {event_id(request), expected_versions(request), request.body,
                                                      request.principal, idempotency_key(request)}));
  });
}

Response delete_session(const Request& request, Database& database) {
  const pg::Result result = database.run(delete_session_statement, {event_id(request), expected_versions(request),
                                                                    request.principal, idempotency_key(request)});
  if (result.empty()) throw no_such_session(request);
  return no_content();
}

}  // namespace jb::gateway
