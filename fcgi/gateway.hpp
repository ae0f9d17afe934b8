// SPDX-License-Identifier: PostgreSQL
//
// The way of a request, in order: face, certificate, principal, route, origin, parameters, body, statement. Every
// exception on this way becomes a problem. The gateway knows neither FastCGI nor libpq's sessions.
#pragma once

#include <string>

#include "authentication.hpp"
#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// Runs a request's route, which is found and allowed: checks query and body, runs the statement under the role, and
/// answers with its rows. Throws Problem.
Response run_route(Request& request, Backend& backend, Role role);

/// Shared by all threads.
class Gateway {
 public:
  /// Answers a request; fills in its principal for the log. `now` is the one reading of the clock that this request
  /// gets. An answer with `awaited` need not be sent yet: the same request may be asked again. Throws nothing but
  /// std::bad_alloc.
  Response answer(Request& request, Backend& backend, Clock::time_point now);

  /// The answer to a request that is refused before its turn: for which there is no room, or was none for too long
  /// (503), or whose caller has all its places in line (429).
  static Response refuse(const Request& request, int status, const std::string& detail);

  /// The answer for the log alone to a request whose client is gone: 499, nginx's number for such requests.
  static Response hung_up();

 private:
  Response serve(Request& request, Backend& backend, Clock::time_point now);

  Authentication authentication_;
};

}  // namespace jb::gateway
