// SPDX-License-Identifier: PostgreSQL
//
// Promise: placed is 201, waiting 202, a dry run 200, rejected 409 with its reason, and lists link to their next page.
//
// Why it could break: a rejection raises no error in the database, so only its outcome distinguishes it from a success.
#include <gtest/gtest.h>

#include "../../fcgi/message.hpp"
#include "fake_database.hpp"

namespace jb::test {
namespace {

const char* const placed = R"({"version" : 1, "id" : 7, "event_name" : "é"})";

gateway::Response post(Row row) {
  FakeDatabase database({std::move(row)});
  return served(request("POST", "/events", "{}"), database);
}

TEST(Outcomes, PlacedIs201WithWhatTheDatabaseWrote) {
  const auto response = post({"placed", "f", placed, "7", "1"});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response, "Location"), "/events/7");
  EXPECT_EQ(header(response, "ETag"), "\"1\"");
  EXPECT_EQ(response.body, placed);
}

TEST(Outcomes, WaitingIs202) { EXPECT_EQ(post({"waiting", "f", R"({"id":7,"version":1})", "7", "1"}).status, 202); }

TEST(Outcomes, ADryRunIs200WithTheOutcome) {
  const auto response =
      post({"placed", "t", R"({"outcome":"placed","event_id":null,"moves":[],"events":[],"skipped":[],"event":null})",
            std::nullopt, std::nullopt});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Location"), "");
  EXPECT_EQ(response.body, R"({"outcome":"placed","event_id":null,"moves":[],"events":[],"skipped":[],"event":null})");
}

TEST(Outcomes, RejectedIs409WithItsReason) {
  const char* rejected =
      R"({"outcome":"rejected","event_id":null,"reason":"no_open_slot","detail":"no room","conflicts":null,)"
      R"("alternatives":[],"facts":{"duration":60},"rejection_id":5,"moves":[],"events":[],"skipped":[],"event":null})";
  const auto problem = problem_thrown_by([&] { post({"rejected", "f", rejected, std::nullopt, std::nullopt}); });
  EXPECT_EQ(problem.status, 409);
  const auto body = nlohmann::json::parse(gateway::problem_response(problem, "id").body);
  EXPECT_EQ(body.at("type"), "/problems/no-open-slot");
  EXPECT_EQ(body.at("title"), "No open slot");
  EXPECT_EQ(body.at("detail"), "no room");
  EXPECT_EQ(body.at("reason"), "no_open_slot");
  EXPECT_EQ(body.at("conflicts"), nlohmann::json::array());
  EXPECT_EQ(body.at("facts"), nlohmann::json({{"duration", 60}}));
  EXPECT_EQ(body.at("rejection_id"), 5);
}

TEST(Outcomes, UnchangedIs200) {
  FakeDatabase database({{"unchanged", "f", R"({"id":7,"version":2})", "7", "2"}});
  const auto response = served(request("PUT", "/events/7", "{}"), database);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "ETag"), "\"2\"");
}

TEST(Outcomes, OfABatchAreAListInItsOrderRejectionsAmongThem) {
  const char* rejected = R"({"outcome":"rejected","reason":"conflict"})";
  FakeDatabase database(
      {{placed, "placed", "", "f"}, {rejected, "rejected", "conflict", "f"}, {placed, "placed", "", "f"}});
  const auto response = served(request("POST", "/events/batch", " [{}, {}, {}]"), database);
  EXPECT_EQ(response.status, 200);
  const auto outcomes = nlohmann::json::parse(response.body);
  ASSERT_EQ(outcomes.size(), 3u);
  EXPECT_EQ(outcomes[0], nlohmann::json::parse(placed));
  EXPECT_EQ(outcomes[1], nlohmann::json::parse(rejected));
  ASSERT_EQ(database.calls.size(), 1u);
}

TEST(Outcomes, OneAndManyHaveRoutesOfTheirOwn) {
  FakeDatabase database;
  const auto status_of = [&](const char* target, const char* body) {
    return problem_thrown_by([&] { served(request("POST", target, body), database); }).status;
  };
  EXPECT_EQ(status_of("/events", "\n[{}]"), 422);
  EXPECT_EQ(status_of("/events/batch", "{}"), 422);
  EXPECT_EQ(status_of("/events/batch", "\"[]\""), 422);
  EXPECT_TRUE(database.calls.empty());
}

TEST(Lists, LinkToTheNextPageWhenFull) {
  FakeDatabase database({{R"({"id":1})", "10,1"}, {R"({"id":2})", "20,2"}});
  const auto list = [&](const char* target) { return served(request("GET", target), database); };
  const auto full = list("/events?limit=2");
  EXPECT_EQ(full.status, 200);
  EXPECT_EQ(nlohmann::json::parse(full.body).size(), 2u);
  EXPECT_EQ(header(full, "Link"), "</events?limit=2&after=20%2C2>; rel=\"next\"");
  EXPECT_EQ(header(list("/events?limit=3"), "Link"), "");
}

TEST(Lists, AreEmptyArraysWithoutRows) {
  FakeDatabase database;
  EXPECT_EQ(served(request("GET", "/rejections?limit=1"), database).body, "[]");
}

TEST(Calendars, Answer201WhenTheyWereMade) {
  FakeDatabase made(std::vector<Row>{{"{}", ""}}), changed(std::vector<Row>{{"{}", std::nullopt}});
  const auto put = request("PUT", "/calendars/room%3Aa", "{}");
  EXPECT_EQ(served(put, made).status, 201);
  EXPECT_EQ(header(served(put, made), "Location"), "/calendars/room%3Aa");
  EXPECT_EQ(served(put, changed).status, 200);
}

TEST(Wire, TellsALengthWhereABodyBelongs) {
  const auto response = gateway::json_response(200, "{}");
  EXPECT_EQ(gateway::wire_head(response),
            "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(gateway::wire_head(gateway::Response{204, {}, {}}), "Status: 204 No Content\r\n\r\n");
}

}  // namespace
}  // namespace jb::test
