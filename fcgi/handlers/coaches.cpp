// SPDX-License-Identifier: PostgreSQL
//
// The coaches and clients of sessions. Their routes differ only in the words "coach" and "client".
#include "../body.hpp"
#include "../parameters.hpp"
#include "handlers.hpp"
#include "page.hpp"
#include "session_errors.hpp"

namespace jb::gateway {

namespace {

struct People {
  const char* person;  ///< what the body wraps the id in
  const char* id;
  const char* calendar;  ///< the path of one's calendar, to which its id is added
  Statement list;
  Statement create;
};

#define JB_PEOPLE(json, people, id) \
  "SELECT " json "(c, $3), c." id " FROM " people "(after => $1, max_rows => $2::int, principal => $3) AS c"
#define JB_CREATE(json, create) "SELECT " json "(c, $2) FROM " create "($1, principal => $2) AS c"

constexpr People coaches{"coach",
                         "coach_hash_id",
                         "/calendars/coach%3A",
                         {"coaches", JB_PEOPLE("jb_coach_json", "jb_coaches", "coach_hash_id")},
                         {"coach_create", JB_CREATE("jb_coach_json", "jb_coach_create")}};

constexpr People clients{"client",
                         "client_hash_id",
                         "/calendars/client%3A",
                         {"clients", JB_PEOPLE("jb_client_json", "jb_clients", "client_hash_id")},
                         {"client_create", JB_CREATE("jb_client_json", "jb_client_create")}};

/// The id in {"coach": {"coach_hash_id": "123"}}.
std::string wrapped_id(const std::string& text, const People& people) {
  const Json body = read_json(text);
  const auto wraps = [](const Json& object, const char* name) {
    return object.is_object() && object.size() == 1 && object.contains(name);
  };
  if (wraps(body, people.person) && wraps(body[people.person], people.id) && is_text(body[people.person][people.id]))
    return body[people.person][people.id];
  Problem problem(422, "invalid-value", "Invalid value",
                  std::string("the body must be {\"") + people.person + "\": {\"" + people.id + "\": \"...\"}}");
  problem.members["errors"] = {{people.id, Json::array({"must be given as a text, and nothing else"})}};
  throw problem;
}

Response list(const People& people, const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  return page_response(
      request, database.run(people.list, {calendar_parameter(request, "after"), limit, request.principal}), limit);
}

Response create(const People& people, const Request& request, Database& database) {
  const std::string id = wrapped_id(request.body, people);
  return told_by_field([&] {
    return json_response(201, database.run(people.create, {id, request.principal}).text(0, 0))
        .with("Location", people.calendar + percent_encode(id));
  });
}

}  // namespace

Response list_coaches(const Request& request, Database& database) { return list(coaches, request, database); }
Response list_clients(const Request& request, Database& database) { return list(clients, request, database); }
Response create_coach(const Request& request, Database& database) { return create(coaches, request, database); }
Response create_client(const Request& request, Database& database) { return create(clients, request, database); }

}  // namespace jb::gateway
