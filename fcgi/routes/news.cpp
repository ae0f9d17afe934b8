// SPDX-License-Identifier: PostgreSQL
//
// News: changes and rejections, in an order in which a reader that resumes after the last one read misses none (rules
// 4.6, 4.7 and 4.28). A request for an empty page may wait.
#include <limits>

#include "../answers.hpp"
#include "../arguments.hpp"
#include "../message.hpp"
#include "../route.hpp"

namespace jb::gateway {

namespace {

constexpr long long kMostNumber = std::numeric_limits<long long>::max();

/// A page with events is shorter.
pg::Parameter page_length(const Request& request, const Argument& argument) {
  return reads::number(request, number(argument.name, 1, text_parameter(request, "expand") ? 100 : 1000));
}

pg::Parameter expansion(const Request& request, const Argument& argument) {
  const auto what = text_parameter(request, argument.name);
  if (what && *what != "event") throw bad_parameter(argument.name, *what, "must be event");
  return what ? "true" : "false";
}

/// How many rows before the list's end a page begins. Refused with `after`, which names another beginning, and with
/// `wait`, since each try would begin elsewhere.
pg::Parameter rows_before_end(const Request& request, const Argument& argument) {
  const auto last = reads::number(request, argument);
  for (const char* other : {"after", "wait"})
    if (last && text_parameter(request, other))
      throw bad_parameter(argument.name, *last, std::string("does not go with ") + other);
  return last;
}

/// With several shards behind the database, the cursor of all rejections has one id per shard. No single number then
/// shows what is new, so a waiting request asks again by the clock; and each page has a Link, since its ids do not give
/// the cursor.
bool is_vector(std::string_view cursor) {
  return cursor.find(',') != std::string_view::npos &&
         cursor.find_first_not_of("0123456789,") == std::string_view::npos;
}
pg::Parameter after_rejection(const Request& request, const Argument& argument) {
  const auto after = text_parameter(request, argument.name);
  const bool is_of_all = after && is_vector(*after) && !text_parameter(request, "calendar");
  return is_of_all ? after : reads::number(request, argument);
}

constexpr Argument length{page_length, "limit", Source::query, "100"}, expand{expansion, "expand", Source::query},
    last{rows_before_end, "last", Source::query, nullptr, 1, 1000};

// clang-format off
/// The page of the changes and cursors that `from` lists. With events it ends before `limit` once they have 2 MiB,
/// since an event may be as long as 2,500 changes, and is computed from its later changes. The last row of a page that
/// ends in this way has only the cursor.
constexpr auto change_page(const auto& from) {
  return R"(
        WITH RECURSIVE listed AS MATERIALIZED
               (SELECT row_number() OVER () AS n, l.* FROM ()" + sql::Text(from) + R"() AS l (change, cursor)),
             expanded AS (
               SELECT 0::bigint AS n, NULL::json AS json, NULL::text AS cursor, 0 AS size
               UNION ALL
               SELECT l.n, j.json, l.cursor, e.size + coalesce(octet_length(j.json::text), 0)
                 FROM expanded e JOIN listed l ON l.n = e.n + 1
                CROSS JOIN LATERAL (SELECT CASE WHEN (l.change).seq IS NOT NULL
                                                THEN jb_change_event_json(l.change, :principal) END AS json
                                     OFFSET 0) j
                WHERE :expand::bool AND e.size < 2097152)
        SELECT CASE WHEN (l.change).seq IS NOT NULL THEN jb_change_json(l.change) END, l.cursor
          FROM listed l
         WHERE NOT :expand::bool
        UNION ALL
        SELECT e.json, e.cursor FROM expanded e WHERE e.n > 0
        UNION ALL
        SELECT NULL, e.cursor
          FROM expanded e
         WHERE e.n = (SELECT max(n) FROM expanded) AND e.n BETWEEN 1 AND (SELECT max(n) - 1 FROM listed))";
}
// clang-format on

/// Makes a request for an empty page wait for news of `awaited`, after any entries that its caller may not see.
Response waiting(Response response, const Request& request, const pg::Result& result, Awaited awaited) {
  awaited.wait = patience(request);
  awaited.cursor = passed_to(result);
  const bool is_empty = result.rows() == (awaited.cursor ? 1 : 0);
  if (is_empty && awaited.wait.count() > 0) response.awaited = std::move(awaited);
  return response;
}

/// A page of a list in ascending order of its entries' numbers.
Response growing_page(const Request& request, const pg::Result& result, std::string_view what) {
  const auto seen = passed_to(result).value_or(value_of(request, "after").value_or("0"));
  return waiting(page(request, result), request, result, {.what = std::string(what), .seen = std::stoll(seen)});
}

/// A page of a list in which only the Link shows where a reader goes on. A page that is not full has one, too; a page
/// without rows links to itself, or to the end of the list at the time of the request.
Response linked_page(const Request& request, const pg::Result& result) {
  Response response = array(request, result);
  if (const auto next = result.empty() ? value_of(request, "after") : result.text(result.rows() - 1, 1))
    response.with("Link", next_link(request, *next));
  return response;
}

Response changes(const Request& request, const pg::Result& result) {
  return growing_page(request, result, request.parameter);
}

Response all_changes(const Request& request, const pg::Result& result) {
  return waiting(linked_page(request, result), request, result,
                 {.what = std::string(kEveryCalendar), .seen = kUnknown});
}

Response rejections(const Request& request, const pg::Result& result) {
  const auto cursor = result.empty() ? value_of(request, "after") : result.text(result.rows() - 1, 1);
  if (!is_vector(*cursor)) return growing_page(request, result, kAllRejections);
  return waiting(linked_page(request, result), request, result,
                 {.what = std::string(kAllRejections), .seen = kMostNumber, .due = std::chrono::seconds(1)});
}

// clang-format off
constexpr Row kNewsRows[] = {
    {"GET", "/calendars/:name/changes", read, Body::none, statement<change_page(R"(
        SELECT c, c.seq::text
          FROM jb_changes(:path, after => coalesce(:after::bigint, CASE WHEN :last::int IS NOT NULL
                 THEN jb_changes_after(:path, last => :last::int, principal => :principal) END),
                 max_rows => :limit::int, principal => :principal) AS c)")>,
     {path, number("after", 0, kMostNumber), length, last, principal, expand, aside(wait)}, changes},

    // If nothing has happened yet, only the cursor, from which the reader goes on.
    {"GET", "/changes", read, Body::none, statement<change_page(R"(
        SELECT c.change, c.cursor
          FROM jb_changes_all(after => CASE WHEN :last::int IS NULL THEN :after
                 ELSE jb_changes_cursor(:last::int, principal => :principal) END,
                 max_rows => :limit::int, principal => :principal) AS c)") + R"(
        UNION ALL
        SELECT NULL, jb_changes_cursor(principal => :principal) WHERE :after IS NULL AND NOT EXISTS (TABLE listed))">,
     {text("after"), length, last, principal, expand, aside(wait)}, all_changes},

    {"GET", "/rejections", read, Body::none, statement<R"(
        SELECT CASE WHEN r.at IS NOT NULL THEN jb_rejection_json(r, :principal) END, r.id::text
          FROM jb_rejections(after => CASE WHEN :last::int IS NULL THEN :after::text::bigint
                 ELSE jb_rejections_after(last => :last::int, calendar => :calendar, principal => :principal) END,
                             max_rows => :limit::int, calendar => :calendar, principal => :principal) AS r
         WHERE :calendar IS NOT NULL
        UNION ALL
        SELECT CASE WHEN (r.rejection).at IS NOT NULL THEN jb_rejection_json(r.rejection, :principal) END, r.cursor
          FROM jb_rejections_all(CASE WHEN :last::int IS NULL THEN :after
                                      ELSE jb_rejections_cursor(:last::int, :principal) END,
                                 max_rows => :limit::int, principal => :principal) AS r
         WHERE :calendar IS NULL)">,
     {calendar("calendar"), {after_rejection, "after", Source::query, "0", 0, kMostNumber}, last, limit, principal,
      aside(wait)}, rejections},

    {"GET", "/rejections/:id/proof", read, Body::none, statement<
        "SELECT jb_proof(:rejection_id::bigint, principal => :principal)">,
     {rejection_id, principal}, object},
};
// clang-format on

}  // namespace

std::span<const Row> news_routes() { return kNewsRows; }

}  // namespace jb::gateway
