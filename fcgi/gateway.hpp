// SPDX-License-Identifier: PostgreSQL
//
// The stages of a request, in order: face, certificate, principal, route, origin, parameters, body, statement. An
// exception at any stage becomes a problem. The gateway knows neither FastCGI nor libpq's sessions.
#pragma once

#include <string>

#include "authentication.hpp"
#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// Runs the route of a request, after it was found and allowed: checks query and body, runs the statement under the
/// role, and makes the answer from its rows. Throws Problem.
Response run_route(Request& request, Backend& backend, Role role);

/// Shared by all threads.
class Gateway {
 public:
  /// Answers a request, and fills in its principal for the log. `now` is the time of the answer: the gateway reads
  /// no clock. An answer with `awaited` need not be sent yet: the same request may be passed in again. Throws only
  /// std::bad_alloc.
  Response answer(Request& request, Backend& backend, Clock::time_point now);

  /// The answer to a request that is refused before its turn: 503 if there is no room, or was none for too long; 429 if
  /// its caller has used all its places in line.
  static Response refuse(const Request& request, int status, const std::string& detail);

  /// The answer, for the log alone, to a request whose client is gone: 499, nginx's number for this.
  static Response hung_up();

 private:
  Response serve(Request& request, Backend& backend, Clock::time_point now);

  Authentication authentication_;
};

}  // namespace jb::gateway
