// SPDX-License-Identifier: PostgreSQL
//
// Promise: a request for events is read whole or refused with every wrong field. An accepted request, stored with a
// rejection, is read back as the same. Making a change twice is the same as making it once.
//
// Input: requests, then after a line "%%" a change to the first of them.
#include "../intervals.hpp"
#include "../promise.hpp"
#include "../target.hpp"
#include "cctz_zone.hpp"
#include "core/event/fields.hpp"
#include "core/event/shown.hpp"
#include "core/values/json.hpp"

namespace jb::fuzz::of_event_json {
namespace {

const Zone& berlin() { return *test::zone("Europe/Berlin"); }

/// The event that fields make, without a place.
Event event_of(const Fields& fields) {
  Event blank;
  blank.calendars = {"ceo"};
  blank.wish.duration = Seconds{1800};
  Event event = apply(fields, blank, Seconds{1800});
  if (fields.recurrence) event.recurrence = fields.recurrence->text;
  return event;
}

bool says_the_same(const Event& a, const Event& b) {
  return changed_fields(a, b).empty() && a.recurrence == b.recurrence;
}

void check_bounds(const Fields& fields) {
  const auto in_years = [](const Field<Instant>& field) {
    return !field.has_value() || (kRepresentable.start <= *field.value && *field.value < kRepresentable.end);
  };
  promise(in_years(fields.start_timestamp) && in_years(fields.not_before) && in_years(fields.not_after),
          "an instant lies in years 0001 to 9999");
  for (const auto* length : {&fields.duration, &fields.hold_for})
    promise(!length->has_value() || (*length->value >= kShortest && *length->value <= kLongest), "a length is one");
  promise(!fields.days.has_value() || (1 <= *fields.days.value && *fields.days.value <= 366), "days are 1 to 366");
  promise(characters(fields.event_name.value.value_or("")) <= 500, "a name has at most 500 characters");
  promise(fields.attendees.value.value_or(std::vector<std::string>{}).get()->size() <= 1000, "at most 1,000 attend");
  promise(fields.attachments.size() <= kAttachments, "an event has at most 100 attachments");
  if (fields.description.has_value())
    promise(characters(*fields.description.value->get()) <= 8000, "a description has at most 8,000 characters");
  if (fields.metadata.has_value())
    promise(parse_json(fields.metadata.value->get()->text).is_object(), "metadata are an object");
}

void write_and_read(const Fields& fields) {
  const Event event = event_of(fields);
  const PlacingOptions options{.allow_past = fields.allow_past, .preempt = fields.preempt};
  const auto again = accepted([&](Validation& validation) {
    return read_requests(validation, request_json(event, options, berlin(), "Europe/Berlin"), read_interval);
  });
  promise(again && again->size() == 1, "a request that was accepted is accepted as it is kept");
  const auto& kept = again->front();
  promise(
      says_the_same(event_of(kept), event) && kept.allow_past == fields.allow_past && kept.preempt == fields.preempt,
      "a request is read as it is kept");
}

std::optional<Fields> changes_to(const Event& event, const std::string& text, bool replace) {
  const ChangeOptions options{replace, [](const std::string&) { return std::string("Europe/Berlin"); }, Instant{},
                              [] { return std::string("[]"); }, [] { return std::optional<std::string>(); }};
  return accepted(
      [&](Validation& validation) { return read_changes(validation, text, event, options, read_interval); });
}

void change(Event event, const std::string& text, bool replace) {
  event.id = 7;
  event.version = 3;
  const auto fields = changes_to(event, text, replace);
  if (!fields) return;
  check_bounds(*fields);
  const Event once = apply(*fields, event, Seconds{1800});
  const auto again = changes_to(once, text, replace);
  if (!again) return;  // a value that was the present result no longer is
  promise(says_the_same(apply(*again, once, Seconds{1800}), once), "a change made twice is the change made once");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const auto [requests, changes] = parts<2>(data, size);
  if (!is_text(requests) || !is_text(changes)) return -1;
  const auto fields =
      accepted([&](Validation& validation) { return read_requests(validation, requests, read_interval); });
  try {
    asks_for_dry_run(requests);
  } catch (const Failure& failure) {
    check_refusal(failure);
  }
  if (fields) {
    promise(fields->size() <= 1000, "a batch holds at most 1,000 requests");
    for (const Fields& one : *fields) {
      check_bounds(one);
      write_and_read(one);
    }
  }
  Event event;
  event.calendars = {"ceo"};
  event.event_name = "Board";
  event.wish.duration = Seconds{1800};
  event.status = Status::waiting;
  if (fields && !fields->empty()) event = event_of(fields->front()), event.status = Status::waiting;
  for (const bool replace : {false, true}) change(event, changes, replace);
  // The same event with a place: the changes' clock is at 1970, before or after its start.
  event.status = Status::scheduled;
  for (const Seconds start : {Seconds{-600}, Seconds{1'795'424'400}}) {
    event.time = Span{Instant{start}, Instant{start} + *event.wish.duration};
    for (const bool replace : {false, true}) change(event, changes, replace);
  }
  return 0;
}

const Target target{"event_json", read_input};

}  // namespace
}  // namespace jb::fuzz::of_event_json
