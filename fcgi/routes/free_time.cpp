// SPDX-License-Identifier: PostgreSQL
//
// What is free, and when: slots, lead times, busy times, the hours of dates.
#include "routes.hpp"

namespace jb::gateway {

namespace {

#define JB_FIRST "split_part($2, ',', 1)"

constexpr Argument calendars = list("calendars", "ceo");

// clang-format off
constexpr Row free_time_rows[] = {
    {"GET", "/slots", read, Body::none,
     "SELECT jb_range_json(s.slot, (SELECT coalesce(jb_time_zone(" JB_FIRST ", principal => $6),"
     "                                              (SELECT c.time_zone FROM jb_calendar(" JB_FIRST ", principal => $6) AS c))))"
     "  FROM jb_slots($1::interval, calendars => string_to_array($2, ','),"
     "                from_time => " JB_INSTANT("$3", "0", JB_FIRST, "$6") ","
     "                to_time => " JB_INSTANT("$4", "1", JB_FIRST, "$6") ", max_rows => $5::int, principal => $6)"
     "    AS s (slot)",
     {required(duration), calendars, instant("from"), range_end, number("limit", 1, 1000, "10"), principal},
     array},

    {"GET", "/lead-time", read, Body::none,
     "SELECT jb_lead_json(l, " JB_FIRST ", principal => $3)"
     "  FROM jb_lead_time(string_to_array($1, ',')::interval[], string_to_array($2, ','), principal => $3) AS l",
     {required(durations), calendars, principal},
     array},

    {"GET", "/calendars/:name/busy", read, Body::none,
     "SELECT jb_range_json(r.during, c.time_zone)"
     "  FROM jb_calendar($1, principal => $4) AS c,"
     "       unnest(jb_busy($1, " JB_INSTANT("$2", "0", "$1", "$4") ", " JB_INSTANT("$3", "1", "$1", "$4") ","
     "                      principal => $4)) AS r (during)",
     {path, required(instant("from")), required(range_end), principal},
     array},

    {"GET", "/calendars/:name/availability", read, Body::none,
     "SELECT jb_availability_json(a)"
     "  FROM jb_availability($1, from_date => $2::date, to_date => $3::date, principal => $4) AS a",
     {path, date("from"), date("to"), principal},
     array},

    {"GET", "/calendars/:name/availability/:date", read, Body::none,
     "SELECT jb_availability_json(a) FROM jb_availability($1, $2::date, $2::date, principal => $3) AS a",
     {path, item_date, principal},
     object},

    {"PUT", "/calendars/:name/availability/:date", write, Body::json,
     "SELECT jb_availability_json(a) FROM jb_availability_set($1, $2::date, $3::jsonb, principal => $4) AS a",
     {path, item_date, body, principal},
     object},

    {"DELETE", "/calendars/:name/availability/:date", write, Body::none,
     "SELECT jb_availability_set($1, $2::date, NULL, principal => $3)",
     {path, item_date, principal},
     nothing},
};
// clang-format on

}  // namespace

std::span<const Row> free_time_routes() { return free_time_rows; }

}  // namespace jb::gateway
