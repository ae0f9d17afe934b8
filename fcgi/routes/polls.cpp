// SPDX-License-Identifier: PostgreSQL
//
// Polls. The database judges both a bearer token and the caller's role. Tokens are shown only once.
#include "../answers.hpp"
#include "../arguments.hpp"
#include "../message.hpp"
#include "../route.hpp"

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

constexpr Argument asker{who_asks, "principal"};

/// The caller of a participant's route: a guest has no name, and the token alone opens the poll.
pg::Parameter who_takes_part(const Request& request, const Argument&) {
  return request.face == Face::guest ? std::nullopt : pg::Parameter(request.principal);
}
constexpr Argument participant{who_takes_part, "principal"};

Response invited(const Request& request, const pg::Result& result) {
  return json_response(201, result.text(0, 0))
      .with("Location", "/polls/" + request.parameter + "/schedules/" + percent_encode(*value_of(request, "name")));
}

// The address of the page that a token opens. The token is its fragment, which no browser sends and no log shows. Null
// if the server has no public address.
constexpr sql::Text kPollPage = ":public_url::text || '/polls/' || t.poll_id || '#' || t.token";

constexpr auto schedules(const auto& function) {
  return "coalesce((SELECT json_agg(jb_poll_schedule_json(s)) FROM " + sql::Text(function) + " AS s), '[]')";
}

// A poll with its schedules, and its public address, or null.
constexpr auto kWholePoll =
    with_member(with_member("jb_poll_json(p)", "participants",
                            schedules("jb_poll_schedules(:poll_id::bigint, token => :token, principal => :principal)")),
                "url", "coalesce(to_json(:public_url::text || '/polls/' || p.id), 'null')");

// clang-format off
constexpr Row kPollRows[] = {
    {"GET", "/polls", read, Body::none, statement<R"(
        SELECT jb_poll_json(p), p.id
          FROM jb_polls(after => :after::bigint, max_rows => :limit::int, principal => :principal) AS p)">,
     {number("after", 0, 9'223'372'036'854'775'807, "0"), limit, principal}, page},

    {"POST", "/polls", write, Body::json, statement<R"(
        SELECT json_build_object('id', t.poll_id, 'organiser_token', t.token, 'url', )" + kPollPage + R"(),
               '/polls/' || t.poll_id
          FROM jb_poll_create_json(:body::jsonb, principal => :principal) AS t)">,
     {body, principal, public_url}, made},

    // While the client's version of the poll is current, the request may wait for the next one. The version does not
    // cover the booked event, which may be cancelled or confirmed elsewhere: the client learns of that when the wait
    // ends.
    {"GET", "/polls/:id", read, Body::none, statement<R"(
        SELECT p.version || '-' || coalesce(p.event_id::text, p.status), )" + kWholePoll + R"(, false, 'poll ' || p.id, p.version
          FROM jb_poll(:poll_id::bigint, token => :token, principal => :principal) AS p)">,
     {poll_id, token, asker, public_url, aside(tags), aside(wait)}, tagged, Face::guest},

    {"GET", "/polls/:id/invitation", read, Body::none, statement<R"(
        SELECT )" + with_member("jb_invitation_json(i)", "others",
                                schedules("jb_poll_others(:poll_id::bigint, token => :token, principal => :principal)")) + R"(
          FROM jb_poll_invitation(:poll_id::bigint, token => :token, principal => :principal) AS i)">,
     {poll_id, token, participant}, object, Face::guest},

    {"PATCH", "/polls/:id", write, Body::members, statement<R"(
        SELECT jb_poll_json(p)
          FROM jb_poll_set_public(:poll_id::bigint, :public::bool, token => :token, principal => :principal) AS p)">,
     {poll_id, required(member("public", checks::is_flag)), token, asker}, object, Face::guest},

    {"DELETE", "/polls/:id", write, Body::none, statement<R"(
        SELECT jb_poll_delete(:poll_id::bigint, token => :token, principal => :principal))">,
     {poll_id, token, asker}, nothing, Face::guest},

    {"POST", "/polls/:id/participants", write, Body::members, statement<R"(
        SELECT json_build_object('poll_id', t.poll_id, 'name', t.participant, 'token', t.token,
                 'url', )" + kPollPage + R"()
          FROM jb_poll_invite(:poll_id::bigint, :name, token => :token, principal => :principal) AS t)">,
     {poll_id, required(word("name")), token, asker, public_url}, invited, Face::guest},

    {"DELETE", "/polls/:id/guests", write, Body::none, statement<R"(
        SELECT json_build_object('removed',
                                 jb_poll_revoke_guests(:poll_id::bigint, token => :token, principal => :principal)))">,
     {poll_id, token, asker}, object, Face::guest},

    {"DELETE", "/polls/:id/participants/:participant", write, Body::none, statement<R"(
        SELECT jb_poll_revoke(:poll_id::bigint, :item, token => :token, principal => :principal,
                              invited => :invited::bool))">,
     {poll_id, item, token, asker, truth("invited")}, nothing, Face::guest},

    {"PUT", "/polls/:id/schedules/:participant", write, Body::json, statement<R"(
        SELECT CASE WHEN s.token IS NULL THEN jb_poll_schedule_json(s)::text
                    ELSE )" + with_member("jb_poll_schedule_json(s)", "token", "to_json(s.token)") + R"( END,
               CASE WHEN s.token IS NOT NULL THEN '' END
          FROM jb_poll_answer(:poll_id::bigint, :item, :body::jsonb, token => :token, principal => :principal) AS s)">,
     {poll_id, item, body, token, participant}, made, Face::guest},

    {"DELETE", "/polls/:id/schedules/:participant", write, Body::none, statement<R"(
        SELECT jb_poll_withdraw(:poll_id::bigint, :item, token => :token, principal => :principal))">,
     {poll_id, item, token, participant}, nothing, Face::guest},

    {"GET", "/polls/:id/recommendations", read, Body::none, statement<R"(
        SELECT jb_recommendation_json(r)
          FROM jb_poll_ranking(:poll_id::bigint, max_rows => :limit::int, token => :token,
                               principal => :principal) AS r)">,
     {poll_id, number("limit", 1, 1000, "10"), token, asker}, array, Face::guest},

    {"POST", "/polls/:id/book", write, Body::members, statement<R"(
        SELECT )" + answer_columns(":dry_run::bool") + R"(
          FROM jb_poll_book(:poll_id::bigint, start_timestamp => :start_timestamp::timestamptz, token => :token,
                            dry_run => :dry_run::bool, basis => :basis, principal => :principal,
                            idempotency_key => :key) AS o)">,
     {poll_id, member("start_timestamp", checks::is_instant), token, option("dry_run"), basis, asker,
      header(key_of_principal, "Idempotency-Key", "key")}, created, Face::guest},
};
// clang-format on

}  // namespace

std::span<const Row> poll_routes() { return kPollRows; }

}  // namespace jb::gateway
