// SPDX-License-Identifier: PostgreSQL
#include "calendar_row.hpp"

#include <map>

#include "calendar_lock.hpp"
#include "core/event/settings.hpp"
#include "core/values/budget.hpp"
#include "core/values/folding.hpp"
#include "known_places.hpp"
#include "named.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "rights.hpp"

namespace jb {

namespace {

constinit pg::Statement default_calendar_statement{"SELECT 0, 'ceo', " JB_SETTING_COLUMNS
                                                   ", NULL, slots_from FROM jb_calendar_default"};

constinit pg::Statement all_statement{"SELECT " JB_CALENDAR_COLUMNS " FROM jb_calendar ORDER BY id"};

constinit pg::Statement make_statement{
    "WITH made AS (INSERT INTO jb_calendar (name, " JB_SETTING_COLUMNS
    ", purged_seq, created_at, updated_at) SELECT $1, " JB_SETTING_COLUMNS
    ", coalesce((SELECT p.change_seq FROM jb_calendar_past p WHERE " JB_NAMED("p.name", "$1") "), 0), $2, $2"
    " FROM jb_calendar_default ON CONFLICT DO NOTHING RETURNING id, purged_seq"
    ") INSERT INTO jb_calendar_lock (id, change_seq) SELECT id, purged_seq FROM made RETURNING 1"};

constinit pg::Statement overrides_statement{"SELECT date, spans FROM jb_override WHERE calendar = $1"};

constexpr int kNameColumn = 2, kTimeZoneColumn = 3;

/// The rows by their calendars' names.
KnownPlaces<std::string, FoldedHash, FoldedEqual> known_calendars;

Failure unknown_zone(const std::string& name) {
  return {Error::invalid_value, "time zone \"" + name + "\" of the calendar is not known to the server", "",
          "Install the zone data of the system, or give the calendar another zone with jb_calendar_set()."};
}

Seconds length_of(Datum interval) {
  if (pg::to_interval(interval).months != 0)
    throw std::logic_error("a setting holds months, which jb_calendar_set refuses");
  return pg::to_duration(interval);
}

/// A pattern's hours, zone, increment and buffers as they are stored.
struct StoredGrid {
  std::string time_zone;
  std::string hours;  ///< jsonb's own bytes: making text of them at each lock would cost more than the lock
  Seconds slot_increment;
  bool from_opening;
  Seconds buffer_before;
  Seconds buffer_after;
  auto operator<=>(const StoredGrid&) const = default;
};

std::shared_ptr<const Pattern> make_pattern(const StoredGrid& stored, Datum hours) {
  Grid grid;
  grid.zone = pg::find_zone(stored.time_zone);
  if (!grid.zone) throw unknown_zone(stored.time_zone);
  grid.hours = parse_hours(pg::jsonb_text(hours));
  grid.slot_increment = stored.slot_increment;
  grid.from_opening = stored.from_opening;
  grid.buffer_before = stored.buffer_before;
  grid.buffer_after = stored.buffer_after;
  return std::make_shared<Pattern>(std::move(grid));
}

constexpr std::size_t kMostPatterns = 1'000;

/// The pattern of these settings. A pattern remembers the days that it was asked about, so each backend keeps one
/// pattern for each combination of settings.
std::shared_ptr<const Pattern> pattern_of(const StoredGrid& stored, Datum hours) {
  static std::map<StoredGrid, std::shared_ptr<const Pattern>> known;
  const auto found = known.find(stored);
  if (found != known.end()) return found->second;
  if (known.size() >= kMostPatterns) known.clear();
  return known[stored] = make_pattern(stored, hours);
}

std::map<Date, DaySpans> read_overrides(int calendar, pg::Snapshot snapshot) {
  const auto rows = overrides_statement.run({calendar}, snapshot);
  std::map<Date, DaySpans> overrides;
  Validation validation;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    step();
    overrides[pg::to_date(*rows.at(i, 1))] = read_spans(validation, pg::jsonb_text(*rows.at(i, 2)));
  }
  validation.raise();
  return overrides;
}

/// A calendar as its row tells it. `overrides_version` names the state of the calendar's overrides; it is empty when
/// the calendar has no overrides.
struct StoredCalendar {
  Calendar calendar;
  std::string overrides_version;
};

/// The calendar with its overrides. For each calendar the backend keeps the last pattern that was made of weekly
/// pattern and overrides, under the version of the overrides. No two states of the overrides share a version, not even
/// when the change to the first state was rolled back.
Calendar completed(StoredCalendar stored, pg::Snapshot snapshot) {
  struct Known {
    std::string version;
    std::shared_ptr<const Pattern> weekly;
    std::shared_ptr<const Pattern> pattern;
  };
  static std::map<int, Known> all;
  auto& [calendar, version] = stored;
  if (version.empty()) return std::move(calendar);
  if (all.size() >= kMostPatterns && !all.contains(calendar.id)) all.clear();
  auto& known = all[calendar.id];
  if (known.version != version || known.weekly != calendar.pattern) {
    Grid grid = calendar.grid();
    grid.hours.overrides = read_overrides(calendar.id, snapshot);
    known = {version, calendar.pattern, std::make_shared<Pattern>(std::move(grid))};
  }
  calendar.pattern = known.pattern;
  return std::move(calendar);
}

StoredCalendar read_row(const pg::Rows& rows, std::uint64_t row) {
  StoredCalendar stored;
  Calendar& calendar = stored.calendar;
  calendar.id = pg::to_int(*rows.at(row, 1));
  calendar.name = pg::to_text(*rows.at(row, kNameColumn));
  calendar.time_zone = pg::to_text(*rows.at(row, kTimeZoneColumn));
  const Datum hours = *rows.at(row, 4);
  calendar.pattern = pattern_of(
      {calendar.time_zone, pg::to_bytes(hours), length_of(*rows.at(row, 5)),
       pg::to_text(*rows.at(row, 17)) == kFromOpening, length_of(*rows.at(row, 8)), length_of(*rows.at(row, 9))},
      hours);
  calendar.min_notice = length_of(*rows.at(row, 6));
  calendar.horizon = length_of(*rows.at(row, 7));
  calendar.settled_within = length_of(*rows.at(row, 10));
  if (const auto most = rows.at(row, 11)) calendar.max_events_per_day = pg::to_int(*most);
  calendar.check_attendees = pg::to_bool(*rows.at(row, 12));
  if (const auto within = rows.at(row, 13)) calendar.confirm_within = length_of(*within);
  calendar.default_duration = length_of(*rows.at(row, 14));
  calendar.strict = pg::to_bool(*rows.at(row, 15));
  if (const auto version = rows.at(row, 16)) stored.overrides_version = pg::to_text(*version);
  return stored;
}

}  // namespace

