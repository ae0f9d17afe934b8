// SPDX-License-Identifier: PostgreSQL
//
// The caller, as far as shares of the front end go; known before the database is asked.
#pragma once

#include <optional>
#include <string>

#include "request.hpp"

namespace jb::gateway {

/// A caller with an allowance and a share of the turns: a certificate's issuer and subject, a guest's network, or the
/// probes.
struct Caller {
  std::string name;
  bool is_guest = false;
};

/// Which turns a request takes, by whether its route may write: a POST that only asks is a read.
enum class Lane { read, write };

Caller caller_of(const Request& request);

/// nullopt: the database is not asked, so that no turn is needed. A request that finds no route is a read.
std::optional<Lane> lane_of(const Request& request);

/// The network that an address stands for: of an IPv6 address the first 64 bits, which belong to one subscriber (RFC
/// 6177); of an IPv4 address, also written as IPv6 ("::ffff:192.0.2.1"), all of it; any other text stands for itself.
std::string network_of(const std::string& address);

}  // namespace jb::gateway
