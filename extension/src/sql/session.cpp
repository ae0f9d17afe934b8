// SPDX-License-Identifier: PostgreSQL
//
// Coaching sessions: coaches, clients, and what they book with each other.
#include "core/faces/session.hpp"

#include "arguments.hpp"
#include "idempotency.hpp"
#include "listing.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement created_statement{"SELECT created_at, updated_at FROM jb_calendar WHERE name = $1", {TEXTOID}};

// The sessions of the coach or client whose calendar is $2, with the client whose calendar is $5. An event that $2 only
// attends may have a claim on $2 as well, so the condition also requires $2 in the event's calendars.
constinit ListStatements sessions_of_statements JB_LIST_STATEMENTS(
    "e.calendars @> $2 AND cardinality(e.calendars) = 2 AND e.calendars[1] LIKE 'coach:%'"
    " AND e.calendars[2] LIKE 'client:%' AND ($5 IS NULL OR e.calendars[2] = $5)",
    "false");
constinit pg::Statement session_page_statement{
    "SELECT v.* FROM unnest($1) WITH ORDINALITY AS p (id, n) "
    "CROSS JOIN LATERAL (SELECT * FROM jb_session WHERE id = p.id OFFSET 0) v ORDER BY p.n",
    {INT8ARRAYOID}};

// All sessions: those that have begun by $1 and last, by their claims, and those that begin later, in the
// order of jb_event_time.
// The view's duration is in minutes. round() makes whole seconds of it again, so no fraction is lost.
constinit pg::Statement sessions_statement{
    "SELECT f.id, f.ends FROM ("
    " SELECT v.id, v.start, false AS ends FROM (SELECT DISTINCT c.event_id AS id FROM (SELECT l.event_id FROM jb_claim l"
    "   WHERE l.during @> $1 AND ($3 IS NULL OR $3 < $1) OFFSET 0) c) c"
    "  CROSS JOIN LATERAL (SELECT * FROM jb_session WHERE id = c.id OFFSET 0) v"
    "  WHERE v.start < $1 AND ($4 IS NULL OR (v.start, v.id) > ($3, $4))"
    "   AND tstzrange(v.start, v.start + make_interval(secs => round(v.duration * 60)::float8)) && tstzrange($1, $2)"
    " UNION ALL"
    " (SELECT e.id, e.start_timestamp, e.read > $7" JB_LOOKED_AT(
        "e.start_timestamp >= coalesce(greatest($1, $3), '-infinity')"
        " AND e.start_timestamp < coalesce($2, 'infinity') AND ($4 IS NULL OR (e.start_timestamp, e.id) > ($3, $4))",
        "e.start_timestamp, e.id", "$7")
    "   WHERE" JB_FITS("e.calendars[1] LIKE 'coach:%' AND e.calendars[2] LIKE 'client:%' AND cardinality(e.calendars) = 2"
                       " AND (e.status = 'scheduled' OR (e.status = 'held' AND e.expires_at > $6)) AND " JB_SIGHT " = 'read'", "$7")
    "   ORDER BY e.start_timestamp, e.id LIMIT $5)) f ORDER BY f.start, f.id LIMIT $5",
    {TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, INT4OID, TIMESTAMPTZOID, INT8OID},
    pg::Reading::first_few};

/// The statuses of an event that is a session.
const std::vector<std::string> kStanding{"pending", "in_progress", "completed", "held"};

constexpr std::string_view kMustExist = "must exist";

/// Refuses a coach or client without a calendar.
void require_person(Validation& validation, std::string_view role, std::string_view prefix,
                    const std::optional<std::string>& id) {
  if (id && !find_seen_calendar(std::string(prefix) + *id)) validation.refuse(role, *id, kMustExist);
}

void require_people(const SessionFields& session) {
  Validation validation;
  require_person(validation, "coach", kCoach, session.coach.value);
  require_person(validation, "client", kClient, session.client.value);
  validation.raise();
}

/// Raises what `validation` has refused, together with an unknown coach or client, so that one error names everything
/// that is invalid (rule 8.3). Does nothing when `validation` has refused nothing.
void raise_with_people(Validation& validation, const SessionFields& session) {
  if (validation.ok()) return;
  pg::Session reading;
  require_person(validation, "coach", kCoach, session.coach.value);
  require_person(validation, "client", kClient, session.client.value);
  validation.raise();
}

Datum book(FunctionCallInfo info, const SessionFields& session, bool dry_run) {
  const auto fields = new_session(session);
  return keyed_outcome(info, dry_run, -1, [&](Scheduler& scheduler) {
    require_people(session);
    return scheduler.schedule(fields);
  });
}

Datum session_create_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  SessionFields session;
  session.coach.set_if_given(arguments.text(0));
  session.client.set_if_given(arguments.text(1));
  session.start.set_if_given(arguments.instant(2));
  if (const auto minutes = arguments.integer(3)) session.duration.set(check_minutes(validation, *minutes));
  check_new_session(validation, session);
  raise_with_people(validation, session);
  return book(info, session, arguments.flag(4));
}

