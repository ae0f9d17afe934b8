// SPDX-License-Identifier: PostgreSQL
//
// The way of a request, in order: face, certificate, rate, principal, route, parameters, origin, body, handler.
// Every exception on this way becomes a problem. The gateway knows neither FastCGI nor libpq's sessions.
#pragma once

#include <string>

#include "authentication.hpp"
#include "problem.hpp"
#include "rate_limit.hpp"
#include "request.hpp"
#include "response.hpp"
#include "router.hpp"

namespace jb::gateway {

/// An answer, and what the log needs beside the answer.
struct Answer {
  Response response;
  std::string error;  ///< for the operator only; empty when there is nothing to say
};

/// Runs a request's route, which is found and allowed: checks query and body, runs the statement, and answers with its
/// rows. Throws Problem.
Response run_route(Request& request, Database& database);

/// Shared by all threads.
class Gateway {
 public:
  Gateway(double rate, double burst) : rate_limit_(rate, burst) {}

  /// Answers a request; fills in its principal for the log. `now` is the one reading of the clock that this request
  /// gets. An answer with a `watch` need not be sent yet: the same request may be asked again. Throws nothing but
  /// std::bad_alloc.
  Answer answer(Request& request, Backend& backend, Clock::time_point now);

  /// The answer to a request for which there is no room, or was none for too long: 503, and why.
  static Answer busy(const Request& request, const std::string& detail);

  /// The answer to a caller who has all its places in line: 429.
  static Answer too_many(const Request& request);

  /// The answer for the log alone to a request whose client is gone: 499, nginx's number for such requests.
  static Answer hung_up();

 private:
  static Answer refuse(const Request& request, Problem problem);
  Response serve(Request& request, Backend& backend, Clock::time_point now);
  Response serve_probe(Request& request, Backend& backend);
  Role admit(Request& request, Backend& backend, Clock::time_point now);
  Role admit_guest(const Request& request, Clock::time_point now);
  void take_allowance(const Request& request, Clock::time_point now);

  Authentication authentication_;
  RateLimit rate_limit_;
};

}  // namespace jb::gateway
