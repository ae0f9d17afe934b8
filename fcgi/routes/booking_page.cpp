// SPDX-License-Identifier: PostgreSQL
//
// A provider's booking page, for visitors without a certificate. The token of a booking goes in the Authorization
// header; the database judges it.
#include "../growing.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "../problem.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

#define JB_BOOKING                                                                                                \
  "SELECT b.outcome, b.reason, jb_ranges_json(b.alternatives, 'UTC'), b.token, b.version, b.booking, b.calendar," \
  " b.change_seq, b.expires_at IS NOT NULL,"                                                                      \
  " greatest(0, ceil(extract(epoch FROM b.expires_at - clock_timestamp()) * 1000))::bigint FROM "

enum BookingColumn {
  of_outcome,
  of_reason,
  of_alternatives,
  of_token,
  of_version,
  of_booking,
  of_booked_calendar,
  of_booked_seq,
  of_has_deadline,
  of_booked_due
};

constexpr Argument opening = required(token);

/// A date alone would need the zone of a calendar.
pg::Parameter first_start(const Request& request, const Argument& argument) {
  const auto from = text_parameter(request, argument.name);
  if (from && !is_timestamp(*from))
    throw bad_parameter(argument.name, *from, "must be an RFC 3339 time with offset, such as 2026-11-20T09:00:00Z");
  return from;
}

/// The problem of a rejected booking: why, and what would do. It names no event, as a stranger's answer must not.
Problem rejected_booking(const pg::Result& result) {
  Problem problem = rejected(result.text(0, of_reason), "The provider does not take this time.");
  problem.members["alternatives"] = Json::parse(result.view(0, of_alternatives));
  return problem;
}

Response written(const Request&, const pg::Result& result) {
  if (result.view(0, of_outcome) == "rejected") throw rejected_booking(result);
  Response response = json_response(200, result.text(0, of_booking)).with("ETag", etag(result.view(0, of_version)));
  response.told.push_back({result.text(0, of_outcome), {}});
  return response;
}

/// 201, with a token unless the visitor brought one; 200 when the call is repeated under its token.
Response booked(const Request& request, const pg::Result& result) {
  Response response = written(request, result);
  if (result.view(0, of_outcome) != "unchanged") response.status = 201;
  const std::string path = "/book/" + percent_encode(request.parameter);
  if (const auto token = result.view(0, of_token); !token.empty()) {
    const std::string& base = request.public_url;
    const std::string url = base.empty() ? "null" : Json(base + path + "#" + std::string(token)).dump();
    response.body =
        with_member(with_member(std::move(response.body), "token", '"' + std::string(token) + '"'), "url", url);
  }
  return response.with("Location", path + "/booking");
}

/// While the booking is as the client knows it, the request may wait until it is another: its provider confirms,
/// denies, or moves it, or the deadline passes.
Response booking(const Request& request, const pg::Result& result) {
  const bool has_deadline = result.is_true(0, of_has_deadline);
  // A hold ends by the clock, without a new version: the client may know the version as PENDING.
  const bool is_due = has_deadline && result.view(0, of_booked_due) == "0";
  const std::string_view version = result.view(0, of_version);
  if (is_due || !is_not_modified(request, version))
    return json_response(200, result.text(0, of_booking)).with("ETag", etag(version));
  Response response = not_modified(version);
  if (const auto time = patience(request); time.count() > 0)
    response.watch = Watch{result.text(0, of_booked_calendar), std::stoll(result.text(0, of_booked_seq)), time,
                           has_deadline ? std::optional{due_in(result.text(0, of_booked_due))} : std::nullopt};
  return response;
}

// clang-format off
constexpr Row booking_page_rows[] = {
    {"GET", "/book/:id", read, Body::none, "SELECT jb_booking_page($1)", {path}, object, Face::guest},

    {"POST", "/book/:id", write, Body::json,
     JB_BOOKING "jb_booking_make($1, $2::jsonb, token => $3) AS b",
     {path, body, token},
     booked, Face::guest},

    {"GET", "/book/:id/slots", read, Body::none,
     "SELECT jb_range_json(s.slot, 'UTC')"
     "  FROM jb_booking_slots($1, from_time => $2::timestamptz, max_rows => $3::int, token => $4) AS s (slot)",
     {path, {first_start, "from", Place::query}, limit, token},
     array, Face::guest},

    {"GET", "/book/:id/booking", read, Body::none,
     JB_BOOKING "jb_booking($1, $2) AS b",
     {path, opening, aside(tags), aside(wait)},
     booking, Face::guest},

    {"PUT", "/book/:id/booking", write, Body::members,
     JB_BOOKING "jb_booking_move($1, $2, $3::timestamptz) AS b",
     {path, opening, required(member("start_timestamp", checks::is_instant))},
     written, Face::guest},

    {"DELETE", "/book/:id/booking", write, Body::none,
     JB_BOOKING "jb_booking_cancel($1, $2) AS b",
     {path, opening},
     written, Face::guest},
};
// clang-format on

}  // namespace

std::span<const Row> booking_page_routes() { return booking_page_rows; }

}  // namespace jb::gateway
