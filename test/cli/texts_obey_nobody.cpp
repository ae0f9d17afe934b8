// SPDX-License-Identifier: PostgreSQL
//
// Promise: text from a server moves no cursor of the terminal that jb prints to, and remains the same JSON.
//
// Why it could break: JSON escapes only the controls below U+0020, while a terminal also obeys those of C1.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/terminal.hpp"

namespace jb::test {
namespace {

TEST(TextsOfAServer, HaveNothingThatATerminalObeys) {
  cli::prepare_terminal();
  EXPECT_EQ(cli::plain("a\x1b[2Jb\nc"), "a [2Jb c");
  EXPECT_EQ(cli::plain("a\u009b"
                       "2Jb\u202e"),
            "a 2Jb");
  EXPECT_EQ(cli::plain("a\U000E0041\U000E0100\u00ad"
                       "b"),
            "ab");
}

TEST(JsonOfAServer, IsTheSameWithItsControlsEscaped) {
  cli::prepare_terminal();
  const std::string json =
      "{\"name\": \"Zoë \u009b"
      "2J \u202e \x7f 🎉 \\u0007 \U000E0041\"}";
  const auto printed = cli::plain_json(json);
  EXPECT_EQ(printed, "{\"name\": \"Zoë \\u009b2J \\u202e \\u007f 🎉 \\u0007 \\udb40\\udc41\"}");
  EXPECT_EQ(nlohmann::json::parse(printed), nlohmann::json::parse(json));
  EXPECT_EQ(cli::plain_json("[1,\n2]"), "[1,\n2]");
}

}  // namespace
}  // namespace jb::test
