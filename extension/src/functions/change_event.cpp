// SPDX-License-Identifier: PostgreSQL
//
// The event as a change left it, worked out backwards: the event as it is now, or the last image of a deleted one,
// under the old values of each later change. A change on the way that was purged or went with a calendar leaves no
// answer. A change of every 32nd version keeps all values (Change::kStep), and there the way ends.
#include "call.hpp"
#include "core/scheduling/store.hpp"
#include "pg/caller.hpp"
#include "reading.hpp"

namespace jb::functions {

namespace {

// What the caller may read of the change, and only where it left the event on the calendar.
constinit pg::Statement one_change_statement{
    "SELECT v.event_id, v.version, v.at, v.new_range, v.new_status, v.time_zone FROM jb_change_row v"
    " WHERE v.calendar = $1 AND v.seq = $2 AND v.version IS NOT NULL AND v.new_status IS NOT NULL"};
// Of each later version one row, since all calendars of a change have the same values. The change that is asked for
// tells the rest itself. A change without old values replaced nothing but time and status, which each change tells.
constinit pg::Statement event_after_statement{
    "WITH later AS ("
    " SELECT n.version, l.* FROM generate_series($2 + 1,"
    "   least(($2 / $7 + 1) * $7, (SELECT e.version FROM jb_event e WHERE e.id = $1))) AS n (version)"
    "  CROSS JOIN LATERAL (SELECT coalesce(g.image, g.old_values) AS old_values, g.image IS NOT NULL AS is_image"
    "   FROM jb_change_log g WHERE g.event_id = $1 AND g.version = n.version AND g.version > 1"
    "    AND (num_nonnulls(g.image, g.old_values) > 0 OR g.fields <@ "
    "'{start_timestamp,end_timestamp,status}')"
    "   LIMIT 1) l)"
    "SELECT (m.was || jsonb_build_object('id', $1, 'version', $2, 'updated_at', jb_timestamp_text($3, z.name),"
    "  'start_timestamp', jb_timestamp_text(lower($4), z.name), 'end_timestamp', jb_timestamp_text(upper($4), z.name),"
    "  'status', jb_status_at($5, NULL, lower($4), upper($4), $3),"
    "  'placement', CASE WHEN num_nonnulls(m.was ->> 'start_time', m.was ->> 'wished_start') = 0 THEN 'automatic' ELSE "
    "'fixed' END,"
    "  'time_zone', z.name) || (SELECT jsonb_object_agg(k.name, jb_timestamp_text((m.was ->> k.name)::timestamptz, "
    "z.name))"
    "   FROM unnest('{created_at,wished_start,not_before,not_after,recurrence_id,expires_at}'::text[]) AS k "
    "(name)))::text,"
    " ARRAY(SELECT jsonb_array_elements_text(m.was -> 'calendars')),"
    " ARRAY(SELECT jsonb_array_elements_text(m.was -> 'attendee_calendars'))"
    " FROM (SELECT count(*) AS n, coalesce(max(l.version), $2) AS last,"
    "   coalesce(bool_or(l.is_image OR l.version % $7 = 0), false) AS is_whole FROM later l) w"
    " LEFT JOIN LATERAL (SELECT jb_event_json(v)::jsonb AS json FROM jb_event_view v"
    "   WHERE v.id = $1 AND v.version = w.last AND NOT w.is_whole) p ON true"
    " CROSS JOIN LATERAL (SELECT jsonb_object_agg(f.key, f.value ORDER BY o.version DESC) AS was"
    "   FROM (SELECT l.version, l.old_values FROM later l UNION ALL SELECT w.last + 1, p.json) o (version, values)"
    "   CROSS JOIN LATERAL jsonb_each(o.values) f) m"
    " CROSS JOIN LATERAL (SELECT coalesce((SELECT c.time_zone FROM jb_calendar c"
    "   WHERE c.name = m.was -> 'calendars' ->> 0), $6) AS name) z"
    " WHERE w.n = w.last - $2 AND (w.is_whole OR p.json IS NOT NULL)"};
constinit pg::Statement sight_statement{"SELECT jb_sight($1, $2) IS NOT DISTINCT FROM 'read'"};

std::optional<std::string> event_after(const std::string& calendar, pg::Param seq) {
  const auto changes = one_change_statement.run({require_named_calendar(calendar).name, seq}, pg::Snapshot::callers);
  if (changes.empty()) return std::nullopt;
  const auto column = [&](int n) { return changes.param(0, n); };
  const auto events = [&] {
    const pg::Unasked unasked;
    return event_after_statement.run({column(1), column(2), column(3), column(4), column(5), column(6), Change::kStep},
                                     pg::Snapshot::callers);
  }();
  if (events.empty()) return std::nullopt;
  const auto sight = sight_statement.run({events.param(0, 2), events.param(0, 3)}, pg::Snapshot::callers);
  return pg::to_bool(*sight.at(0, 1)) ? std::optional{pg::to_text(*events.at(0, 1))} : std::nullopt;
}

}  // namespace

JB_CONNECTED(jb_change_event, std::optional<std::string>) {
  if (arguments.is_null("calendar") || arguments.is_null("seq")) return std::nullopt;
  return event_after(*arguments.text("calendar"), arguments.param("seq"));
}

}  // namespace jb::functions
