// SPDX-License-Identifier: PostgreSQL
//
// Why a request would be placed where it would, or refused: the rows of an explanation.
#include "call.hpp"
#include "fields.hpp"

namespace jb::functions {

namespace {

/// Adds the verdicts that `explain` gets of the scheduler.
template <class Explain>
void add_verdicts(RowSet& rows, Explain explain) {
  connected([&] {
    SnapshotStore store;
    Scheduler scheduler(store, true);
    for (const auto& row : explain(scheduler)) rows.add(row);
  });
}

/// Explains where the fields would go, without the event that the argument `aside` names.
void explain_to(const Arguments& arguments, RowSet& rows, const Fields& fields) {
  const auto most = static_cast<std::size_t>(arguments.max_rows());
  const auto aside = arguments.bigint("aside");
  add_verdicts(rows, [&](Scheduler& scheduler) { return scheduler.explain(fields, most, aside); });
}

}  // namespace

JB_CALL_ROWS(jb_explain) { explain_to(arguments, rows, schedule_arguments(arguments)); }

JB_CALL_ROWS(jb_explain_request) {
  if (arguments.is_null("request")) return;
  Validation validation;
  const auto requests = arguments.requests(validation, "request");
  raise_all(validation, requests);
  if (requests.size() != 1)
    throw invalid("request", std::to_string(requests.size()) + " requests", "it must be one JSON object");
  explain_to(arguments, rows, requests.front());
}

JB_CALL_ROWS(jb_explain_event) {
  const auto id = arguments.event_id();
  const auto most = static_cast<std::size_t>(arguments.max_rows());
  add_verdicts(rows, [&](Scheduler& scheduler) { return scheduler.explain_event(id, most); });
}

}  // namespace jb::functions
