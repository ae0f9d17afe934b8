// SPDX-License-Identifier: PostgreSQL
//
// Promise: /openapi.json has each field and option of extension/fields.def: in a request, in a change, in a change of a
// list, and, as a field under its column's name, in an event and in a busy time.
//
// Why it could break: a field may be added to the table alone. Bodies are closed (additionalProperties), so a client
// generated from the description could not send such a field.
#include <gtest/gtest.h>

#include "openapi.hpp"
#include "response.hpp"

namespace jb::gateway {
namespace {

const Json& properties(const Json& document, const char* schema) {
  return document.at("components").at("schemas").at(schema).at("properties");
}

TEST(OpenApi, NamesEveryField) {
  const auto document = Json::parse(openapi);
  const auto& request = properties(document, "EventRequest");
  const auto& change = properties(document, "EventChange");
  const auto& listed = properties(document, "ListedChange");
  const auto& event = properties(document, "Event");
  const auto& busy = properties(document, "BusyTime");
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  EXPECT_TRUE(request.contains(#name)) << #name;                 \
  EXPECT_TRUE(change.contains(#name)) << #name;                  \
  EXPECT_TRUE(listed.contains(#name)) << #name;                  \
  EXPECT_TRUE(event.contains(#column)) << #column;               \
  EXPECT_TRUE(busy.contains(#column)) << #column;
#define JB_OPTION(name, type, otherwise)         \
  EXPECT_TRUE(request.contains(#name)) << #name; \
  EXPECT_TRUE(change.contains(#name)) << #name;  \
  EXPECT_TRUE(listed.contains(#name)) << #name;
#include "fields.def"
}

}  // namespace
}  // namespace jb::gateway
