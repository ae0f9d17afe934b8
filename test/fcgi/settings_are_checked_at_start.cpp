// SPDX-License-Identifier: PostgreSQL
//
// Promise: a wrong setting stops the program at its start, with its name and value; none falls back silently.
//
// Why it could break: a number read carelessly ends at the first letter, and "8O" threads are 8.
#include <gtest/gtest.h>

#include <map>

#include "fcgi/settings.hpp"

namespace jb::test {
namespace {

gateway::Settings settings_of(std::map<std::string, std::string> variables) {
  return gateway::read_settings([&](const char* name) -> const char* {
    const auto it = variables.find(name);
    return it == variables.end() ? nullptr : it->second.c_str();
  });
}

TEST(Settings, HaveDefaults) {
  const auto settings = settings_of({{"JB_SOCKET", "/run/x"}, {"JB_WAITING", ""}});
  EXPECT_EQ(settings.socket, "/run/x");
  EXPECT_EQ(settings.threads, 8);
  EXPECT_EQ(settings.waiting, 1000);
  EXPECT_EQ(settings.lock_wait, std::chrono::seconds(5));
  EXPECT_FALSE(settings.staleness);
}

TEST(Settings, AreRead) {
  const auto settings = settings_of(
      {{"JB_SOCKET", "s"}, {"JB_THREADS", "2"}, {"JB_WAITING", "3"}, {"JB_LOCK_WAIT", "13"}, {"JB_STALENESS", "15"}});
  EXPECT_EQ(settings.threads, 2);
  EXPECT_EQ(settings.waiting, 3);
  EXPECT_EQ(settings.lock_wait, std::chrono::seconds(13));
  EXPECT_EQ(settings.staleness, std::chrono::seconds(15));
}

TEST(Settings, ThatAreWrongAreRefused) {
  EXPECT_THROW(settings_of({}), std::invalid_argument);
  for (const char* bad : {"0", "-1", "8O", "1.5", " 8", "999", "x"})
    EXPECT_THROW(settings_of({{"JB_SOCKET", "s"}, {"JB_THREADS", bad}}), std::invalid_argument) << bad;
  for (const char* bad : {"0", "3601", "1s"})
    EXPECT_THROW(settings_of({{"JB_SOCKET", "s"}, {"JB_STALENESS", bad}}), std::invalid_argument) << bad;
}

}  // namespace
}  // namespace jb::test
