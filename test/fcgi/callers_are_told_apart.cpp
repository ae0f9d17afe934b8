// SPDX-License-Identifier: PostgreSQL
//
// Promise: a caller's share is counted by certificate, a guest's by the network of one subscriber, and whether a route
// may write says which turns its requests take.
//
// Why it could break: an IPv6 subscriber has 2^64 addresses, the same address is written in many ways, and a POST may
// be a question.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "fcgi/caller.hpp"
#include "fcgi/gateway.hpp"
#include "fcgi/router.hpp"

namespace jb::test {
namespace {

using gateway::caller_of;
using gateway::Face;
using gateway::Lane;
using gateway::network_of;

gateway::Request guest_from(const char* address) {
  auto asked = request("DELETE", "/polls/1/schedules/Anna");
  asked.face = Face::guest;
  asked.address = address;
  return asked;
}

TEST(Networks, AreTheFirst64BitsOfIPv6AndAllOfIPv4) {
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:0DB8:0001:0002::"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8:1:3::1"), "2001:db8:1:3::/64");
  EXPECT_EQ(network_of("::1"), "::/64");
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1") << "else all of IPv4 were one network";
  EXPECT_EQ(network_of("unix:"), "unix:");
  EXPECT_EQ(network_of(""), "");
}

TEST(Networks, ShareAnAllowance) {
  gateway::Gateway gateway{1, 2};
  FakeBackend backend;
  const auto status = [&](const char* address) {
    auto asked = guest_from(address);
    return gateway.answer(asked, backend, {}).response.status;
  };
  EXPECT_EQ(status("2001:db8:1:2::1"), 204);
  EXPECT_EQ(status("2001:db8:1:2::2"), 204);
  EXPECT_EQ(status("2001:db8:1:2:ffff:ffff:ffff:ffff"), 429);
  EXPECT_EQ(status("2001:db8:1:3::1"), 204);
}

TEST(Callers, AreKnownByIssuerAndSubject) {
  auto one = request("GET", "/events"), other = one;
  EXPECT_EQ(caller_of(one).name, caller_of(other).name);
  other.certificate.issuer = "CN=another authority";
  EXPECT_NE(caller_of(one).name, caller_of(other).name);
  EXPECT_FALSE(caller_of(one).is_guest);
  EXPECT_TRUE(caller_of(guest_from("192.0.2.1")).is_guest);
  EXPECT_NE(caller_of(guest_from("192.0.2.1")).name, caller_of(guest_from("192.0.2.2")).name);
}

std::optional<Lane> lane_taken_by(gateway::Request asked) {
  gateway::locate(asked);
  return gateway::lane_of(std::as_const(asked));
}

TEST(Lanes, GoByTheRoutesAccess) {
  EXPECT_EQ(lane_taken_by(request("GET", "/events")), Lane::read);
  EXPECT_EQ(lane_taken_by(request("HEAD", "/events")), Lane::read);
  EXPECT_EQ(lane_taken_by(request("POST", "/events")), Lane::write);
  EXPECT_EQ(lane_taken_by(request("POST", "/events/")), Lane::write);
  EXPECT_EQ(lane_taken_by(request("POST", "/events/explain?limit=3")), Lane::read) << "a question that has a body";
  EXPECT_EQ(lane_taken_by(request("POST", "/no/such/route")), Lane::read);
  EXPECT_EQ(lane_taken_by(request("OPTIONS", "/events")), Lane::read);
  EXPECT_EQ(lane_taken_by(request("GET", "/%zz")), Lane::read);
}

TEST(Lanes, AreSparedByWhatAsksNoDatabase) {
  auto probe = request("GET", "/health/live");
  EXPECT_EQ(lane_taken_by(probe), Lane::read) << "with a certificate, who asks is looked up";
  probe.face = Face::admin;
  EXPECT_EQ(lane_taken_by(probe), std::nullopt);
  auto health = request("GET", "/health");
  health.face = Face::admin;
  EXPECT_EQ(lane_taken_by(health), Lane::read);
}

}  // namespace
}  // namespace jb::test
