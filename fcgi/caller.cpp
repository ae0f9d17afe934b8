// SPDX-License-Identifier: PostgreSQL
#include "caller.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "authentication.hpp"
#include "route.hpp"

namespace jb::gateway {

std::string network_of(const std::string& address) {
  in6_addr whole{};
  if (inet_pton(AF_INET6, address.c_str(), &whole) != 1) return address;
  char text[INET6_ADDRSTRLEN] = "";
  if (IN6_IS_ADDR_V4MAPPED(&whole)) return inet_ntop(AF_INET, &whole.s6_addr[12], text, sizeof text);
  std::fill(whole.s6_addr + 8, whole.s6_addr + 16, std::uint8_t{0});
  inet_ntop(AF_INET6, &whole, text, sizeof text);
  return text + std::string("/64");
}

Caller caller_of(const Request& request) {
  switch (request.face) {
    case Face::admin:
      return {"probe"};
    case Face::guest:
      return {"guest " + network_of(request.address), true};
    case Face::main:
      break;
  }
  return {identity(request.certificate)};
}

std::optional<Lane> lane_of(const Request& request) {
  const Route* route = request.route;
  if (request.face == Face::admin && route && route->pattern == "/health/live") return std::nullopt;
  return route && route->access == Access::write ? Lane::write : Lane::read;
}

}  // namespace jb::gateway
