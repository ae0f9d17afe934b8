// SPDX-License-Identifier: PostgreSQL
#include "calendar.hpp"

#include <limits>
#include <map>

#include "core/scheduling/plan.hpp"
#include "core/values/input.hpp"
#include "event_row.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "tree_rows.hpp"

namespace jb {

namespace {

constinit auto default_calendar_statement =
    pg::Statement<"SELECT 0, 'ceo', " + kSettingColumns +
                  ", NULL, slots_from, 0, NULL, max_source_age FROM jb_calendar_default">();

constinit auto all_statement = pg::Statement<"SELECT " + kCalendarColumns + " FROM jb_calendar ORDER BY id">();

constinit auto make_statement = pg::Statement<R"(
    WITH made AS (
      INSERT INTO jb_calendar (id, name, purged_seq, created_at, updated_at,
                               )" + kSettingColumns +
                                              R"()
      SELECT :number, :name, )" + kPastSeq<":name"> +
                                              R"(, :now, :now,
             )" + kSettingColumns + R"(
        FROM jb_calendar_default ON CONFLICT DO NOTHING RETURNING id, purged_seq)
    INSERT INTO jb_calendar_lock (id, change_seq) SELECT id, purged_seq FROM made RETURNING 1)">();

constinit auto take_number_statement = pg::Statement<"INSERT INTO jb_calendar_number (id) VALUES (:number)">();
constinit auto forget_numbers_statement = pg::Statement<R"(
    DELETE FROM jb_calendar_number
     WHERE id IN (SELECT n.id FROM jb_calendar_number n WHERE n.id < :number FOR UPDATE SKIP LOCKED))">();

constexpr std::uint32_t kNumberLock = 3;

/// The number of a new calendar, greater than all others, including those that open transactions have taken. Nothing
/// waits under the lock, so it is part of no deadlock.
int take_number() {
  pg::AdvisoryLock lock(kNumberLock);
  const int number = pg::greatest_int("jb_calendar_number", "jb_calendar_number_pkey").value_or(0) + 1;
  take_number_statement.run("number"_arg = number);
  if (!pg::keeps_snapshot())
    forget_numbers_statement.run("number"_arg = number);  // a kept snapshot may show deleted rows
  lock.release();
  return number;
}

// Rejections that outlive a calendar must not pass to a later calendar of the same name (rule 13.4).
constinit auto leave_rejections_statement = pg::Statement<R"(
    WITH named AS (SELECT r.id FROM jb_rejection_calendar c JOIN jb_rejection r USING (id) WHERE c.calendar = :name
                    ORDER BY r.id FOR UPDATE OF r),  -- as a purge: a rejection before what names its calendars
         gone AS (DELETE FROM jb_rejection_calendar c USING named WHERE c.calendar = :name AND c.id = named.id)
    UPDATE jb_rejection r SET calendars = array_remove(r.calendars, :name) FROM named WHERE r.id = named.id)">();

/// A rejection takes no lock, so one of an open transaction may name a calendar that has been deleted. A calendar made
/// under its name waits for this transaction by being refused; a rejection that comes later finds no calendar.
void leave_rejections(const std::string& name) {
  leave_rejections_statement.run("name"_arg = name);
  constexpr auto all = std::numeric_limits<std::int64_t>::max();
  pg::require_current(
      !pg::first_unseen("jb_rejection_calendar", "jb_rejection_calendar_pkey", pg::Param(name).value, 0, all));
}

constinit auto versions_statement = pg::Statement<"SELECT date, version FROM jb_override WHERE calendar = :calendar">();
constinit auto overrides_statement =
    pg::Statement<"SELECT date, spans, version FROM jb_override WHERE calendar = :calendar AND date = ANY (:dates)">();
constinit auto all_overrides_statement =
    pg::Statement<"SELECT date, spans, version FROM jb_override WHERE calendar = :calendar">();

constexpr int kNameColumn = 2, kTimeZoneColumn = 3, kZoneChangesColumn = 18, kMaxSourceAgeColumn = 20;

/// The rows by their calendars' names.
KnownTids<std::string, FoldedHash, FoldedEqual> known_calendars;

Failure unknown_zone(const std::string& name) {
  return {Error::invalid_value, "time zone \"" + name + "\" of the calendar is not known to the server", "",
          "Install the zone data of the system, or give the calendar another zone with jb_calendar_set()."};
}

