// SPDX-License-Identifier: PostgreSQL
//
// Files and addresses that go with an event. Bytes cross libpq as hexadecimal text, both ways: a parameter is text
// without a NUL byte.
#include <memory>

#include "../body.hpp"
#include "../headers.hpp"
#include "../problem.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

constexpr std::size_t most_bytes = std::size_t{10} << 20;

std::string to_hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  return text;
}

/// The bytes of a bytea, which the database writes as text.
std::string bytes_of(const pg::Result& result, int row, int column) {
  std::size_t length = 0;
  const std::unique_ptr<unsigned char, decltype(&PQfreemem)> bytes(
      PQunescapeBytea(reinterpret_cast<const unsigned char*>(result.view(row, column).data()), &length), PQfreemem);
  return std::string(reinterpret_cast<const char*>(bytes.get()), length);
}

/// Whether the body is the JSON of an attachment, and not the file itself.
bool is_object(const Request& request) { return has_json_body(request) && !text_parameter(request, "name"); }

/// The object that describes what is attached.
pg::Parameter description(const Request& request, const Argument&) {
  if (is_object(request)) return request.body;
  if (request.body.size() > most_bytes) throw too_large("An attachment has at most 10 MiB.");
  const Json object = {
      {"name", text_parameter(request, "name").value_or("attachment")},
      {"media_type", request.content_type.empty() ? "application/octet-stream" : request.content_type}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

pg::Parameter bytes(const Request& request, const Argument&) {
  return is_object(request) ? std::nullopt : pg::Parameter(to_hex(request.body));
}

/// An attached file must not run with the rights of this server's pages. So the browser is told to save the file and
/// not to show it, to take the given type and not to guess a type (nosniff), and to give the file no rights if it shows
/// the file all the same (sandbox). An address is JSON, never a redirect.
Response file(const Request&, const pg::Result& result) {
  if (result.is_null(0, 2)) return json_response(200, result.text(0, 3));
  return Response{200, {}, bytes_of(result, 0, 2)}
      .with("Content-Type", result.text(0, 1))
      .with("Content-Disposition", "attachment; filename*=UTF-8''" + percent_encode(result.view(0, 0)))
      .with("Content-Security-Policy", "default-src 'none'; sandbox");
}

// clang-format off
constexpr Row attachment_rows[] = {
    // The last attachment is the new one.
    {"POST", "/events/:id/attachments", write, Body::file,
     "SELECT a.attached, format('/events/%s/attachments/%s', $1, a.attached ->> 'n'), a.version" JB_REPLAYED
     "  FROM (SELECT o.version, o.event -> 'attachments' -> -1 AS attached"
     "          FROM jb_attach($1::bigint, $3::jsonb, data => decode($4, 'hex'), expected_version => "
     JB_EXPECTED_VERSION("$5") ", principal => $5, idempotency_key => $6) AS o OFFSET 0) AS a",
     {event_id, versions, {description}, {bytes}, principal, key, aside(text("name"))},
     made},

    {"GET", "/events/:id/attachments", read, Body::none,
     "SELECT e.attachments FROM jb_event($1::bigint, principal => $2) AS e",
     {event_id, principal},
     object},

    {"GET", "/events/:id/attachments/:n", read, Body::none,
     "SELECT a.name, a.media_type, a.data,"
     "       json_build_object('n', a.n, 'name', a.name, 'media_type', a.media_type, 'size', NULL, 'url', a.url)"
     "  FROM jb_attachment($1::bigint, $2::int, principal => $3) AS a",
     {event_id, item_number, principal},
     file},

    {"DELETE", "/events/:id/attachments/:n", write, Body::none,
     "SELECT o.version" JB_REPLAYED
     "  FROM jb_detach($1::bigint, $3::int, expected_version => " JB_EXPECTED_VERSION("$4") ", principal => $4,"
     "                 idempotency_key => $5) AS o",
     {event_id, versions, item_number, principal, key},
     nothing},
};
// clang-format on

}  // namespace

std::span<const Row> attachment_routes() { return attachment_rows; }

}  // namespace jb::gateway
