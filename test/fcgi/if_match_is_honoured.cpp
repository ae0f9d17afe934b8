// SPDX-License-Identifier: PostgreSQL
//
// Promise (rule 5.8): a write that names versions in If-Match changes one of these versions or nothing. A reader that
// already has the present version gets 304 without a body.
//
// Why it could break: RFC 9110 has lists, weak tags and "*"; reading a form as "no condition" loses somebody's change.
// nginx makes a tag weak when it compresses the answer; refusing the weak tag would refuse every write that follows
// such an answer.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "fcgi/gateway.hpp"
#include "fcgi/message.hpp"

namespace jb::test {
namespace {

pg::Parameter expected(const std::string& header) {
  gateway::Request write = request("PUT", "/events/7", "{}");
  write.if_match = header;
  return gateway::expected_tags(write);
}

TEST(IfMatch, NamesTheVersionsThatAreAllowed) {
  EXPECT_EQ(gateway::expected_tags(request("PUT", "/events/7")), std::nullopt);
  EXPECT_EQ(expected("*"), std::nullopt);
  EXPECT_EQ(expected("\"3\""), "{3}");
  EXPECT_EQ(expected(" \"3\" , \"5\",\"7\" "), "{3,5,7}");
  EXPECT_EQ(expected("\"3\", "), "{3}");
  EXPECT_EQ(expected(", \"3\",, ,\"5\""), "{3,5}");
  EXPECT_EQ(expected("\"3-1\", W/\"4-20\""), "{3-1,4-20}");
}

TEST(IfMatch, TakesTheWeakTagThatNginxMakesOfOurs) {
  EXPECT_EQ(expected("W/\"3\""), "{3}");
  EXPECT_EQ(expected("W/\"3\", \"4\""), "{3,4}");
  EXPECT_EQ(expected("W/\"abc\""), "{0}");
}

TEST(IfMatch, NeverMatchesByForeignTags) {
  for (const char* foreign : {"\"\"", "\"abc\"", "\"03\"", "\"-1\"", "\"3-\"", "\"3-0\"", "\"3-1-1\"", "\"-\"",
                              "\"3 \"", "\"99999999999999999999\"", "\"*\""})
    EXPECT_EQ(expected(foreign), "{0}") << foreign;
}

TEST(IfMatch, ThatIsMalformedIs400) {
  for (const char* bad : {"3", "\"3", "3\"", "\"3\" \"4\"", "w/\"3\"", "\"3\",x", "**", ",", " ", " , "})
    EXPECT_EQ(problem_thrown_by([&] { expected(bad); }).status, 400) << bad;
}

// A header without a value, alone and followed by a second one of its name.
TEST(IfMatch, ThatIsEmptyIsNoMissingHeader) {
  for (const char* name : {"HTTP_IF_MATCH=", "HTTP_IF_NONE_MATCH="}) {
    const std::string second = name + std::string("\"3\"");
    const char* const alone[] = {name, nullptr};
    const char* const both[] = {name, second.c_str(), nullptr};
    const auto read = [](const char* const* parameters) {
      auto request = gateway::read_request(parameters);
      if (request.if_match.empty()) return gateway::is_not_modified(request, "3") ? "{3}" : "{0}";
      return gateway::expected_tags(request) == "{3}" ? "{3}" : "{0}";
    };
    EXPECT_EQ(problem_thrown_by([&] { read(alone); }).status, 400) << name;
    EXPECT_STREQ(read(both), "{3}") << name;
  }
  EXPECT_FALSE(gateway::is_not_modified(request("GET", "/events/7"), "3"));
}

TEST(IfMatch, ReachesEveryWriteOfAnEvent) {
  const std::vector<Row> outcome = {
      {"updated", "f", R"({"id":7,"version":4})", "7", "4", std::nullopt, std::nullopt, std::nullopt}};
  for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
           {"PUT", "/events/7"}, {"PATCH", "/events/7"}, {"POST", "/events/7/cancel"}}) {
    FakeDatabase database(outcome);
    gateway::Request write = request(method, target, "{}");
    write.if_match = "\"3\"";
    const auto response = served(write, database);
    EXPECT_EQ(database.calls.at(0).value("versions"), "{3}") << method;
    EXPECT_EQ(header(response, "ETag"), "\"4\"") << method;
  }
  FakeDatabase database(std::vector<Row>{{"t"}});
  gateway::Request write = request("DELETE", "/events/7");
  write.if_match = "\"3\"";
  EXPECT_EQ(served(write, database).status, 204);
  EXPECT_EQ(database.calls.at(0).value("versions"), "{3}");
}

TEST(IfMatch, CannotHoldWhereThereIsNoEtag) {
  gateway::Gateway gateway;
  FakeBackend backend;
  gateway::Request put = request("PUT", "/calendars/a", "{}");
  put.if_match = "\"1\"";
  EXPECT_EQ(gateway.answer(put, backend, {}).status, 412);
  EXPECT_TRUE(backend.calls.empty());
}

TEST(IfNoneMatch, SparesTheBody) {
  const auto status = [](const char* header_value) {
    FakeDatabase database(std::vector<Row>{{"3", R"({"id":7,"version":3})", "f"}});
    gateway::Request get = request("GET", "/events/7");
    get.if_none_match = header_value;
    const auto response = served(get, database);
    EXPECT_EQ(header(response, "ETag"), "\"3\"");
    EXPECT_EQ(response.body.empty(), response.status == 304);
    return response.status;
  };
  for (const char* same : {"\"3\"", "W/\"3\"", "*", "\"2\", \"3\""}) EXPECT_EQ(status(same), 304) << same;
  for (const char* other : {"\"2\"", "W/\"4\"", "\"\""}) EXPECT_EQ(status(other), 200) << other;
}

TEST(IfNoneMatch, SparesNothingThatTheClockHasMadeOfTheVersion) {
  FakeDatabase database(std::vector<Row>{{"3", R"({"id":7,"version":3,"status":"completed"})", "t"}});
  gateway::Request get = request("GET", "/events/7");
  get.if_none_match = "\"3\"";
  const auto response = served(get, database);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "ETag"), "\"3\"");
}

}  // namespace
}  // namespace jb::test