Seconds length_of(Datum interval) {
  if (pg::to_interval(interval).months != 0)
    throw std::logic_error("a setting holds months, which jb_calendar_set refuses");
  return pg::to_duration(interval);
}

/// A pattern's hours, zone, increment and buffers as stored.
struct StoredGrid {
  std::string time_zone;
  std::string hours;  ///< jsonb's own bytes, since converting them to text at each lock would cost more than the lock
  Seconds slot_increment;
  bool from_opening;
  Seconds buffer_before;
  Seconds buffer_after;
  auto operator<=>(const StoredGrid&) const = default;
};

constexpr std::size_t kMostBytesOfPatterns = 16 << 20, kMostBytesOfOverrides = 64 << 20;
constexpr std::size_t kNode = 64;  // approximate size of a tree's node

/// The pattern of these settings. A pattern remembers the days that it was asked about, so each backend keeps one
/// pattern for each combination of settings.
std::shared_ptr<const Pattern> pattern_of(const StoredGrid& stored, Datum hours) {
  static RecentlyUsed<StoredGrid, std::shared_ptr<const Pattern>> known(kMostBytesOfPatterns);
  if (const auto* found = known.find(stored)) return *found;
  Grid grid;
  grid.zone = pg::find_zone(stored.time_zone);
  if (!grid.zone) throw unknown_zone(stored.time_zone);
  grid.hours = parse_hours(pg::jsonb_text(hours));
  grid.slot_increment = stored.slot_increment;
  grid.from_opening = stored.from_opening;
  grid.buffer_before = stored.buffer_before;
  grid.buffer_after = stored.buffer_after;
  auto made = std::make_shared<const Pattern>(std::move(grid));
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

/// Adds the rows' spans to `overrides`, and their versions to `versions`.
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

/// The weekly pattern with the overrides that the snapshot shows.
Overridden all_overrides(const Calendar& calendar, const std::string& version, pg::Snapshot snapshot) {
  Overridden made{version, calendar.pattern, nullptr, {}};
  Grid grid = calendar.grid();
  read_overrides(all_overrides_statement.run(snapshot, "calendar"_arg = calendar.id), grid.hours.overrides,
                 made.versions);
  made.pattern = std::make_shared<Pattern>(std::move(grid));
  return made;
}

/// The same, starting from `known`: only the spans of dates with another version are read.
Overridden changed_overrides(const Calendar& calendar, const std::string& version, pg::Snapshot snapshot,
                             const Overridden& known) {
  Overridden made{version, known.weekly, nullptr, {}};
  Grid grid = known.pattern->grid();
  std::vector<Date> changed;
  std::vector<Datum> to_read;
  const auto rows = versions_statement.run(snapshot, "calendar"_arg = calendar.id);
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
    read_overrides(overrides_statement.run(snapshot, "calendar"_arg = calendar.id,
                                           "dates"_arg = {pg::array_of(to_read, DATEOID), DATEARRAYOID}),
                   grid.hours.overrides, made.versions);
  made.pattern = std::make_shared<Pattern>(grid, *known.pattern, changed);
  return made;
}

/// The calendar's pattern with its overrides. `version` identifies their state. The backend caches the last pattern
/// combined from the weekly one and the overrides, with the version of the overrides. No two states of the overrides
/// share a version, even if the change to the first state was rolled back.
std::shared_ptr<const Pattern> overridden(const Calendar& calendar, const std::string& version, pg::Snapshot snapshot) {
  static RecentlyUsed<int, Overridden> all(kMostBytesOfOverrides);
  const auto* known = all.find(calendar.id);
  if (known == nullptr || known->version != version || known->weekly != calendar.pattern) {
    const bool goes_on = known != nullptr && known->weekly == calendar.pattern;
    auto made =
        goes_on ? changed_overrides(calendar, version, snapshot, *known) : all_overrides(calendar, version, snapshot);
    const auto size = made.size();
    known = &all.put(calendar.id, std::move(made), size);
  }
  return known->pattern;
}

}  // namespace

