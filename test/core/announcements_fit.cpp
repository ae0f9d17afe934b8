// SPDX-License-Identifier: PostgreSQL
//
// Promise: an announcement names every calendar of its rejection, or says how many it leaves out. It always stays below
// the 8,000 bytes that NOTIFY takes.
//
// Why it could break: an event may name 100 calendars of 200 characters, plus its attendees' calendars. A listener
// waiting for one of them would conclude from a list without it that the rejection is not its own.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cctz_zone.hpp"
#include "core/event/shown.hpp"

namespace jb {
namespace {

nlohmann::json announced(std::size_t calendars, std::size_t length, std::size_t* bytes = nullptr) {
  Rejection rejection;
  rejection.zone = test::zone("Europe/Berlin");
  rejection.refusal.reason = Reason::outside_hours;
  rejection.event_id = std::numeric_limits<EventId>::max();
  for (std::size_t i = 0; i < calendars; ++i) {
    auto name = "room:" + std::to_string(i);
    rejection.calendars.push_back(name + std::string(length - name.size(), 'x'));
  }
  const auto payload = announcement_json(std::numeric_limits<std::int64_t>::max(), rejection);
  if (bytes != nullptr) *bytes = payload.size();
  return nlohmann::json::parse(payload);
}

TEST(Announcements, NameEveryCalendarThatFits) {
  for (const std::size_t calendars : {1, 10, 11, 100}) {
    const auto announcement = announced(calendars, 20);
    EXPECT_EQ(announcement.at("calendars").size(), calendars);
    EXPECT_FALSE(announcement.contains("calendars_left_out"));
  }
}

TEST(Announcements, SayHowManyTheyLeaveOut) {
  std::size_t bytes = 0;
  const auto announcement = announced(100, 200, &bytes);
  EXPECT_EQ(announcement.at("calendars").size(), 36U);
  EXPECT_EQ(announcement.at("calendars_left_out"), 64);
  EXPECT_GT(bytes, 7'300U);
}

TEST(Announcements, StayBelowWhatNotifyTakes) {
  for (std::size_t length = 9; length <= 200; ++length) {
    std::size_t bytes = 0;
    const auto announcement = announced(1'000, length, &bytes);
    EXPECT_LT(bytes, 8'000U);
    EXPECT_EQ(announcement.at("calendars").size() + announcement.at("calendars_left_out").get<std::size_t>(), 1'000U);
  }
}

}  // namespace
}  // namespace jb
