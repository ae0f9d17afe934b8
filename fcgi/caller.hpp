// SPDX-License-Identifier: PostgreSQL
//
// Who asks, as far as shares of the front end go: known before the database is asked.
#pragma once

#include <optional>
#include <string>

#include "request.hpp"

namespace jb::gateway {

/// One who has an allowance and a share: a certificate's issuer and subject, a guest's network, or the probes.
struct Caller {
  std::string name;
  bool is_guest = false;
};

/// Which turns a request takes, by whether its route may write: a POST that only asks is a read.
enum class Lane { read, write };

Caller caller_of(const Request& request);

/// nullopt: the database is not asked, so that no turn is needed. What finds no route is a read.
std::optional<Lane> lane_of(const Request& request);

/// What an address stands for: IPv6 its first 64 bits, which are one subscriber's (RFC 6177); IPv4, written as IPv6 too
/// ("::ffff:192.0.2.1"), all of it; anything else itself.
std::string network_of(const std::string& address);

}  // namespace jb::gateway
