// SPDX-License-Identifier: PostgreSQL
//
// Promise: a reservation and a provider's open date are read whole or refused with every wrong field. An accepted
// reservation is an event on that provider's calendar and no other, and only a pending appointment can be decided.
//
// Input: one JSON text, read as both, and as the request of a visitor of a booking page.
#include "../intervals.hpp"
#include "../promise.hpp"
#include "../target.hpp"
#include "core/adapters/appointment.hpp"
#include "core/values/json.hpp"

namespace jb::fuzz::of_appointment_json {
namespace {

/// Makes every decision on an appointment of every status, in time and too late.
void decide(Event event) {
  constexpr std::array words{"CONFIRMED", "DENIED", "EXPIRED", "PENDING"};
  const Instant noon{Seconds{1'800'000'000}};
  event.time = Span{noon, noon + Seconds{900}};
  event.expires_at = noon - Seconds{60};
  for (const auto status : {Status::held, Status::scheduled, Status::denied, Status::expired, Status::cancelled}) {
    event.status = status;
    for (const std::string_view word : words) {
      for (const Instant now : {noon - Seconds{600}, noon}) {
        const auto may = accepted([&](Validation&) {
          check_decision(event, word, now);
          return true;
        });
        promise(!may || wished_status(word) || word == "PENDING", "what may be decided is a decision");
        promise(!may || status != Status::cancelled, "a cancelled appointment stays so");
      }
    }
  }
}

void read_as_reservation(const std::string& text) {
  const auto reservation = accepted([&](Validation& validation) {
    auto read = read_reservation(validation, text, read_interval);
    check_reservation(validation, read);
    return read;
  });
  if (!reservation) return;
  Event blank;
  const Event event = apply(new_appointment(*reservation), blank, Seconds{900});
  promise(is_appointment(event), "a reservation is an appointment");
  promise(event.calendars.front() == "provider:" + *reservation->provider_id, "of the provider that was named");
  promise(event.wish.is_fixed(), "at a time that was named");
  decide(event);
}

void read_as_guest_request(const std::string& text) {
  const auto request =
      accepted([&](Validation& validation) { return read_guest_request(validation, text, read_interval); });
  if (!request) return;
  promise(request->client && request->contact && request->start, "a request has a name, a contact and a start");
  const Fields fields = new_guest_booking("provider:p1", *request);
  Validation validation;
  check_values(validation, fields);
  promise(validation.ok(), "a request that was read is within the ranges of an event");
  promise(is_appointment(apply(fields, Event{}, Seconds{900})), "a guest booking is an appointment");
}

void read_as_open_date(const std::string& text) {
  const auto open = accepted([&](Validation& validation) { return read_open_date(validation, text); });
  if (open) promise(open->date.has_value(), "an open date has its date");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!is_text(text)) return -1;
  read_as_reservation(text);
  read_as_guest_request(text);
  read_as_open_date(text);
  return 0;
}

const Target target{"appointment_json", read_input};

}  // namespace
}  // namespace jb::fuzz::of_appointment_json
