// SPDX-License-Identifier: PostgreSQL
//
// Promise: each right contains busy, manage contains all, and book does not contain read (rule 13.1). A list of grants
// is read whole, or each of its errors is named. Could break: a right that contained another by mistake would silently
// open calendars.
#include "core/event/calendar.hpp"

#include <gtest/gtest.h>

namespace jb {
namespace {

TEST(Rights, ContainBusyAndManageContainsAll) {
  for (const auto right : {Right::busy, Right::read, Right::book, Right::manage})
    EXPECT_TRUE(Rights::none().with(right).has(Right::busy)) << name_of(right);
  for (const auto right : {Right::busy, Right::read, Right::book, Right::manage})
    EXPECT_TRUE(Rights::all().has(right)) << name_of(right);
  EXPECT_FALSE(Rights::none().any());
}

TEST(Rights, DoNotContainMore) {
  EXPECT_FALSE(Rights::none().with(Right::book).has(Right::read));
  EXPECT_FALSE(Rights::none().with(Right::read).has(Right::book));
  EXPECT_FALSE(Rights::none().with(Right::busy).has(Right::read));
  EXPECT_FALSE(Rights::none().with(Right::read).with(Right::book).has(Right::manage));
}

TEST(Rights, HaveWordsThatAreReadBack) {
  for (const auto right : {Right::busy, Right::read, Right::book, Right::manage})
    EXPECT_EQ(right_from(name_of(right)), right);
  EXPECT_FALSE(right_from("see"));
}

TEST(Grantee, IsAPrincipalOrARole) {
  Validation validation;
  const auto role = read_grantee(validation, "grantee", "role:app");
  const auto principal = read_grantee(validation, "grantee", "principal:role:app");
  ASSERT_TRUE(role && principal && validation.ok());
  EXPECT_TRUE(role->is_role);
  EXPECT_EQ(role->name, "app");
  EXPECT_FALSE(principal->is_role);
  EXPECT_EQ(principal->name, "role:app");
  for (const auto* text : {"", "anna", "role:", "principal:", "Role:app"}) {
    Validation refused;
    EXPECT_FALSE(read_grantee(refused, "grantee", text)) << text;
    EXPECT_TRUE(refused.has_refused("grantee")) << text;
  }
}

TEST(Grants, AreReadInOneOrder) {
  Validation validation;
  const auto grants = read_grants(
      validation,
      R"([{"grantee": "role:app", "rights": ["manage", "busy", "manage"]}, {"rights": ["read"], "grantee": "principal:a"}])");
  ASSERT_TRUE(validation.ok());
  ASSERT_EQ(grants.size(), 2U);
  EXPECT_EQ(grants[0].rights, (std::vector<std::string>{"busy", "manage"}));
  EXPECT_EQ(grants[1].grantee, "principal:a");
}

TEST(Grants, NameEverythingThatIsWrong) {
  Validation validation;
  read_grants(
      validation,
      R"([{"grantee": "x", "rights": []}, 1, {"grantee": "role:a"}, {"grantee": "role:b", "rights": ["read"]}, {"grantee": "role:b", "rights": ["see"]}])");
  for (const auto* field : {"grants[0].grantee", "grants[0].rights", "grants[1]", "grants[2].rights",
                            "grants[4].grantee", "grants[4].rights[0]"})
    EXPECT_TRUE(validation.has_refused(field)) << field;
}

}  // namespace
}  // namespace jb
