// SPDX-License-Identifier: PostgreSQL
//
// Why a request would be placed where it would, or refused: the rows of an explanation.
#include "core/scheduling/scheduler.hpp"
#include "fields.hpp"
#include "pg/spi.hpp"
#include "results.hpp"
#include "store/snapshot_store.hpp"

namespace jb::sql {

namespace {

/// The verdicts that `explain` gets of the scheduler.
template <class Explain>
Datum verdicts(RowSet& rows, Explain explain) {
  pg::Session session;
  SnapshotStore store;
  Scheduler scheduler(store, true);
  for (const auto& row : explain(scheduler)) rows.add(row);
  session.finish();
  return rows.done();
}

Datum explain_to(RowSet& rows, const Fields& fields, int most, std::optional<EventId> aside) {
  return verdicts(
      rows, [&](Scheduler& scheduler) { return scheduler.explain(fields, static_cast<std::size_t>(most), aside); });
}

/// The place of an argument by its name.
int place_of(const Arguments& arguments, std::string_view name) {
  const auto& names = arguments.names();
  return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// The event that is left out.
std::optional<EventId> aside_argument(const Arguments& arguments) {
  return arguments.bigint(place_of(arguments, "aside"));
}

Datum explain_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(place_of(arguments, "principal")));
  RowSet rows(info);
  return explain_to(rows, schedule_arguments(arguments), arguments.max_rows(place_of(arguments, "max_rows")),
                    aside_argument(arguments));
}

Datum explain_request_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(3));
  RowSet rows(info);
  if (arguments.is_null(0)) return rows.done();
  Validation validation;
  const auto requests = arguments.requests(validation, 0);
  raise_all(validation, requests);
  Validation whole;
  if (requests.size() != 1)
    whole.refuse("request", std::to_string(requests.size()) + " requests", "it must be one JSON object");
  whole.raise();
  return explain_to(rows, requests.front(), arguments.max_rows(1), aside_argument(arguments));
}

Datum explain_event_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const pg::Asking asking(arguments.text(2));
  RowSet rows(info);
  const auto id = arguments.event_id(0);
  const auto most = static_cast<std::size_t>(arguments.max_rows(1));
  return verdicts(rows, [&](Scheduler& scheduler) { return scheduler.explain_event(id, most); });
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_explain, jb::sql::explain_body)
JB_FUNCTION(jb_explain_request, jb::sql::explain_request_body)
JB_FUNCTION(jb_explain_event, jb::sql::explain_event_body)
