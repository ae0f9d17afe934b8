// SPDX-License-Identifier: PostgreSQL
//
// The end of a hold: confirmed, denied, or given up because its time has passed.
#include "arguments.hpp"
#include "call.hpp"
#include "idempotency.hpp"
#include "pg/agenda.hpp"
#include "pg/clock.hpp"
#include "store/due.hpp"
#include "store/rights.hpp"

namespace jb::sql {

namespace {

Datum confirm_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const Becoming wanted{.status = "scheduled", .scope = arguments.scope(2), .if_still_free = arguments.flag(1)};
  return keyed_outcome(info, arguments.flag(4), 3,
                       [&](Scheduler& scheduler) { return scheduler.become(id, wanted, arguments.bigint(3)); });
}

Datum deny_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  const auto id = arguments.event_id(0);
  const Becoming wanted{.status = "denied", .scope = arguments.scope(1)};
  return keyed_outcome(info, arguments.flag(3), 2,
                       [&](Scheduler& scheduler) { return scheduler.become(id, wanted, arguments.bigint(2)); });
}

/// The calendars on which something is due now. The function also announces when something falls due next: after a
/// restore no session has announced this time yet.
std::vector<std::string> due_now() {
  const auto now = pg::now();
  std::vector<std::string> names;
  for (const auto& [name, due] : due_calendars(now, pg::Snapshot::fresh)) {
    pg::announce_due(pg::machine_time(due));
    if (due <= now && rights_on(name).has(Right::book)) names.push_back(name);
  }
  return names;
}

Datum expire_body(FunctionCallInfo info) {
  const Arguments arguments(info);
  Validation validation;
  const auto named = arguments.texts(validation, 0, "calendars");
  validation.raise();
  return with_scheduler(arguments.text(1), [&](Scheduler& scheduler) {
    return pg::from_int(static_cast<std::int32_t>(scheduler.tend(named ? *named : due_now())));
  });
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_confirm, jb::sql::confirm_body)
JB_FUNCTION(jb_deny, jb::sql::deny_body)
JB_FUNCTION(jb_expire, jb::sql::expire_body)
