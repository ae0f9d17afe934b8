// SPDX-License-Identifier: PostgreSQL
#include "calendar_lock.hpp"

#include "known_places.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"

namespace jb {

namespace {

#define JB_LOCK_COLUMNS "id, watched, change_seq"
constinit pg::Table table_of_locks{"jb_calendar_lock", JB_LOCK_COLUMNS};
constinit pg::Table table_before_update{"jb_calendar", JB_LOCK_COLUMNS};
#undef JB_LOCK_COLUMNS

/// The locks by the ids of their calendars.
KnownPlaces<int> known_locks;

constinit pg::Statement id_statement{"SELECT id FROM jb_calendar WHERE name = $1", {TEXTOID}};

}  // namespace

std::optional<int> id_of(const std::string& name) {
  const auto rows = id_statement.run({pg::from_text(name)});
  return rows.empty() ? std::nullopt : std::optional{pg::to_int(*rows.at(0, 1))};
}

bool has_locks() { return pg::has_relation("jb_calendar_lock"); }

pg::Table& lock_table() { return has_locks() ? table_of_locks : table_before_update; }

pg::Rows find_lock(int calendar, pg::Snapshot snapshot) {
  auto& table = lock_table();
  return known_locks.find(
      calendar,
      [&](pg::Place place) {
        auto row = table.at(place, snapshot);
        const bool is_it = !row.empty() && pg::to_int(*row.at(0, 1)) == calendar;
        return is_it ? std::optional{std::move(row)} : std::nullopt;
      },
      [&] {
        const auto* index = &table == &table_of_locks ? "jb_calendar_lock_pkey" : "jb_calendar_pkey";
        return table.find(index, {pg::equals_int(calendar)}, snapshot);
      });
}

void remember_lock(int calendar, pg::Place place) { known_locks.remember(calendar, place); }

std::optional<int> lock_calendar(const std::string& name) {
  const auto id = id_of(name);
  if (!id) return std::nullopt;
  auto row = find_lock(*id);
  if (!row.empty()) row = lock_table().lock(row.place(0));
  if (row.empty()) return std::nullopt;
  lock_table().update(row.place(0), kWatchedColumn, {});
  return id;
}

}  // namespace jb
