// SPDX-License-Identifier: PostgreSQL
//
// Calendars as text/calendar: for a caller with a certificate, and for a guest with the token of a public feed. A phone
// asks every few minutes: when the phone's tag is the present tag, the database does not make the text.
#include "../body.hpp"
#include "../options.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "handlers.hpp"

namespace jb::gateway {

namespace {

// $2: the tags that the client sent in If-None-Match.
constexpr Statement calendar_statement{"icalendar",
                                       "SELECT t.tag, CASE WHEN t.tag <> ALL ($2::text[]) THEN"
                                       "         jb_icalendar($1, from_time => $4::timestamptz, to_time => "
                                       "$5::timestamptz, free_busy => $3::bool, principal => $6) END"
                                       "  FROM jb_icalendar_tag($1, principal => $6) AS t (tag)"};

constexpr Statement feed_statement{
    "feed",
    "SELECT t.tag, CASE WHEN t.tag <> ALL ($2::text[]) THEN jb_feed_read($1, free_busy => $3::bool) END"
    "  FROM jb_feed_tag($1) AS t (tag)"};

constexpr Statement create_feed_statement{"feed_create", "SELECT jb_feed_create($1, shows => $2, principal => $3)"};

constexpr Statement revoke_statement{"feed_revoke", "SELECT jb_feed_revoke($1, principal => $2)"};

Response calendar_response(const Request& request, const pg::Result& result) {
  const std::string_view tag = result.view(0, 0);
  if (result.is_null(0, 1) || is_not_modified(request, tag)) return Response{304, {}, {}}.with("ETag", etag(tag));
  return Response{200, {}, result.text(0, 1)}
      .with("Content-Type", "text/calendar; charset=utf-8")
      .with("ETag", etag(tag));
}

/// The value of `shows`, the body's only member; "events" when the body leaves it out.
std::string read_shows(const std::string& body) {
  return read_members(body, "the body must be empty or an object with shows, events or busy",
                      [](const std::string& name, const Json& value) { return name == "shows" && is_text(value); })
      .value("shows", "events");
}

/// The feed's address under `scheme`: https for a browser, webcal for a phone that subscribes. Null when the server has
/// no public address.
Json address(const Request& request, std::string_view scheme, const std::string& path) {
  const auto& base = request.public_url;
  const std::size_t colon = base.find("://");
  if (colon == std::string::npos) return nullptr;
  return std::string(scheme) + base.substr(colon) + path;
}

}  // namespace

Response get_icalendar(const Request& request, Database& database) {
  return calendar_response(
      request, database.run(calendar_statement,
                            {request.parameter, known_versions(request), flag_parameter(request, "free_busy"),
                             time_parameter(request, database, "from", request.parameter),
                             time_parameter(request, database, "to", request.parameter), request.principal}));
}

Response get_feed(const Request& request, Database& database) {
  return calendar_response(request, database.run(feed_statement, {request.parameter, known_versions(request),
                                                                  flag_parameter(request, "free_busy")}))
      .with("X-Robots-Tag", "noindex");
}

Response create_feed(const Request& request, Database& database) {
  const std::string shows = read_shows(request.body);
  const std::string token =
      database.run(create_feed_statement, {request.parameter, shows, request.principal}).text(0, 0);
  const std::string path = "/feeds/" + token + ".ics";
  const Json feed = {{"calendar", request.parameter},
                     {"shows", shows},
                     {"token", token},
                     {"path", path},
                     {"url", address(request, "https", path)},
                     {"webcal_url", address(request, "webcal", path)}};
  return json_response(201, feed.dump());
}

Response revoke_feed(const Request& request, Database& database) {
  database.run(revoke_statement, {request.parameter, request.principal});
  return no_content();
}

}  // namespace jb::gateway
