// SPDX-License-Identifier: PostgreSQL
#include "calendar_settings.hpp"

#include "calendar_lock.hpp"
#include "calendar_row.hpp"
#include "core/event/calendar.hpp"
#include "core/event/settings.hpp"
#include "core/scheduling/wish_time.hpp"
#include "core/values/folding.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/spi.hpp"
#include "recalled.hpp"
#include "rights.hpp"
#include "tree_rows.hpp"
#include "unclaimed.hpp"

namespace jb {

namespace {

// A setting that $3 names takes its value from $3, or its default where the value is null; all other settings stay.
// Result: whether a setting changed from which the day tree is made, the old zone and the new zone. The caller has
// locked the calendar before, so `c` and `old` read the same version of the row.
#define JB_ALL_SETTINGS \
  JB_SETTING_COLUMNS    \
  ", public_booking, max_guest_bookings, max_guest_bookings_per_day, display_name, color, slots_from"
#define JB_TREE_COLUMNS(row)                                                                                   \
  "(" row ".time_zone, " row ".hours, " row ".slot_increment, " row ".slots_from, " row ".buffer_before, " row \
  ".buffer_after, " row ".max_events_per_day)"
constinit pg::Statement set_statement{
    "UPDATE jb_calendar c SET updated_at = $2, (" JB_ALL_SETTINGS ") = (SELECT " JB_ALL_SETTINGS
    " FROM jsonb_populate_record(c, (SELECT jsonb_object_agg(s.key, CASE s.value WHEN 'null' THEN to_jsonb(d) -> s.key"
    "  ELSE s.value END) FROM jsonb_each($3) s)))"
    " FROM jb_calendar_default d, jb_calendar old WHERE c.name = $1 AND old.id = c.id RETURNING " JB_TREE_COLUMNS(
        "c") " IS DISTINCT FROM " JB_TREE_COLUMNS("old") ", old.time_zone, c.time_zone"};
#undef JB_ALL_SETTINGS
#undef JB_TREE_COLUMNS

#define JB_BUFFERS "extract(epoch FROM buffer_before)::bigint || ' ' || extract(epoch FROM buffer_after)::bigint"
constinit pg::Statement keep_buffers_statement{
    "UPDATE jb_calendar SET buffers_used = coalesce(buffers_used, '{0 0}') || (" JB_BUFFERS
    ") WHERE name = $1 AND (" JB_BUFFERS ") <> ALL (coalesce(buffers_used, '{0 0}'))"};
#undef JB_BUFFERS

// The fixed events ahead, an expired hold among them, since a confirmation with if_still_free may bring it back (rule
// 3.11): the wall clock of their wish, their moment, their end and their days.
constinit pg::Statement fixed_events_statement{
    "SELECT e.id, coalesce(e.wished_wall, e.date + e.start_time), coalesce(e.start_timestamp, e.wished_start),"
    " e.end_timestamp, e.days, e.wished_wall IS NOT NULL FROM jb_event e "
    "WHERE e.id IN (SELECT l.event_id FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar WHERE c.name = $1 "
    " UNION ALL SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$1")
    " AND u.status = CASE WHEN u.start_timestamp IS NULL THEN 'waiting' ELSE 'expired' END) "
    "AND e.calendars[1] = $1 AND num_nonnulls(e.start_time, e.days, e.wished_wall) > 0"
    " AND (e.start_timestamp > $2) IS NOT FALSE"};
constinit pg::Statement keep_moment_statement{
    "UPDATE jb_event SET date = NULL, start_time = NULL, wished_start = $2, wished_wall = $3 WHERE id = $1"};
constinit pg::Statement wish_again_statement{
    "UPDATE jb_event SET date = wished_wall::date, start_time = wished_wall::time, wished_start = NULL,"
    " wished_wall = NULL WHERE id = $1"};
constinit pg::Statement keep_length_statement{"UPDATE jb_event SET days = NULL, duration = $2 WHERE id = $1"};

constinit pg::Statement count_zone_statement{"UPDATE jb_calendar SET zone_changes = zone_changes + 1 WHERE name = $1"};

constinit pg::Statement occupied_statement{
    "SELECT event_id FROM jb_claim WHERE calendar = $1 UNION ALL "
    "SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$2") " AND u.start_timestamp IS NOT NULL UNION ALL "
    "SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$2") " AND u.start_timestamp IS NULL LIMIT 1",
    pg::Reading::first_few};
constinit pg::Statement forget_statement{"DELETE FROM jb_change_log WHERE calendar = $1"};
constinit pg::Statement override_statement{
    "INSERT INTO jb_override AS o (calendar, date, spans) VALUES ($1, $2, $3) ON CONFLICT (calendar, date) "
    "DO UPDATE SET spans = excluded.spans, version = excluded.version WHERE o.spans <> excluded.spans RETURNING 1"};
constinit pg::Statement restore_statement{"DELETE FROM jb_override WHERE calendar = $1 AND date = $2 RETURNING 1"};
constinit pg::Statement mark_overrides_statement{
    "UPDATE jb_calendar SET overrides_version = CASE WHEN EXISTS (SELECT FROM jb_override WHERE calendar = $1) "
    "THEN gen_random_uuid()::text END WHERE id = $1"};
constinit pg::Statement fell_statement{"DELETE FROM jb_tree WHERE calendar = $1"};
constinit pg::Statement keep_past_statement{
    "INSERT INTO jb_calendar_past AS p (name, change_seq, purged_change) SELECT $2, k.change_seq, greatest("
    " (SELECT l.id FROM jb_change_log l WHERE l.calendar = $1 ORDER BY l.seq DESC LIMIT 1), c.purged_change)"
    " FROM jb_calendar_lock k JOIN jb_calendar c USING (id) WHERE k.id = $1 AND k.change_seq > 0"
    " ON CONFLICT (lower(name COLLATE \"C\")) DO UPDATE SET name = excluded.name, change_seq = excluded.change_seq,"
    " purged_change = greatest(p.purged_change, excluded.purged_change)"};
