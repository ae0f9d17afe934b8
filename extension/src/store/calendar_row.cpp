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
#include "pg/heap.hpp"
#include "pg/transaction.hpp"
#include "recently_used.hpp"
#include "rights.hpp"

namespace jb {

namespace {

constinit pg::Statement default_calendar_statement{"SELECT 0, 'ceo', " JB_SETTING_COLUMNS
                                                   ", NULL, slots_from FROM jb_calendar_default"};

constinit pg::Statement all_statement{"SELECT " JB_CALENDAR_COLUMNS " FROM jb_calendar ORDER BY id"};

constinit pg::Statement make_statement{
    "WITH made AS (INSERT INTO jb_calendar (id, name, " JB_SETTING_COLUMNS
    ", purged_seq, created_at, updated_at) SELECT $3, $1, " JB_SETTING_COLUMNS
    ", coalesce((SELECT p.change_seq FROM jb_calendar_past p WHERE " JB_NAMED("p.name", "$1") "), 0), $2, $2"
    " FROM jb_calendar_default ON CONFLICT DO NOTHING RETURNING id, purged_seq"
    ") INSERT INTO jb_calendar_lock (id, change_seq) SELECT id, purged_seq FROM made RETURNING 1"};

constinit pg::Statement take_number_statement{"INSERT INTO jb_calendar_number (id) VALUES ($1)"};
constinit pg::Statement forget_numbers_statement{
    "DELETE FROM jb_calendar_number WHERE id IN (SELECT n.id FROM jb_calendar_number n WHERE n.id < $1"
    " FOR UPDATE SKIP LOCKED)"};

constexpr std::uint32_t kNumberLock = 3;

/// The number of a new calendar, after those that open transactions have taken, too. Under the lock nothing waits, so
/// it is part of no deadlock.
int take_number() {
  pg::AdvisoryLock lock(kNumberLock);
  const int number = pg::greatest_int("jb_calendar_number", "jb_calendar_number_pkey").value_or(0) + 1;
  take_number_statement.run({number});
  if (!pg::keeps_snapshot()) forget_numbers_statement.run({number});  // there, others may have done it since
  lock.release();
  return number;
}

constinit pg::Statement versions_statement{"SELECT date, version FROM jb_override WHERE calendar = $1"};
constinit pg::Statement overrides_statement{
    "SELECT date, spans, version FROM jb_override WHERE calendar = $1 AND date = ANY ($2)"};
constinit pg::Statement all_overrides_statement{"SELECT date, spans, version FROM jb_override WHERE calendar = $1"};

constexpr int kNameColumn = 2, kTimeZoneColumn = 3, kZoneChangesColumn = 18;

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

constexpr std::size_t kMostBytesOfPatterns = 16 << 20, kMostBytesOfOverrides = 64 << 20;
constexpr std::size_t kNode = 64;  // what a node of a tree takes, about

/// The pattern of these settings. A pattern remembers the days that it was asked about, so each backend keeps one
/// pattern for each combination of settings.
std::shared_ptr<const Pattern> pattern_of(const StoredGrid& stored, Datum hours) {
  static RecentlyUsed<StoredGrid, std::shared_ptr<const Pattern>> known(kMostBytesOfPatterns);
  if (const auto* found = known.find(stored)) return *found;
  auto made = make_pattern(stored, hours);
  const auto size = sizeof stored + stored.hours.size() + stored.time_zone.size() + made->size() + kNode;
  return known.put(stored, std::move(made), size);
}

/// A calendar's pattern, made of the weekly one and of its overrides.
struct Overridden {
  std::string version;  ///< of all overrides
  std::shared_ptr<const Pattern> weekly;
  std::shared_ptr<const Pattern> pattern;
  std::map<Date, std::int64_t> versions;  ///< of each override