std::optional<std::string> time_zone_of(const std::string& name, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto row = find_calendar_row(name, snapshot);
  return row.empty() ? std::nullopt : row.read(0, kTimeZoneColumn, pg::to_text);
}

constinit pg::Table calendar_table{"jb_calendar", JB_CALENDAR_COLUMNS};

pg::Rows find_calendar_row(const std::string& name, pg::Snapshot snapshot) {
  return known_calendars.find(
      name, calendar_table, snapshot,
      [&](const pg::Rows& row) { return is_same_name(pg::to_text(*row.at(0, kNameColumn)), name); },
      [&] { return calendar_table.find("jb_calendar_folded", {pg::equals_text(folded(name))}, snapshot); });
}

std::string own_name(const std::string& name, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto row = find_calendar_row(name, snapshot);
  return row.empty() ? own_words(name) : pg::to_text(*row.at(0, kNameColumn));
}

Calendar read_calendar(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot) {
  return completed(read_row(rows, row), snapshot);
}

bool make_calendar(const std::string& name) {
  if (id_of(name)) return false;
  const bool is_made = !make_statement.run({own_words(name), pg::now()}).empty();
  if (is_made) grant_to_maker(*id_of(name));
  return is_made;
}

std::vector<Calendar> all_calendars(pg::Snapshot snapshot) {
  const auto rows = all_statement.run({}, snapshot);
  auto stored = rows.map([&](auto row) { return read_row(rows, row); });
  std::vector<Calendar> calendars;
  for (auto& calendar : stored) calendars.push_back(completed(std::move(calendar), snapshot));
  return calendars;
}

std::optional<Calendar> find_calendar(const std::string& name, pg::Snapshot snapshot) {
  const auto rows = find_calendar_row(name, snapshot);
  if (rows.empty()) {
    if (!is_same_name(name, kCeo)) return std::nullopt;
    return read_calendar(default_calendar_statement.run({}, snapshot), 0);
  }
  auto calendar = read_calendar(rows, 0, snapshot);
  const auto lock = find_lock(calendar.id, snapshot);
  if (!lock.empty()) calendar.watched = pg::to_int(*lock.at(0, kWatchedColumn));
  return calendar;
}

}  // namespace jb
