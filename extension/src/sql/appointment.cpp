// SPDX-License-Identifier: PostgreSQL
//
// Appointments with a provider: making, confirming and listing them, the provider's offered times, and its open slots.
#include "core/faces/appointment.hpp"

#include "arguments.hpp"
#include "core/event/settings.hpp"
#include "core/faces/booking.hpp"
#include "idempotency.hpp"
#include "listing.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/calendar_lock.hpp"
#include "store/calendar_settings.hpp"

namespace jb::sql {

namespace {

constexpr FieldNames kReservationNames{.date = "event_date"};

// An appointment has the provider's calendar alone (rule 11.1): events that the provider only attends are left out.
constinit ListStatements appointments_of_statements
    JB_LIST_STATEMENTS("e.calendars = $2 AND ($5 IS NULL OR e.attendees[1] = $5)", "false");
constinit pg::Statement appointment_page_statement{
    "SELECT v.* FROM unnest($1) WITH ORDINALITY AS p (id, n) "
    "CROSS JOIN LATERAL (SELECT * FROM jb_appointment WHERE appointment_id = p.id OFFSET 0) v ORDER BY p.n",
    {INT8ARRAYOID}};

// The appointments of all providers that have a time: those that have begun by $3 and last, by claims and
// jb_event_ended, and those that begin later, in the order of jb_event_time. $1 is the client, $2 the wished statuses,
// $8 the clock.
#define JB_IS_WANTED(now)                                                                                              \
  "e.calendars[1] LIKE 'provider:%' AND cardinality(e.calendars) = 1 AND " JB_SIGHT                                    \
  " = 'read' AND ($1 IS NULL OR e.attendees[1] = $1)"                                                                  \
  " AND ($2 IS NULL OR CASE WHEN e.status = 'scheduled' THEN 'CONFIRMED' WHEN e.status <> 'held' THEN upper(e.status)" \
  "  WHEN e.expires_at <= " now " THEN 'EXPIRED' ELSE 'PENDING' END = ANY ($2))"
constinit pg::Statement appointments_statement{
    "SELECT f.id, f.ends FROM ("
    " SELECT e.id, e.start_timestamp, false AS ends FROM"
    "  (SELECT l.id FROM (SELECT event_id AS id FROM jb_claim WHERE during @> $3 OFFSET 0) l"
    "    UNION SELECT u.id FROM (SELECT id FROM jb_event WHERE tstzrange(start_timestamp, end_timestamp) @> $3"
    "     AND start_timestamp IS NOT NULL AND status NOT IN ('scheduled', 'held') OFFSET 0) u) c"
    "  CROSS JOIN LATERAL (SELECT * FROM jb_event WHERE id = c.id OFFSET 0) e"
    "  WHERE ($5 IS NULL OR $5 < $3) AND tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange($3, $4)"
    "   AND e.start_timestamp < $3 AND ($6 IS NULL OR (e.start_timestamp, e.id) > ($5, $6)) AND " JB_IS_WANTED("$8")
    " UNION ALL"
    " (SELECT e.id, e.start_timestamp, e.read > $9" JB_LOOKED_AT(
        "e.start_timestamp >= coalesce(greatest($3, $5), '-infinity')"
        " AND e.start_timestamp < coalesce($4, 'infinity') AND ($6 IS NULL OR (e.start_timestamp, e.id) > ($5, $6))",
        "e.start_timestamp, e.id", "$9")
    "   WHERE" JB_FITS(JB_IS_WANTED("$8"), "$9") "   ORDER BY e.start_timestamp, e.id LIMIT $7)) f "
    "ORDER BY f.start_timestamp, f.id LIMIT $7",
    {TEXTOID, TEXTARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, INT4OID, TIMESTAMPTZOID, INT8OID},
    pg::Reading::first_few};

// Those without a time, which come last, by id. No index has the events of all calendars in this order, so all are read
// that have no time.
constinit pg::Statement timeless_statement{
    "SELECT e.id, false FROM jb_event e WHERE e.start_timestamp IS NULL AND ($3 IS NULL OR e.id > $3)"
    " AND " JB_IS_WANTED("$5") " ORDER BY e.id LIMIT $4",
    {TEXTOID, TEXTARRAYOID, INT8OID, INT4OID, TIMESTAMPTZOID}};
#undef JB_IS_WANTED

constinit pg::Statement open_statement{
    "SELECT $1, a.date, jb_slot_dictionary(a.spans) FROM jb_availability($2, $3, $3) a", {TEXTOID, TEXTOID, DATEOID}};

std::string calendar_of(const std::string& provider_id) { return std::string(kProvider) + provider_id; }

/// Refuses a provider without a calendar.
void require_provider(Validation& validation, const std::optional<std::string>& id) {
  if (id && !find_seen_calendar(calendar_of(*id))) validation.refuse("provider_id", *id, "there is no such provider");
}

Datum reserve(FunctionCallInfo info, Validation& validation, const Reservation& reservation, bool dry_run) {
  if (!validation.ok()) {
    pg::Session reading;
    require_provider(validation, reservation.provider_id);
    validation.raise();
  }
  const auto fields = new_appointment(reservation);
  return keyed_outcome(info, dry_run, -1, [&](Scheduler& scheduler) {
    require_provider(validation, reservation.provider_id);
    validation.raise();
    return scheduler.schedule(fields);
  });
}

Datum reserve_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  Reservation reservation{.provider_id = arguments.text(0), .client = arguments.text(1), .time = {}};
  reservation.time.date.set_if_given(arguments.date(2));
  reservation.time.start_time.set_if_given(arguments.time_of_day(3));
  reservation.time.duration.set_if_given(arguments.duration(validation, 4, "duration"));
  reservation.time.start_timestamp.set_if_given(arguments.instant(5));
  check_reservation(validation, reservation, kReservationNames);
  return reserve(info, validation, reservation, arguments.flag(6));
}

Datum appointment_post_body(FunctionCallInfo info) {
  Validation validation;
  const auto reservation = read_reservation(validation, Arguments(info).json(0), pg::parse_interval);
  check_reservation(validation, reservation);
  return reserve(info, validation, reservation, false);
}

Datum status_set_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const auto word = arguments.text(1);
  const auto status = wished_status(word.value_or(""));
  const auto given = arguments.text(5);
  Validation validation;
  const auto reply = given ? read_reply(validation, *given) : std::nullopt;
  if (!status) validation.refuse("status", word.value_or("NULL"), "it must be CONFIRMED, DENIED or EXPIRED");
  validation.raise();
  const Editor edit = [&](const Event& current, Instant now) {
    if (!is_appointment(current)) throw no_such_appointment(id);
    check_decision(current, *word, now);
    Edit wanted;
    wanted.fields.status.set(status);
    wanted.if_still_free = arguments.flag(2);
    if (reply) wanted.fields.metadata.set(*reply);
    return wanted;
  };
  return keyed_outcome(info, arguments.flag(4), 3,
                       [&](Scheduler& scheduler) { return scheduler.update(id, edit, arguments.bigint(3)); });
}

