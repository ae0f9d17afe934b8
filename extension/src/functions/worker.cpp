// SPDX-License-Identifier: PostgreSQL
//
// The worker that does what is due on its own.
#include "call.hpp"
#include "pg/agenda.hpp"
#include "pg/clock.hpp"
#include "pg/process.hpp"
#include "store/rights.hpp"

namespace jb::functions {

namespace {

// The worker is late when something has been due for longer than this. A visit to a database takes milliseconds, the
// start of its process some more, and a retry a second or two.
constexpr Seconds kLate{5};

/// What of the agenda concerns this database.
struct Known {
  int launcher = 0;
  Instant heartbeat{};
  pg::Duty duty;

  /// The earliest time at which something that the worker knows of falls due, or fell due.
  std::optional<Instant> next_due() const { return pg::earlier(duty.due, duty.overdue); }
  std::string state() const {
    if (launcher == 0) return "off";
    return next_due() && *next_due() + kLate < pg::machine_clock() ? "late" : "on";
  }
};

/// nullopt unless the worker looks after this database.
std::optional<Known> known() {
  if (!pg::has_agenda()) return std::nullopt;
  const pg::LockedAgenda agenda;
  const auto* duty = agenda->own();
  if (duty == nullptr || !duty->is_named) return std::nullopt;
  return Known{agenda->launcher, agenda->heartbeat, *duty};
}

}  // namespace

using WorkerRow = std::tuple<std::string, std::optional<std::int32_t>, std::optional<Instant>, std::optional<Instant>,
                             std::optional<std::int64_t>, std::string>;
JB_PLAIN(jb_worker, WorkerRow) {
  pg::introduce_database();
  const auto worker = known();
  if (!worker) return {"off", {}, {}, {}, {}, JB_VERSION};
  return {worker->state(),     worker->launcher == 0 ? std::nullopt : std::optional(worker->launcher),
          worker->heartbeat,   pg::is_served() && operates() ? worker->next_due() : std::nullopt,
          worker->duty.visits, JB_VERSION};
}

}  // namespace jb::functions
