// SPDX-License-Identifier: PostgreSQL
//
// Bookings by a provider's public page (rules 11.9 to 11.15). The functions run with their owner's rights, since a
// guest has none: the provider's setting opens the page, and a token opens one booking. What they answer names nobody
// but the visitor, and no other event.
#include "core/faces/booking.hpp"
#include "core/values/principal.hpp"

#include <algorithm>

#include "arguments.hpp"
#include "call.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "poll_access.hpp"
#include "reading.hpp"
#include "results.hpp"
#include "store/booking_rows.hpp"
#include "store/event_row.hpp"

namespace jb::sql {

namespace {

/// The row that answers a call: what it did, and the booking as it is now.
Datum shown_booking(const BookingAnswer& answer, const std::string& digest, pg::Snapshot snapshot) {
  const pg::Unasked unasked;
  return pg::returned_row(booking_row(answer, digest, snapshot));
}

BookingAnswer answer_of(const Outcome& outcome) {
  BookingAnswer answer{.outcome = std::string(outcome.outcome)};
  if (outcome.outcome == "rejected" && outcome.refusal) answer.reason = std::string(name_of(outcome.refusal->reason));
  answer.alternatives = outcome.alternatives;
  return answer;
}

/// Runs `work`, which writes for a visitor, and answers with the booking of the token.
template <class Work>
Datum as_visitor(const std::string& digest, Work&& work) {
  PgStore store(std::string(kBookingPage), true);
  pg::Session session;
  Scheduler scheduler(store);
  const BookingAnswer answer = work(scheduler);
  store.settle();
  const Datum row = shown_booking(answer, digest, pg::Snapshot::fresh);
  session.finish();
  return row;
}

/// Changes a booking. What its status does not allow is told without the event's id, which is not the visitor's to
/// know.
template <class Change>
BookingAnswer changed_booking(Change&& change) {
  try {
    return answer_of(change());
  } catch (const Failure& failure) {
    if (failure.error == Error::invalid_transition) throw booking_is_over();
    throw;
  }
}

BookingLink require_link(const Arguments& arguments, const std::string& digest, pg::Snapshot snapshot) {
  if (auto link = find_link(arguments.text(0).value_or(""), digest, snapshot)) return std::move(*link);
  throw no_such_booking();
}

std::string digest_of_token(const Token& token) { return token ? pg::digest(*token) : std::string(); }

void check_token(Validation& validation, const Token& token) {
  if (token && !is_booking_token(*token))
    validation.refuse("token", "", "a token that the visitor makes is jbb_ and 48 digits of hexadecimal");
}

/// A call that is made once more under its token: the first call's booking, as it is now.
BookingAnswer repeated(const std::string& provider_id, const BookingLink& link) {
  const auto first = find_link(provider_id, link.token, pg::Snapshot::fresh);
  if (!first || first->request != link.request) throw token_is_used();
  return {.outcome = "unchanged"};
}

// The token is taken before the calendar is locked, as an idempotency key is. The counts are read after it: the lock
// keeps them until the end of the transaction.
Datum booking_make_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto provider_id = arguments.text(0).value_or("");
  const auto request = arguments.json(1);
  const auto given = token(arguments, 2);
  Validation validation;
  const auto visit = read_visit(validation, request);
  check_token(validation, given);
  const auto token = given ? *given : pg::new_token("jbb_");
  const auto digest = pg::digest(token);
  return as_visitor(digest, [&](Scheduler& scheduler) -> BookingAnswer {
    const auto calendar = find_page(provider_id, pg::Snapshot::fresh);
    if (!calendar) throw no_such_page(provider_id);
    validation.raise();
    const BookingLink link{digest, calendar->id, pg::digest(contact_key(*visit.contact)), pg::digest(request)};
    const auto now = pg::now();
    if (!take_link(link, now)) return repeated(provider_id, link);
    const auto outcome = scheduler.schedule(new_booking(calendar->name, visit));
    auto answer = answer_of(outcome);
    if (!outcome.event_id) {
      drop_link(link);
      return answer;
    }
    keep_event(link, *outcome.event_id, *visit.start);
    const auto day = calendar->zone().day_at(*visit.start);
    check_room_for(count_bookings(link, *outcome.event_id, now, day), day.end, calendar->zone());
    if (!given) answer.token = token;
    return answer;
  });
}

Datum booking_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto digest = digest_of_token(token(arguments, 1));
  pg::Session session;
  require_link(arguments, digest, pg::Snapshot::callers);
  const Datum row = shown_booking({}, digest, pg::Snapshot::callers);
  session.finish();
  return row;
}

