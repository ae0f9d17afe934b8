// SPDX-License-Identifier: PostgreSQL
#include "core/faces/session.hpp"

#include "arguments.hpp"
#include "idempotency.hpp"
#include "reading.hpp"
#include "results.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement created_statement{"SELECT created_at, updated_at FROM jb_calendar WHERE name = $1", {TEXTOID}};

// The sessions of the coach or client whose calendar is $1, found by the calendar's claims. An event that $1 only
// attends may have a claim on $1 as well, so the statement also requires $1 in the event's calendars.
constinit pg::Statement sessions_of_statement{
    "SELECT v.* FROM jb_claim c JOIN jb_calendar k ON k.id = c.calendar JOIN jb_event e ON e.id = c.event_id "
    "JOIN jb_session v ON v.id = e.id "
    "WHERE k.name = $1 AND $1 = ANY (e.calendars) AND c.during && tstzrange($3, $4)"
    " AND tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange($3, $4)"
    " AND ($2 IS NULL OR v.client_hash_id = $2) AND ($6 IS NULL OR (v.start, v.id) > ($5, $6)) "
    "ORDER BY v.start, v.id LIMIT $7",
    {TEXTOID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, INT4OID}};
// The view's duration is in minutes. round() makes whole seconds of it again, so no fraction is lost.
constinit pg::Statement sessions_statement{
    "SELECT v.* FROM jb_session v "
    "WHERE tstzrange(v.start, v.start + make_interval(secs => round(v.duration * 60)::float8)) && tstzrange($1, $2)"
    " AND ($4 IS NULL OR (v.start, v.id) > ($3, $4)) ORDER BY v.start, v.id LIMIT $5",
    {TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, INT4OID}};

constexpr std::string_view kMustExist = "must exist";

/// Refuses a coach or client without a calendar.
void require_person(Validation& validation, std::string_view role, std::string_view prefix,
                    const std::optional<std::string>& id) {
  if (id && !find_calendar(std::string(prefix) + *id)) validation.refuse(role, *id, kMustExist);
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
  const auto id = Arguments(info).text(0);
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

Datum sessions_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto coach = arguments.text(0), client = arguments.text(1);
  check_range(arguments, 2);
  const auto cursor = cursor_params(arguments.text(4));
  const Datum most = pg::from_int(arguments.max_rows(5));
  RowSet rows(info);
  pg::Session session;
  SessionFields named;
  named.coach.set_if_given(coach);
  named.client.set_if_given(client);
  require_people(named);
  const auto from = arguments.param(2), to = arguments.param(3);
  if (coach || client) {
    const auto person = coach ? std::string(kCoach) + *coach : std::string(kClient) + *client;
    rows.add(sessions_of_statement.run(
        {pg::from_text(person), arguments.param(1), from, to, cursor.start, cursor.id, most}, pg::Snapshot::callers));
  } else {
    rows.add(sessions_statement.run({from, to, cursor.start, cursor.id, most}, pg::Snapshot::callers));
  }
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_session_create, jb::sql::session_create_body)
JB_FUNCTION(jb_session_post, jb::sql::session_post_body)
JB_FUNCTION(jb_session_patch, jb::sql::patch_body)
JB_FUNCTION(jb_sessions, jb::sql::sessions_body)
JB_FUNCTION(jb_coach_create, jb::sql::coach_create_body)
JB_FUNCTION(jb_client_create, jb::sql::client_create_body)
