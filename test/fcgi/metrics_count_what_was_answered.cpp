// SPDX-License-Identifier: PostgreSQL
//
// Promise: the counters of /metrics count the answers, named by the route table and never by a client's words.
//
// Why it could break: a path, which the client chooses, becomes a label; a bucket omits the smaller buckets.
#include <gtest/gtest.h>

#include "fake_database.hpp"
#include "gateway.hpp"
#include "telemetry.hpp"

namespace jb::gateway {
namespace {

Request asked(const std::string& method, const std::string& target) {
  Request request;
  request.method = method;
  request.target = target;
  parse_target(request);
  try {
    find_route(request);
  } catch (const std::exception&) {
    EXPECT_EQ(request.route, nullptr);
  }
  return request;
}

std::string written(const Metrics& metrics) {
  Exposition out;
  metrics.write(out);
  return out.text();
}

using std::chrono::microseconds;

TEST(Metrics, CountByRouteAndStatus) {
  Metrics metrics;
  metrics.count(asked("GET", "/events/1"), Response{}, microseconds(900));
  metrics.count(asked("GET", "/events/2"), Response{}, microseconds(900));
  metrics.count(asked("GET", "/events/3"), Response{404, {}, {}}, microseconds(900));
  metrics.count(asked("GET", "/no\"thing\n"), Response{404, {}, {}}, microseconds(900));
  const std::string text = written(metrics);
  EXPECT_NE(text.find("jb_http_requests_total{method=\"GET\",route=\"/events/:id\",status=\"200\"} 2\n"), text.npos);
  EXPECT_NE(text.find("jb_http_requests_total{method=\"GET\",route=\"/events/:id\",status=\"404\"} 1\n"), text.npos);
  EXPECT_NE(text.find("jb_http_requests_total{method=\"\",route=\"\",status=\"404\"} 1\n"), text.npos);
  EXPECT_EQ(text.find("thing"), text.npos);
}

TEST(Metrics, CountEachDurationInItsBucketAndAllAbove) {
  Metrics metrics;
  const Request request = asked("GET", "/slots");
  for (const int took : {500, 1000, 3000, 11'000'000}) metrics.count(request, Response{}, microseconds(took));
  const std::string text = written(metrics);
  const auto bucket = [&](const std::string& bound, int count) {
    return text.find("jb_http_request_duration_seconds_bucket{method=\"GET\",route=\"/slots\",le=\"" + bound + "\"} " +
                     std::to_string(count) + "\n") != text.npos;
  };
  EXPECT_TRUE(bucket("0.001", 2)) << text;
  EXPECT_TRUE(bucket("0.0025", 2));
  EXPECT_TRUE(bucket("0.005", 3));
  EXPECT_TRUE(bucket("10", 3));
  EXPECT_TRUE(bucket("+Inf", 4));
}

TEST(Metrics, DoNotTimeWhatWaited) {
  Metrics metrics;
  Request request = asked("GET", "/rejections");
  request.has_waited = true;
  metrics.count(request, Response{}, microseconds(50'000'000));
  const std::string text = written(metrics);
  EXPECT_NE(text.find("route=\"/rejections\",status=\"200\"} 1\n"), text.npos);
  EXPECT_EQ(text.find("duration_seconds_bucket"), text.npos);
}

TEST(Metrics, CountOutcomesAndReasons) {
  Metrics metrics;
  Response response;
  response.told = {{"placed", ""}, {"rejected", "conflict"}, {"rejected", "too_soon"}};
  metrics.count(asked("POST", "/events/batch"), response, microseconds(1));
  const std::string text = written(metrics);
  EXPECT_NE(text.find("jb_outcomes_total{outcome=\"placed\"} 1\n"), text.npos);
  EXPECT_NE(text.find("jb_outcomes_total{outcome=\"rejected\"} 2\n"), text.npos);
  EXPECT_NE(text.find("jb_rejections_total{reason=\"too_soon\"} 1\n"), text.npos);
}

Response scraped(const std::string& target, test::FakeBackend& backend) {
  Gateway gateway;
  Request request = test::request("GET", target);
  request.face = Face::admin;
  return gateway.answer(request, backend, Clock::now());
}

TEST(Metrics, AreToldWhileTheDatabaseIsAway) {
  test::FakeBackend backend;
  backend.error = pg::Error("08001", "no connection");
  const Response answer = scraped("/metrics?calendar=away", backend);
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("jb_database_up 0\n"), std::string::npos);
  EXPECT_EQ(answer.body.find("jb_events_held"), std::string::npos);
  EXPECT_NE(answer.body.find("# TYPE jb_http_requests_total counter"), std::string::npos);
}

TEST(Metrics, TellWhatTheDatabaseSays) {
  test::FakeBackend backend;
  backend.answer = {{"jb_first_free_seconds", "ceo", "1800"}};
  const Response answer = scraped("/metrics?calendar=ceo", backend);
  EXPECT_NE(answer.body.find("jb_first_free_seconds{calendar=\"ceo\"} 1800\n"), std::string::npos);
  EXPECT_NE(answer.body.find("jb_database_up 1\n"), std::string::npos);
}

}  // namespace
}  // namespace jb::gateway