/// The open spans of one date of a provider, as jb_provider_availability shows them.
Datum open_date(FunctionCallInfo info, const std::string& provider_id, Date date) {
  pg::Session session;
  const auto rows =
      open_statement.run({pg::from_text(provider_id), pg::from_text(calendar_of(provider_id)), pg::from_date(date)});
  const auto slots = pg::jsonb_text(*rows.at(0, 3));
  session.finish();
  return pg::result_row(info, {pg::from_text(provider_id), pg::from_date(date), pg::from_jsonb_text(slots)});
}

/// Opens a date of the provider that the first argument names. Makes the provider if it is new; settings that exist
/// stay (rule 11.2).
Datum add_open_date(FunctionCallInfo info, Validation& validation, const OpenDate& open) {
  const auto id = Arguments(info).text(0).value_or("");
  const auto name = calendar_of(id);
  if (id.empty() || !is_calendar_name(name)) {
    validation.refuse("provider_id", id, "it must be 1 to 191 of A-Z a-z 0-9 . _ : @ + -");
  }
  validation.raise();
  with_scheduler(std::nullopt, [&](Scheduler& scheduler) {
    if (id_of(name)) require_managing(name);
    scheduler.retune(name, [&] {
      if (make_calendar(name)) set_calendar(name, kNewProvider);
      require_managing(name);
      add_availability(name, *open.date, open.spans);
    });
    return 0;
  });
  return open_date(info, id, *open.date);
}

Datum availability_add_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  Validation validation;
  OpenDate open{.date = arguments.required_date(validation, 1, "on_date"), .spans = {}};
  open.spans = read_slots(validation, arguments.json(2));
  return add_open_date(info, validation, open);
}

Datum availability_post_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  Validation validation;
  const auto open = read_open_date(validation, arguments.json(1));
  return add_open_date(info, validation, open);
}

Datum availability_remove_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  const auto id = arguments.text(0).value_or("");
  Validation validation;
  const auto date = arguments.required_date(validation, 1, "on_date");
  validation.raise();
  with_scheduler(std::nullopt, [&](Scheduler& scheduler) {
    const auto require = [&] {
      if (!find_seen_calendar(calendar_of(id))) throw no_such_provider(id);
      require_managing(calendar_of(id));
    };
    require();
    scheduler.retune(calendar_of(id), [&] {
      require();
      if (!remove_availability(calendar_of(id), *date)) throw no_such_provider(id);
    });
    return 0;
  });
  return pg::from_bool(true);
}

