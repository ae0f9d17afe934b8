// SPDX-License-Identifier: PostgreSQL
#include "gateway.hpp"

#include "arguments.hpp"
#include "body.hpp"
#include "caller.hpp"
#include "idempotency.hpp"
#include "origin.hpp"
#include "problem.hpp"
#include "router.hpp"

namespace jb::gateway {

namespace {

/// A backend with the role and the access of one request fixed: a handler can neither raise its role nor write on a
/// reading route. Notes in the request whether the database answered from the request's key (JB_REPLAYED).
class BoundDatabase final : public Database {
 public:
  BoundDatabase(Backend& backend, Request& request, Access access, Role role)
      : backend_(backend), request_(request), access_(access), role_(role) {}
  pg::Result run(const Statement& statement, const pg::Parameters& values) override {
    auto result = backend_.run(statement, values, access_, role_);
    if (result.ends_with_true("replayed")) request_.is_replay = true;
    return result;
  }

 private:
  Backend& backend_;
  Request& request_;
  const Access access_;
  const Role role_;
};

/// Refuses a write with a foreign origin (rule 6.7), and with a header that asks for a promise which the route does not
/// keep: the caller would rely on the promise.
void check_write(const Request& request, const Route& route) {
  if (has_foreign_origin(request))
    throw Problem(403, "foreign-origin", "Foreign origin",
                  "A write from a page of another origin is refused: " + request.origin->substr(0, 200));
  if (idempotency_key(request) && !route.takes_header("Idempotency-Key"))
    throw bad_parameter("Idempotency-Key", *request.idempotency_key,
                        "is not taken by this route; send the request without it");
  if (request.if_none_match) throw bad_parameter("If-None-Match", *request.if_none_match, "is supported on GET only");
  if (request.if_match && !route.takes_header("If-Match"))
    throw Problem(412, "version-mismatch", "Version does not match",
                  "What this route writes carries no ETag, so If-Match cannot hold.");
}

/// The problem of a refused call with a token. A caller without certificate and token gets 401, which asks for a token.
/// A refusal of the extension, which has a hint, is shown with its text; a refusal of PostgreSQL, which has no hint, is
/// told as on all other routes.
Problem refused_token(const pg::Error& error, const Request& request) {
  const bool is_nobody = request.face == Face::guest && !request.authorization;
  Problem problem(is_nobody ? 401 : 403, is_nobody ? "no-token" : "not-allowed",
                  is_nobody ? "Token required" : "Not allowed", error.what() + std::string(". ") + error.detail());
  if (is_nobody) problem.with("WWW-Authenticate", "Bearer");
  problem.members["hint"] = error.hint();
  return problem;
}

Problem problem_on(const Route& route, const Request& request, const pg::Error& error) {
  if (error.sqlstate() == "42501" && !error.hint().empty() && route.argument(Place::request, "Authorization"))
    return refused_token(error, request);
  return route.access == Access::read ? problem_of_reading(error) : problem_of(error);
}

/// The errors of /api/v1 in the form that clients of seed 4 know: lists of messages by field in place of the list of
/// all fields, {"coach": ["must exist"]}, and under `base` the message of a 409. All others as they are.
Problem in_form(const Route& route, Problem problem) {
  if (!route.pattern.starts_with("/api/v1/")) return problem;
  const Json list = problem.members.value("errors", Json());
  Json errors = Json::object();
  if (list.is_array()) {
    for (const Json& item : list) errors[item.value("field", "base")].push_back(item.value("message", ""));
  } else if (problem.status == 409) {
    const bool overlaps = problem.members.value("reason", "") == "conflict";
    errors["base"] = Json::array({overlaps ? "Session overlaps with another session" : problem.detail});
  }
  if (!errors.empty()) problem.members["errors"] = std::move(errors);
  return problem;
}

Response respond(Request& request, Backend& backend, Role role) {
  const Route& route = *request.route;
  if (route.access == Access::write) check_write(request, route);
  BoundDatabase database(backend, request, route.access, role);
  // What is written may be answered with a token.
  const char* cache_control = route.access == Access::write ? "no-store" : "private, no-cache";
  return run_route(request, database).with("Cache-Control", cache_control);
}

Answer problem_answer(const Problem& problem, const Request& request) {
  Answer answer{problem_response(problem, request.request_id), problem.log};
  // A dry run stores no rejection, so its rejection_id is null.
  if (const Json id = problem.members.value("rejection_id", Json()); !id.is_null())
    answer.response.told.push_back({"rejected", problem.members.value("reason", "")});
  return answer;
}

/// What every answer says: its request, that no browser takes its text for something else, and that no page of another
/// origin loads it.
Answer sealed(Answer answer, const Request& request) {
  answer.response.with("X-Request-Id", request.request_id)
      .with("X-Content-Type-Options", "nosniff")
      .with("Cross-Origin-Resource-Policy", "same-origin");
  return answer;
}

}  // namespace

Response run_route(Request& request, Database& database) {
  const Route& route = *request.route;
  check_query(request, route);
  check_body(request, route);
  try {
    if (route.body == Body::members) request.members = read_members(request.body, route);
    if (route.reply.handler) return route.reply.handler(request, database);
    return route.reply.answer(request, database.run({route.name.c_str(), route.sql}, route.values(request)));
  } catch (const pg::Error& error) {
    throw in_form(route, problem_on(route, request, error));
  } catch (const Problem& problem) {
    throw in_form(route, problem);
  }
}

Answer Gateway::answer(Request& request, Backend& backend, Clock::time_point now) {
  Answer answer;
  try {
    answer.response = serve(request, backend, now);
  } catch (const Problem& problem) {
    answer = problem_answer(problem, request);
  } catch (const pg::Error& error) {
    answer = problem_answer(problem_of(error), request);
  } catch (const pg::Abandoned& error) {
    answer = hung_up();
  } catch (const std::exception& error) {
    answer = problem_answer(internal_problem(error.what()), request);
  }
  if (request.is_replay) answer.response.with("Idempotent-Replayed", "true");
  if (const auto age = backend.take_age()) answer.response.with("Age", std::to_string(age->count()));
  return sealed(std::move(answer), request);
}

Answer Gateway::refuse(const Request& request, Problem problem) {
  problem.with("Retry-After", "5");
  return sealed(problem_answer(problem, request), request);
}

Answer Gateway::busy(const Request& request, const std::string& detail) {
  return refuse(request, Problem(503, "unavailable", "Service unavailable", detail));
}

Answer Gateway::too_many(const Request& request) {
  return refuse(request, Problem(429, "too-many-requests", "Too many requests",
                                 "This caller has as many requests waiting as one may have."));
}

Answer Gateway::hung_up() { return {Response{499, {}, {}}, "the client hung up"}; }

Response Gateway::serve(Request& request, Backend& backend, Clock::time_point now) {
  if (request.face == Face::admin) return serve_probe(request, backend);
  const Role role = request.face == Face::guest ? admit_guest(request, now) : admit(request, backend, now);
  if (request.method == "OPTIONS") {
    parse_target(request);
    const std::string allowed = allowed_methods(request.path, request.face);
    if (allowed.empty()) throw not_found("There is no such route.");
    return no_content().with("Allow", allowed);
  }
  find_route(request);
  return respond(request, backend, role);
}

Response Gateway::serve_probe(Request& request, Backend& backend) {
  find_route(request);
  return respond(request, backend, Role::operator_);
}

Role Gateway::admit(Request& request, Backend& backend, Clock::time_point now) {
  require_certificate(request.certificate);
  // The allowance is taken before the database is asked, and from unknown certificates too: the limit protects the
  // database.
  if (!request.has_waited) take_allowance(request, now);
  Principal principal = authentication_.principal_of(request.certificate, backend, now);
  request.principal = std::move(principal.name);
  return principal.role;
}

/// Admits a caller without a certificate, whose allowance is counted by address. Tokens and the guest's role decide
/// what the guest may do.
Role Gateway::admit_guest(const Request& request, Clock::time_point now) {
  if (!request.has_waited) take_allowance(request, now);
  return Role::guest;
}

void Gateway::take_allowance(const Request& request, Clock::time_point now) {
  const auto wait = rate_limit_.take(caller_of(request).name, now);
  if (wait)
    throw Problem(429, "too-many-requests", "Too many requests", "This principal has used up its allowance.")
        .with("Retry-After", std::to_string(*wait));
}

}  // namespace jb::gateway
