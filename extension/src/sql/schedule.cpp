// SPDX-License-Identifier: PostgreSQL
//
// Booking: one event, or many in one call; and the lock that keeps their order.
#include "fields.hpp"
#include "idempotency.hpp"
#include "results.hpp"
#include "store/attachment_rows.hpp"

namespace jb::sql {

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

Datum schedule_body(FunctionCallInfo info) {
  const pg::Asking asking(named_principal(info));
  auto fields = schedule_arguments(Arguments(info));
  const auto attachments = std::exchange(fields.attachments, {});
  return keyed_outcome(info, fields.dry_run, -1, [&](Scheduler& scheduler) {
    auto outcome = scheduler.schedule(fields);
    attach_all(outcome, attachments);
    return outcome;
  });
}

Datum schedule_all_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  RowSet rows(info);
  if (arguments.is_null(0)) return rows.done();
  const pg::Asking asking(named_principal(info));
  Validation validation;
  auto requests = arguments.requests(validation, 0);
  raise_all(validation, requests);
  std::vector<std::vector<Attachment>> attachments;
  for (auto& fields : requests) attachments.push_back(std::exchange(fields.attachments, {}));
  const bool dry_run = arguments.flag(1) || std::all_of(requests.begin(), requests.end(),
                                                        [](const Fields& fields) { return fields.dry_run; });
  const bool all_or_none = arguments.flag(2);
  keyed_outcomes(info, dry_run, rows, [&](Scheduler& scheduler) {
    auto placed = scheduler.schedule_all(requests, all_or_none);
    for (std::size_t i = 0; i < placed.size(); ++i) attach_all(placed[i], attachments[i]);
    return placed;
  });
  return rows.done();
}

Datum lock_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  const auto names = arguments.texts(validation, 0, "calendars").value_or(std::vector<std::string>{});
  validation.raise();
  return with_scheduler(std::nullopt, [&](Scheduler& scheduler) {
    scheduler.lock(names);
    return Datum{0};
  });
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_schedule, jb::sql::schedule_body)
JB_FUNCTION(jb_schedule_all, jb::sql::schedule_all_body)
JB_FUNCTION(jb_lock, jb::sql::lock_body)