Calendar read_calendar(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot) {
  Calendar calendar;
  const auto columns = rows.columns(row, kMaxSourceAgeColumn);
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
  if (const auto at = column(19)) calendar.source_as_of = pg::to_instant(*at);
  if (const auto age = column(kMaxSourceAgeColumn)) calendar.max_source_age = length_of(*age);
  if (const auto version = column(16)) calendar.pattern = overridden(calendar, pg::to_text(*version), snapshot);
  return calendar;
}

std::optional<ZoneSetting> zone_setting_of(const std::string& name, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto row = find_calendar_row(name, snapshot);
  if (row.empty()) return std::nullopt;
  return ZoneSetting{pg::to_text(*row.at(0, kTimeZoneColumn)), pg::to_int(*row.at(0, kZoneChangesColumn))};
}

constinit pg::Table calendar_table{"jb_calendar", kCalendarColumns.value};

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

bool make_calendar(const std::string& name) {
  if (id_of(name)) return false;
  const bool is_made =
      !make_statement.run("name"_arg = own_words(name), "now"_arg = pg::now(), "number"_arg = take_number()).empty();
  if (!is_made) return false;
  if (!is_same_name(name, kCeo)) leave_rejections(own_words(name));  // requests on `ceo` may come before it is made
  grant_to_maker(*id_of(name));
  return true;
}

std::vector<Calendar> all_calendars(pg::Snapshot snapshot,
                                    const std::function<void(const std::string&, const Failure&)>& refused) {
  std::vector<Calendar> calendars;
  const auto rows = all_statement.run(snapshot);
  for (std::uint64_t row = 0; row < rows.size(); ++row) {
    try {
      calendars.push_back(read_calendar(rows, row, snapshot));
    } catch (const Failure& failure) {
      refused(pg::to_text(*rows.at(row, kNameColumn)), failure);
    }
  }
  return calendars;
}

std::optional<Calendar> find_calendar(const std::string& name, pg::Snapshot snapshot) {
  const auto rows = find_calendar_row(name, snapshot);
  if (rows.empty()) {
    if (!is_same_name(name, kCeo)) return std::nullopt;
    return read_calendar(default_calendar_statement.run(snapshot), 0);
  }
  auto calendar = read_calendar(rows, 0, snapshot);
  const auto lock = find_lock(calendar.id, snapshot);
  if (!lock.empty()) calendar.watched = pg::to_int(*lock.at(0, kWatchedColumn));
  return calendar;
}

namespace {

/// The locks by the ids of their calendars.
KnownTids<int> known_locks;

constinit auto order_statement = pg::Statement<R"(
    SELECT name FROM jb_calendar WHERE lower(name COLLATE "C") = ANY (:names) ORDER BY id)">();
constinit auto id_statement = pg::Statement<"SELECT id FROM jb_calendar WHERE " + kHasName<"name", ":name">>();

}  // namespace

std::optional<int> id_of(const std::string& name) { return id_statement.run("name"_arg = name).first(pg::to_int); }

constinit pg::Table lock_table{"jb_calendar_lock", "id, watched, change_seq"};

pg::Rows find_lock(int calendar, pg::Snapshot snapshot) {
  return known_locks.find(
      calendar, lock_table, snapshot, [&](const pg::Rows& row) { return pg::to_int(*row.at(0, 1)) == calendar; },
      [&] { return lock_table.find("jb_calendar_lock_pkey", {pg::equals_int(calendar)}, snapshot); });
}

void remember_lock(int calendar, pg::Tid tid) { known_locks.remember(calendar, tid); }

std::optional<int> lock_calendar(const std::string& name) {
  const auto id = id_of(name);
  if (!id) return std::nullopt;
  auto row = find_lock(*id);
  if (!row.empty()) row = lock_table.lock(row.tid(0));
  if (row.empty() || id_of(name) != id) return std::nullopt;  // erasing a person renames calendars
  lock_table.update(row.tid(0), kWatchedColumn, {});
  return id;
}

int lock_permitted(const std::string& name, Right right) {
  require_right(name, right);
  const auto id = lock_calendar(name);
  if (!id) throw no_such_calendar(name);
  require_right(name, right);
  return *id;
}

std::vector<std::string> in_order(const std::vector<std::string>& names) {
  std::vector<std::string> sought;
  for (const auto& name : names) sought.push_back(folded(name));
  if (std::find(sought.begin(), sought.end(), kCeo) != sought.end() && find_calendar_row(std::string(kCeo)).empty())
    make_calendar(std::string(kCeo));
  const auto rows = order_statement.run("names"_arg = sought);
  return rows.map([&](auto row) { return pg::to_text(*rows.at(row, 1)); });
}

