// SPDX-License-Identifier: PostgreSQL
//
// The routes of one event: read, change, cancel, confirm, deny and delete it. Bodies go to the database unchanged; the
// extension's validator knows the fields.
#include "../idempotency.hpp"
#include "../options.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "../problem.hpp"
#include "handlers.hpp"

namespace jb::gateway {

namespace {

// The clock alone changes an event's status to in_progress, completed or expired, without a new version. A client with
// this version may have read the older status.
constexpr Statement get_event_statement{"event",
                                        "SELECT e.version, jb_event_json(e), e.status IN ('in_progress', 'completed', "
                                        "'expired') FROM jb_event($1::bigint, principal => $2) AS e"};

constexpr Statement update_statement{
    "update",
    "SELECT " JB_ANSWER("coalesce($3::jsonb ->> 'dry_run' = 'true', false)")
    "  FROM jb_update($1::bigint, $3::jsonb, expected_version => " JB_EXPECTED_VERSION("$5") ", replace => $4::bool, principal => $5, idempotency_key => $6) AS o"};

constexpr Statement cancel_statement{
    "cancel",
    "SELECT " JB_ANSWER("$3::bool") "  FROM jb_cancel($1::bigint, scope => $6, expected_version "
                                    "=> " JB_EXPECTED_VERSION(
                                        "$4") ", dry_run => $3::bool, principal => $4, idempotency_key => $5) AS o"};

constexpr Statement confirm_statement{
    "confirm",
    "SELECT " JB_ANSWER("$3::bool")
    "  FROM jb_confirm($1::bigint, if_still_free => $6::bool, scope => $7, expected_version => " JB_EXPECTED_VERSION("$4") ", dry_run => $3::bool, principal => $4, idempotency_key => $5) AS o"};

constexpr Statement deny_statement{
    "deny",
    "SELECT " JB_ANSWER("$3::bool") "  FROM jb_deny($1::bigint, scope => $6, expected_version => " JB_EXPECTED_VERSION(
        "$4") ", dry_run => $3::bool, principal => $4, idempotency_key => $5) AS o"};

constexpr Statement delete_event_statement{"delete",
                                           "SELECT jb_delete($1::bigint, expected_version => " JB_EXPECTED_VERSION("$3") ", principal => $3,"
                                           "                idempotency_key => $4)" JB_REPLAYED};

Response update(const Request& request, Database& database, bool replace) {
  return changed(
      database.run(update_statement, {event_id(request), expected_versions(request), request.body,
                                      replace ? "true" : "false", request.principal, idempotency_key(request)}));
}

}  // namespace

Response get_event(const Request& request, Database& database) {
  const pg::Result result = database.run(get_event_statement, {event_id(request), request.principal});
  if (result.empty()) throw not_found("There is no event " + request.parameter + ".");
  const std::string_view version = result.view(0, 0);
  const bool came_by_clock = result.is_true(0, 2);
  if (!came_by_clock && is_not_modified(request, version)) return Response{304, {}, {}}.with("ETag", etag(version));
  return json_response(200, result.text(0, 1)).with("ETag", etag(version));
}

Response replace_event(const Request& request, Database& database) { return update(request, database, true); }

Response change_event(const Request& request, Database& database) { return update(request, database, false); }

Response cancel_event(const Request& request, Database& database) {
  const Json options = read_options(request.body, {"dry_run", scope_option});
  return changed(
      database.run(cancel_statement, {event_id(request), expected_versions(request), option(options, "dry_run"),
                                      request.principal, idempotency_key(request), scope(options)}));
}

Response confirm_event(const Request& request, Database& database) {
  const Json options = read_options(request.body, {"if_still_free", "dry_run", scope_option});
  return changed(database.run(
      confirm_statement, {event_id(request), expected_versions(request), option(options, "dry_run"), request.principal,
                          idempotency_key(request), option(options, "if_still_free"), scope(options)}));
}

Response deny_event(const Request& request, Database& database) {
  const Json options = read_options(request.body, {"dry_run", scope_option});
  return changed(
      database.run(deny_statement, {event_id(request), expected_versions(request), option(options, "dry_run"),
                                    request.principal, idempotency_key(request), scope(options)}));
}

Response delete_event(const Request& request, Database& database) {
  const pg::Result result = database.run(delete_event_statement, {event_id(request), expected_versions(request),
                                                                  request.principal, idempotency_key(request)});
  if (result.empty() || !result.is_true(0, 0)) throw not_found("There is no event " + request.parameter + ".");
  return no_content();
}

}  // namespace jb::gateway