Datum booking_move_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto digest = digest_of_token(token(arguments, 1));
  const auto start = arguments.instant(2);
  return as_visitor(digest, [&](Scheduler& scheduler) {
    const auto link = require_link(arguments, digest, pg::Snapshot::fresh);
    Validation validation;
    if (!start) validation.refuse("start_timestamp", "NULL", "it is required");
    validation.raise();
    const auto calendar = find_page(arguments.text(0).value_or(""), pg::Snapshot::fresh);
    if (!calendar) throw page_is_closed();
    const auto fields = moved_booking(*start);
    check_values(validation, fields);
    validation.raise();
    const Editor edit = [&](const Event&, Instant) { return Edit{.fields = fields}; };
    auto answer = changed_booking([&] { return scheduler.update(*link.event_id, edit, std::nullopt); });
    const auto day = calendar->zone().day_at(*start);
    if (answer.outcome == "updated")
      check_room_on_day(count_bookings(link, *link.event_id, pg::now(), day), day.end, calendar->zone());
    return answer;
  });
}

Datum booking_cancel_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto digest = digest_of_token(token(arguments, 1));
  return as_visitor(digest, [&](Scheduler& scheduler) {
    const auto link = require_link(arguments, digest, pg::Snapshot::fresh);
    return changed_booking([&] { return scheduler.become(*link.event_id, {.status = "cancelled"}, std::nullopt); });
  });
}

Datum booking_page_body(FunctionCallInfo info) {
  const auto provider_id = Arguments(info).text(0).value_or("");
  pg::Session session;
  const auto facts = page_facts(provider_id);
  if (facts.empty()) throw no_such_page(provider_id);
  const Datum json = pg::outliving(*facts.at(0, 1));
  session.finish();
  return json;
}

/// What the slots are for: a new booking, or another time for the booking of the token.
BookedTime wished_time(const Arguments& arguments, const Calendar& calendar) {
  const auto given = token(arguments, 3);
  if (!given) return {{calendar.name}, calendar.default_duration};
  const auto link = require_link(arguments, pg::digest(*given), pg::Snapshot::callers);
  if (auto booked = booked_time(*link.event_id)) return std::move(*booked);
  throw no_such_booking();
}

Datum booking_slots_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Unasked unasked;
  const auto provider_id = arguments.text(0).value_or("");
  const auto most = static_cast<std::size_t>(arguments.max_rows(2));
  RowSet rows(info);
  pg::Session session;
  const auto calendar = find_page(provider_id, pg::Snapshot::callers);
  if (!calendar) throw no_such_page(provider_id);
  const auto wished = wished_time(arguments, *calendar);
  const auto now = pg::now();
  auto search = search_in(wished.calendars, now);
  const auto from = std::clamp(arguments.instant(1).value_or(now), kRepresentable.start, kRepresentable.end);
  const Span within{from, kRepresentable.end};
  for (const auto start : search.open_starts(wished.duration, within, most))
    rows.add(pg::from_span({start, start + wished.duration}));
  session.finish();
  return rows.done();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_booking_make, jb::sql::booking_make_body)
JB_FUNCTION(jb_booking, jb::sql::booking_body)
JB_FUNCTION(jb_booking_move, jb::sql::booking_move_body)
JB_FUNCTION(jb_booking_cancel, jb::sql::booking_cancel_body)
JB_FUNCTION(jb_booking_page, jb::sql::booking_page_body)
JB_FUNCTION(jb_booking_slots, jb::sql::booking_slots_body)