namespace {

// Each setting named in :settings takes the value given there, or its default if that is null; all others stay. Result:
// whether a setting on which the day tree depends has changed, the old zone, the new zone, and whether the booking page
// is opened. The caller has already locked the calendar, so `c` and `old` read the same version of the row.
constexpr auto kAllSettings =
    kSettingColumns +
    ", public_booking, max_guest_bookings, max_guest_bookings_per_day, display_name, color, slots_from, max_source_age";
template <sql::Text row>
constexpr auto kTreeColumns =
    "(" + row + ".time_zone, " + row + ".hours, " + row + ".slot_increment, " + row + ".slots_from, " + row +
    ".buffer_before, " + row + ".buffer_after, " + row + ".max_events_per_day)";
constinit auto set_statement = pg::Statement<R"(
    UPDATE jb_calendar c
       SET updated_at = :now,
           ()" + kAllSettings + R"() = (
             SELECT )" + kAllSettings + R"(
               FROM jsonb_populate_record(c,
                 (SELECT jsonb_object_agg(s.key, CASE s.value WHEN 'null' THEN to_jsonb(d) -> s.key ELSE s.value END)
                    FROM jsonb_each(:settings) s)))
      FROM jb_calendar_default d, jb_calendar old
     WHERE c.name = :name AND old.id = c.id
    RETURNING )" + kTreeColumns<"c"> + R"( IS DISTINCT FROM
              )" + kTreeColumns<"old"> + R"(,
              old.time_zone, c.time_zone, c.public_booking AND NOT old.public_booking)">();

constexpr sql::Text kBuffers =
    "(extract(epoch FROM buffer_before)::bigint || ' ' || extract(epoch FROM buffer_after)::bigint)";
constinit auto keep_buffers_statement = pg::Statement<R"(
    UPDATE jb_calendar
       SET buffers_used = coalesce(buffers_used, '{0 0}')
                          || )" + kBuffers + R"(
     WHERE name = :name AND )" + kBuffers + R"( <> ALL (coalesce(buffers_used, '{0 0}')))">();

// The fixed events that have not begun: the wall clock of their wish, their moment, their end and their days. Expired
// holds are included, since a confirmation with if_still_free may bring them back (rule 3.11).
constinit auto fixed_events_statement = pg::Statement<R"(
    SELECT e.id, coalesce(e.wished_wall, e.date + e.start_time), coalesce(e.start_timestamp, e.wished_start),
           e.end_timestamp, e.days, e.wished_wall IS NOT NULL
      FROM jb_event e
     WHERE e.id IN (SELECT l.event_id FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar
                     WHERE c.name = :name
                     UNION ALL
                    SELECT u.id FROM jb_event u
                     WHERE )" + kUnclaimedOn<":name"> +
                                                      R"(
                       AND u.status = CASE WHEN u.start_timestamp IS NULL THEN 'waiting' ELSE 'expired' END)
       AND e.calendars[1] = :name AND num_nonnulls(e.start_time, e.days, e.wished_wall) > 0
       AND (e.start_timestamp > :now) IS NOT FALSE)">();
constinit auto keep_moment_statement = pg::Statement<R"(
    UPDATE jb_event SET date = NULL, start_time = NULL, wished_start = :moment, wished_wall = :wall
     WHERE id = :event)">();
constinit auto wish_again_statement = pg::Statement<R"(
    UPDATE jb_event
       SET date = wished_wall::date, start_time = wished_wall::time, wished_start = NULL, wished_wall = NULL
     WHERE id = :event)">();
constinit auto keep_length_statement =
    pg::Statement<"UPDATE jb_event SET days = NULL, duration = :duration WHERE id = :event">();

constinit auto count_zone_statement =
    pg::Statement<"UPDATE jb_calendar SET zone_changes = zone_changes + 1 WHERE name = :name">();

constinit auto occupied_statement = pg::Statement<R"(
    SELECT event_id FROM jb_claim WHERE calendar = :calendar
     UNION ALL)" + kUnclaimedIds<":name"> + " LIMIT 1">(pg::Fetch::first_few);
