// SPDX-License-Identifier: PostgreSQL
//
// Coaching sessions: coaches, clients, and what they book with each other.
#include "core/adapters/session.hpp"

#include "call.hpp"
#include "listing.hpp"
#include "pg/call.hpp"

namespace jb::functions {

namespace {

constinit pg::Statement created_statement{"SELECT created_at, updated_at FROM jb_calendar WHERE name = $1"};

// The sessions of the coach or client whose calendar is $2, with the client whose calendar is $5. An event that $2 only
// attends may have a claim on $2 as well, so the condition also requires $2 in the event's calendars.
constinit ListStatements sessions_of_statements JB_LIST_STATEMENTS(
    "e.calendars @> $2 AND cardinality(e.calendars) = 2 AND e.calendars[1] LIKE 'coach:%'"
    " AND e.calendars[2] LIKE 'client:%' AND ($5 IS NULL OR e.calendars[2] = $5)",
    "false", false);
constinit pg::Statement session_page_statement{
    "SELECT v.* FROM unnest($1) WITH ORDINALITY AS p (id, n) "
    "CROSS JOIN LATERAL (SELECT * FROM jb_session WHERE id = p.id OFFSET 0) v ORDER BY p.n"};

constinit pg::Statement sessions_statement{
    JB_ALL_EVENTS("e.calendars[1] LIKE 'coach:%' AND e.calendars[2] LIKE 'client:%' AND cardinality(e.calendars) = 2"
                  " AND (e.status = 'scheduled' OR (e.status = 'held' AND e.expires_at > $6)) AND " JB_SIGHT
                  " = 'read'",
                  ""),
    pg::Reading::first_few};

/// The statuses of an event that is a session.
const std::vector<std::string> kStanding{"pending", "in_progress", "completed", "held"};

constexpr std::string_view kMustExist = "must exist";

/// Refuses a coach or client without a calendar.
void require_person(Validation& validation, std::string_view role, std::string_view prefix,
                    const std::optional<std::string>& id, std::string_view hint) {
  if (id && !find_seen_calendar(std::string(prefix) + *id)) validation.refuse(role, *id, kMustExist, hint);
}

void require_people(Validation& validation, const SessionFields& session) {
  require_person(validation, "coach", kCoach, session.coach.value,
                 "Name a coach that exists: jb_coaches() lists them.");
  require_person(validation, "client", kClient, session.client.value,
                 "Name a client that exists: jb_clients() lists them.");
}

Datum book(const Arguments& arguments, Validation& validation, const SessionFields& session, bool dry_run) {
  const auto require = [&] { require_people(validation, session); };
  return keyed_outcome(arguments, dry_run, validation, require,
                       [&](Scheduler& scheduler) { return scheduler.schedule(new_session(session)); });
}

/// The id of a coach or client, and when its calendar was made and changed.
using Person = std::tuple<std::string, Instant, Instant>;

/// Makes the calendar of the coach or client whose id is in this argument.
Person enrol(const Arguments& arguments, std::string_view prefix, std::string_view argument) {
  const auto id = arguments.word(argument);
  const auto name = std::string(prefix) + id;
  Validation validation;
  if (arguments.is_null(argument))
    validation.refuse(argument, "NULL", "it is required");
  else if (id.empty() || !is_calendar_name(name))
    validation.refuse(argument, id,
                      "it must be 1 to " + std::to_string(200 - prefix.size()) + " of A-Z a-z 0-9 . _ : @ + -");
  validation.raise();
  if (!make_calendar(name)) validation.refuse(argument, id, "has already been taken");
  validation.raise();
  const auto rows = created_statement.run({name});
  return {id, pg::to_instant(*rows.at(0, 1)), pg::to_instant(*rows.at(0, 2))};
}

constinit pg::Statement coaches_statement{
    "SELECT v.* FROM jb_coach v WHERE $1 IS NULL OR v.coach_hash_id COLLATE \"C\" > $1"
    " ORDER BY v.coach_hash_id COLLATE \"C\" LIMIT $2"};
constinit pg::Statement clients_statement{
    "SELECT v.* FROM jb_client v WHERE $1 IS NULL OR v.client_hash_id COLLATE \"C\" > $1"
    " ORDER BY v.client_hash_id COLLATE \"C\" LIMIT $2"};

void add_people(const Arguments& arguments, RowSet& rows, pg::Statement& statement) {
  rows.add(statement.run({arguments.param("after"), arguments.max_rows()}, pg::Snapshot::callers));
}

}  // namespace

JB_CALL(jb_session_create, Datum) {
  Validation validation;
  SessionFields session;
  session.coach.set_if_given(arguments.text("coach_hash_id"));
  session.client.set_if_given(arguments.text("client_hash_id"));
  session.start.set_if_given(arguments.instant("start"));
  if (const auto minutes = arguments.integer("duration")) session.duration.set(check_minutes(validation, *minutes));
  check_new_session(validation, session);
  return book(arguments, validation, session, arguments.flag("dry_run"));
}

JB_CALL(jb_session_post, Datum) {
  Validation validation;
  const auto session = read_session(validation, arguments.json("request"));
  if (!validation.has_refused("session")) check_new_session(validation, session);
  return book(arguments, validation, session, false);
}

JB_CALL(jb_session_patch, Datum) {
  const auto id = arguments.event_id("session_id");
  Validation validation;
  const auto session = read_session(validation, arguments.json("request"));
  const auto require = [&] { require_people(validation, session); };
  const Editor edit = [&](const Event& current, Instant) {
    if (!is_session(current))
      throw Failure(Error::not_found, "session " + std::to_string(id) + " does not exist", "",
                    "jb_sessions() lists the sessions; one that was cancelled is none any more.");
    return Edit{.fields = session_changes(session, current)};
  };
  return keyed_outcome(arguments, false, validation, require, [&](Scheduler& scheduler) {
    return scheduler.update(id, edit, arguments.bigint("expected_version"));
  });
}

JB_CONNECTED(jb_coach_create, Person) { return enrol(arguments, kCoach, "coach_hash_id"); }

JB_CONNECTED(jb_client_create, Person) { return enrol(arguments, kClient, "client_hash_id"); }

JB_CONNECTED_ROWS(jb_session_one) {
  rows.add(session_page_statement.run({ids_argument(arguments, "session_id")}, pg::Snapshot::callers));
}

JB_CONNECTED_ROWS(jb_coaches) { add_people(arguments, rows, coaches_statement); }

JB_CONNECTED_ROWS(jb_clients) { add_people(arguments, rows, clients_statement); }

JB_CONNECTED_ROWS(jb_sessions) {
  const auto coach = arguments.text("coach_hash_id"), client = arguments.text("client_hash_id");
  check_range(arguments);
  const auto after = cursor(arguments);
  const auto most = arguments.max_rows();
  SessionFields named;
  named.coach.set_if_given(coach);
  named.client.set_if_given(client);
  Validation validation;
  require_people(validation, named);
  validation.raise();
  std::vector<EventId> ids;
  if (coach || client) {
    const auto of_client = [](const std::string& id) {
      return own_name(std::string(kClient) + id, pg::Snapshot::callers);
    };
    const auto person = coach ? std::string(kCoach) + *coach : std::string(kClient) + *client;
    ids = ids_of(page_of(sessions_of_statements, {.calendars = {require_calendar(person, "coach")},
                                                  .now = pg::now(),
                                                  .range = ListedRange(arguments),
                                                  .after = after,
                                                  .most = most,
                                                  .statuses = kStanding,
                                                  .word = pg::optional_param(client, of_client)}));
  } else {
    ids = page_of_all(sessions_statement, ListedRange(arguments), after, most);
  }
  rows.add(session_page_statement.run({ids}, pg::Snapshot::callers));
}

}  // namespace jb::functions
