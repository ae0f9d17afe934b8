// SPDX-License-Identifier: PostgreSQL
#include "calendar_settings.hpp"

#include "calendar_lock.hpp"
#include "calendar_row.hpp"
#include "core/event/calendar.hpp"
#include "core/event/settings.hpp"
#include "grant_rows.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/spi.hpp"
#include "rights.hpp"
#include "tree_rows.hpp"
#include "unclaimed.hpp"

namespace jb {

namespace {

// A setting that $3 names takes its value from $3, or its default where the value is null; all other settings stay.
// Result: whether a setting changed from which the day tree is made, the old zone and the new zone. The caller has
// locked the calendar before, so `c` and `old` read the same version of the row.
#define JB_SETTING(name, value) \
  #name " = CASE WHEN $3 ? '" #name "' THEN coalesce(" value ", d." #name ") ELSE c." #name " END"
#define JB_LENGTH(name) JB_SETTING(name, "make_interval(secs => ($3 ->> '" #name "')::float8)")
#define JB_TREE_COLUMNS(row)                                                                                     \
  "(" row ".time_zone, " row ".hours, " row ".slot_increment, " row ".buffer_before, " row ".buffer_after, " row \
  ".max_events_per_day)"

constinit pg::Statement set_statement{
    "UPDATE jb_calendar c SET updated_at = $2, " JB_SETTING(time_zone, "$3 ->> 'time_zone'") ", " JB_SETTING(
        hours, "nullif($3 -> 'hours', 'null')") ", " JB_LENGTH(slot_increment) ", " JB_LENGTH(min_notice) ", "
    JB_LENGTH(horizon) ", " JB_LENGTH(buffer_before) ", " JB_LENGTH(buffer_after) ", " JB_LENGTH(settled_within) ", "
    JB_SETTING(max_events_per_day, "($3 ->> 'max_events_per_day')::int") ", "
    JB_SETTING(check_attendees, "($3 ->> 'check_attendees')::bool") ", " JB_LENGTH(confirm_within) ", "
    JB_LENGTH(default_duration) ", " JB_SETTING(strict, "($3 ->> 'strict')::bool")
    ", " JB_SETTING(public_booking, "($3 ->> 'public_booking')::bool") ", "
    JB_SETTING(max_guest_bookings, "($3 ->> 'max_guest_bookings')::int") ", "
    JB_SETTING(max_guest_bookings_per_day, "($3 ->> 'max_guest_bookings_per_day')::int") ", "
    JB_SETTING(display_name, "$3 ->> 'display_name'") ", " JB_SETTING(color, "$3 ->> 'color'")
    " FROM jb_calendar_default d, jb_calendar old WHERE c.name = $1 AND old.id = c.id RETURNING "
    JB_TREE_COLUMNS("c") " IS DISTINCT FROM " JB_TREE_COLUMNS("old") ", old.time_zone, c.time_zone",
    {TEXTOID, TIMESTAMPTZOID, JSONBOID}};
#undef JB_SETTING
#undef JB_LENGTH
#undef JB_TREE_COLUMNS

#define JB_BUFFERS "extract(epoch FROM buffer_before)::bigint || ' ' || extract(epoch FROM buffer_after)::bigint"
constinit pg::Statement keep_buffers_statement{
    "UPDATE jb_calendar SET buffers_used = coalesce(buffers_used, '{0 0}') || (" JB_BUFFERS
    ") WHERE name = $1 AND (" JB_BUFFERS ") <> ALL (coalesce(buffers_used, '{0 0}'))",
    {TEXTOID}};
#undef JB_BUFFERS

// Future events stay at their instants when the calendar's zone changes from $2 to $3 (rule 2.8.9): wish_zone records
// the old zone, in which date and start_time of their wishes were read. An expired hold is treated alike, since a
// confirmation with if_still_free may bring it back (rule 3.11).
constinit pg::Statement keep_zone_statement{
    "UPDATE jb_event e SET wish_zone = nullif(coalesce(e.wish_zone, $2), $3) "
    "WHERE e.id IN (SELECT l.event_id FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar WHERE c.name = $1 "
    " UNION ALL SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$1")
    " AND u.start_timestamp IS NOT NULL AND u.status = 'expired') "
    "AND e.calendars[1] = $1 AND e.start_time IS NOT NULL AND e.start_timestamp > $4",
    {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID}};

constinit pg::Statement occupied_statement{
    "SELECT event_id FROM jb_claim WHERE calendar = $1 UNION ALL "
    "SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$2") " AND u.start_timestamp IS NOT NULL UNION ALL "
    "SELECT u.id FROM jb_event u WHERE " JB_UNCLAIMED_ON("$2") " AND u.start_timestamp IS NULL LIMIT 1",
    {INT4OID, TEXTOID},
    pg::Reading::first_few};
constinit pg::Statement forget_statement{"DELETE FROM jb_change_log WHERE calendar = $1", {INT4OID}};
constinit pg::Statement override_statement{
    "INSERT INTO jb_override AS o (calendar, date, spans) VALUES ($1, $2, $3) ON CONFLICT (calendar, date) "
    "DO UPDATE SET spans = excluded.spans WHERE o.spans <> excluded.spans RETURNING 1",
    {INT4OID, DATEOID, JSONBOID}};
constinit pg::Statement restore_statement{"DELETE FROM jb_override WHERE calendar = $1 AND date = $2 RETURNING 1",
                                          {INT4OID, DATEOID}};
