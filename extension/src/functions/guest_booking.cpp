// SPDX-License-Identifier: PostgreSQL
//
// Bookings by a provider's public page (rules 11.9 to 11.15). The functions run with their owner's rights, since a
// guest has none: the provider's setting opens the page, and a token opens one booking. What they answer names nobody
// but the visitor, and no other event.
#include "core/adapters/guest_booking.hpp"
#include "core/values/principal.hpp"

#include <algorithm>

#include "call.hpp"
#include "pg/clock.hpp"
#include "pg/secret.hpp"
#include "poll_access.hpp"
#include "reading.hpp"
#include "store/event_row.hpp"
#include "store/guest_booking_rows.hpp"

namespace jb::functions {

namespace {

/// The row that answers a call: what it did, and the booking as it is now.
Datum shown_guest_booking(const GuestBookingAnswer& answer, const std::string& digest, pg::Snapshot snapshot) {
  const pg::Unasked unasked;
  return pg::returned_row(guest_booking_row(answer, digest, snapshot));
}

GuestBookingAnswer answer_of(const Outcome& outcome) {
  GuestBookingAnswer answer{.outcome = std::string(outcome.outcome)};
  if (outcome.outcome == "rejected" && outcome.refusal) answer.reason = std::string(name_of(outcome.refusal->reason));
  answer.alternatives = outcome.alternatives;
  return answer;
}

/// Runs `work`, which writes for a visitor, and answers with the booking of the token.
template <class Work>
Datum as_visitor(const std::string& digest, Work&& work) {
  PgStore store(std::string(kBookingPage), true);
  pg::SpiConnection spi;
  Scheduler scheduler(store);
  const GuestBookingAnswer answer = work(scheduler);
  store.settle();
  const Datum row = shown_guest_booking(answer, digest, pg::Snapshot::fresh);
  spi.finish();
  return row;
}

/// Changes a booking. What its status does not allow is told without the event's id, which is not the visitor's to
/// know.
template <class Change>
GuestBookingAnswer changed_guest_booking(Change&& change) {
  try {
    return answer_of(change());
  } catch (const Failure& failure) {
    if (failure.error == Error::invalid_transition) throw guest_booking_is_over();
    throw;
  }
}

GuestBookingLink require_link(const Arguments& arguments, const std::string& digest, pg::Snapshot snapshot) {
  if (auto link = find_link(arguments.word("provider_id"), digest, snapshot)) return std::move(*link);
  throw no_such_guest_booking();
}

std::string digest_of_token(const Token& token) { return token ? pg::digest(*token) : std::string(); }

void check_token(Validation& validation, const Token& token) {
  if (token && !is_guest_booking_token(*token))
    validation.refuse("token", "", "a token that the visitor makes is jbb_ and 48 digits of hexadecimal");
}

/// A call that is made once more under its token: the first call's booking, as it is now.
GuestBookingAnswer repeated(const std::string& provider_id, const GuestBookingLink& link) {
  const auto first = find_link(provider_id, link.token, pg::Snapshot::fresh);
  if (!first || first->request != link.request) throw token_is_used();
  return {.outcome = "unchanged"};
}

/// What the slots are for: a new booking, or another time for the booking of the token.
BookedTime wished_time(const Arguments& arguments, const Calendar& calendar) {
  const auto given = token(arguments);
  if (!given) return {{calendar.name}, calendar.default_duration};
  const auto link = require_link(arguments, pg::digest(*given), pg::Snapshot::callers);
  if (auto booked = booked_time(*link.event_id)) return std::move(*booked);
  throw no_such_guest_booking();
}

}  // namespace

// The token is taken before the calendar is locked, as an idempotency key is. The counts are read after it: the lock
// keeps them until the end of the transaction.
JB_CALL(jb_booking_make, Datum) {
  const auto provider_id = arguments.word("provider_id");
  const auto request = arguments.json("request");
  const auto given = token(arguments);
  Validation validation;
  const auto visit = read_visit(validation, request);
  check_token(validation, given);
  const auto token = given ? *given : pg::new_token("jbb_");
  const auto digest = pg::digest(token);
  return as_visitor(digest, [&](Scheduler& scheduler) -> GuestBookingAnswer {
    const auto calendar = find_page(provider_id, pg::Snapshot::fresh);
    if (!calendar) throw no_such_page(provider_id);
    validation.raise();
    const GuestBookingLink link{digest, calendar->id, pg::digest(contact_key(*visit.contact)), pg::digest(request)};
    const auto now = pg::now();
    if (!take_link(link, now)) return repeated(provider_id, link);
    const auto outcome = scheduler.schedule(new_guest_booking(calendar->name, visit));
    auto answer = answer_of(outcome);
    if (!outcome.event_id) {
      drop_link(link);
      return answer;
    }
    keep_event(link, *outcome.event_id, *visit.start);
    const auto day = calendar->zone().day_at(*visit.start);
    check_room_for(count_guest_bookings(link, *outcome.event_id, now, day), day.end, calendar->zone());
    if (!given) answer.token = token;
    return answer;
  });
}

JB_CONNECTED(jb_booking, Datum) {
  const auto digest = digest_of_token(token(arguments));
  require_link(arguments, digest, pg::Snapshot::callers);
  return shown_guest_booking({}, digest, pg::Snapshot::callers);
}

JB_CALL(jb_booking_move, Datum) {
  const auto digest = digest_of_token(token(arguments));
  const auto start = arguments.instant("start_timestamp");
  return as_visitor(digest, [&](Scheduler& scheduler) {
    const auto link = require_link(arguments, digest, pg::Snapshot::fresh);
    if (!start) throw invalid("start_timestamp", "NULL", "it is required");
    const auto calendar = find_page(arguments.word("provider_id"), pg::Snapshot::fresh);
    if (!calendar) throw page_is_closed();
    const auto fields = moved_guest_booking(*start);
    Validation validation;
    check_values(validation, fields);
    validation.raise();
    const Editor edit = [&](const Event&, Instant) { return Edit{.fields = fields}; };
    auto answer = changed_guest_booking([&] { return scheduler.update(*link.event_id, edit, std::nullopt); });
    const auto day = calendar->zone().day_at(*start);
    if (answer.outcome == "updated")
      check_room_on_day(count_guest_bookings(link, *link.event_id, pg::now(), day), day.end, calendar->zone());
    return answer;
  });
}

JB_CALL(jb_booking_cancel, Datum) {
  const auto digest = digest_of_token(token(arguments));
  return as_visitor(digest, [&](Scheduler& scheduler) {
    const auto link = require_link(arguments, digest, pg::Snapshot::fresh);
    return changed_guest_booking(
        [&] { return scheduler.become(*link.event_id, {.status = "cancelled"}, std::nullopt); });
  });
}

JB_CONNECTED(jb_booking_page, Datum) {
  const auto provider_id = arguments.word("provider_id");
  const auto facts = page_facts(provider_id);
  if (facts.empty()) throw no_such_page(provider_id);
  return pg::outliving(*facts.at(0, 1));
}

JB_CONNECTED_ROWS(jb_booking_slots) {
  const pg::Unasked unasked;
  const auto provider_id = arguments.word("provider_id");
  const auto most = arguments.max_rows();
  const auto calendar = find_page(provider_id, pg::Snapshot::callers);
  if (!calendar) throw no_such_page(provider_id);
  const auto wished = wished_time(arguments, *calendar);
  const auto now = pg::now();
  auto search = search_in(wished.calendars, now);
  const auto from = std::clamp(arguments.instant("from_time").value_or(now), kRepresentable.start, kRepresentable.end);
  add_slots(rows, search, wished.duration, {from, kRepresentable.end}, most);
}

}  // namespace jb::functions
