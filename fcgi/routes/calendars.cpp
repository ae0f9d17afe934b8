// SPDX-License-Identifier: PostgreSQL
//
// Calendars, their settings and rights, and what is done to a whole calendar.
#include "routes.hpp"

namespace jb::gateway {

namespace {

// clang-format off
constexpr Row calendar_rows[] = {
    // Names that begin with $1 come before all others, and so does the cursor $2, which is a name. A display name is
    // another place to look, and changes nothing of the order, since it may change between two pages. A name has a +
    // where a parameter has a blank.
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

    // Whether the calendar existed before is asked first, and the call waits for the answer: behind a proxy
    // (docs/cluster.md) each call sees what the one before it has committed.
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

}  // namespace jb::gateway
