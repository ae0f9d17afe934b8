// SPDX-License-Identifier: PostgreSQL
//
// The stages of a request, in order: face, certificate, principal, route (already found: route.hpp),
// origin, parameters, body, statement. An exception at any stage becomes a problem. The gateway knows neither FastCGI
// nor libpq's sessions.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "database.hpp"
#include "message.hpp"

namespace jb::gateway {

/// The principal that a certificate identifies: the name that the history shows, and the role that PostgreSQL enforces.
struct Principal {
  std::string name;
  Role role;
};

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
  // From certificate to principal (rule 6.2), by the list in the database (jb_principal). An answer is cached for at
  // most a second, so that a principal removed from the list is out within a second, and a busy one costs no second
  // round trip.
  struct Entry {
    std::optional<Principal> principal;
    Clock::time_point read_at;
  };

  Response serve(Request& request, Backend& backend, Clock::time_point now);
  /// The principal of the request's certificate, by the database's list. `now` is the request's time. Throws Problem
  /// 401 unless nginx found a valid certificate, whatever else is set; 403 when the certificate is not on the list;
  /// pg::Error when the list cannot be read.
  Principal principal_of(const Request& request, Backend& backend, Clock::time_point now);

  std::mutex mutex_;
  /// By issuer and subject, which a renewed certificate keeps. The subject alone would not do: another authority may
  /// issue the same one.
  std::map<std::pair<std::string, std::string>, Entry> entries_;
};

}  // namespace jb::gateway
