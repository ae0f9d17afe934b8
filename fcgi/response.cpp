// SPDX-License-Identifier: PostgreSQL
#include "response.hpp"

namespace jb::gateway {

Response json_response(int status, std::string body) {
  Response response{status, {}, std::move(body)};
  response.with("Content-Type", "application/json");
  return response;
}

std::string wire_head(const Response& response) {
  constexpr std::pair<int, std::string_view> phrases[] = {
      {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {304, "Not Modified"}};
  std::string_view phrase = response.title;
  for (const auto& [status, of_status] : phrases)
    if (status == response.status) phrase = of_status;
  std::string text = "Status: " + std::to_string(response.status) + " " + std::string(phrase) + "\r\n";
  for (const auto& [name, value] : response.headers) text.append(name).append(": ").append(value).append("\r\n");
  const bool may_have_body = response.status != 204 && response.status != 304;  // RFC 9110, 6.4.1
  if (may_have_body) text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  return text += "\r\n";
}

}  // namespace jb::gateway
