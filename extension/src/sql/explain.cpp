// SPDX-License-Identifier: PostgreSQL
#include "core/event/fields_json.hpp"
#include "core/scheduling/scheduler.hpp"
#include "fields.hpp"
#include "pg/argument_names.hpp"
#include "pg/spi.hpp"
#include "results.hpp"
#include "store/snapshot_store.hpp"

namespace jb::sql {

namespace {

Datum explain_to(RowSet& rows, const Fields& fields, int most, std::optional<EventId> aside) {
  pg::Session session;
  SnapshotStore store;
  for (const auto& row : Scheduler(store, true).explain(fields, static_cast<std::size_t>(most), aside)) rows.add(row);
  session.finish();
  return rows.done();
}

/// The place of the argument `name`; -1 when the function's declaration, which may be of an earlier version, has no
/// argument of this name.
int place_of(FunctionCallInfo info, std::string_view name) {
  const auto names = pg::argument_names(info);
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

std::optional<EventId> aside_argument(FunctionCallInfo info) {
  const int place = place_of(info, "aside");
  return place < 0 ? std::nullopt : Arguments(info).bigint(place);
}

Datum explain_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  RowSet rows(info);
  return explain_to(rows, schedule_arguments(info), arguments.max_rows(place_of(info, "max_rows")),
                    aside_argument(info));
}

Datum explain_request_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  RowSet rows(info);
  if (arguments.is_null(0)) return rows.done();
  Validation validation;
  const auto requests = read_requests(validation, pg::jsonb_text(arguments.datum(0)), pg::parse_interval);
  validation.raise();
  Validation whole;
  if (requests.size() != 1)
    whole.refuse("request", std::to_string(requests.size()) + " requests", "it must be one JSON object");
  whole.raise();
  return explain_to(rows, requests.front(), arguments.max_rows(1), aside_argument(info));
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_explain, jb::sql::explain_body)
JB_FUNCTION(jb_explain_request, jb::sql::explain_request_body)
