// SPDX-License-Identifier: PostgreSQL
//
// Promise: polls recommend what the first scheduler of this kind recommended, or differ for a reason given with the
// case. test/core/data/poll_vectors.json holds the cases with their sources; its members "ours" and "why" record an
// intended difference.
//
// Why it could break: the users of that scheduler know its answers and would notice any other difference.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/polls/poll_ranking.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using nlohmann::json;

Instant utc_instant(const json& text) { return at(std::string{text} + "Z"); }

std::string wall_text(Instant instant) { return utc(instant).substr(0, 19); }

json suggest(const json& given) {
  std::map<std::string, std::vector<Span>> intervals;
  Span frame{Instant::max(), Instant::min()};
  for (const json& interval : given["intervals"]) {
    const Span span{utc_instant(interval["start"]), utc_instant(interval["end"])};
    intervals[interval["participant"]].push_back(span);
    frame = {std::min(frame.start, span.start), std::max(frame.end, span.end)};
  }
  std::vector<std::string> names;
  std::vector<PollSchedule> schedules;
  for (const auto& [name, spans] : intervals) {
    names.push_back(name);
    schedules.push_back(make_schedule(spans, {}));
  }
  const Seconds duration{given["duration_s"].get<int>()};
  const auto most = given["limit"].is_null() || given["limit"] <= 0 ? 1'000 : given["limit"].get<std::size_t>();
  json suggestions = json::array();
  for (const auto& found : rank(schedules, frame.empty() ? std::vector<Span>{} : std::vector{frame}, duration, most)) {
    json participants = json::array();
    for (const auto place : found.participants) participants.push_back(names[place]);
    suggestions.push_back({{"start", wall_text(found.earliest_start)},
                           {"end", wall_text(found.latest_start + duration)},
                           {"participants", participants}});
  }
  return suggestions;
}

TEST(Polls, AreRankedAsPublished) {
  std::ifstream file(JB_SOURCE_DIR "/test/core/data/poll_vectors.json");
  const json all = json::parse(file);
  ASSERT_EQ(all["vectors"].size(), 12U);
  for (const json& vector : all["vectors"]) {
    const json found = suggest(vector["given"]);
    ASSERT_EQ(vector.contains("ours"), vector.contains("why")) << vector["id"];
    const json& expected = vector.contains("ours") ? vector["ours"] : vector["expect"];
    EXPECT_EQ(found, expected["suggestions"]) << vector["id"];
    if (vector.contains("ours")) {
      EXPECT_NE(found, vector["expect"]["suggestions"]) << vector["id"] << " differs no longer";
    }
  }
}

}  // namespace
}  // namespace jb::test