Datum session_post_body(FunctionCallInfo info) {
  Validation validation;
  const auto session = read_session(validation, Arguments(info).json(0));
  if (!validation.has_refused("session")) check_new_session(validation, session);
  raise_with_people(validation, session);
  return book(info, session, false);
}

Datum patch_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  Validation validation;
  const auto session = read_session(validation, arguments.json(1));
  raise_with_people(validation, session);
  const Editor edit = [&](const Event& current, Instant) {
    if (!is_session(current)) throw no_such_session(id);
    return Edit{.fields = session_changes(session, current)};
  };
  return keyed_outcome(info, false, 2, [&](Scheduler& scheduler) {
    require_people(session);
    return scheduler.update(id, edit, arguments.bigint(2));
  });
}

/// Makes the calendar of the coach or client whose id is the first argument.
Datum enrol(FunctionCallInfo info, std::string_view prefix, std::string_view argument) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  const auto id = arguments.text(0);
  const auto name = std::string(prefix) + id.value_or("");
  Validation validation;
  if (!id)
    validation.refuse(argument, "NULL", "it is required");
  else if (id->empty() || !is_calendar_name(name))
    validation.refuse(argument, *id,
                      "it must be 1 to " + std::to_string(200 - prefix.size()) + " of A-Z a-z 0-9 . _ : @ + -");
  validation.raise();
  pg::Session session;
  if (!make_calendar(name)) validation.refuse(argument, *id, "has already been taken");
  validation.raise();
  const auto rows = created_statement.run({pg::from_text(name)});
  const auto created = *rows.at(0, 1), updated = *rows.at(0, 2);
  session.finish();
  return pg::result_row(info, {pg::from_text(*id), created, updated});
}

Datum coach_create_body(FunctionCallInfo info) { return enrol(info, kCoach, "coach_hash_id"); }
Datum client_create_body(FunctionCallInfo info) { return enrol(info, kClient, "client_hash_id"); }

constinit pg::Statement session_statement{"SELECT v.* FROM jb_session v WHERE v.id = $1", {INT8OID}};
constinit pg::Statement coaches_statement{
    "SELECT v.* FROM jb_coach v WHERE $1 IS NULL OR v.coach_hash_id COLLATE \"C\" > $1"
    " ORDER BY v.coach_hash_id COLLATE \"C\" LIMIT $2",
    {TEXTOID, INT4OID}};
constinit pg::Statement clients_statement{
    "SELECT v.* FROM jb_client v WHERE $1 IS NULL OR v.client_hash_id COLLATE \"C\" > $1"
    " ORDER BY v.client_hash_id COLLATE \"C\" LIMIT $2",
    {TEXTOID, INT4OID}};

Datum session_one_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  return rows_of(info, session_statement, {arguments.param(0)});
}

Datum list_people(FunctionCallInfo info, pg::Statement& statement) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  return rows_of(info, statement, {arguments.param(0), pg::from_int(arguments.max_rows(1))});
}

Datum coaches_body(FunctionCallInfo info) { return list_people(info, coaches_statement); }
Datum clients_body(FunctionCallInfo info) { return list_people(info, clients_statement); }

Datum sessions_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(6));
  const auto coach = arguments.text(0), client = arguments.text(1);
  check_range(arguments, 2);
  const auto after = cursor(arguments.text(4));
  const auto most = arguments.max_rows(5);
  RowSet rows(info);
  pg::Session session;
  SessionFields named;
  named.coach.set_if_given(coach);
  named.client.set_if_given(client);
  require_people(named);
  std::vector<EventId> ids;
  if (coach || client) {
    const auto of_client = [](const std::string& id) { return pg::from_text(std::string(kClient) + id); };
    const auto person = coach ? std::string(kCoach) + *coach : std::string(kClient) + *client;
    ids = page_of(sessions_of_statements, {.calendars = {require_calendar(person, "coach")},
                                           .now = pg::now(),
                                           .range = {arguments, 2},
                                           .after = after,
                                           .most = most,
                                           .statuses = kStanding,
                                           .word = pg::optional_param(client, of_client)});
  } else {
    const auto cursor = cursor_params(after);
    ids = ids_found(sessions_statement.run({arguments.param(2), arguments.param(3), cursor.start, cursor.id,
                                            pg::from_int(most), pg::from_instant(pg::now()), most_searched()},
                                           pg::Snapshot::callers));
  }
  rows.add(session_page_statement.run({pg::from_ids(ids)}, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_session_create, jb::sql::session_create_body)
JB_FUNCTION(jb_session_post, jb::sql::session_post_body)
JB_FUNCTION(jb_session_patch, jb::sql::patch_body)
JB_FUNCTION(jb_session_one, jb::sql::session_one_body)
JB_FUNCTION(jb_coaches, jb::sql::coaches_body)
JB_FUNCTION(jb_clients, jb::sql::clients_body)
JB_FUNCTION(jb_sessions, jb::sql::sessions_body)
JB_FUNCTION(jb_coach_create, jb::sql::coach_create_body)
JB_FUNCTION(jb_client_create, jb::sql::client_create_body)