  std::size_t size() const { return sizeof *this + pattern->size() + versions.size() * kNode; }
};

/// Puts the rows' spans and versions into the overrides.
void read_overrides(const pg::Rows& rows, std::map<Date, DaySpans>& overrides, std::map<Date, std::int64_t>& versions) {
  Validation validation;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    step();
    const auto date = pg::to_date(*rows.at(i, 1));
    overrides[date] = read_spans(validation, pg::jsonb_text(*rows.at(i, 2)));
    versions[date] = pg::to_id(*rows.at(i, 3));
  }
  validation.raise();
}

/// The overrides as the snapshot shows them, over the weekly pattern.
Overridden all_overrides(const Calendar& calendar, const std::string& version, pg::Snapshot snapshot) {
  Overridden made{version, calendar.pattern, nullptr, {}};
  Grid grid = calendar.grid();
  read_overrides(all_overrides_statement.run({calendar.id}, snapshot), grid.hours.overrides, made.versions);
  made.pattern = std::make_shared<Pattern>(std::move(grid));
  return made;
}

/// The same by what was known before: the spans of those dates alone are read whose version is another one.
Overridden changed_overrides(const Calendar& calendar, const std::string& version, pg::Snapshot snapshot,
                             const Overridden& known) {
  Overridden made{version, known.weekly, nullptr, {}};
  Grid grid = known.pattern->grid();
  std::vector<Date> changed;
  std::vector<Datum> to_read;
  const auto rows = versions_statement.run({calendar.id}, snapshot);
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    step();
    const auto date = pg::to_date(*rows.at(i, 1));
    const auto own = pg::to_id(*rows.at(i, 2));
    made.versions.emplace(date, own);
    const auto before = known.versions.find(date);
    if (before != known.versions.end() && before->second == own) continue;
    changed.push_back(date);
    to_read.push_back(*rows.at(i, 1));
  }
  for (const auto& [date, own] : known.versions) {
    if (made.versions.contains(date)) continue;
    changed.push_back(date);
    grid.hours.overrides.erase(date);
  }
  if (!to_read.empty())
    read_overrides(overrides_statement.run({calendar.id, {pg::array_of(to_read, DATEOID), DATEARRAYOID}}, snapshot),
                   grid.hours.overrides, made.versions);
  made.pattern = std::make_shared<Pattern>(grid, *known.pattern, changed);
  return made;
}

/// A calendar as its row tells it. `overrides_version` names the state of the calendar's overrides; it is empty when
/// the calendar has no overrides.
struct StoredCalendar {
  Calendar calendar;
  std::string overrides_version;
};

/// The calendar with its overrides. The backend keeps the last pattern that was made of weekly pattern and overrides,
/// under the version of the overrides. No two states of the overrides share a version, not even when the change to the
/// first state was rolled back.
Calendar completed(StoredCalendar stored, pg::Snapshot snapshot) {
  static RecentlyUsed<int, Overridden> all(kMostBytesOfOverrides);
  auto& [calendar, version] = stored;
  if (version.empty()) return std::move(calendar);
  const auto* known = all.find(calendar.id);
  if (known == nullptr || known->version != version || known->weekly != calendar.pattern) {
    const bool goes_on = known != nullptr && known->weekly == calendar.pattern;
    auto made =
        goes_on ? changed_overrides(calendar, version, snapshot, *known) : all_overrides(calendar, version, snapshot);
    const auto size = made.size();
    known = &all.put(calendar.id, std::move(made), size);
  }
  calendar.pattern = known->pattern;
  return std::move(calendar);
}

StoredCalendar read_row(const pg::Rows& rows, std::uint64_t row) {
  StoredCalendar stored;
  Calendar& calendar = stored.calendar;
  const auto columns = rows.columns(row, kZoneChangesColumn);
  const auto column = [&](int number) { return columns[static_cast<std::size_t>(number - 1)]; };
  calendar.id = pg::to_int(*column(1));
  calendar.name = pg::to_text(*column(kNameColumn));
  calendar.time_zone = pg::to_text(*column(kTimeZoneColumn));
  const Datum hours = *column(4);
  calendar.pattern =
      pattern_of({calendar.time_zone, pg::to_bytes(hours), length_of(*column(5)),
                  pg::to_text(*column(17)) == kFromOpening, length_of(*column(8)), length_of(*column(9))},
                 hours);
  calendar.min_notice = length_of(*column(6));
  calendar.horizon = length_of(*column(7));
  calendar.settled_within = length_of(*column(10));
  if (const auto most = column(11)) calendar.max_events_per_day = pg::to_int(*most);
  calendar.check_attendees = pg::to_bool(*column(12));
  if (const auto within = column(13)) calendar.confirm_within = length_of(*within);
  calendar.default_duration = length_of(*column(14));
  calendar.strict = pg::to_bool(*column(15));
  if (const auto version = column(16)) stored.overrides_version = pg::to_text(*version);
  return stored;
}

}  // namespace

std::optional<ZoneSetting> zone_setting_of(const std::string& name, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto row = find_calendar_row(name, snapshot);
  if (row.empty()) return std::nullopt;
  return ZoneSetting{pg::to_text(*row.at(0, kTimeZoneColumn)), pg::to_int(*row.at(0, kZoneChangesColumn))};
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
  const bool is_made = !make_statement.run({own_words(name), pg::now(), take_number()}).empty();
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
