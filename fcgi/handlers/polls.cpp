// SPDX-License-Identifier: PostgreSQL
//
// Polls. A bearer token goes along with the caller's role; the database judges both.
#include "../bearer.hpp"
#include "../body.hpp"
#include "../idempotency.hpp"
#include "../options.hpp"
#include "../outcome.hpp"
#include "../parameters.hpp"
#include "../precondition.hpp"
#include "../problem.hpp"
#include "handlers.hpp"
#include "page.hpp"

namespace jb::gateway {

namespace {

constexpr Statement list_polls_statement{
    "polls",
    "SELECT jb_poll_json(p), p.id FROM jb_polls(after => $1::bigint, max_rows => $2::int, principal => $3) AS p"};

constexpr Statement create_poll_statement{
    "poll_create",
    "SELECT json_build_object('id', t.poll_id, 'organiser_token', t.token), t.poll_id, t.token"
    "  FROM jb_poll_create_json($1::jsonb, principal => $2) AS t"};

constexpr Statement get_poll_statement{
    "poll",
    "SELECT jb_poll_json(p), coalesce("
    "  (SELECT json_agg(jb_poll_schedule_json(s))"
    "     FROM jb_poll_schedules($1::bigint, token => $2, principal => $3) AS s), '[]'),"
    "  p.version, p.version || '-' || p.status"
    "  FROM jb_poll($1::bigint, token => $2, principal => $3) AS p"};

constexpr Statement invitation_statement{"poll_invitation",
                                         "SELECT jb_invitation_json(i), coalesce("
                                         "  (SELECT json_agg(jb_poll_schedule_json(s))"
                                         "     FROM jb_poll_others($1::bigint, token => $2) AS s), '[]')"
                                         "  FROM jb_poll_invitation($1::bigint, token => $2) AS i"};

constexpr Statement delete_poll_statement{"poll_delete",
                                          "SELECT jb_poll_delete($1::bigint, token => $2, principal => $3)"};

constexpr Statement invite_statement{
    "poll_invite",
    "SELECT json_build_object('poll_id', t.poll_id, 'name', t.participant, 'token', t.token), t.token"
    "  FROM jb_poll_invite($1::bigint, $2, token => $3, principal => $4) AS t"};

constexpr Statement revoke_statement{"poll_revoke",
                                     "SELECT jb_poll_revoke($1::bigint, $2, token => $3, principal => $4)"};

constexpr Statement answer_statement{"poll_answer",
                                     "SELECT jb_poll_schedule_json(s), s.token"
                                     "  FROM jb_poll_answer($1::bigint, $2, $3::jsonb, token => $4) AS s"};

constexpr Statement withdraw_statement{"poll_withdraw", "SELECT jb_poll_withdraw($1::bigint, $2, token => $3)"};

constexpr Statement ranking_statement{"poll_ranking",
                                      "SELECT jb_recommendation_json(r) FROM jb_poll_ranking($1::bigint, max_rows => "
                                      "$2::int, token => $3, principal => $4)"
                                      "  AS r"};

constexpr Statement book_statement{
    "poll_book",
    "SELECT " JB_ANSWER("$4::bool")
    "  FROM jb_poll_book($1::bigint, start_timestamp => $2::timestamptz, token => $3, dry_run => $4::bool,"
    "                    principal => $5, idempotency_key => $6) AS o"};

/// The problem of a refused call. A caller without certificate and token gets 401, which asks for a token. A refusal of
/// the extension, which has a hint, is shown with its text; a refusal of PostgreSQL, which has no hint, is told as on
/// all other routes.
Problem refused(const pg::Error& error, const Request& request) {
  const bool is_nobody = request.face == Face::guest && !request.authorization;
  Problem problem(is_nobody ? 401 : 403, is_nobody ? "no-token" : "not-allowed",
                  is_nobody ? "Token required" : "Not allowed", error.what() + std::string(". ") + error.detail());
  if (is_nobody) problem.with("WWW-Authenticate", "Bearer");
  problem.members["hint"] = error.hint();
  return problem;
}

template <class Work>
auto with_token(const Request& request, Work&& work) {
  try {
    return work(bearer_token(request));
  } catch (const pg::Error& error) {
    if (error.sqlstate() == "42501" && !error.hint().empty()) throw refused(error, request);
    throw;
  }
}

/// The name in {"name": "Anna"}; empty when the name is missing. The database refuses an empty name.
std::string read_name(const std::string& body) {
  return read_members(body, "the body must be an object with name, a text",
                      [](const std::string& name, const Json& value) { return name == "name" && is_text(value); })
      .value("name", "");
}

/// The database's JSON object with one more member. The function works on the text: a parsed poll with many schedules
/// would take several times the memory.
std::string with_member(std::string object, std::string_view name, std::string_view value) {
  object.pop_back();
  return object.append(", \"").append(name).append("\": ").append(value) + "}";
}

/// The address of the page that the token opens, as JSON: the token is its fragment, which no browser sends and no log
/// shows. Null when the server has no public address.
std::string page_url(const Request& request, std::string_view poll, std::string_view token) {
  if (request.public_url.empty()) return "null";
  return Json(request.public_url + "/polls/" + std::string(poll) + "#" + std::string(token)).dump();
}

/// Who asks, as the history shows it: on the public address nobody has a certificate, and the token is the organiser's.
std::string asking(const Request& request) {
  return request.face == Face::guest ? "organiser of poll " + request.parameter : request.principal;
}

Json read_booking(const std::string& body) {
  return read_members(body,
                      "the body must be empty or an object with start_timestamp, an RFC 3339 time with its offset, and "
                      "dry_run, true or false",
                      [](const std::string& name, const Json& value) {
                        if (name == "dry_run") return value.is_boolean();
                        return name == "start_timestamp" && value.is_string() && is_timestamp(value.get<std::string>());
                      });
}

}  // namespace

Response list_polls(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "100");
  return page_response(
      request, database.run(list_polls_statement, {sequence_parameter(request), limit, request.principal}), limit);
}

