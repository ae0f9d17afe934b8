// SPDX-License-Identifier: PostgreSQL
//
// Promise: /openapi.json describes exactly the routes of the table, with the parameters, bodies, headers, answers and
// certificates that the table gives them. It would break whenever a route is added, or given another parameter, in only
// one place.
//
// Promise: /openapi.json has each field and option of extension/fields.def: in a request, in a change, in a change of a
// list, and, as a field under its column's name, in an event and in a busy time.
//
// Why it could break: a field may be added to the table alone. Bodies are closed (additionalProperties), so a client
// generated from the description could not send such a field.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <set>

#include "../../fcgi/message.hpp"
#include "arguments.hpp"
#include "openapi.hpp"
#include "route.hpp"

namespace jb::gateway {
namespace {

using Names = std::set<std::string>;

/// Follows a "$ref" into the same document.
const Json& resolved(const Json& document, const Json& value) {
  if (!value.contains("$ref")) return value;
  const std::string target = value["$ref"];
  return document.at(Json::json_pointer(target.substr(1)));
}

/// "/events/:id" is "/events/{id}", "/calendars/:name.ics" "/calendars/{name}.ics".
std::string path_of(const Route& route) {
  std::string path;
  for (std::size_t at = 0; at < route.pattern.size();) {
    const std::size_t end = std::min(route.pattern.find('/', at + 1), route.pattern.size());
    const std::string_view segment = route.pattern.substr(at + 1, end - at - 1);
    const std::string_view name = segment.substr(0, segment.find('.'));
    path += segment.starts_with(':')
                ? "/{" + std::string(name.substr(1)) + "}" + std::string(segment.substr(name.size()))
                : "/" + std::string(segment);
    at = end;
  }
  return path;
}

std::string method_of(const Route& route) {
  std::string method(route.method);
  std::transform(method.begin(), method.end(), method.begin(), [](char c) { return static_cast<char>(c - 'A' + 'a'); });
  return method;
}

Names placeholders(const Route& route) {
  Names names;
  for (std::size_t at = 0; (at = route.pattern.find(':', at)) != std::string_view::npos; ++at)
    names.emplace(route.pattern.substr(at + 1, route.pattern.find_first_of("/.", at) - at - 1));
  return names;
}

Names body_types(Body body) {
  switch (body) {
    case Body::none:
      return {};
    case Body::members:
    case Body::json:
    case Body::object:
    case Body::list:
      return {"application/json"};
    case Body::merge_patch:
      return {"application/json", "application/merge-patch+json"};
    case Body::file:
      return {"application/json", "*/*"};
    case Body::calendar:
      return {"text/calendar"};
  }
  return {};
}

Names taken(const Route& route, Argument::Source source) {
  Names names;
  for (const Argument& argument : route.arguments)
    if (argument.read && argument.source == source) names.emplace(argument.name);
  return names;
}

bool has_version(const Route& route) { return route.takes_header("If-Match") || route.takes_header("If-None-Match"); }

class Openapi : public testing::Test {
 protected:
  const Json document = Json::parse(openapi);

  const Json& operation(const Route& route) const {
    return document.at("paths").at(path_of(route)).at(method_of(route));
  }

