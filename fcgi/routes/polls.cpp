// SPDX-License-Identifier: PostgreSQL
//
// Polls. The database judges both a bearer token and the caller's role. Tokens are shown only once.
#include "../request.hpp"
#include "../response.hpp"
#include "routes.hpp"

namespace jb::gateway {

namespace {

/// The caller, for the history: on the public address nobody has a certificate, and the token is the organiser's.
pg::Parameter who_asks(const Request& request, const Argument&) {
  return request.face == Face::guest ? "organiser of poll " + request.parameter : request.principal;
}

/// Keys are kept by principal, and a guest has none: anyone who found out the key would get the answer.
pg::Parameter key_of_principal(const Request& request, const Argument&) {
  if (request.face == Face::guest && !request.idempotency_key.empty())
    throw bad_parameter("Idempotency-Key", request.idempotency_key,
                        "is not taken on this address: a booked poll is closed");
  return idempotency_key(request);
}

constexpr Argument asker{who_asks};

Response invited(const Request& request, const pg::Result& result) {
  return json_response(201, result.text(0, 0))
      .with("Location", "/polls/" + request.parameter + "/schedules/" + percent_encode(*value_of(request, "name")));
}

// The address of the page that a token opens. The token is its fragment, which no browser sends and no log shows. Null
// if the server has no public address.
#define JB_POLL_PAGE(public_url) public_url " || '/polls/' || t.poll_id || '#' || t.token"

#define JB_SCHEDULES(function) "coalesce((SELECT json_agg(jb_poll_schedule_json(s)) FROM " function " AS s), '[]')"

// A poll with its schedules, and its public address, or null.
#define JB_POLL                                                                                 \
  JB_WITH(JB_WITH("jb_poll_json(p)", "participants",                                            \
                  JB_SCHEDULES("jb_poll_schedules($1::bigint, token => $2, principal => $3)")), \
          "url", "coalesce(to_json($4::text || '/polls/' || p.id), 'null')")

// clang-format off
constexpr Row poll_rows[] = {
    {"GET", "/polls", read, Body::none,
     "SELECT jb_poll_json(p), p.id FROM jb_polls(after => $1::bigint, max_rows => $2::int, principal => $3) AS p",
     {number("after", 0, 9'223'372'036'854'775'807, "0"), limit, principal},
     page},

    {"POST", "/polls", write, Body::json,
     "SELECT json_build_object('id', t.poll_id, 'organiser_token', t.token, 'url', " JB_POLL_PAGE("$3::text") "),"
     "       '/polls/' || t.poll_id"
     "  FROM jb_poll_create_json($1::jsonb, principal => $2) AS t",
     {body, principal, public_url},
     made},

    // While the client's version of the poll is current, the request may wait for the next one. The version does not
    // cover the booked event, which may be cancelled elsewhere: the client learns of that when the wait ends.
    {"GET", "/polls/:id", read, Body::none,
     "SELECT p.version || '-' || p.status, " JB_POLL ", false, 'poll ' || p.id, p.version"
     "  FROM jb_poll($1::bigint, token => $2, principal => $3) AS p",
     {poll_id, token, asker, public_url, aside(tags), aside(wait)},
     tagged, Face::guest},

    {"GET", "/polls/:id/invitation", read, Body::none,
     "SELECT " JB_WITH("jb_invitation_json(i)", "others", JB_SCHEDULES("jb_poll_others($1::bigint, token => $2)"))
     "  FROM jb_poll_invitation($1::bigint, token => $2) AS i",
     {poll_id, token},
     object, Face::guest},

    {"PATCH", "/polls/:id", write, Body::members,
     "SELECT jb_poll_json(p) FROM jb_poll_set_public($1::bigint, $2::bool, token => $3, principal => $4) AS p",
     {poll_id, required(member("public", checks::is_flag)), token, asker},
     object, Face::guest},

    {"DELETE", "/polls/:id", write, Body::none,
     "SELECT jb_poll_delete($1::bigint, token => $2, principal => $3)",
     {poll_id, token, asker},
     nothing, Face::guest},

    {"POST", "/polls/:id/participants", write, Body::members,
     "SELECT json_build_object('poll_id', t.poll_id, 'name', t.participant, 'token', t.token,"
     "         'url', " JB_POLL_PAGE("$5::text") ")"
     "  FROM jb_poll_invite($1::bigint, $2, token => $3, principal => $4) AS t",
     {poll_id, required(word("name")), token, asker, public_url},
     invited, Face::guest},

    {"DELETE", "/polls/:id/guests", write, Body::none,
     "SELECT json_build_object('removed', jb_poll_revoke_guests($1::bigint, token => $2, principal => $3))",
     {poll_id, token, asker},
     object, Face::guest},

    {"DELETE", "/polls/:id/participants/:participant", write, Body::none,
     "SELECT jb_poll_revoke($1::bigint, $2, token => $3, principal => $4, invited => $5::bool)",
     {poll_id, item, token, asker, truth("invited")},
     nothing, Face::guest},

    {"PUT", "/polls/:id/schedules/:participant", write, Body::json,
     "SELECT CASE WHEN s.token IS NULL THEN jb_poll_schedule_json(s)::text"
     "            ELSE " JB_WITH("jb_poll_schedule_json(s)", "token", "to_json(s.token)") " END,"
     "       CASE WHEN s.token IS NOT NULL THEN '' END"
     "  FROM jb_poll_answer($1::bigint, $2, $3::jsonb, token => $4) AS s",
     {poll_id, item, body, token},
     made, Face::guest},

    {"DELETE", "/polls/:id/schedules/:participant", write, Body::none,
     "SELECT jb_poll_withdraw($1::bigint, $2, token => $3)",
     {poll_id, item, token},
     nothing, Face::guest},

    {"GET", "/polls/:id/recommendations", read, Body::none,
     "SELECT jb_recommendation_json(r)"
     "  FROM jb_poll_ranking($1::bigint, max_rows => $2::int, token => $3, principal => $4) AS r",
     {poll_id, number("limit", 1, 1000, "10"), token, asker},
     array, Face::guest},

    {"POST", "/polls/:id/book", write, Body::members,
     "SELECT " JB_ANSWER("$4::bool")
     "  FROM jb_poll_book($1::bigint, start_timestamp => $2::timestamptz, token => $3, dry_run => $4::bool,"
     "                    principal => $5, idempotency_key => $6) AS o",
     {poll_id, member("start_timestamp", checks::is_instant), token, option("dry_run"), asker,
      {key_of_principal, "Idempotency-Key", Source::header}},
     created, Face::guest},
};
// clang-format on

}  // namespace

std::span<const Row> poll_routes() { return poll_rows; }

}  // namespace jb::gateway
