// SPDX-License-Identifier: PostgreSQL
#include "../answers.hpp"
#include "../arguments.hpp"
#include "../message.hpp"
#include "../route.hpp"
#include "core/ical/calendar_text.hpp"

namespace jb::gateway {

// Calendars: their settings and rights, and operations on a whole calendar.

namespace {

// Calendars as text/calendar: read, imported, and published as a feed. If the tag of a reader with a certificate is
// current, the database does not make the text.

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
constexpr Row kCalendarRows[] = {
    // Names that begin with :q come first; the cursor :after, itself a name, is ranked in the same way. Display names
    // are searched, too, but do not affect the order, since they may change between two pages. A name has a + where a
    // parameter has a blank.
    {"GET", "/calendars", read, Body::none, statement<R"(
        SELECT jb_calendar_json(c), c.name
          FROM jb_calendars(principal => :principal) AS c, jb_folded(:q) AS q, replace(q, ' ', '+') AS n,
               LATERAL (SELECT lower(c.name COLLATE "C") AS name) AS s,
               LATERAL (SELECT NOT starts_with(s.name, coalesce(n, '')) AS later) AS l
         WHERE (q IS NULL OR strpos(s.name, n) > 0
                OR coalesce(strpos(jb_folded(c.display_name), q) > 0, false))
           AND (:names::text IS NULL OR s.name = ANY (string_to_array(lower(:names COLLATE "C"), ',')))
           AND (:after::text IS NULL
                OR (later, c.name COLLATE "C") > (NOT starts_with(lower(:after COLLATE "C"), coalesce(n, '')), :after))
         ORDER BY later, c.name COLLATE "C" LIMIT :limit::int)">,
     {text("q"), calendar("after"), number("limit", 1, 1000), list("names"), principal}, page},

    {"GET", "/calendars/:name.ics", read, Body::none, statement<R"(
        SELECT t.tag, CASE WHEN strpos(:tags, '"' || t.tag || '"') = 0 THEN
                 jb_icalendar(:path, from_time => )" + begin_on(":path") + R"(,
                              to_time => )" + end_on(":path") + R"(,
                              free_busy => :free_busy::bool, principal => :principal) END
          FROM jb_icalendar_tag(:path, principal => :principal) AS t (tag))">,
     {path, tags, flag("free_busy"), instant("from"), range_end, principal}, calendar_file},

    {"GET", "/calendars/:name", read, Body::none, statement<R"(
        SELECT jb_calendar_json(c) FROM jb_calendar(:path, principal => :principal) AS c)">,
     {path, principal}, object},

    // Whether the calendar existed before is asked first, and the call depends on the answer: behind a proxy
    // (docs/cluster.md) each call sees what the previous one has committed.
    {"PUT", "/calendars/:name", write, Body::json, statement<R"(
        SELECT jb_calendar_json(c), CASE WHEN b.is_new THEN '' END
          FROM (SELECT jb_time_zone(:path, principal => :principal) IS NULL AS is_new OFFSET 0) AS b,
               jb_calendar_set(CASE WHEN b.is_new IS NOT NULL THEN :path END, :body::jsonb,
                               principal => :principal) AS c)">,
     {path, body, principal}, made},

    {"DELETE", "/calendars/:name", write, Body::none, statement<R"(
        SELECT jb_calendar_delete(:path, principal => :principal))">,
     {path, principal}, deleted},

    {"GET", "/calendars/:name/rights", read, Body::none, statement<R"(
        SELECT to_json(jb_rights(:path, principal => :principal)))">,
     {path, principal}, object},

    {"GET", "/calendars/:name/grants", read, Body::none, statement<R"(
        SELECT row_to_json(g) FROM jb_grants(:path, principal => :principal) AS g)">,
     {path, principal}, array},

    {"PUT", "/calendars/:name/grants", write, Body::json, statement<R"(
        SELECT row_to_json(g) FROM jb_grants_set(:path, :body::jsonb, principal => :principal) AS g)">,
     {path, body, principal}, array},

    {"PATCH", "/calendars/:name/grants", write, Body::json, statement<R"(
        SELECT row_to_json(g)
          FROM jb_grants_set(:path, :body::jsonb, keep_others => true, principal => :principal) AS g)">,
     {path, body, principal}, array},

    {"POST", "/calendars/:name/replan", write, Body::members, statement<R"(
        SELECT coalesce(jb_moves_json(ARRAY(SELECT m FROM jb_replan(:path, dry_run => :dry_run::bool, basis => :basis,
                                                                    principal => :principal) AS m),
                                      c.time_zone), '[]')
          FROM jb_calendar(:path, principal => :principal) AS c)">,
     {path, option("dry_run"), basis, principal}, object},

    // As text/calendar.

    // The metrics do not count items that were not tried or had been imported before. A file without items also has
    // one row, which says whether the call was repeated.
    {"POST", "/calendars/:name/import", write, Body::calendar, statement<R"(
        SELECT CASE WHEN r.outcome IS NOT NULL THEN jb_import_json(r) END,
               CASE WHEN NOT :dry_run::bool AND r.outcome NOT IN ('unchanged', 'ignored', 'invalid', 'skipped')
                    THEN r.outcome END, r.reason, )" + kReplayedColumn + R"(
          FROM (SELECT) AS one LEFT JOIN
               jb_import(:path, :file, after => :after::int, max_rows => :limit::int, sync => :sync::bool,
                         cancel_missing => :cancel_missing::bool, on_no_slot => coalesce(:on_no_slot, 'reject'),
                         dry_run => :dry_run::bool, principal => :principal, idempotency_key => :key) AS r ON true)">,
     {path, {file, "file"}, number("after", 0, 2'147'483'647), number("limit", 1, 1000), flag("sync"),
      flag("cancel_missing"), text("on_no_slot"), flag("dry_run"), principal, key}, outcomes},

    // Addresses with https, for a browser, and webcal, for a phone that subscribes; null if the server has no public
    // address. The token is shown only this once.
    {"POST", "/calendars/:name/feed", write, Body::members, statement<R"(
        SELECT json_build_object('calendar', :path, 'shows', :shows, 'token', t.token, 'path', p.path,
                 'url', :public_url || p.path,
                 'webcal_url', regexp_replace(:public_url, '^[^:]*', 'webcal') || p.path)
          FROM jb_feed_create(:path, shows => :shows, principal => :principal) AS t (token),
               LATERAL (SELECT '/feeds/' || t.token || '.ics') AS p (path))">,
     {path, word("shows", "events"), principal, public_url}, made},

    {"DELETE", "/calendars/:name/feed", write, Body::none, statement<R"(
        SELECT jb_feed_revoke(:path, principal => :principal))">,
     {path, principal}, nothing},

    // The tag is that of the text alone: any other would tell of changes that the feed hides (rule 13.4).
    {"GET", "/feeds/:token.ics", read, Body::none, statement<R"(
        SELECT t.tag, CASE WHEN strpos(:tags, '"' || t.tag || '"') = 0 THEN f.ics END
          FROM jb_feed_read(:path, free_busy => :free_busy::bool) AS f (ics),
               LATERAL (SELECT left(encode(sha256(convert_to(f.ics, 'UTF8')), 'hex'), 32)) AS t (tag))">,
     {path, tags, flag("free_busy")}, feed, Face::guest},
};
// clang-format on

}  // namespace

std::span<const Row> calendar_routes() { return kCalendarRows; }

}  // namespace jb::gateway
