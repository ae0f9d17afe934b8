// SPDX-License-Identifier: PostgreSQL
//
// The end of a hold: confirmed, denied, or given up because its time has passed.
#include "call.hpp"
#include "idempotency.hpp"
#include "pg/agenda.hpp"
#include "pg/clock.hpp"
#include "store/due.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

/// The calendars on which something is due now. The function also announces when something falls due next: after a
/// restore no backend has announced this time yet.
std::vector<std::string> due_now() {
  const auto now = pg::now();
  std::vector<std::string> names;
  for (const auto& [name, due] : due_calendars(now, pg::Snapshot::fresh)) {
    pg::announce_due(pg::machine_time(due));
    if (due <= now && rights_on(name).has(Right::book)) names.push_back(name);
  }
  return names;
}

}  // namespace

JB_CALL(jb_confirm, Datum) {
  const auto id = arguments.event_id();
  const bool if_still_free = arguments.flag("if_still_free");
  return keyed_becoming(arguments, id,
                        {.status = "scheduled", .scope = arguments.scope(), .if_still_free = if_still_free});
}

JB_CALL(jb_deny, Datum) {
  const auto id = arguments.event_id();
  return keyed_becoming(arguments, id, {.status = "denied", .scope = arguments.scope()});
}

JB_CALL(jb_expire, std::int32_t) {
  Validation validation;
  const auto named = arguments.texts(validation, "calendars");
  validation.raise();
  return with_scheduler(arguments, [&](Scheduler& scheduler) {
    return static_cast<std::int32_t>(scheduler.tend(named ? *named : due_now()));
  });
}

}  // namespace jb::functions
