// SPDX-License-Identifier: PostgreSQL
//
// Appointments with a provider: making, confirming and listing them, the provider's offered times, and its open slots.
#include "core/adapters/appointment.hpp"

#include "booking.hpp"
#include "call.hpp"
#include "core/adapters/guest_booking.hpp"
#include "core/event/calendar.hpp"
#include "listing.hpp"
#include "pg/call.hpp"
#include "pg/icu.hpp"
#include "store/calendar.hpp"

namespace jb::functions {

namespace {

// An appointment has the provider's calendar alone (rule 11.1), so events that the provider only attends are left out.
constinit auto list_of_provider =
    list_statements<"e.calendars = :names AND (:word::text IS NULL OR jb_folded(e.attendees[1]) = :word)", "false">(
        false);
constinit auto appointment_page_statement = pg::Statement<R"(
    SELECT v.* FROM unnest(:ids::bigint[]) WITH ORDINALITY AS p (id, n)
     CROSS JOIN LATERAL (SELECT * FROM jb_appointment WHERE appointment_id = p.id OFFSET 0) v ORDER BY p.n)">();

constinit auto list_of_providers = prefix_statements<
    "e.calendars[1] LIKE 'provider:%' AND cardinality(e.calendars) = 1"
    " AND (:word::text IS NULL OR jb_folded(e.attendees[1]) = :word)">();

constinit auto open_statement = pg::Statement<
    "SELECT :provider, a.date, jb_slot_dictionary(a.spans) FROM jb_availability(:calendar, :date, :date) a">();

std::string calendar_of(const std::string& provider_id) { return std::string(kProvider) + provider_id; }

Failure no_such_provider(const std::string& id) {
  return {Error::not_found, "provider \"" + id + "\" does not exist", "", "jb_provider_availability_add() makes one."};
}

/// The provider's id as the calendar spells it.
std::string own_id(const std::string& provider_id) {
  return own_name(calendar_of(provider_id), pg::Snapshot::fresh).substr(kProvider.size());
}

/// Refuses a provider without a calendar.
void require_provider(Validation& validation, const std::optional<std::string>& id) {
  if (id && !find_seen_calendar(calendar_of(*id))) validation.refuse("provider_id", *id, "there is no such provider");
}

Datum reserve(const Arguments& arguments, Validation& validation, const Reservation& reservation, bool dry_run) {
  const auto require = [&] { require_provider(validation, reservation.provider_id); };
  return keyed_outcome(arguments, dry_run, validation, require,
                       [&](Scheduler& scheduler) { return scheduler.schedule(new_appointment(reservation)); });
}

/// The open spans of one date of a provider, as jb_provider_availability shows them.
Datum open_date(const std::string& provider_id, Date date) {
  return connected([&] {
    const auto id = own_id(provider_id);
    return pg::returned_row(
        open_statement.run("provider"_arg = id, "calendar"_arg = calendar_of(id), "date"_arg = date));
  });
}

/// Opens a date of the provider that the first argument names. Makes the provider if it is new; existing settings stay
/// (rule 11.2).
Datum add_open_date(const Arguments& arguments, Validation& validation, const OpenDate& open) {
  const auto id = arguments.word("provider_id");
  const auto name = calendar_of(id);
  if (id.empty() || !is_calendar_name(name)) {
    validation.refuse("provider_id", id, "it must be 1 to 191 of A-Z a-z 0-9 . _ : @ + -");
  }
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    if (id_of(name)) require_managing(name);
    scheduler.retune(name, [&] {
      if (make_calendar(name)) set_calendar(name, kNewProvider);
      require_managing(name);
      add_availability(name, *open.date, open.spans);
    });
    return 0;
  });
  return open_date(id, *open.date);
}

using Words = std::vector<std::string>;

/// The statuses of jb_event_view that correspond to these statuses of appointments.
std::optional<Words> meant_by(const std::optional<Words>& statuses) {
  if (!statuses) return std::nullopt;
  Words meant;
  for (const auto& status : *statuses) {
    for (auto& word : statuses_of_appointment(status)) meant.push_back(std::move(word));
  }
  return meant;
}

}  // namespace

JB_CALL(jb_appointment_reserve, Datum) {
  Validation validation;
  const Reservation reservation{.provider_id = arguments.text("provider_id"),
                                .client = arguments.text("client"),
                                .time = read_arguments(arguments, validation)};
  check_reservation(validation, reservation, kArgumentNames);
  return reserve(arguments, validation, reservation, arguments.flag("dry_run"));
}

