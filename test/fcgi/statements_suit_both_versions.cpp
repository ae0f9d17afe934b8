// SPDX-License-Identifier: PostgreSQL
//
// Promise: one statement asks databases of version 1.1 for somebody, and databases of version 1.0 as they understand
// it, with the same parameters.
//
// Why it could break: the two texts are made from one, and a parameter that only one of them names must keep its
// number.
#include <gtest/gtest.h>

#include "fcgi/versions.hpp"

namespace jb::test {
namespace {

using gateway::parameters_since_1_1;
using gateway::text_of_1_0;

TEST(StatementsSuitBothVersions, AnArgumentIsLeftOutForVersion10) {
  EXPECT_EQ(text_of_1_0("SELECT jb_event($1" JB_PRINCIPAL("$2") ") AS e"), "SELECT jb_event($1) AS e");
}

TEST(StatementsSuitBothVersions, AnotherTextStandsInForAFunctionThatIsNotThere) {
  constexpr auto sql = "SELECT " JB_SINCE_1_1("jb_version($1, $2)", "(SELECT 1)") ", " JB_SINCE_1_1("$3", "$1") " AS v";
  EXPECT_EQ(text_of_1_0(sql), "SELECT (SELECT 1), $1 AS v");
}

TEST(StatementsSuitBothVersions, AStatementWithoutSuchPartsStaysAsItIs) {
  EXPECT_EQ(text_of_1_0("SELECT $1"), "SELECT $1");
  EXPECT_TRUE(parameters_since_1_1("SELECT $1").empty());
}

TEST(StatementsSuitBothVersions, ParametersOfTheLaterTextAloneAreTold) {
  constexpr auto sql = "SELECT $1, $12, " JB_SINCE_1_1("f($2, $1)", "$3") JB_PRINCIPAL("$4");
  EXPECT_EQ(parameters_since_1_1(sql), (std::vector<int>{2, 4}));
}

}  // namespace
}  // namespace jb::test