constinit auto forget_statement = pg::Statement<"DELETE FROM jb_change_log WHERE calendar = :calendar">();
constinit auto override_statement = pg::Statement<R"(
    INSERT INTO jb_override AS o (calendar, date, spans) VALUES (:calendar, :date, :spans)
     ON CONFLICT (calendar, date) DO UPDATE SET spans = excluded.spans, version = excluded.version
     WHERE o.spans <> excluded.spans RETURNING 1)">();
constinit auto restore_statement =
    pg::Statement<"DELETE FROM jb_override WHERE calendar = :calendar AND date = :date RETURNING 1">();
constinit auto mark_overrides_statement = pg::Statement<R"(
    UPDATE jb_calendar
       SET overrides_version = CASE
           WHEN EXISTS (SELECT FROM jb_override WHERE calendar = :calendar) THEN gen_random_uuid()::text END
     WHERE id = :calendar)">();
constinit auto fell_statement = pg::Statement<"DELETE FROM jb_tree WHERE calendar = :calendar">();
constinit auto keep_past_statement = pg::Statement<R"(
    INSERT INTO jb_calendar_past AS p (name, change_seq, purged_change)
    SELECT :name, k.change_seq,
           greatest((SELECT l.id FROM jb_change_log l WHERE l.calendar = :calendar ORDER BY l.seq DESC LIMIT 1),
                    c.purged_change)
      FROM jb_calendar_lock k JOIN jb_calendar c USING (id) WHERE k.id = :calendar AND k.change_seq > 0
     ON CONFLICT (lower(name COLLATE "C"))
        DO UPDATE SET name = excluded.name, change_seq = excluded.change_seq,
               purged_change = greatest(p.purged_change, excluded.purged_change))">();
constinit auto delete_calendar_statement = pg::Statement<R"(
    WITH grants AS (DELETE FROM jb_grant WHERE calendar = :calendar),
         hours AS (DELETE FROM jb_override WHERE calendar = :calendar),
         feed AS (DELETE FROM jb_feed WHERE calendar = :calendar),
         names AS (DELETE FROM jb_imported WHERE calendar = :calendar)
    DELETE FROM jb_calendar WHERE id = :calendar)">();

// Polls that outlive a calendar must not pass to a later calendar of the same name (rule 13.4).
constinit auto leave_polls_statement = pg::Statement<R"(
    UPDATE jb_poll SET version = version + 1, calendars = array_remove(calendars, :name)
     WHERE calendars @> ARRAY[:name])">();
constinit auto named_by_poll_statement = pg::Statement<"SELECT FROM jb_poll WHERE calendars @> ARRAY[:name] LIMIT 1">();

constexpr std::size_t kMostSpans = 288;
constexpr std::size_t kMostOverrides = 10'000, kMostSpansOfOverrides = 100'000;

/// Limits the overrides to what a backend reads quickly, since every backend reads them again after each change.
void check_overrides(const Calendar& calendar) {
  const auto& overrides = calendar.grid().hours.overrides;
  std::size_t spans = 0;
  for (const auto& [date, day] : overrides) spans += day.size();
  Validation validation;
  if (overrides.size() > kMostOverrides)
    validation.refuse("on_date", std::to_string(overrides.size()),
                      "a calendar has hours of their own for at most 10000 dates");
  if (spans > kMostSpansOfOverrides)
    validation.refuse("spans", std::to_string(spans), "those of all dates of a calendar may be at most 100000");
  validation.raise();
}

/// The present state of the calendar. The caller has locked it.
Calendar read_locked(const std::string& name) { return *find_calendar(name, pg::Snapshot::fresh); }

/// Drops, when the change of a calendar is complete, what a user's trigger has cached midway (tree_rows.hpp).
class Changing : pg::Unmovable {
 public:
  explicit Changing(const std::string& name) : name_(name) {}
  ~Changing() { forget_recalled(name_); }

 private:
  const std::string& name_;
};

/// Calls `work` with the day tree of a calendar, then writes what `work` changed in the tree. The caller has locked
/// the calendar.
template <class Work>
void change_tree(const std::string& name, Work&& work) {
  const auto calendar = read_locked(name);
  TreeRows rows(calendar.id, pg::Snapshot::fresh);
  ClaimReader claims(calendar, pg::Snapshot::fresh);
  DayTree tree(calendar.pattern, rows, &claims);
  work(calendar, tree, claims);
  rows.write();
}

