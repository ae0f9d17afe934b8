// SPDX-License-Identifier: PostgreSQL
#include "core/faces/appointment.hpp"

#include "arguments.hpp"
#include "core/event/settings.hpp"
#include "idempotency.hpp"
#include "pg/clock.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/calendar_settings.hpp"

namespace jb::sql {

namespace {

constexpr FieldNames kReservationNames{.date = "event_date"};

// The appointments of a provider are found as jb_events finds a calendar's events. Events that the provider only
// attends are left out, since an appointment has the provider's calendar alone (rule 11.1).
#define JB_APPOINTMENTS_WHERE                                                                               \
  "WHERE (v.start_timestamp IS NULL OR tstzrange(v.start_timestamp, v.end_timestamp) && tstzrange($4, $5))" \
  " AND ($2 IS NULL OR v.client = $2) AND ($3 IS NULL OR v.status = ANY ($3))"                              \
  " AND ($7 IS NULL OR (coalesce(v.start_timestamp, 'infinity'), v.appointment_id) > ($6, $7)) "            \
  "ORDER BY v.start_timestamp NULLS LAST, v.appointment_id LIMIT $8"
#define JB_APPOINTMENTS_TYPES \
  { TEXTOID, TEXTOID, TEXTARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, INT4OID }

constinit pg::Statement appointments_of_statement{
    "SELECT v.* FROM ("
    " SELECT c.event_id AS id FROM jb_claim c JOIN jb_calendar k ON k.id = c.calendar"
    "  WHERE k.name = $1 AND c.during && tstzrange($4, $5)"
    " UNION ALL"
    " SELECT e.id FROM jb_event e WHERE e.calendars || e.attendee_calendars @> ARRAY[$1] AND e.status NOT IN "
    "('scheduled', 'held')) found "
    "JOIN jb_appointment v ON v.appointment_id = found.id AND 'provider:' || v.provider_id = $1 " JB_APPOINTMENTS_WHERE,
    JB_APPOINTMENTS_TYPES};
constinit pg::Statement appointments_statement{"SELECT v.* FROM jb_appointment v " JB_APPOINTMENTS_WHERE,
                                               JB_APPOINTMENTS_TYPES};
#undef JB_APPOINTMENTS_WHERE
#undef JB_APPOINTMENTS_TYPES

constinit pg::Statement open_statement{
    "SELECT $1, a.date, jb_slot_dictionary(a.spans) FROM jb_availability($2, $3, $3) a", {TEXTOID, TEXTOID, DATEOID}};

std::string calendar_of(const std::string& provider_id) { return std::string(kProvider) + provider_id; }

/// Refuses a provider without a calendar.
void require_provider(Validation& validation, const std::optional<std::string>& id) {
  if (id && !find_calendar(calendar_of(*id))) validation.refuse("provider_id", *id, "there is no such provider");
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
  Validation validation;
  if (!status) validation.refuse("status", word.value_or("NULL"), "it must be CONFIRMED, DENIED or EXPIRED");
  validation.raise();
  const Editor edit = [&](const Event& current, Instant now) {
    if (!is_appointment(current)) throw no_such_appointment(id);
    check_decision(current, *word, now);
    Edit wanted;
    wanted.fields.status.set(status);
    wanted.if_still_free = arguments.flag(2);
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
    scheduler.retune(name, [&] {
      if (make_calendar(name)) set_calendar(name, kNewProvider);
      add_availability(name, *open.date, open.spans);
    });
    return 0;
  });
  return open_date(info, id, *open.date);
}

Datum availability_add_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  OpenDate open{.date = arguments.required_date(validation, 1, "on_date"), .spans = {}};
  open.spans = read_slots(validation, arguments.json(2));
  return add_open_date(info, validation, open);
}

Datum availability_post_body(FunctionCallInfo info) {
  Validation validation;
  const auto open = read_open_date(validation, Arguments(info).json(1));
  return add_open_date(info, validation, open);
}

Datum availability_remove_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.text(0).value_or("");
  Validation validation;
  const auto date = arguments.required_date(validation, 1, "on_date");
  validation.raise();
  with_scheduler(std::nullopt, [&](Scheduler& scheduler) {
    scheduler.retune(calendar_of(id), [&] {
      if (!remove_availability(calendar_of(id), *date)) throw no_such_provider(id);
    });
    return 0;
  });
  return pg::from_bool(true);
}

Datum provider_slots_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.text(0).value_or("");
  Validation validation;
  const auto date = arguments.required_date(validation, 1, "on_date");
  const auto wished = arguments.duration(validation, 2, "duration");
  validation.raise();
  const auto most = static_cast<std::size_t>(arguments.max_rows(3));
  RowSet rows(info);
  pg::Session session;
  const auto calendar = find_calendar(calendar_of(id));
  if (!calendar) throw no_such_provider(id);
  const auto duration = wished.value_or(calendar->default_duration);
  const auto now = pg::now();
  auto search = search_in({calendar->name}, now);
  // The date is the date of the start, as in a reservation: the end may lie on the next date.
  auto within = calendar->zone().day(*date);
  if (!within.empty()) within.end += duration - Seconds{1};
  for (const auto start : search.open_starts(duration, within, now, most)) {
    rows.add(pg::from_span({start, start + duration}));
  }
  session.finish();
  return rows.done();
}

void check_statuses(const Arguments& arguments, int i) {
  Validation validation;
  for (const auto& status : arguments.texts(validation, i, "status").value_or(std::vector<std::string>{})) {
    if (status != "?" && !is_appointment_status(status)) validation.refuse("status", status, "there is no such status");
  }
  validation.raise();
}

Datum appointments_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto provider = arguments.text(0);
  check_statuses(arguments, 2);
  check_range(arguments, 3);
  const auto cursor = cursor_params(arguments.text(5));
  const Datum most = pg::from_int(arguments.max_rows(6));
  RowSet rows(info);
  pg::Session session;
  Validation validation;
  require_provider(validation, provider);
  validation.raise();
  auto& statement = provider ? appointments_of_statement : appointments_statement;
  rows.add(statement.run({pg::from_text(calendar_of(provider.value_or(""))), arguments.param(1), arguments.param(2),
                          arguments.param(3), arguments.param(4), cursor.start, cursor.id, most},
                         pg::Snapshot::callers));
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
JB_FUNCTION(jb_appointments, jb::sql::appointments_body)
