// SPDX-License-Identifier: PostgreSQL
//
// A provider's booking page, for visitors without a certificate. The token of a booking goes in the Authorization
// header; the database judges it.
#include "../bearer.hpp"
#include "../body.hpp"
#include "../options.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement booking_page_statement{"booking_page", "SELECT jb_booking_page($1)"};

constexpr Statement booking_slots_statement{
    "booking_slots",
    "SELECT jb_range_json(s.slot, 'UTC') FROM jb_booking_slots($1, from_time => $2::timestamptz, max_rows => $3::int,"
    " token => $4) AS s (slot)"};

#define JB_BOOKING                                                                                                \
  "SELECT b.outcome, b.reason, jb_ranges_json(b.alternatives, 'UTC'), b.token, b.version, b.booking, b.calendar," \
  " b.change_seq, b.expires_at IS NOT NULL,"                                                                      \
  " greatest(0, ceil(extract(epoch FROM b.expires_at - clock_timestamp()) * 1000))::bigint FROM "
constexpr Statement make_booking_statement{"booking_make",
                                           JB_BOOKING "jb_booking_make($1, $2::jsonb, token => $3) AS b"};
constexpr Statement booking_statement{"booking", JB_BOOKING "jb_booking($1, $2) AS b"};
constexpr Statement move_booking_statement{"booking_move", JB_BOOKING "jb_booking_move($1, $2, $3::timestamptz) AS b"};
constexpr Statement cancel_booking_statement{"booking_cancel", JB_BOOKING "jb_booking_cancel($1, $2) AS b"};
#undef JB_BOOKING

enum BookingColumn {
  of_outcome,
  of_reason,
  of_alternatives,
  of_token,
  of_version,
  of_booking,
  of_calendar,
  of_seq,
  of_has_deadline,
  of_due
};

/// The token of a booking, which must be there. Throws Problem 401 without it.
std::string required_token(const Request& request) {
  if (auto token = bearer_token(request)) return *token;
  Problem problem(401, "no-token", "Token required", "A booking is opened by the token of its link.");
  problem.with("WWW-Authenticate", "Bearer");
  throw problem;
}

/// The problem of a rejected booking: why, and what would do. It names no event, as a stranger's answer must not.
Problem rejected_booking(const pg::Result& result) {
  Problem problem = rejected(result.text(0, of_reason), "The provider does not take this time.");
  problem.members["alternatives"] = Json::parse(result.view(0, of_alternatives));
  return problem;
}

std::string with_link(std::string booking, std::string_view token, const std::string& page) {
  booking.pop_back();
  const std::string url = page.empty() ? "null" : Json(page + "#" + std::string(token)).dump();
  return booking.append(", \"token\": \"").append(token).append("\", \"url\": ").append(url) + "}";
}

Response booking_response(int status, const pg::Result& result) {
  return json_response(status, result.text(0, of_booking)).with("ETag", etag(result.view(0, of_version)));
}

Response written_booking(int status, const pg::Result& result) {
  if (result.view(0, of_outcome) == "rejected") throw rejected_booking(result);
  Response response = booking_response(status, result);
  response.told.push_back({result.text(0, of_outcome), {}});
  return response;
}

/// Where the list of slots begins; null for now. A date alone would need the zone of a calendar.
pg::Parameter first_start(const Request& request) {
  const auto from = text_parameter(request, "from");
  if (from && !is_timestamp(*from))
    throw bad_parameter("from", *from, "must be an RFC 3339 time with offset, such as 2026-11-20T09:00:00Z");
  return from;
}

/// The start in {"start_timestamp": …}.
std::string read_start(const std::string& body) {
  const Json members =
      read_members(body, "the body must be an object with start_timestamp, an RFC 3339 time with its offset",
                   [](const std::string& name, const Json& value) {
                     return name == "start_timestamp" && value.is_string() && is_timestamp(value.get<std::string>());
                   });
  if (members.contains("start_timestamp")) return members["start_timestamp"].get<std::string>();
  throw invalid("start_timestamp", "NULL", "it is required");
}

}  // namespace

Response get_booking_page(const Request& request, Database& database) {
  return json_response(200, database.run(booking_page_statement, {request.parameter}).text(0, 0));
}

Response list_booking_slots(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  return list_response(
      database.run(booking_slots_statement, {request.parameter, first_start(request), limit, bearer_token(request)}));
}

Response make_booking(const Request& request, Database& database) {
  const pg::Result result =
      database.run(make_booking_statement, {request.parameter, request.body, bearer_token(request)});
  const bool is_new = result.view(0, of_outcome) != "unchanged";
  Response response = written_booking(is_new ? 201 : 200, result);
  const std::string path = "/book/" + percent_encode(request.parameter);
  if (!result.is_null(0, of_token))
    response.body = with_link(std::move(response.body), result.view(0, of_token),
                              request.public_url.empty() ? "" : request.public_url + path);
  return response.with("Location", path + "/booking");
}

/// While the booking is as the client knows it, the request may wait until it is another: its provider confirms,
/// denies, or moves it, or the deadline passes.
Response get_booking(const Request& request, Database& database) {
  const std::chrono::seconds wait{std::stoi(number_parameter(request, "wait", 0, 50, "0"))};
  const pg::Result result = database.run(booking_statement, {request.parameter, required_token(request)});
  // A hold ends by the clock, without a new version: the client may know the version as PENDING.
  const bool is_due = result.is_true(0, of_has_deadline) && result.view(0, of_due) == "0";
  const bool is_known = !is_due && is_not_modified(request, result.view(0, of_version));
  if (!is_known || wait.count() == 0 || !request.may_wait)
    return is_known ? Response{304, {}, {}}.with("ETag", etag(result.view(0, of_version)))
                    : booking_response(200, result);
  Response response{304, {}, {}};
  response.with("ETag", etag(result.view(0, of_version)));
  response.watch =
      Watch{result.text(0, of_calendar), std::stoll(result.text(0, of_seq)), wait,
            result.is_true(0, of_has_deadline) ? std::optional{due_in(result.text(0, of_due))} : std::nullopt};
  return response;
}

Response move_booking(const Request& request, Database& database) {
  const std::string token = required_token(request);
  return written_booking(200,
                         database.run(move_booking_statement, {request.parameter, token, read_start(request.body)}));
}

Response cancel_booking(const Request& request, Database& database) {
  return written_booking(200, database.run(cancel_booking_statement, {request.parameter, required_token(request)}));
}

}  // namespace jb::gateway