Response create_poll(const Request& request, Database& database) {
  const pg::Result result = database.run(create_poll_statement, {request.body, request.principal});
  const std::string id = result.text(0, 1);
  return json_response(201, with_member(result.text(0, 0), "url", page_url(request, id, result.view(0, 2))))
      .with("Location", "/polls/" + id);
}

/// While the poll is as the client knows it, the request may wait until it is another. Whether what it booked still
/// stands is no part of its version, since the event may be cancelled elsewhere: it is told when the time is over.
Response get_poll(const Request& request, Database& database) {
  const std::chrono::seconds wait{std::stoi(number_parameter(request, "wait", 0, 50, "0"))};
  return with_token(request, [&](const pg::Parameter& token) {
    constexpr int of_version = 2, of_state = 3;
    const pg::Result result = database.run(get_poll_statement, {poll_id(request), token, asking(request)});
    const bool has_version = !result.is_null(0, of_version);
    const bool is_known = has_version && is_not_modified(request, result.view(0, of_state));
    Response response = is_known
                            ? Response{304, {}, {}}
                            : json_response(200, with_member(result.text(0, 0), "participants", result.view(0, 1)));
    if (has_version) response.with("ETag", etag(result.view(0, of_state)));
    if (is_known && wait.count() > 0 && request.may_wait)
      response.watch = Watch{.calendar = std::nullopt,
                             .seen = std::stoll(result.text(0, of_version)),
                             .wait = wait,
                             .due = std::nullopt,
                             .poll = std::stoll(poll_id(request))};
    return response;
  });
}

Response get_invitation(const Request& request, Database& database) {
  return with_token(request, [&](const pg::Parameter& token) {
    const pg::Result result = database.run(invitation_statement, {poll_id(request), token});
    return json_response(200, with_member(result.text(0, 0), "others", result.view(0, 1)));
  });
}

Response delete_poll(const Request& request, Database& database) {
  return with_token(request, [&](const pg::Parameter& token) {
    database.run(delete_poll_statement, {poll_id(request), token, asking(request)});
    return no_content();
  });
}

Response invite_participant(const Request& request, Database& database) {
  return with_token(request, [&](const pg::Parameter& token) {
    const std::string name = read_name(request.body);
    const pg::Result result = database.run(invite_statement, {poll_id(request), name, token, asking(request)});
    const std::string url = page_url(request, poll_id(request), result.view(0, 1));
    return json_response(201, with_member(result.text(0, 0), "url", url))
        .with("Location", "/polls/" + request.parameter + "/schedules/" + percent_encode(name));
  });
}

Response revoke_invitation(const Request& request, Database& database) {
  return with_token(request, [&](const pg::Parameter& token) {
    database.run(revoke_statement, {poll_id(request), request.item, token, asking(request)});
    return no_content();
  });
}

Response answer_poll(const Request& request, Database& database) {
  return with_token(request, [&](const pg::Parameter& token) {
    const pg::Result result = database.run(answer_statement, {poll_id(request), request.item, request.body, token});
    if (result.is_null(0, 1)) return json_response(200, result.text(0, 0));
    return json_response(201, with_member(result.text(0, 0), "token", '"' + result.text(0, 1) + '"'));
  });
}

Response withdraw(const Request& request, Database& database) {
  return with_token(request, [&](const pg::Parameter& token) {
    database.run(withdraw_statement, {poll_id(request), request.item, token});
    return no_content();
  });
}

Response list_recommendations(const Request& request, Database& database) {
  const std::string limit = number_parameter(request, "limit", 1, 1000, "10");
  return with_token(request, [&](const pg::Parameter& token) {
    return list_response(database.run(ranking_statement, {poll_id(request), limit, token, asking(request)}));
  });
}

Response book_poll(const Request& request, Database& database) {
  return with_token(request, [&](const pg::Parameter& token) {
    const Json booking = read_booking(request.body);
    // Keys are kept by principal, and a guest has none: whoever found out the key would be told the answer.
    if (request.face == Face::guest && request.idempotency_key)
      throw bad_parameter("Idempotency-Key", *request.idempotency_key,
                          "is not taken on this address: a booked poll is closed");
    pg::Parameter start;
    if (booking.contains("start_timestamp")) start = booking["start_timestamp"].get<std::string>();
    return created(database.run(book_statement, {poll_id(request), start, token, option(booking, "dry_run"),
                                                 asking(request), idempotency_key(request)}));
  });
}

}  // namespace jb::gateway
