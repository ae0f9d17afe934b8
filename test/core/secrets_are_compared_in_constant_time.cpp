// SPDX-License-Identifier: PostgreSQL
//
// Promise: the time of a comparison with a secret does not reveal how much of a guess was right. The test measures no
// time. It marks the secret's bytes as undefined for valgrind, which then counts an error for each branch and each
// address that depends on these bytes (the idea is ctgrind's, by Adam Langley). Outside valgrind only the answers of
// the comparison are tested.
#include <gtest/gtest.h>
#include <valgrind/memcheck.h>

#include <algorithm>
#include <string>

#include "core/values/constant_time.hpp"

namespace jb {
namespace {

using Comparison = bool (*)(std::string_view, std::string_view);

bool first_difference_ends(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// How many branches and addresses depend on the secret in a comparison of 32 bytes.
unsigned traces(Comparison same, std::string secret, const std::string& guess) {
  const auto before = VALGRIND_COUNT_ERRORS;
  VALGRIND_MAKE_MEM_UNDEFINED(secret.data(), secret.size());
  volatile bool answer = same(secret, guess);
  VALGRIND_MAKE_MEM_DEFINED(&answer, sizeof answer);
  return static_cast<unsigned>(VALGRIND_COUNT_ERRORS - before);
}

TEST(Secrets, AreEqualWhereEachByteIs) {
  std::string secret(32, '\0');
  for (int i = 0; i < 32; ++i) secret[i] = static_cast<char>(i * 37);
  EXPECT_TRUE(equal_in_constant_time(secret, std::string(secret)));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time(secret, secret.substr(1)));
  for (int bit = 0; bit < 32 * 8; ++bit) {
    std::string guess = secret;
    guess[bit / 8] = static_cast<char>(guess[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(equal_in_constant_time(secret, guess)) << "bit " << bit;
  }
}

TEST(Secrets, GuideNoBranchAndNoAddress) {
  if (!RUNNING_ON_VALGRIND) GTEST_SKIP() << "valgrind alone can tell";
  const std::string secret(32, 's'), near = std::string(31, 's') + 'x';
  EXPECT_GT(traces(first_difference_ends, secret, near), 0U)
      << "a comparison that does let itself be guided is not noticed";
  EXPECT_EQ(traces(equal_in_constant_time, secret, near), 0U);
  EXPECT_EQ(traces(equal_in_constant_time, secret, secret), 0U);
}

}  // namespace
}  // namespace jb
