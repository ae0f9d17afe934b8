// SPDX-License-Identifier: PostgreSQL
//
// Promise (rules 7.5 and 8.5): a statement is retried only if the first try has certainly changed nothing.
//
// Why it could break: a write whose connection breaks may have been committed; a retry books twice.
#include <gtest/gtest.h>

#include "fcgi/database.hpp"

namespace jb::test {
namespace {

using gateway::Access;

bool again(const char* sqlstate, Access access, int tries) {
  return gateway::may_retry(pg::Error(sqlstate, ""), access, tries);
}

TEST(Retries, AfterSerializationFailuresAreThree) {
  for (const char* code : {"40001", "40P01"}) {
    for (int tries = 1; tries <= 3; ++tries) EXPECT_TRUE(again(code, Access::write, tries)) << code;
    EXPECT_FALSE(again(code, Access::write, 4)) << code;
  }
}

TEST(Retries, AfterALostConnectionAreForReadsOnly) {
  for (const char* code : {"08006", "57P01"}) {
    EXPECT_FALSE(again(code, Access::write, 1)) << code;
    EXPECT_TRUE(again(code, Access::read, 1)) << code;
    EXPECT_FALSE(again(code, Access::read, 2)) << code;
  }
}

TEST(Retries, NeverFollowAnAnswer) {
  for (const char* code : {"22023", "23P01", "42501", "57014", "55P03", "08001", "XX000"})
    EXPECT_FALSE(again(code, Access::read, 1)) << code;
}

}  // namespace
}  // namespace jb::test