void rebuild_locked(const std::string& name) {
  change_tree(name, [](const Calendar&, DayTree& tree, ClaimReader& claims) {
    tree.rebuild(claims.claims(kRepresentable), claims.full_days(kRepresentable));
  });
}

/// Rule 2.8.9: when a calendar changes its zone, its fixed events keep their moments. An event of days also keeps its
/// end if it was wished as an instant or waits. A zone that is gone from the system's data yields no moment, so the new
/// zone takes its place.
void keep_moments(const std::string& name, const std::string& before, const std::string& after) {
  const auto to = pg::find_zone(after);
  const auto known = pg::find_zone(before);
  const auto from = known ? known : to;
  const auto events = fixed_events_statement.run("name"_arg = name, "now"_arg = pg::now());
  for (std::uint64_t i = 0; i < events.size(); ++i) {
    const auto id = pg::to_id(*events.at(i, 1));
    const auto wall = events.read(i, 2, pg::to_wall);
    const auto told = events.read(i, 3, pg::to_instant);
    const auto moment = told ? *told : from->to_instant(*wall);
    const auto stands_to = events.read(i, 4, pg::to_instant);
    Wish wish;
    wish.days = events.read(i, 5, pg::to_small);
    bool ends_elsewhere = false;
    if (wish.days) {
      const auto lasts = wish.length().elapsed(moment, told ? from->to_wall(moment) : *wall, *from);
      const auto end = stands_to.value_or(moment + lasts);
      ends_elsewhere = time_from(moment, wish, *to).end != end;
      if (ends_elsewhere && (!wall || !stands_to))
        keep_length_statement.run("event"_arg = id, "duration"_arg = pg::from_duration(end - moment));
    }
    if (!wall) continue;
    if ((ends_elsewhere && stands_to) || to->to_instant(*wall) != moment) {
      keep_moment_statement.run("event"_arg = id, "moment"_arg = moment, "wall"_arg = *wall);
    } else if (pg::to_bool(*events.at(i, 6))) {
      wish_again_statement.run("event"_arg = id);
    }
  }
}

}  // namespace

bool set_calendar(const std::string& given, const std::string& text) {
  Validation validation;
  if (!is_calendar_name(given)) validation.refuse("calendar", given, kNoCalendarName);
  const auto settings = read_settings(validation, given, text, pg::parse_interval, pg::zone_name);
  validation.raise();
  bool is_new = make_calendar(given);
  const Changing changing(given);
  while (!lock_calendar(given)) is_new = make_calendar(given);  // it was deleted while this call waited
  require_managing(given);                                      // another call may have made it while this one waited
  const auto name = own_name(given, pg::Snapshot::fresh);
  const auto rows =
      set_statement.run("name"_arg = name, "now"_arg = pg::now(), "settings"_arg = pg::from_jsonb_text(settings));
  const bool opens = pg::to_bool(*rows.at(0, 4));
  if (!pg::to_bool(*rows.at(0, 1))) return opens;
  const auto before = pg::to_text(*rows.at(0, 2)), after = pg::to_text(*rows.at(0, 3));
  if (before != after && !is_new) {
    keep_moments(name, before, after);
    count_zone_statement.run("name"_arg = name);
  }
  keep_buffers_statement.run("name"_arg = name);
  rebuild_locked(name);
  return opens;
}

bool set_availability(const std::string& name, Date date, const std::optional<DaySpans>& spans) {
  if (is_same_name(name, kCeo)) make_calendar(name);
  const Changing changing(name);
  const auto found = lock_calendar(name);
  if (!found) return false;
  const auto calendar = "calendar"_arg = *found;
  const auto on_date = "date"_arg = date;
  const auto changed =
      spans ? override_statement.run(calendar, on_date, "spans"_arg = pg::from_jsonb_text(spans_json(*spans)))
            : restore_statement.run(calendar, on_date);
  if (changed.empty()) return true;
  mark_overrides_statement.run(calendar);
  change_tree(name, [&](const Calendar& calendar, DayTree& tree, ClaimReader&) {
    if (spans) check_overrides(calendar);
    tree.refresh(calendar.zone().day(date));
    tree.flush();
  });
  return true;
}

