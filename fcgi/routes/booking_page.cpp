// SPDX-License-Identifier: PostgreSQL
//
// A provider's booking page, for visitors without a certificate. The token of a booking goes in the Authorization
// header; the database judges it.
#include "../headers.hpp"
#include "../problem.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

#define JB_BOOKING(booking) \
  "SELECT b.outcome, b.reason, coalesce(jb_ranges_json(b.alternatives, 'UTC'), '[]'), b.tag, " booking " FROM "

enum BookingColumn { of_outcome, of_reason, of_alternatives, of_tag, of_booking };

// The sender: a guest is told apart by network, as nginx gives it.
constexpr Argument opening = required(token), sender{reads::given<&Request::caller>};

/// The problem of a rejected booking says why, and what would do. It names no event, as a stranger's answer must not.
Response written(const Request&, const pg::Result& result) {
  if (result.view(0, of_outcome) == "rejected") {
    Problem problem = rejected(result.text(0, of_reason), "The provider does not take this time.");
    problem.members["alternatives"] = Json::parse(result.view(0, of_alternatives));
    throw problem;
  }
  Response response = json_response(200, result.text(0, of_booking)).with("ETag", etag(result.view(0, of_tag)));
  response.told.push_back({result.text(0, of_outcome), {}});
  return response;
}

/// 201, with a token unless the visitor brought one; 200 when the call is repeated under its token.
Response booked(const Request& request, const pg::Result& result) {
  Response response = written(request, result);
  if (result.view(0, of_outcome) != "unchanged") response.status = 201;
  return std::move(response.with("Location", "/book/" + percent_encode(request.parameter) + "/booking"));
}

// The booking with its token, and the address of the page that the token opens: null when the server has no public one.
#define JB_WITH_TOKEN                                             \
  "CASE WHEN b.token IS NULL THEN b.booking::text ELSE " JB_WITH( \
      JB_WITH("b.booking", "token", "to_json(b.token)"), "url",   \
      "coalesce(to_json($4::text || '/book/' || $1 || '#' || b.token), 'null')") " END"

// The version that a write must find, of the tags that If-Match allows; 0, which no event has, where none is that of
// the token's booking.
#define JB_EXPECTED_BOOKING(tags)                                               \
  "CASE WHEN " tags "::text[] IS NOT NULL THEN (SELECT CASE WHEN " JB_IS_NAMED( \
      tags, "n.version", "n.tag") " THEN n.version ELSE 0 END FROM jb_booking($1, $2) AS n) END"

// clang-format off
constexpr Row booking_page_rows[] = {
    {"GET", "/book/:id", read, Body::none, "SELECT jb_booking_page($1)", {path}, object, Face::guest},

    {"POST", "/book/:id", write, Body::json,
     JB_BOOKING(JB_WITH_TOKEN) "jb_booking_make($1, $2::jsonb, token => $3, sender => $5) AS b",
     {path, body, token, public_url, sender},
     booked, Face::guest},

    {"GET", "/book/:id/slots", read, Body::none,
     "SELECT jb_range_json(s.slot, 'UTC')"
     "  FROM jb_booking_slots($1, from_time => $2::timestamptz, max_rows => $3::int, token => $4,"
     "                        sender => $5) AS s (slot)",
     {path, {.read = reads::instant, .name = "from", .place = Place::query, .is_moment = true}, limit, token, sender},
     array, Face::guest},

    // While the booking is as the client knows it, the request may wait until it is another: its provider confirms,
    // denies, or moves it, or the deadline passes. A hold ends by the clock, without a new version.
    {"GET", "/book/:id/booking", read, Body::none,
     "SELECT b.tag, b.booking, coalesce(b.expires_at <= clock_timestamp(), false), b.calendar, b.change_seq,"
     "       " JB_DUE("b.expires_at") " FROM jb_booking($1, $2) AS b",
     {path, opening, aside(tags), aside(wait)},
     tagged, Face::guest},

    {"PUT", "/book/:id/booking", write, Body::members,
     JB_BOOKING("b.booking") "jb_booking_move($1, $2, $3::timestamptz, " JB_EXPECTED_BOOKING("$4") ") AS b",
     {path, opening, required(member("start_timestamp", checks::is_instant)), versions},
     written, Face::guest},

    {"DELETE", "/book/:id/booking", write, Body::none,
     JB_BOOKING("b.booking") "jb_booking_cancel($1, $2, " JB_EXPECTED_BOOKING("$3") ") AS b",
     {path, opening, versions},
     written, Face::guest},
};
// clang-format on

}  // namespace

std::span<const Row> booking_page_routes() { return booking_page_rows; }

}  // namespace jb::gateway
