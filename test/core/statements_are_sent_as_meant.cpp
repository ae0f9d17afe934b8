// SPDX-License-Identifier: PostgreSQL
//
// Promise: the server gets a statement as its text means it: names as numbers, one line, and quotes untouched.
// Could break: what looks like a name, a comment or an end of a quote is none.
#include <gtest/gtest.h>

#include "core/values/sql.hpp"

namespace jb {
namespace {

template <sql::Text text>
void expect(std::string_view bound, std::string_view names) {
  EXPECT_EQ(sql::kBound<text>.view(), bound);
  EXPECT_EQ(sql::kNames<text>.view(), names);
}

template <sql::Text column>
constexpr auto kIsGiven = "(:given IS NULL OR " + column + " = :given)";

TEST(StatementsAreSentAsMeant, NamesBecomeNumbersInTheirOrder) {
  expect<"SELECT :b, :a, :b">("SELECT $1, $2, $1", "b,a,");
  expect<":a :ab :a_b :ab">("$1 $2 $3 $2", "a,ab,a_b,");
  expect<":a :b :c :d :e :f :g :h :i :j">("$1 $2 $3 $4 $5 $6 $7 $8 $9 $10", "a,b,c,d,e,f,g,h,i,j,");
  expect<"">("", "");
}

TEST(StatementsAreSentAsMeant, CastsAndSlicesAreNoNames) {
  expect<":a::int + b::text[1 : n]">("$1::int + b::text[1 : n]", "a,");
  expect<"(:a)[:b]">("($1)[$2]", "a,b,");
}

TEST(StatementsAreSentAsMeant, QuotesStay) {
  expect<R"(SELECT ':a  -- b', "x  :c" , 'it''s :d', E'\n')">(R"(SELECT ':a  -- b', "x  :c", 'it''s :d', E'\n')", "");
}

TEST(StatementsAreSentAsMeant, WhiteSpaceAndCommentsGo) {
  expect<R"(
    SELECT a - b,  -- it's :c
           ( d )
      FROM t -- the last
  )">("SELECT a - b, (d) FROM t", "");
}

TEST(StatementsAreSentAsMeant, TextsAreJoinedBeforeTheyAreRead) {
  expect<"SELECT FROM t WHERE n = :n AND " + kIsGiven<"a"> + " AND " + kIsGiven<"b">>(
      "SELECT FROM t WHERE n = $1 AND ($2 IS NULL OR a = $2) AND ($2 IS NULL OR b = $2)", "n,given,");
}

TEST(StatementsAreSentAsMeant, ArgumentsGoWhereTheirNamesAre) {
  const auto values =
      sql::in_order<sql::kNames<":b :a :b">, int>(sql::ArgumentName<"a", int>() = 1, sql::ArgumentName<"b", int>() = 2);
  EXPECT_EQ(values, (std::array{2, 1}));
}

}  // namespace
}  // namespace jb
