// SPDX-License-Identifier: PostgreSQL
//
// Booking: one event, or many in one call; and the lock that keeps their order.
#include "call.hpp"
#include "fields.hpp"
#include "idempotency.hpp"
#include "store/attachment_rows.hpp"

namespace jb::functions {

namespace {

/// Stores the attachments with the new event, or with each event of a new series. A rejected request, or a dry run,
/// has no event id and gets no attachments.
void attach_all(Outcome& outcome, const std::vector<Attachment>& attachments) {
  if (!outcome.event_id || attachments.empty()) return;
  outcome.event->attachments.reset();
  auto events = outcome.events;
  if (events.empty()) events.push_back(*outcome.event_id);
  for (const auto event : events) {
    for (const auto& attachment : attachments) insert_attachment(event, attachment, "attachments");
  }
}

}  // namespace

JB_CALL(jb_schedule, Datum) {
  auto fields = schedule_arguments(arguments);
  const auto attachments = std::exchange(fields.attachments, {});
  return keyed_outcome(arguments, fields.dry_run, [&](Scheduler& scheduler) {
    auto outcome = scheduler.schedule(fields);
    attach_all(outcome, attachments);
    return outcome;
  });
}

JB_CALL_ROWS(jb_schedule_all) {
  if (arguments.is_null("requests")) return;
  Validation validation;
  auto requests = arguments.requests(validation, "requests");
  raise_all(validation, requests);
  std::vector<std::vector<Attachment>> attachments;
  for (auto& fields : requests) attachments.push_back(std::exchange(fields.attachments, {}));
  const bool dry_run = arguments.flag("dry_run") || std::all_of(requests.begin(), requests.end(),
                                                                [](const Fields& fields) { return fields.dry_run; });
  const bool all_or_none = arguments.flag("all_or_none");
  keyed_outcomes(arguments, dry_run, rows, [&](Scheduler& scheduler) {
    auto placed = scheduler.schedule_all(requests, all_or_none);
    for (std::size_t i = 0; i < placed.size(); ++i) attach_all(placed[i], attachments[i]);
    return placed;
  });
}

JB_CALL(jb_lock, void) {
  Validation validation;
  const auto names = arguments.texts(validation, "calendars").value_or(std::vector<std::string>{});
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    scheduler.lock(names);
    return 0;
  });
}

}  // namespace jb::functions