  Names parameters(const Route& route, const std::string& in) const {
    Names names;
    for (const Json& given : operation(route).value("parameters", Json::array())) {
      const Json& parameter = resolved(document, given);
      if (parameter.at("in") == in) names.insert(parameter.at("name"));
    }
    return names;
  }
};

TEST_F(Openapi, HasTheRoutesOfTheTableAndNoOther) {
  Names described, known;
  for (const auto& [path, operations] : document.at("paths").items())
    for (const auto& [method, ignored] : operations.items()) described.insert(method + " " + path);
  for (const Route& route : routes()) known.insert(method_of(route) + " " + path_of(route));
  EXPECT_EQ(described, known);
}

// Reasons that only an explanation gives (they concern a start) are described with the explanation.
TEST_F(Openapi, NamesTheReasonsOfTheTable) {
  std::vector<std::string> known;
#define JB_REASON(name, concerns, lifts, binds, facts, when) \
  if (std::string_view(#concerns) != "start") known.emplace_back(#name);
#include "reasons.def"
#undef JB_REASON
  EXPECT_EQ(document.at("components").at("schemas").at("Reason").at("enum"), Json(known));
}

TEST_F(Openapi, NamesEveryOperationOnce) {
  Names names;
  for (const Route& route : routes()) EXPECT_TRUE(names.insert(operation(route).at("operationId")).second);
}

TEST_F(Openapi, HasTheParametersOfTheTable) {
  for (const Route& route : routes()) {
    SCOPED_TRACE(method_of(route) + " " + path_of(route));
    EXPECT_EQ(parameters(route, "query"), taken(route, Argument::Source::query));
    EXPECT_EQ(parameters(route, "path"), placeholders(route));
    EXPECT_EQ(parameters(route, "header"), taken(route, Argument::Source::header));
  }
}

TEST_F(Openapi, HasTheBodiesOfTheTable) {
  for (const Route& route : routes()) {
    SCOPED_TRACE(method_of(route) + " " + path_of(route));
    const Json body = operation(route).value("requestBody", Json::object());
    const Json content = body.value("content", Json::object());
    Names types;
    for (const auto& [type, ignored] : content.items()) types.insert(type);
    EXPECT_EQ(types, body_types(route.body));
    EXPECT_EQ(body.value("required", false), !may_be_empty(route));
    if (route.body != Body::members) continue;
    Names members;
    for (const auto& [name, ignored] :
         resolved(document, content.at("application/json").at("schema")).at("properties").items())
      members.insert(name);
    EXPECT_EQ(members, taken(route, Argument::Source::member));
  }
}

/// The errors that a request can get before and after its handler (gateway.cpp).
Names expected_errors(const Route& route) {
  Names codes = {"400", "401", "403", "413", "429", "500", "503"};
  if (route.access == Access::write)
    codes.insert("412");
  else if (has_version(route))
    codes.insert("304");
  if (route.body != Body::none) codes.insert({"415", "422"});
  if (route.takes_header("Idempotency-Key")) codes.insert("422");
  return codes;
}

TEST_F(Openapi, HasAnAnswerForEveryStatus) {
  for (const Route& route : routes()) {
    SCOPED_TRACE(method_of(route) + " " + path_of(route));
    const Json& responses = operation(route).at("responses");
    for (const std::string& code : expected_errors(route)) EXPECT_TRUE(responses.contains(code)) << code;
    for (const auto& [code, given] : responses.items()) {
      const Json& response = resolved(document, given);
      const bool is_problem = code[0] == '4' || code[0] == '5';
      EXPECT_EQ(response.value("content", Json::object()).contains("application/problem+json"), is_problem) << code;
      const bool shows_version = has_version(route) && code[0] == '2' && code != "204";
      if (shows_version) {
        EXPECT_TRUE(response.at("headers").contains("ETag")) << code;
      }
    }
  }
}

TEST_F(Openapi, TellsWhoNeedsNoCertificate) {
  ASSERT_EQ(document.at("security"), Json::parse(R"([{"clientCertificate": []}])"));
  for (const Route& route : routes()) {
    SCOPED_TRACE(method_of(route) + " " + path_of(route));
    const Json security = operation(route).value("security", document.at("security"));
    const bool needs_none = std::any_of(security.begin(), security.end(),
                                        [](const Json& way) { return !way.contains("clientCertificate"); });
    EXPECT_EQ(needs_none, route.face != Face::main);
    EXPECT_EQ(operation(route).contains("servers"), route.face != Face::main);
  }
}

TEST_F(Openapi, IsOfTheVersionThatIsReleased) {
  std::ifstream file(JB_SOURCE_DIR "/META.json");
  const std::string released = Json::parse(file).at("version");  // three parts, as PGXN requires
  const std::string described = document.at("info").at("version");
  EXPECT_TRUE(released == described || released == described + ".0") << described << " and " << released;
}

// Client generators do not follow a reference into a component.
TEST_F(Openapi, RefersToComponentsThatAreThereAndKeepsNoneUnused) {
  Names used, kept;
  const std::function<void(const Json&)> walk = [&](const Json& value) {
    if (value.is_object() && value.contains("$ref")) {
      const std::string target = value["$ref"];
      ASSERT_TRUE(target.starts_with("#/components/")) << target;
      EXPECT_EQ(std::count(target.begin(), target.end(), '/'), 3) << target;
      EXPECT_TRUE(document.contains(Json::json_pointer(target.substr(1)))) << target;
      used.insert(target);
    }
    if (value.is_structured())
      for (const Json& item : value) walk(item);
  };
  walk(document);
  for (const char* kind : {"parameters", "headers", "responses", "schemas"})
    for (const auto& [name, ignored] : document.at("components").at(kind).items())
      kept.insert(std::string("#/components/") + kind + "/" + name);
  for (const std::string& name : kept) EXPECT_TRUE(used.contains(name)) << name << " is used nowhere";
}

const Json& properties(const Json& document, const char* schema) {
  return document.at("components").at("schemas").at(schema).at("properties");
}

TEST(OpenApi, NamesEveryField) {
  const auto document = Json::parse(openapi);
  const auto& request = properties(document, "EventRequest");
  const auto& change = properties(document, "EventChange");
  const auto& listed = properties(document, "ListedChange");
  const auto& event = properties(document, "Event");
  const auto& busy = properties(document, "BusyTime");
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  EXPECT_TRUE(request.contains(#name)) << #name;                 \
  EXPECT_TRUE(change.contains(#name)) << #name;                  \
  EXPECT_TRUE(listed.contains(#name)) << #name;                  \
  EXPECT_TRUE(event.contains(#column)) << #column;               \
  EXPECT_TRUE(busy.contains(#column)) << #column;
#define JB_OPTION(name, type, otherwise)         \
  EXPECT_TRUE(request.contains(#name)) << #name; \
  EXPECT_TRUE(change.contains(#name)) << #name;  \
  EXPECT_TRUE(listed.contains(#name)) << #name;
#include "fields.def"
}

}  // namespace
}  // namespace jb::gateway
