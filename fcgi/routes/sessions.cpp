// SPDX-License-Identifier: PostgreSQL
//
// Coaching sessions, their coaches and clients, under the routes of their seed. Errors of /api/v1 have the form that
// clients of the seed know (gateway.cpp).
#include "../body.hpp"
#include "../problem.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

/// The id in {"coach": {"coach_hash_id": "123"}}; the argument's name is "coach".
pg::Parameter wrapped_id(const Request& request, const Argument& argument) {
  const std::string person(argument.name), id = person + "_hash_id";
  const Json given = read_json(request.body);
  const auto wraps = [](const Json& object, const std::string& name) {
    return object.is_object() && object.size() == 1 && object.contains(name);
  };
  if (wraps(given, person) && wraps(given[person], id) && is_text(given[person][id])) return given[person][id];
  Problem problem = invalid_body("the body must be {\"" + person + "\": {\"" + id + "\": \"...\"}}");
  problem.members["errors"] = Json::array({{{"field", id}, {"message", "must be given as a text, and nothing else"}}});
  throw problem;
}

// The calendar whose clock the dates of a list are on: the coach's, else the client's, else none.
#define JB_OF_SESSIONS "coalesce('coach:' || $1, 'client:' || $2)"

#define JB_PEOPLE(json, people, id) \
  "SELECT " json "(c, $3), c." id " FROM " people "(after => $1, max_rows => $2::int, principal => $3) AS c"
#define JB_MAKE(json, create, prefix, id) \
  "SELECT " json "(c, $2), '/calendars/" prefix "' || c." id " FROM " create "($1, principal => $2) AS c"

// clang-format off
constexpr Row session_rows[] = {
    {"GET", "/api/v1/sessions", read, Body::none,
     "SELECT jb_session_json(jb_event_json(jb_event(s.id, principal => $7))),"
     "       concat(extract(epoch FROM s.start)::bigint, ',', s.id)"
     "  FROM jb_sessions(coach_hash_id => $1, client_hash_id => $2, from_time => "
     JB_INSTANT("$3", "0", JB_OF_SESSIONS, "$7") ", to_time => " JB_INSTANT("$4", "1", JB_OF_SESSIONS, "$7") ","
     "                   after => $5, max_rows => $6::int, principal => $7) AS s",
     {calendar("coach_hash_id"), calendar("client_hash_id"), instant("from"), range_end, text("after"), limit,
      principal},
     page},

    {"POST", "/api/v1/sessions", write, Body::json,
     "SELECT " JB_ANSWER_AS("jb_session_json")
     "  FROM jb_session_post($1::jsonb, principal => $2, idempotency_key => $3) AS o",
     {body, principal, key},
     created},

    {"GET", "/api/v1/sessions/:id", read, Body::none,
     "SELECT e.tag, jb_session_json(e.event)"
     "  FROM jb_session($1::bigint, principal => $2) AS s, jb_event_answer(s.id, principal => $2) AS e"
     " WHERE s.id = $1::bigint",
     {event_id, principal, aside(tags)},
     tagged},

    {"PATCH", "/api/v1/sessions/:id", write, Body::merge_patch,
     "SELECT " JB_ANSWER_AS("jb_session_json")
     "  FROM jb_session_patch($1::bigint, $3::jsonb, expected_version => " JB_EXPECTED_VERSION("$4") ","
     "                        principal => $4, idempotency_key => $5) AS o",
     {event_id, versions, body, principal, key},
     changed},

    // An event that is no session is not deleted. For an event that is gone jb_delete is called, too: it knows the
    // answer that is kept under an idempotency key.
    {"DELETE", "/api/v1/sessions/:id", write, Body::none,
     "SELECT jb_delete($1::bigint, expected_version => " JB_EXPECTED_VERSION("$3") ", principal => $3,"
     "                 idempotency_key => $4)" JB_REPLAYED
     " WHERE EXISTS (SELECT FROM jb_session($1::bigint, principal => $3) AS s WHERE s.id = $1::bigint)"
     "    OR jb_version($1::bigint, principal => $3) IS NULL",
     {event_id, versions, principal, key},
     deleted},

    {"GET", "/api/v1/coaches", read, Body::none,
     JB_PEOPLE("jb_coach_json", "jb_coaches", "coach_hash_id"),
     {calendar("after"), limit, principal},
     page},

    {"POST", "/api/v1/coaches", write, Body::json,
     JB_MAKE("jb_coach_json", "jb_coach_create", "coach:", "coach_hash_id"),
     {{wrapped_id, "coach"}, principal},
     made},

    {"GET", "/api/v1/clients", read, Body::none,
     JB_PEOPLE("jb_client_json", "jb_clients", "client_hash_id"),
     {calendar("after"), limit, principal},
     page},

    {"POST", "/api/v1/clients", write, Body::json,
     JB_MAKE("jb_client_json", "jb_client_create", "client:", "client_hash_id"),
     {{wrapped_id, "client"}, principal},
     made},
};
// clang-format on

}  // namespace

std::span<const Row> session_routes() { return session_rows; }

}  // namespace jb::gateway