constinit pg::Statement delete_calendar_statement{
    "WITH grants AS (DELETE FROM jb_grant WHERE calendar = $1), hours AS (DELETE FROM jb_override WHERE calendar = $1),"
    " feed AS (DELETE FROM jb_feed WHERE calendar = $1), names AS (DELETE FROM jb_imported WHERE calendar = $1)"
    " DELETE FROM jb_calendar WHERE id = $1"};

// What outlives a calendar is not on the one that somebody gives the same name later (rule 13.4).
constinit pg::Statement leave_rejections_statement{
    "WITH gone AS (DELETE FROM jb_rejection_calendar WHERE calendar = $1 RETURNING id) "
    "UPDATE jb_rejection r SET calendars = array_remove(r.calendars, $1) FROM gone WHERE r.id = gone.id"};
constinit pg::Statement leave_polls_statement{
    "UPDATE jb_poll SET version = version + 1, calendars = array_remove(calendars, $1) WHERE calendars @> ARRAY[$1]"};

constexpr std::size_t kMostSpans = 288;
constexpr std::size_t kMostOverrides = 10'000, kMostSpansOfOverrides = 100'000;

/// Refuses more hours by date than a backend reads in a moment: each change of them is read by every backend anew.
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

/// The calendar as it is. The caller has locked it.
Calendar read_locked(const std::string& name) { return *find_calendar(name, pg::Snapshot::fresh); }

/// Forgets, when the change of a calendar is complete, what a trigger of a user has left in its midst (recalled.hpp).
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

/// Rule 2.8.9: the fixed events of a calendar that comes from one zone to another keep their moments, and their ends
/// where these were counted in days from an instant, or the events wait. A zone that is gone from the system's data
/// tells no moment.
void keep_moments(const std::string& name, const std::string& before, const std::string& after) {
  const auto to = pg::find_zone(after);
  const auto known = pg::find_zone(before);
  const auto from = known ? known : to;
  const auto events = fixed_events_statement.run({name, pg::now()});
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
      if (ends_elsewhere && (!wall || !stands_to)) keep_length_statement.run({id, pg::from_duration(end - moment)});
    }
    if (!wall) continue;
    if ((ends_elsewhere && stands_to) || to->to_instant(*wall) != moment) {
      keep_moment_statement.run({id, moment, *wall});
    } else if (pg::to_bool(*events.at(i, 6))) {
      wish_again_statement.run({id});
    }
  }
}

}  // namespace

void set_calendar(const std::string& given, const std::string& text) {
  Validation validation;
  if (!is_calendar_name(given)) validation.refuse("calendar", given, kNoCalendarName);
  const auto settings = read_settings(validation, given, text, pg::parse_interval, pg::zone_name);
  validation.raise();
  const bool is_new = make_calendar(given);
  const Changing changing(given);
  lock_calendar(given);
  require_managing(given);  // another call may have made it while this one waited
  const auto name = own_name(given, pg::Snapshot::fresh);
  const auto rows = set_statement.run({name, pg::now(), pg::from_jsonb_text(settings)});
  if (!pg::to_bool(*rows.at(0, 1))) return;
  const auto before = pg::to_text(*rows.at(0, 2)), after = pg::to_text(*rows.at(0, 3));
  if (before != after && !is_new) {
    keep_moments(name, before, after);
    count_zone_statement.run({name});
  }
  keep_buffers_statement.run({name});
  rebuild_locked(name);
}

bool set_availability(const std::string& name, Date date, const std::optional<DaySpans>& spans) {
  if (is_same_name(name, kCeo)) make_calendar(name);
  const Changing changing(name);
  const auto found = lock_calendar(name);
  if (!found) return false;
  const pg::Param id = *found;
  const pg::Param on_date = date;
  const auto changed = spans ? override_statement.run({id, on_date, pg::from_jsonb_text(spans_json(*spans))})
                             : restore_statement.run({id, on_date});
  if (changed.empty()) return true;
  mark_overrides_statement.run({id});
  change_tree(name, [&](const Calendar& calendar, DayTree& tree, ClaimReader&) {
    if (spans) check_overrides(calendar);
    tree.refresh(calendar.zone().day(date));
    tree.flush();
  });
  return true;
}

void add_availability(const std::string& name, Date date, const DaySpans& spans) {
  lock_calendar(name);
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

void delete_calendar(const std::string& given) {
  const auto name = own_name(given, pg::Snapshot::fresh);
  leave_polls_statement.run({name});  // first: who books a poll locks it before its calendars
  const int found = lock_managed(name);
  if (own_name(given, pg::Snapshot::fresh) != name) throw no_such_calendar(given);  // another one has its name now
  const pg::Param id = found;
  const auto occupied = occupied_statement.run({id, name});
  if (!occupied.empty()) {
    throw Failure(Error::invalid_transition, "calendar \"" + name + "\" holds events and cannot be deleted",
                  "Event " + std::to_string(pg::to_id(*occupied.at(0, 1))) + " stands on it.",
                  "Delete its events first; cancelled ones count too.");
  }
  keep_past_statement.run({id, name});
  forget_statement.run({id});
  leave_rejections_statement.run({name});
  fell_statement.run({id});
  lock_table.erase(find_lock(found).place(0));
  delete_calendar_statement.run({id});
}

}  // namespace jb
