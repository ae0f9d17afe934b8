// SPDX-License-Identifier: PostgreSQL
#include "response.hpp"

namespace jb::gateway {

Response json_response(int status, std::string body) {
  Response response{status, {}, std::move(body)};
  response.with("Content-Type", "application/json");
  return response;
}

Response no_content() { return Response{204, {}, {}}; }

std::string json_array(const std::vector<std::string_view>& items) {
  std::size_t size = 2;
  for (std::string_view item : items) size += item.size() + 2;
  std::string text;
  text.reserve(size);  // a page of long events would otherwise be held three times while it grows
  text = "[";
  for (std::string_view item : items) {
    if (text.size() > 1) text += ",\n";
    text += item;
  }
  text += "]";
  return text;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
  }
  return "Unknown";
}

std::string wire_format(const Response& response, bool with_body) {
  std::string text =
      "Status: " + std::to_string(response.status) + " " + std::string(reason_phrase(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  const bool may_have_body = response.status != 204 && response.status != 304;  // RFC 9110, 6.4.1
  if (may_have_body) text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  text += "\r\n";
  if (with_body && may_have_body) text += response.body;
  return text;
}

}  // namespace jb::gateway
