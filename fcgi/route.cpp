// SPDX-License-Identifier: PostgreSQL
#include "route.hpp"

#include <algorithm>
#include <ranges>
#include <set>

namespace jb::gateway {

namespace {

/// Whether the path matches the pattern; `values` gets the values of the pattern's placeholders, in order. A
/// placeholder matches a whole segment or, with an ending after a dot (":name.ics"), the part before it, but never an
/// empty text.
bool matches(std::string_view pattern, const std::vector<std::string>& path, std::vector<std::string>& values) {
  values.clear();
  auto segment = path.begin();
  for (const auto part : std::views::split(pattern.substr(1), '/')) {
    const std::string_view expected{part.begin(), part.end()};
    if (segment == path.end()) return false;
    if (expected.starts_with(':')) {
      const std::string_view ending = expected.substr(std::min(expected.find('.'), expected.size()));
      if (segment->size() <= ending.size() || !segment->ends_with(ending)) return false;
      values.push_back(segment->substr(0, segment->size() - ending.size()));
    } else if (expected != *segment) {
      return false;
    }
    ++segment;
  }
  return segment == path.end();
}

bool is_shown(const Route& route, Face face) noexcept { return face == Face::main || route.face == face; }

std::vector<Route> table() {
  std::vector<Route> all;
  for (const std::span<const Row> topic :
       {event_routes(), calendar_routes(), news_routes(), poll_routes(), provider_routes(), operation_routes()})
    for (const Row& row : topic) all.emplace_back(row);
  return all;
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> all = table();
  return all;
}

const Route& find_route(Request& request) {
  if (request.route) return *request.route;
  parse_target(request);
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::vector<std::string> values;
  for (const Route& route : routes()) {
    if (route.method != method || !is_shown(route, request.face)) continue;
    if (!matches(route.pattern, request.path, values)) continue;
    values.resize(2);
    request.route = &route;
    request.parameter = std::move(values[0]);
    request.item = std::move(values[1]);
    return route;
  }
  const std::string allowed = allowed_methods(request.path, request.face);
  if (allowed.empty()) throw not_found("There is no such route on this address.");
  throw Problem(405, "method-not-allowed", "Method not allowed",
                "The method " + request.method.substr(0, 50) + " is not allowed here; these are: " + allowed + ".")
      .with("Allow", allowed);
}

std::string allowed_methods(const std::vector<std::string>& path, Face face) {
  std::set<std::string_view> methods;
  std::vector<std::string> ignored;
  for (const Route& route : routes()) {
    if (!is_shown(route, face) || !matches(route.pattern, path, ignored)) continue;
    methods.insert({route.method, "OPTIONS"});
    if (route.method == "GET") methods.insert("HEAD");
  }
  std::string text;
  for (std::string_view method : methods) (text += text.empty() ? "" : ", ") += method;
  return text;
}

}  // namespace jb::gateway
