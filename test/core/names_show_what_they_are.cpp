// SPDX-License-Identifier: PostgreSQL
//
// Promise (rules 2.8.11, 9.16, 11.10): an accepted name shows what it is. It moves no cursor, ends no line, does not
// change the writing direction, and has a visible character. A guest's name contains nothing invisible, since that
// could make two names look alike. Lines of a multi-line text end with line breaks alone.
//
// Why it could break: a control of C1 is two bytes of UTF-8; a joiner, which is invisible between Latin letters,
// belongs to names in other scripts.
#include <gtest/gtest.h>

#include "core/values/input.hpp"

namespace jb::test {
namespace {

TEST(Names, HaveNoControls) {
  for (const char* name : {"a\tb", "a\nb", "\r", "\x1b[2J", "a\x7f", "\u0085", "\u009bm", "\u2028", "\u2029", "\u202a",
                           "\u202e"
                           "abc",
                           "\u2066", "\u2069"}) {
    EXPECT_TRUE(has_control(name)) << name;
    EXPECT_TRUE(has_invisible(name)) << name;
    EXPECT_FALSE(has_control(without_controls(name))) << name;
  }
  for (const char* name :
       {"", "Anna", "Zoë Müller-Lüdenscheid", "Ольга", "山田 花子", "עדי", "🎉", "a\u00a0b", "\u200b", "\u200e"})
    EXPECT_FALSE(has_control(name)) << name;
  EXPECT_EQ(without_controls("Größe\tund\u202eGewicht"), "Größe und Gewicht");
}

TEST(Names, OfSeveralLinesMayBreakThem) {
  for (const char* text : {"", "Bring the\n\tpapers.", "Größe"}) {
    EXPECT_FALSE(has_control(text, kOfLines)) << text;
    EXPECT_EQ(without_controls(text, kOfLines), text);
  }
  for (const char* text : {"a\rb", "a\nb\x1b[2J", "\u0085", "\u2028", "\u202e", "a\x7f"}) {
    EXPECT_TRUE(has_control(text, kOfLines)) << text;
    EXPECT_FALSE(has_control(without_controls(text, kOfLines), kOfLines)) << text;
  }
  EXPECT_TRUE(has_control(std::string_view("a\0b", 3), kOfLines));
}

TEST(Names, OfGuestsHaveNothingInvisible) {
  for (const char* name : {"Anna\u200b",
                           "An\u00adna",
                           "\ufeff"
                           "Anna",
                           "Anna\u2060",
                           "\u3164",
                           "\uffa0",
                           "A\u034fnna",
                           "Anna\ufe0f",
                           "An\u200dna",
                           "An\u200cna",
                           "Ан\u200cна",
                           "\u200c",
                           "\u0639\u200c",
                           "\u061c",
                           "Anna\U000E0041",
                           "\u2800",
                           "🎉\ufe0f\ufe0f",
                           "🎉\u200d",
                           "🎉\u200c🎉",
                           "a\u200d🎉",
                           "\u1f00\u200d\u1f00",
                           "Anna\ufff9",
                           "Anna\U00013430",
                           "Anna\U0001d159",
                           "Anna\U00016fe4"})
    EXPECT_TRUE(has_invisible(name)) << name;
  // Persian and Hindi names in which a joiner is visible, and emoji composed of several.
  for (const char* name :
       {"", "Anna", "علی\u200cرضا", "क\u094d\u200dष", "Zoë", "山田\u3000花子", "🎉", "👩\u200d👩\u200d👧 🎈",
        "👩🏽\u200d🚀", "\u09b0\u200d\u09cd\u09af", "\u0600\u0661", "❤\ufe0f\u200d🔥", "☀\ufe0f"})
    EXPECT_FALSE(has_invisible(name)) << name;
}

// Blanks, fillers, format characters, marks without a letter, and symbols that look blank.
TEST(Names, HaveACharacterThatIsSeen) {
  for (const char* name :
       {"",           " ",          "\t\n",       "\u00a0",     "\u3000", "\u2003 \u200b", "\u3164",
        "\uffa0",     "\u115f",     "\ufff9",     "\u2800",     "\u0301", "\ufe0f",        "\U0001d159",
        "\U00016fe4", "\U00013430", "\U00013441", "\U000e0041", "\ufeff", "\x7f",          "\ue000"})
    EXPECT_FALSE(has_visible(name)) << name;
  for (const char* name : {"A", "\u3000花", "7", "?", "+", "🎉", "é", "e\u0301", "\u00a0x", "क\u094d", "ㅎ"})
    EXPECT_TRUE(has_visible(name)) << name;
}

}  // namespace
}  // namespace jb::test
