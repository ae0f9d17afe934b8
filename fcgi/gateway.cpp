// SPDX-License-Identifier: PostgreSQL
#include "gateway.hpp"

#include "arguments.hpp"
#include "route.hpp"

namespace jb::gateway {

namespace {

constexpr std::chrono::seconds kKept{1};
constexpr std::size_t kMostEntries = 1000;

constexpr Statement kPrincipalStatement{
    "principal", sql::kBound<"SELECT principal, role FROM jb_principal_of(:issuer, :subject)">.value};

std::optional<Principal> read_principal(const Request& request, Backend& backend) {
  const pg::Result result =
      backend.run(kPrincipalStatement, {request.issuer, request.subject}, Access::read, std::nullopt);
  for (const auto& [name, role] :
       {std::pair{"manager", Role::manager}, {"secretary", Role::secretary}, {"viewer", Role::viewer}})
    if (!result.empty() && result.view(0, 1) == name) return Principal{result.text(0, 0), role};
  return std::nullopt;
}

/// Refuses a write from a foreign origin (rule 6.7): a browser that holds a client certificate sends it with the
/// requests of every page. Also refuses a header that asks for a promise which the route does not keep, since the
/// caller would rely on it.
void check_write(const Request& request, const Route& route) {
  if (request.has_own_origin.empty())
    throw Problem(403, "foreign-origin", "Foreign origin",
                  "A write from a page of another origin is refused: " + request.origin.substr(0, 200));
  if (!request.idempotency_key.empty() && !route.takes_header("Idempotency-Key"))
    throw bad_parameter("Idempotency-Key", request.idempotency_key,
                        "is not taken by this route; send the request without it");
  if (!request.if_none_match.empty())
    throw bad_parameter("If-None-Match", request.if_none_match, "is supported on GET only");
  if (!request.if_match.empty() && !route.takes_header("If-Match"))
    throw Problem(412, "version-mismatch", "Version does not match",
                  "This route compares no versions, so If-Match cannot hold; send the request without it.");
}

/// The problem of a refused call with a token. A caller without certificate and token gets 401, which asks for a token.
/// A refusal by the extension has a hint, and is shown with its text. A refusal by PostgreSQL has none, and is shown as
/// on all other routes.
Problem refused_token(const pg::Error& error, const Request& request) {
  const std::string detail = error.what() + std::string(". ") + error.detail();
  Problem problem = request.face == Face::guest && request.authorization.empty()
                        ? no_token(detail)
                        : Problem(403, "not-allowed", "Not allowed", detail);
  problem.members["hint"] = hint_of(error);
  return problem;
}

/// The roles that may call all functions of a statement.
constexpr Statement kRolesStatement{"roles", sql::kBound<R"(
    SELECT string_agg(r.name, ' or ' ORDER BY r.n)
      FROM unnest('{viewer,secretary,manager}'::text[]) WITH ORDINALITY AS r (name, n)
     WHERE (SELECT bool_and(has_function_privilege('jb_' || r.name, p.oid, 'EXECUTE'))
              FROM regexp_matches(:statement, '\m(jb_\w+)\(', 'g') AS f (called)
              JOIN pg_proc AS p ON p.proname = f.called[1]
              JOIN pg_extension AS e ON e.extname = 'jb_scheduler' AND e.extnamespace = p.pronamespace))">.value};

/// The hint for a caller whose role PostgreSQL has refused; empty if unknown. It comes from the grants themselves,
/// which no route repeats.
std::string wanted_role(const Route& route, Backend& backend) {
  try {
    const pg::Result roles = backend.run(kRolesStatement, {route.sql.text}, Access::read, std::nullopt);
    if (!roles.empty() && !roles.is_null(0, 0)) return "It takes the role " + roles.text(0, 0) + ".";
  } catch (const pg::Error&) {
  }
  return {};
}

Problem problem_on(const Route& route, const Request& request, Backend& backend, const pg::Error& error) {
  const bool is_refused = error.sqlstate() == "42501";
  if (is_refused && !error.hint().empty() && route.argument(Source::request, "token"))
    return refused_token(error, request);
  Problem problem = problem_of(error, route.access);
  // Version 0, which no event has, means that no tag matches a version.
  if (problem.status == 412 && problem.detail.find(", not 0.") != std::string::npos) {
    const Problem told = bad_parameter("If-Match", request.if_match, "is not the ETag of the event as it is now");
    problem.detail = told.detail;
    problem.members["errors"] = told.members.at("errors");
  }
  if (is_refused && error.hint().empty() && request.face == Face::main)
    if (auto hint = wanted_role(route, backend); !hint.empty()) problem.members["hint"] = std::move(hint);
  return problem;
}

/// The errors of /api/v1 in the form that clients of seed 4 know: {"coach": ["must exist"]}, lists of messages by
/// field, in place of the list of all fields, and the message of a 409 under `base`. All others are unchanged.
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

/// The rows of the route's statement; none if it has none, or if the database is away and the route can do without. A
/// last column `replayed` says whether the database answered from the request's key.
pg::Result rows_of(const Route& route, Request& request, Backend& backend, Role role) {
  const pg::Parameters values = route.values(request);
  if (!route.sql.text) return {};
  try {
    pg::Result result = backend.run({route.name.c_str(), route.sql.text}, values, route.access, role);
    request.is_replay = result.ends_with_true("replayed");
    return result;
  } catch (const pg::Error& error) {
    if (!route.is_without_database || problem_of(error).status != 503) throw;
    return {};
  }
}

/// The longest answer to a guest. nginx takes all of it at once (fastcgi_max_temp_file_size in public.conf.in), so a
/// guest who fetches nothing does not keep the turn that all guests share. The longest feed has 32 MiB and its frame.
constexpr std::size_t kLongestToGuest = std::size_t{33} << 20;

/// Throws Problem 422, as for a budget, if the answer is longer. Only lists with a limit can be.
void check_length(const Response& response) {
  if (response.body.size() <= kLongestToGuest) return;
  throw invalid("limit", std::to_string(response.body.size()) + " bytes",
                "an answer on this address has at most " + std::to_string(kLongestToGuest) + " bytes")
      .member("hint", "Ask for less at once.");
}

/// Adds the headers of every answer: the id of the request, and who may keep the answer. Browsers do not guess another
/// type for its text. No page of another origin can load it, frame it, or control the window that it opened for it.
/// Answers to writes may hold a token, and problems are transient, so neither is kept.
Response sealed(Response response, const Request& request) {
  const bool is_kept = response.status < 400 && request.route && request.route->access == Access::read;
  response.with("X-Request-Id", request.request_id)
      .with("Cache-Control", is_kept ? "private, no-cache" : "no-store")
      .with("X-Content-Type-Options", "nosniff")
      .with("Content-Security-Policy", "frame-ancestors 'none'")
      .with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin");
  return response;
}

}  // namespace

Response run_route(Request& request, Backend& backend, Role role) {
  const Route& route = *request.route;
  check_query(request, route);
  check_body(request, route);
  try {
    if (route.body == Body::members) read_members(request, route);
    Response response = route.answer(request, rows_of(route, request, backend, role));
    if (request.face == Face::guest) check_length(response);
    return response;
  } catch (const pg::Error& error) {
    throw in_form(route, problem_on(route, request, backend, error));
  } catch (const Problem& problem) {
    throw in_form(route, problem);
  }
}

Response Gateway::answer(Request& request, Backend& backend, Clock::time_point now) {
  Response response;
  try {
    response = serve(request, backend, now);
  } catch (const Problem& problem) {
    response = problem_response(problem, request.request_id);
  } catch (const pg::Error& error) {
    response = problem_response(problem_of(error), request.request_id);
  } catch (const pg::Abandoned& error) {
    response = hung_up();
  } catch (const std::exception& error) {
    response = problem_response(internal_problem(error.what()), request.request_id);
  }
  if (request.is_replay) response.with("Idempotent-Replayed", "true");
  if (const auto age = backend.take_age()) response.with("Age", std::to_string(age->count()));
  return sealed(std::move(response), request);
}

Response Gateway::refuse(const Request& request, int status, const std::string& detail) {
  Problem problem = status == 429 ? Problem(429, "too-many-requests", "Too many requests", detail)
                                  : Problem(503, "unavailable", "Service unavailable", detail);
  problem.with("Retry-After", "5");
  return sealed(problem_response(problem, request.request_id), request);
}

Response Gateway::hung_up() { return {.status = 499, .headers = {}, .body = {}, .error = "the client hung up"}; }

Principal Gateway::principal_of(const Request& request, Backend& backend, Clock::time_point now) {
  const bool is_signed_in = request.verify == "SIGNED-IN";
  if (is_signed_in && request.subject.empty())
    throw Problem(503, "unavailable", "Service unavailable", "The sign-in has named nobody, or not as agreed.");
  if ((!is_signed_in && request.verify != "SUCCESS") || request.subject.empty())
    throw Problem(401, "no-certificate", "Client certificate required",
                  "Call with a client certificate that this server's authority has signed.");
  const std::pair key{request.issuer, request.subject};
  std::unique_lock lock(mutex_);
  const auto known = entries_.find(key);
  Entry entry = known == entries_.end() ? Entry{std::nullopt, now - kKept} : known->second;
  if (now - entry.read_at >= kKept) {
    lock.unlock();  // a slow database must not hold up callers whose entry is still fresh
    entry = {read_principal(request, backend), now};
    lock.lock();
    if (entries_.size() >= kMostEntries) entries_.clear();
    entries_[key] = entry;
  }
  if (!entry.principal)
    throw Problem(403, "not-allowed", "Not allowed",
                  "The caller is known by certificate or sign-in, but is not on the list of those who may call.")
        .member("hint", "Ask a manager to enter its issuer and subject with a role.");
  return *std::move(entry.principal);
}

Response Gateway::serve(Request& request, Backend& backend, Clock::time_point now) {
  // The role under which the request runs. Tokens and the guest's role decide what a guest may do.
  Role role = request.face == Face::admin ? Role::operator_ : Role::guest;
  if (request.face == Face::main) {
    Principal principal = principal_of(request, backend, now);
    request.principal = std::move(principal.name);
    role = principal.role;
    if (!request.expected_principal.empty() && percent_encode(request.principal) != request.expected_principal)
      throw Problem(403, "another-caller", "Another caller", "The caller is not whom Expect-Principal names.");
  }
  if (request.method == "OPTIONS") {
    parse_target(request);
    const std::string allowed = allowed_methods(request.path, request.face);
    if (allowed.empty()) throw not_found("There is no such route.");
    return Response{204, {}, {}}.with("Allow", allowed);
  }
  const Route& route = find_route(request);
  if (route.access == Access::write) check_write(request, route);
  return run_route(request, backend, role);
}

}  // namespace jb::gateway