constinit pg::Statement mark_overrides_statement{
    "UPDATE jb_calendar SET overrides_version = CASE WHEN EXISTS (SELECT FROM jb_override WHERE calendar = $1) "
    "THEN gen_random_uuid()::text END WHERE id = $1",
    {INT4OID}};
constinit pg::Statement delete_overrides_statement{"DELETE FROM jb_override WHERE calendar = $1", {INT4OID}};
constinit pg::Statement fell_statement{"DELETE FROM jb_tree WHERE calendar = $1", {INT4OID}};
constinit pg::Statement keep_past_statement{
    "INSERT INTO jb_calendar_past AS p (name, change_seq, purged_change) SELECT $2, k.change_seq, greatest("
    " (SELECT l.id FROM jb_change_log l WHERE l.calendar = $1 ORDER BY l.seq DESC LIMIT 1), c.purged_change)"
    " FROM jb_calendar_lock k JOIN jb_calendar c USING (id) WHERE k.id = $1 AND k.change_seq > 0"
    " ON CONFLICT (name) DO UPDATE SET change_seq = excluded.change_seq,"
    " purged_change = greatest(p.purged_change, excluded.purged_change)",
    {INT4OID, TEXTOID}};
constinit pg::Statement delete_calendar_statement{"DELETE FROM jb_calendar WHERE id = $1", {INT4OID}};

// What outlives a calendar is not on the one that somebody gives the same name later (rule 13.4).
constinit pg::Statement leave_rejections_statement{
    "WITH gone AS (DELETE FROM jb_rejection_calendar WHERE calendar = $1 RETURNING id) "
    "UPDATE jb_rejection r SET calendars = array_remove(r.calendars, $1) FROM gone WHERE r.id = gone.id",
    {TEXTOID}};
constinit pg::Statement leave_polls_statement{
    "UPDATE jb_poll SET version = version + 1, calendars = array_remove(calendars, $1) WHERE calendars @> ARRAY[$1]",
    {TEXTOID}};

constexpr std::size_t kMostSpans = 288;

void check_name(Validation& validation, const std::string& name) {
  if (is_calendar_name(name)) return;
  validation.refuse("calendar", name, "a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -");
}

/// The calendar as it is. The caller has locked it.
Calendar read_locked(const std::string& name) { return *find_calendar(name, pg::Snapshot::fresh); }

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

}  // namespace

void set_calendar(const std::string& name, const std::string& text) {
  Validation validation;
  check_name(validation, name);
  const auto settings = read_settings(validation, name, text, pg::parse_interval, pg::zone_name);
  validation.raise();
  make_calendar(name);
  lock_calendar(name);
  require_managing(name);  // another call may have made it while this one waited
  const auto rows =
      set_statement.run({pg::from_text(name), pg::from_instant(pg::now()), pg::from_jsonb_text(settings)});
  if (!pg::to_bool(*rows.at(0, 1))) return;
  const auto before = *rows.at(0, 2);
  const auto after = *rows.at(0, 3);
  if (pg::to_text(before) != pg::to_text(after))
    keep_zone_statement.run({pg::from_text(name), before, after, pg::from_instant(pg::now())});
  keep_buffers_statement.run({pg::from_text(name)});
  rebuild_locked(name);
}

bool set_availability(const std::string& name, Date date, const std::optional<DaySpans>& spans) {
  if (name == kCeo) make_calendar(name);
  const auto found = lock_calendar(name);
  if (!found) return false;
  const auto id = pg::from_int(*found);
  const auto on_date = pg::from_date(date);
  const auto changed = spans ? override_statement.run({id, on_date, pg::from_jsonb_text(spans_json(*spans))})
                             : restore_statement.run({id, on_date});
  if (changed.empty()) return true;
  mark_overrides_statement.run({id});
  change_tree(name, [&](const Calendar& calendar, DayTree& tree, ClaimReader&) {
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
  if (merged.size() > kMostSpans) {
    Validation validation;
    validation.refuse("slots", std::to_string(merged.size()), "with those that are there a date has at most 288");
    validation.raise();
  }
  set_availability(name, date, merged);
}

bool remove_availability(const std::string& name, Date date) {
  if (!lock_calendar(name)) return false;
  const auto calendar = read_locked(name);
  const bool is_open_weekly = !Hours{calendar.grid().hours.week}.on(date).empty();
  return set_availability(name, date, is_open_weekly ? std::optional{DaySpans{}} : std::nullopt);
}

bool rebuild_tree(const std::string& name) {
  if (!lock_calendar(name)) return false;
  rebuild_locked(name);
  return true;
}

bool delete_calendar(const std::string& name) {
  leave_polls_statement.run({pg::from_text(name)});  // first: who books a poll locks it before its calendars
  const auto found = lock_calendar(name);
  if (!found) return false;
  const auto id = pg::from_int(*found);
  const auto occupied = occupied_statement.run({id, pg::from_text(name)});
  if (!occupied.empty()) {
    throw Failure(Error::invalid_transition, "calendar \"" + name + "\" holds events and cannot be deleted",
                  "Event " + std::to_string(pg::to_id(*occupied.at(0, 1))) + " stands on it.",
                  "Delete its events first; cancelled ones count too.");
  }
  keep_past_statement.run({id, pg::from_text(name)});
  forget_statement.run({id});
  leave_rejections_statement.run({pg::from_text(name)});
  delete_overrides_statement.run({id});
  fell_statement.run({id});
  forget_grants(*found);
  lock_table.erase(find_lock(*found).place(0));
  delete_calendar_statement.run({id});
  return true;
}

}  // namespace jb
