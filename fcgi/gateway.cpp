// SPDX-License-Identifier: PostgreSQL
#include "gateway.hpp"

#include "body.hpp"
#include "caller.hpp"
#include "idempotency.hpp"
#include "origin.hpp"
#include "parameters.hpp"
#include "problem.hpp"

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
  if (idempotency_key(request) && !route.keyed)
    throw bad_parameter("Idempotency-Key", *request.idempotency_key,
                        "is not taken by this route; send the request without it");
  if (request.if_none_match) throw bad_parameter("If-None-Match", *request.if_none_match, "is supported on GET only");
  if (request.if_match && !route.versioned)
    throw Problem(412, "version-mismatch", "Version does not match",
                  "What this route writes carries no ETag, so If-Match cannot hold.");
}

Response respond(const Route& route, Request& request, Backend& backend, Role role) {
  check_query(request, route.parameters, route.lists);
  if (route.access == Access::write) check_write(request, route);
  check_body(request, route.body);
  BoundDatabase database(backend, request, route.access, role);
  // What is written may be answered with a token.
  if (route.access == Access::write) return route.handler(request, database).with("Cache-Control", "no-store");
  try {
    return route.handler(request, database).with("Cache-Control", "private, no-cache");
  } catch (const pg::Error& error) {
    throw problem_of_reading(error);
  }
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
  parse_target(request);
  if (request.method == "OPTIONS") {
    const std::string allowed = allowed_methods(request.path, request.face);
    if (allowed.empty()) throw not_found("There is no such route.");
    return no_content().with("Allow", allowed);
  }
  return respond(find_route(request), request, backend, role);
}

Response Gateway::serve_probe(Request& request, Backend& backend) {
  parse_target(request);
  return respond(find_route(request), request, backend, Role::operator_);
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