Datum provider_slots_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(4));
  const auto id = arguments.text(0).value_or("");
  Validation validation;
  const auto date = arguments.required_date(validation, 1, "on_date");
  const auto wished = arguments.duration(validation, 2, "duration");
  validation.raise();
  const auto most = static_cast<std::size_t>(arguments.max_rows(3));
  RowSet rows(info);
  pg::Session session;
  const auto calendar = find_seen_calendar(calendar_of(id));
  if (!calendar) throw no_such_provider(id);
  const auto duration = wished.value_or(calendar->default_duration);
  const auto now = pg::now();
  auto search = search_in({calendar->name}, now);
  // The date is the date of the start, as in a reservation: the end may lie on the next date.
  auto within = calendar->zone().day(*date);
  if (!within.empty()) within.end += duration - Seconds{1};
  for (const auto start : search.open_starts(duration, within, most)) {
    rows.add(pg::from_span({start, start + duration}));
  }
  session.finish();
  return rows.done();
}

using Words = std::vector<std::string>;

std::optional<Words> read_statuses(const Arguments& arguments, int i) {
  Validation validation;
  auto statuses = arguments.texts(validation, i, "status");
  for (const auto& status : statuses.value_or(Words{})) {
    if (status != "?" && !is_appointment_status(status)) validation.refuse("status", status, "there is no such status");
  }
  validation.raise();
  return statuses;
}

/// The statuses of jb_event_view that an appointment with one of these has as an event.
std::optional<Words> meant_by(const std::optional<Words>& statuses) {
  if (!statuses) return std::nullopt;
  Words meant;
  for (const auto& status : *statuses) {
    for (auto& word : statuses_of_appointment(status)) meant.push_back(std::move(word));
  }
  return meant;
}

std::vector<EventId> page_of_all(const Arguments& arguments, const std::optional<Cursor>& after, int most,
                                 Instant now) {
  const auto client = arguments.param(1), statuses = arguments.param(2);
  const auto cursor = cursor_params(after);
  std::vector<EventId> ids;
  if (!after || after->start) {
    ids = ids_found(appointments_statement.run({client, statuses, arguments.param(3), arguments.param(4), cursor.start,
                                                cursor.id, pg::from_int(most), pg::from_instant(now), most_searched()},
                                               pg::Snapshot::callers));
  }
  const auto missing = most - static_cast<int>(ids.size());
  if (missing == 0) return ids;
  const pg::Param last = after && !after->start ? cursor.id : pg::Param();
  const auto timeless = ids_found(timeless_statement.run(
      {client, statuses, last, pg::from_int(missing), pg::from_instant(now)}, pg::Snapshot::callers));
  ids.insert(ids.end(), timeless.begin(), timeless.end());
  return ids;
}

constinit pg::Statement appointment_statement{"SELECT v.* FROM jb_appointment v WHERE v.appointment_id = $1",
                                              {INT8OID}};

Datum appointment_one_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(1));
  return rows_of(info, appointment_statement, {arguments.param(0)});
}

Datum appointments_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(7));
  const auto provider = arguments.text(0);
  const auto statuses = read_statuses(arguments, 2);
  check_range(arguments, 3);
  const auto after = cursor(arguments.text(5));
  const auto most = arguments.max_rows(6);
  RowSet rows(info);
  pg::Session session;
  Validation validation;
  require_provider(validation, provider);
  validation.raise();
  const auto now = pg::now();
  const auto ids = provider
                       ? page_of(appointments_of_statements, {.calendars = {*find_calendar(calendar_of(*provider))},
                                                              .now = now,
                                                              .range = {arguments, 3},
                                                              .after = after,
                                                              .most = most,
                                                              .statuses = meant_by(statuses),
                                                              .word = arguments.param(1)})
                       : page_of_all(arguments, after, most, now);
  rows.add(appointment_page_statement.run({pg::from_ids(ids)}, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_appointment_reserve, jb::sql::reserve_body)
JB_FUNCTION(jb_appointment_post, jb::sql::appointment_post_body)
JB_FUNCTION(jb_appointment_status_set, jb::sql::status_set_body)
JB_FUNCTION(jb_provider_availability_add, jb::sql::availability_add_body)
JB_FUNCTION(jb_provider_availability_post, jb::sql::availability_post_body)
JB_FUNCTION(jb_provider_availability_remove, jb::sql::availability_remove_body)
JB_FUNCTION(jb_provider_slots, jb::sql::provider_slots_body)
JB_FUNCTION(jb_appointment_one, jb::sql::appointment_one_body)
JB_FUNCTION(jb_appointments, jb::sql::appointments_body)
