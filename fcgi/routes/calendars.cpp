// SPDX-License-Identifier: PostgreSQL
#include "../request.hpp"
#include "core/ical/calendar_text.hpp"
#include "routes.hpp"

namespace jb::gateway {

// Calendars: their settings and rights, and operations on a whole calendar.

namespace {

// clang-format off
constexpr Row calendar_rows[] = {
    // Names that begin with $1 come first; the cursor $2, itself a name, is ranked in the same way. Display names are
    // searched, too, but do not affect the order, since they may change between two pages. A name has a + where a
    // parameter has a blank.
    {"GET", "/calendars", read, Body::none,
     "SELECT jb_calendar_json(c), c.name"
     "  FROM jb_calendars(principal => $5) AS c, jb_folded($1) AS q,"
     "       replace(q, ' ', '+') AS n,"
     "       LATERAL (SELECT lower(c.name COLLATE \"C\") AS name) AS s,"
     "       LATERAL (SELECT NOT starts_with(s.name, coalesce(n, '')) AS later) AS l"
     " WHERE (q IS NULL OR strpos(s.name, n) > 0"
     "        OR coalesce(strpos(jb_folded(c.display_name), q) > 0, false))"
     "   AND ($4::text IS NULL OR s.name = ANY (string_to_array(lower($4 COLLATE \"C\"), ',')))"
     "   AND ($2::text IS NULL OR (later, c.name COLLATE \"C\") > (NOT starts_with(lower($2 COLLATE \"C\"), coalesce(n, '')), $2))"
     " ORDER BY later, c.name COLLATE \"C\" LIMIT $3::int",
     {text("q"), calendar("after"), number("limit", 1, 1000), list("names"), principal},
     page},

    {"GET", "/calendars/:name", read, Body::none,
     "SELECT jb_calendar_json(c) FROM jb_calendar($1, principal => $2) AS c",
     {path, principal},
     object},

    // Whether the calendar existed before is asked first, and the call depends on the answer: behind a proxy
    // (docs/cluster.md) each call sees what the previous one has committed.
    {"PUT", "/calendars/:name", write, Body::json,
     "SELECT jb_calendar_json(c), CASE WHEN b.is_new THEN '' END"
     "  FROM (SELECT jb_time_zone($1, principal => $3) IS NULL AS is_new OFFSET 0) AS b,"
     "       jb_calendar_set(CASE WHEN b.is_new IS NOT NULL THEN $1 END, $2::jsonb, principal => $3) AS c",
     {path, body, principal},
     made},

    {"DELETE", "/calendars/:name", write, Body::none,
     "SELECT jb_calendar_delete($1, principal => $2)",
     {path, principal},
     deleted},

    {"GET", "/calendars/:name/rights", read, Body::none,
     "SELECT to_json(jb_rights($1, principal => $2))",
     {path, principal},
     object},

    {"GET", "/calendars/:name/grants", read, Body::none,
     "SELECT row_to_json(g) FROM jb_grants($1, principal => $2) AS g",
     {path, principal},
     array},

    {"PUT", "/calendars/:name/grants", write, Body::json,
     "SELECT row_to_json(g) FROM jb_grants_set($1, $2::jsonb, principal => $3) AS g",
     {path, body, principal},
     array},

    {"PATCH", "/calendars/:name/grants", write, Body::json,
     "SELECT row_to_json(g) FROM jb_grants_set($1, $2::jsonb, keep_others => true, principal => $3) AS g",
     {path, body, principal},
     array},

    {"POST", "/calendars/:name/replan", write, Body::members,
     "SELECT coalesce(jb_moves_json(ARRAY(SELECT m FROM jb_replan($1, dry_run => $2::bool, principal => $3) AS m),"
     "                              c.time_zone), '[]')"
     "  FROM jb_calendar($1, principal => $3) AS c",
     {path, option("dry_run"), principal},
     object},
};
// clang-format on

}  // namespace

std::span<const Row> calendar_routes() { return calendar_rows; }

// Calendars as text/calendar: read, imported, and published as a feed. If the tag of a reader with a certificate is
// current, the database does not make the text.

namespace {

Response calendar_file(const Request& request, const pg::Result& result) {
  const std::string_view tag = result.view(0, 0);
  if (result.is_null(0, 1) || is_not_modified(request, tag)) return Response{304, {}, {}}.with("ETag", etag(tag));
  return Response{200, {}, result.text(0, 1)}
      .with("Content-Type", "text/calendar; charset=utf-8")
      .with("ETag", etag(tag));
}

Response feed(const Request& request, const pg::Result& result) {
  return calendar_file(request, result).with("X-Robots-Tag", "noindex");
}

/// The body, with folds inside characters undone: until then it is not UTF-8, and the database would refuse it.
pg::Parameter file(const Request& request, const Argument&) { return with_whole_characters(request.body); }

// clang-format off
constexpr Row icalendar_rows[] = {
    {"GET", "/calendars/:name.ics", read, Body::none,
     "SELECT t.tag, CASE WHEN strpos($2, '\"' || t.tag || '\"') = 0 THEN"
     "         jb_icalendar($1, from_time => " JB_INSTANT("$4", "0", "$1", "$6") ","
     "                      to_time => " JB_INSTANT("$5", "1", "$1", "$6") ", free_busy => $3::bool, principal => $6) END"
     "  FROM jb_icalendar_tag($1, principal => $6) AS t (tag)",
     {path, tags, flag("free_busy"), instant("from"), range_end, principal},
     calendar_file},

    {"POST", "/calendars/:name/import", write, Body::calendar,
     // The metrics do not count items that were not tried or had been imported before. A file without items also has
     // one row, which says whether the call was repeated.
     "SELECT CASE WHEN r.outcome IS NOT NULL THEN jb_import_json(r) END,"
     "       CASE WHEN NOT $8::bool AND r.outcome NOT IN ('unchanged', 'ignored', 'invalid', 'skipped') THEN r.outcome"
     "       END, r.reason" JB_REPLAYED
     "  FROM (SELECT) AS one LEFT JOIN"
     "       jb_import($1, $2, after => $3::int, max_rows => $4::int, sync => $5::bool, cancel_missing => $6::bool,"
     "                 on_no_slot => coalesce($7, 'reject'), dry_run => $8::bool, principal => $9,"
     "                 idempotency_key => $10) AS r ON true",
     {path, {file}, number("after", 0, 2'147'483'647), number("limit", 1, 1000), flag("sync"), flag("cancel_missing"),
      text("on_no_slot"), flag("dry_run"), principal, key},
     outcomes},

    // Addresses with https, for a browser, and webcal, for a phone that subscribes; null if the server has no public
    // address. The token is shown only this once.
    {"POST", "/calendars/:name/feed", write, Body::members,
     "SELECT json_build_object('calendar', $1, 'shows', $2, 'token', t.token, 'path', p.path, 'url', $4 || p.path,"
     "         'webcal_url', regexp_replace($4, '^[^:]*', 'webcal') || p.path)"
     "  FROM jb_feed_create($1, shows => $2, principal => $3) AS t (token),"
     "       LATERAL (SELECT '/feeds/' || t.token || '.ics') AS p (path)",
     {path, word("shows", "events"), principal, public_url},
     made},

    {"DELETE", "/calendars/:name/feed", write, Body::none,
     "SELECT jb_feed_revoke($1, principal => $2)",
     {path, principal},
     nothing},

    // The tag is that of the text alone: any other would tell of changes that the feed hides (rule 13.4).
    {"GET", "/feeds/:token.ics", read, Body::none,
     "SELECT t.tag, CASE WHEN strpos($2, '\"' || t.tag || '\"') = 0 THEN f.ics END"
     "  FROM jb_feed_read($1, free_busy => $3::bool) AS f (ics),"
     "       LATERAL (SELECT left(encode(sha256(convert_to(f.ics, 'UTF8')), 'hex'), 32)) AS t (tag)",
     {path, tags, flag("free_busy")},
     feed, Face::guest},
};
// clang-format on

}  // namespace

std::span<const Row> icalendar_routes() { return icalendar_rows; }

}  // namespace jb::gateway
