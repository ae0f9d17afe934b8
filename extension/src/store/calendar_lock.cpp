// SPDX-License-Identifier: PostgreSQL
#include "calendar_lock.hpp"

#include "known_places.hpp"
#include "named.hpp"
#include "pg/datum.hpp"
#include "rights.hpp"

namespace jb {

namespace {

/// The locks by the ids of their calendars.
KnownPlaces<int> known_locks;

constinit pg::Statement id_statement{"SELECT id FROM jb_calendar WHERE " JB_NAMED("name", "$1")};

}  // namespace

std::optional<int> id_of(const std::string& name) { return id_statement.run({name}).first(pg::to_int); }

constinit pg::Table lock_table{"jb_calendar_lock", "id, watched, change_seq"};

pg::Rows find_lock(int calendar, pg::Snapshot snapshot) {
  return known_locks.find(
      calendar, lock_table, snapshot, [&](const pg::Rows& row) { return pg::to_int(*row.at(0, 1)) == calendar; },
      [&] { return lock_table.find("jb_calendar_lock_pkey", {pg::equals_int(calendar)}, snapshot); });
}

void remember_lock(int calendar, pg::Place place) { known_locks.remember(calendar, place); }

std::optional<int> lock_calendar(const std::string& name) {
  const auto id = id_of(name);
  if (!id) return std::nullopt;
  auto row = find_lock(*id);
  if (!row.empty()) row = lock_table.lock(row.place(0));
  if (row.empty()) return std::nullopt;
  lock_table.update(row.place(0), kWatchedColumn, {});
  return id;
}

int lock_permitted(const std::string& name, Right right) {
  require_right(name, right);
  const auto id = lock_calendar(name);
  if (!id) throw no_such_calendar(name);
  require_right(name, right);
  return *id;
}

int lock_managed(const std::string& name) { return lock_permitted(name, Right::manage); }

}  // namespace jb