JB_CALL(jb_appointment_post, Datum) {
  Validation validation;
  const auto reservation = read_reservation(validation, arguments.json("request"), pg::parse_interval);
  check_reservation(validation, reservation);
  return reserve(arguments, validation, reservation, false);
}

JB_CALL(jb_appointment_status_set, Datum) {
  const auto id = arguments.event_id("appointment_id");
  const auto word = arguments.text("status");
  const auto status = wished_status(word.value_or(""));
  const auto given = arguments.text("reply");
  Validation validation;
  const auto reply = given ? read_reply(validation, *given) : std::nullopt;
  if (!status)
    validation.refuse("status", word.value_or("NULL"), "it must be CONFIRMED, DENIED or EXPIRED",
                      "Give CONFIRMED or DENIED, in capitals; EXPIRED where the deadline has passed.");
  validation.raise();
  const Editor edit = [&](const Event& current, Instant now) {
    if (!is_appointment(current))
      throw Failure(Error::not_found, "appointment " + std::to_string(id) + " does not exist", "",
                    "jb_appointments() lists the appointments.");
    check_decision(current, *word, now);
    Edit wanted;
    wanted.fields.status.set(status);
    wanted.if_still_free = arguments.flag("if_still_free");
    if (reply) wanted.fields.metadata.set(*reply);
    return wanted;
  };
  return keyed_update(arguments, arguments.flag("dry_run"), id, edit);
}

JB_CALL(jb_provider_availability_add, Datum) {
  Validation validation;
  OpenDate open{.date = arguments.required_date(validation, "on_date"), .spans = {}};
  open.spans = read_slots(validation, arguments.json("slots"));
  return add_open_date(arguments, validation, open);
}

JB_CALL(jb_provider_availability_post, Datum) {
  Validation validation;
  const auto open = read_open_date(validation, arguments.json("request"));
  return add_open_date(arguments, validation, open);
}

JB_CALL(jb_provider_availability_remove, bool) {
  const auto id = arguments.word("provider_id");
  Validation validation;
  const auto date = arguments.required_date(validation, "on_date");
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
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
  return true;
}

JB_CONNECTED_ROWS(jb_provider_slots) {
  const auto id = arguments.word("provider_id");
  Validation validation;
  const auto date = arguments.required_date(validation, "on_date");
  const auto wished = arguments.duration(validation, "duration");
  validation.raise();
  const auto most = arguments.max_rows();
  const auto calendar = find_seen_calendar(calendar_of(id));
  if (!calendar) throw no_such_provider(id);
  const auto duration = wished.value_or(calendar->default_duration);
  auto search = search_in({calendar->name}, pg::now());
  // The date is the date of the start, as in a reservation: the end may lie on the next date.
  auto within = calendar->zone().day(*date);
  if (!within.empty()) within.end += duration - Seconds{1};
  add_slots(rows, search, duration, within, most);
}

JB_CONNECTED_ROWS(jb_appointment_one) {
  rows.add(
      appointment_page_statement.run(pg::Snapshot::callers, "ids"_arg = ids_argument(arguments, "appointment_id")));
}

JB_CONNECTED_ROWS(jb_appointments) {
  const auto provider = arguments.text("provider_id");
  const auto statuses =
      read_statuses(arguments, is_appointment_status,
                    "Name any of PENDING, CONFIRMED, DENIED, EXPIRED, CANCELLED and WAITING, in capitals.");
  check_range(arguments);
  const auto after = cursor(arguments);
  const auto most = arguments.max_rows();
  Validation validation;
  require_provider(validation, provider);
  validation.raise();
  Listing listing{.calendars = {},
                  .now = pg::now(),
                  .range = ListedRange(arguments),
                  .after = after,
                  .most = most,
                  .statuses = meant_by(statuses),
                  .word = pg::optional_param(arguments.text("client"), pg::folded_text)};
  if (provider) listing.calendars = {*find_calendar(calendar_of(*provider))};
  const auto ids = provider ? ids_of(page_of(list_of_provider, listing))
                            : page_of_prefix(list_of_providers, listing, std::string(kProvider));
  rows.add(appointment_page_statement.run(pg::Snapshot::callers, "ids"_arg = ids));
}

}  // namespace jb::functions
