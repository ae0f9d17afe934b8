// SPDX-License-Identifier: PostgreSQL
#include "arguments.hpp"

#include <algorithm>
#include <stdexcept>

#include "bearer.hpp"
#include "body.hpp"
#include "idempotency.hpp"
#include "parameters.hpp"
#include "precondition.hpp"
#include "problem.hpp"

namespace jb::gateway {

namespace reads {

namespace {
pg::Parameter or_default(pg::Parameter value, const Argument& argument) {
  if (!value && argument.otherwise) return argument.otherwise;
  return value;
}
}  // namespace

pg::Parameter path(const Request& request, const Argument&) { return request.parameter; }
pg::Parameter event_id(const Request& request, const Argument&) { return gateway::event_id_of(request); }
pg::Parameter poll_id(const Request& request, const Argument&) { return gateway::poll_id_of(request); }
pg::Parameter item(const Request& request, const Argument&) { return request.item; }
pg::Parameter item_number(const Request& request, const Argument&) { return number_in_path(request); }
pg::Parameter item_date(const Request& request, const Argument&) { return date_in_path(request); }
pg::Parameter body(const Request& request, const Argument&) { return request.body; }
pg::Parameter principal(const Request& request, const Argument&) { return request.principal; }
pg::Parameter public_url(const Request& request, const Argument&) {
  return request.public_url.empty() ? std::nullopt : pg::Parameter(request.public_url);
}
pg::Parameter token(const Request& request, const Argument& argument) {
  auto given = bearer_token(request);
  if (given || !argument.is_required) return given;
  Problem problem(401, "no-token", "Token required", "A booking is opened by the token of its link.");
  problem.with("WWW-Authenticate", "Bearer");
  throw problem;
}
pg::Parameter key(const Request& request, const Argument&) { return idempotency_key(request); }
pg::Parameter versions(const Request& request, const Argument&) { return expected_versions(request); }
pg::Parameter tags(const Request& request, const Argument&) { return known_versions(request); }
pg::Parameter text(const Request& request, const Argument& argument) { return text_parameter(request, argument.name); }
pg::Parameter calendar(const Request& request, const Argument& argument) {
  return calendar_parameter(request, argument.name);
}
pg::Parameter list(const Request& request, const Argument& argument) {
  return or_default(list_parameter(request, argument.name), argument);
}
pg::Parameter json(const Request& request, const Argument& argument) { return json_parameter(request, argument.name); }
pg::Parameter instant(const Request& request, const Argument& argument) {
  auto value = time_parameter(request, argument.name);
  if (!value && argument.is_required)
    throw bad_parameter(argument.name, "", "is missing: an RFC 3339 time with offset, or a date");
  return value;
}
pg::Parameter date(const Request& request, const Argument& argument) {
  auto value = date_parameter(request, argument.name);
  if (!value && argument.is_required) throw bad_parameter(argument.name, "", "is missing: a date as YYYY-MM-DD");
  return value;
}
pg::Parameter number(const Request& request, const Argument& argument) {
  return or_default(number_parameter(request, argument.name, argument.least, argument.most), argument);
}
pg::Parameter flag(const Request& request, const Argument& argument) { return flag_parameter(request, argument.name); }
pg::Parameter duration(const Request& request, const Argument& argument) {
  return !argument.is_required && !text_parameter(request, argument.name) ? std::nullopt
                                                                          : pg::Parameter(duration_parameter(request));
}
pg::Parameter durations(const Request& request, const Argument&) { return durations_parameter(request); }
pg::Parameter member(const Request& request, const Argument& argument) {
  const auto found = std::find_if(request.members.begin(), request.members.end(),
                                  [&](const auto& each) { return each.first == argument.name; });
  return or_default(found == request.members.end() ? std::nullopt : pg::Parameter(found->second), argument);
}

}  // namespace reads

namespace checks {
const char* is_flag(const Json& value) { return value.is_boolean() ? nullptr : "it must be true or false"; }
const char* is_word(const Json& value) { return is_text(value) ? nullptr : "it must be a text"; }
const char* is_note(const Json& value) {
  return value.is_null() || is_text(value) ? nullptr : "it must be a text or null";
}
const char* is_instant(const Json& value) {
  return value.is_string() && is_timestamp(value.get_ref<const std::string&>())
             ? nullptr
             : "it must be an RFC 3339 time with its offset";
}
}  // namespace checks

const Argument* Route::argument(Place place, std::string_view wanted) const noexcept {
  for (const Argument& argument : arguments)
    if (argument.read && argument.place == place && argument.name == wanted) return &argument;
  return nullptr;
}

pg::Parameters Route::values(const Request& request) const {
  pg::Parameters values;
  for (const Argument& argument : arguments) {
    if (!argument.read) break;
    auto value = argument.read(request, argument);  // one that is aside is checked, too
    if (!argument.is_aside) values.push_back(std::move(value));
  }
  return values;
}

pg::Parameter value_of(const Request& request, std::string_view name) {
  for (const Argument& argument : request.route->arguments)
    if (argument.read && argument.name == name) return argument.read(request, argument);
  throw std::out_of_range("the route has no argument " + std::string(name));
}

void check_query(const Request& request, const Route& route) {
  for (auto it = request.query.begin(); it != request.query.end(); ++it) {
    const auto& [name, value] = *it;
    const Argument* argument = route.argument(Place::query, name);
    if (!argument) throw bad_parameter(name, value, "is no parameter of this route");
    const auto same_name = [&name = name](const auto& other) { return other.first == name; };
    if (!argument->is_list && std::any_of(std::next(it), request.query.end(), same_name))
      throw bad_parameter(name, value, "is given more than once");
  }
}

Members read_members(const std::string& body, const Route& route) {
  const Json given = body.empty() ? Json::object() : read_json(body);
  if (!given.is_object()) throw invalid("request", given.dump(), "it must be a JSON object");
  Members members;
  std::optional<Problem> problem;
  const auto refuse = [&](const std::string& name, const std::string& value, const char* message) {
    const Problem one = invalid(name, value, message);
    if (!problem)
      problem = one;
    else if (problem->members["errors"].size() < 1000)  // as Validation
      problem->members["errors"].push_back(one.members["errors"][0]);
  };
  for (const auto& [name, value] : given.items()) {
    const Argument* argument = route.argument(Place::member, name);
    const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    if (const char* wrong = argument ? argument->wrong(value) : "there is no such field")
      refuse(name, shown, wrong);
    else if (!value.is_null())
      members.emplace_back(name, shown);
  }
  for (const Argument& argument : route.arguments)
    if (argument.place == Place::member && argument.is_required && !given.contains(argument.name))
      refuse(std::string(argument.name), "NULL", "it is required");
  if (problem) throw *problem;
  return members;
}

}  // namespace jb::gateway
