// SPDX-License-Identifier: PostgreSQL
//
// From certificate to principal (rule 6.2), by the list in the database (jb_principal). An answer is cached for at most
// a second, so that a principal removed from the list is out within a second, and a busy one costs no second round
// trip.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "database.hpp"
#include "request.hpp"

namespace jb::gateway {

/// The principal that a certificate identifies: the name that the history shows, and the role that PostgreSQL enforces.
struct Principal {
  std::string name;
  Role role;
};

/// Shared by all threads.
class Authentication {
 public:
  /// The principal of the request's certificate, by the database's list. `now` is the request's time. Throws Problem
  /// 401 unless nginx found a valid certificate, whatever else is set; 403 when the certificate is not on the list;
  /// pg::Error when the list cannot be read.
  Principal principal_of(const Request& request, Backend& backend, Clock::time_point now);

 private:
  struct Entry {
    std::optional<Principal> principal;
    Clock::time_point read_at;
  };

  std::mutex mutex_;
  /// By issuer and subject, which a renewed certificate keeps. The subject alone would not do: another authority may
  /// issue the same one.
  std::map<std::pair<std::string, std::string>, Entry> entries_;
};

}  // namespace jb::gateway