void add_availability(const std::string& name, Date date, const DaySpans& spans) {
  if (!lock_calendar(name)) throw no_such_calendar(name);
  const auto calendar = read_locked(name);
  const DaySpans& present = calendar.grid().hours.on(date);
  DaySpans merged = present;
  merged.insert(merged.end(), spans.begin(), spans.end());
  merged = normalise(std::move(merged));
  if (merged == present) return;
  if (merged.size() > kMostSpans)
    throw invalid("slots", std::to_string(merged.size()), "with those that are there a date has at most 288");
  set_availability(name, date, merged);
}

bool remove_availability(const std::string& name, Date date) {
  if (!lock_calendar(name)) return false;
  const auto calendar = read_locked(name);
  const bool is_open_weekly = !Hours{calendar.grid().hours.week}.on(date).empty();
  return set_availability(name, date, is_open_weekly ? std::optional{DaySpans{}} : std::nullopt);
}

bool rebuild_tree(const std::string& name) {
  const Changing changing(name);
  if (!lock_calendar(name)) return false;
  rebuild_locked(name);
  return true;
}

namespace {

/// Removes the calendar from its polls and locks it. The polls come first, since booking a poll locks it before its
/// calendars. Making a poll locks its calendars, so after a poll that was made meanwhile this starts over.
int lock_without_polls(const std::string& name) {
  for (;;) {
    pg::Subtransaction attempt;
    leave_polls_statement.run("name"_arg = name);
    const int found = lock_permitted(name, Right::manage);
    if (!named_by_poll_statement.run("name"_arg = name).empty()) continue;
    attempt.keep();
    return found;
  }
}

}  // namespace

void delete_calendar(const std::string& given) {
  const auto name = own_name(given, pg::Snapshot::fresh);
  const int id = lock_without_polls(name);
  if (own_name(given, pg::Snapshot::fresh) != name) throw no_such_calendar(given);  // the name is another's now
  const auto occupied = occupied_statement.run("calendar"_arg = id, "name"_arg = name);
  if (!occupied.empty()) {
    throw Failure(Error::invalid_transition, "calendar \"" + name + "\" holds events and cannot be deleted",
                  "Event " + std::to_string(pg::to_id(*occupied.at(0, 1))) + " stands on it.",
                  "Delete its events first; cancelled ones count too.");
  }
  keep_past_statement.run("calendar"_arg = id, "name"_arg = name);
  forget_statement.run("calendar"_arg = id);
  leave_rejections_statement.run("name"_arg = name);
  fell_statement.run("calendar"_arg = id);
  lock_table.erase(find_lock(id).tid(0));
  delete_calendar_statement.run("calendar"_arg = id);
}

namespace {

// Of a principal's certificates the one with the most rights counts: manager, then secretary, then viewer.
constinit auto role_statement =
    pg::Statement<"SELECT 'jb_' || min(p.role) FROM jb_principal p WHERE p.principal = :principal">();

std::optional<std::string> entered_role(const std::string& principal) {
  return role_statement.run(pg::Moment::latest, "principal"_arg = principal).first(pg::to_text);
}

}  // namespace

Maker maker_now(const std::optional<std::string>& named) {
  auto principal = pg::principal(named);
  const bool is_by_certificate = principal != pg::principal(std::nullopt) && entered_role(principal);
  return {std::move(principal), is_by_certificate ? std::nullopt : std::optional(pg::calling_role())};
}

MakersRights::MakersRights(const Maker& maker)
    : principal_(maker.principal),
      is_entered_(!maker.role),
      role_(maker.role ? *maker.role : entered_role(principal_).value_or("")) {}

pg::OnBehalf MakersRights::asking() const { return {principal_, role_, is_entered_ ? "" : principal_}; }

// A database role may have called through another role's function, without privileges of its own, so only its existence
// is checked.
bool MakersRights::may_call(const std::string& as) const {
  const auto maker = asking();
  return pg::caller_has_privileges_of(is_entered_ ? as : role_);
}

bool MakersRights::has(Right right, const std::vector<std::string>& calendars) const {
  const auto maker = asking();
  return rights_are_open() || (pg::caller_has_privileges_of(role_) && may_any(right, calendars));
}

std::vector<std::vector<Power>> MakersRights::powers(const std::string& calendar) const {
  const auto maker = asking();
  return powers_on(calendar);
}

}  // namespace jb
