// SPDX-License-Identifier: PostgreSQL
//
// Promise: open time, and the starts at which an event fits, match the test suites of other calendar systems, or differ
// for a reason given with the case. test/core/data/availability_vectors.json holds the cases with their sources; its
// members "ours" and "why" record an intended difference.
//
// Why it could break: each of these cases was a bug in another calendar system.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cctz_zone.hpp"
#include "claim_list.hpp"
#include "core/free/day_tree.hpp"
#include "core/values/time.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using nlohmann::json;
using std::chrono::days;
using std::chrono::minutes;
using Spans = std::vector<Span>;

Span span(const json& range) { return {at(std::string{range["start"]}), at(std::string{range["end"]})}; }

Spans spans(const json& ranges) {
  Spans list;
  for (const json& range : ranges) list.push_back(span(range));
  return list;
}

Seconds clock(const json& text) { return std::string{text} == "24:00" ? kDay : *parse_time_of_day(std::string{text}); }

// The ranges as hours of their dates, cut at each midnight of the wall clock.
Hours hours_of(const Spans& ranges, const Zone& place) {
  Hours hours;
  for (const Span& range : ranges) {
    const WallTime end = place.to_wall(range.end);
    for (WallTime start = place.to_wall(range.start); start < end;) {
      const Date date = std::chrono::floor<days>(start);
      const WallTime stop = std::min<WallTime>(end, date + days{1});
      hours.overrides[date].push_back({start - date, stop - date});
      start = stop;
    }
  }
  for (auto& [date, spans] : hours.overrides) spans = normalise(spans);
  return hours;
}

// One calendar as the scheduler places on it: a day tree over rows of its own.
struct Place {
  Grid grid;
  ClaimList claims;
  RowMap rows{};
  DayTree tree;

  Place(Grid its_grid, const Spans& taken)
      : grid(std::move(its_grid)), claims(taken), tree(std::make_shared<Pattern>(grid), rows, &claims) {
    for (const Span& claim : taken) tree.take(claim);
  }
};

std::unique_ptr<Place> place(const Hours& hours, const std::string& zone_name, Seconds increment, Spans taken = {}) {
  std::sort(taken.begin(), taken.end(), [](const Span& a, const Span& b) { return a.start < b.start; });
  return std::make_unique<Place>(Grid{zone(zone_name), hours, increment}, taken);
}

std::vector<std::unique_ptr<Place>> only(std::unique_ptr<Place> place) {
  std::vector<std::unique_ptr<Place>> places;
  places.push_back(std::move(place));
  return places;
}

std::vector<Instant> starts(Timeline& timeline, Seconds duration, Span within, Seconds increment) {
  std::vector<Instant> found;
  while (const auto start = timeline.first_fit(duration, within)) {
    found.push_back(*start);
    within.start = *start + increment;
  }
  return found;
}

// The maximal ranges in which every second is open on all calendars.
Spans open(const std::vector<std::unique_ptr<Place>>& places, Span within) {
  Timelines timelines;
  for (const auto& place : places) timelines.emplace_back(Timelines::value_type{}, &place->tree);
  Spans found;
  while (const auto start = first_common_fit(timelines, Seconds{1}, within)) {
    Seconds fits{1};
    Seconds fails = within.end - *start + Seconds{1};
    while (fails - fits > Seconds{1}) {
      const Seconds length = (fits + fails) / 2;
      (first_common_fit(timelines, length, {*start, *start + length}) ? fits : fails) = length;
    }
    found.push_back({*start, *start + fits});
    within.start = *start + fits;
  }
  return found;
}

// The smallest range that contains all ranges, with one more day on either side.
Span around(const Spans& ranges) {
  Span all{Instant::max(), Instant::min()};
  for (const Span& range : ranges) all = {std::min(all.start, range.start), std::max(all.end, range.end)};
  return {all.start - kDay, all.end + kDay};
}

json as_json(const Spans& ranges) {
  json list = json::array();
  for (const Span& range : ranges) list.push_back({{"start", format_utc(range.start)}, {"end", format_utc(range.end)}});
  return list;
}

json as_json(const std::vector<Instant>& instants) {
  json list = json::array();
  for (const Instant instant : instants) list.push_back(format_utc(instant));
  return list;
}

// The value with every instant written in UTC, so that equal instants are equal texts.
json in_utc(const json& value) {
  if (value.is_string()) return format_utc(at(std::string{value}));
  if (!value.is_structured()) return value;
  json result = value;
  for (json& part : result) part = in_utc(part);
  return result;
}

json slots(const json& given) {
  const Seconds increment = minutes{given["every_minutes"]};
  const std::string zone_name{given["timezone"]};
  const Spans ranges = spans(given["ranges"]);
  const auto calendar = place(hours_of(ranges, *zone(zone_name)), zone_name, increment);
  Span within = around(ranges);
  within.start = std::max(within.start, at(std::string{given["now"]}) + minutes{given["minimum_notice_minutes"]});
  return as_json(starts(calendar->tree, minutes{given["duration_minutes"]}, within, increment));
}

json intersect(const json& given) {
  std::vector<std::unique_ptr<Place>> places;
  Spans all{{at("2023-06-01T00:00:00Z"), at("2023-06-02T00:00:00Z")}};
  for (const json& set : given["sets"]) {
    const Spans ranges = spans(set);
    all.insert(all.end(), ranges.begin(), ranges.end());
    places.push_back(place(hours_of(ranges, *zone("UTC")), "UTC", Seconds{1}));
  }
  return as_json(open(places, around(all)));
}

json subtract(const json& given) {
  const Spans ranges = spans(given["ranges"]);
  const auto calendar = only(place(hours_of(ranges, *zone("UTC")), "UTC", Seconds{1}, spans(given["busy"])));
  return as_json(open(calendar, around(ranges)));
}

// A span that ends before it begins is refused here, so it is left out.
void add(DaySpans& day, const json& rule) {
  const DaySpan given{clock(rule["from"]), clock(rule["to"])};
  if (given.start < given.end) day.push_back(given);
}

Hours weekly(const json& given) {
  Hours hours;
  for (const json& rule : given.value("weekly", json::array()))
    for (const int day : rule["days"]) add(hours.week.at(static_cast<std::size_t>((day + 6) % 7)), rule);
  for (DaySpans& day : hours.week) day = normalise(day);
  for (const json& rule : given["overrides"]) add(hours.overrides[*parse_date(std::string{rule["date"]})], rule);
  for (const json& date : given.value("out_of_office", json::array()))
    hours.overrides[*parse_date(std::string{date})].clear();
  return hours;
}

json date_ranges(const json& given) {
  const auto calendar = only(place(weekly(given), given["timezone"], Seconds{1}));
  return as_json(open(calendar, {at(std::string{given["from"]}), at(std::string{given["to"]})}));
}

json quorum(const json& given) {
  std::vector<std::unique_ptr<Place>> places;
  for (const json& member : given["members"]) {
    places.push_back(place(weekly(member), given["timezone"], Seconds{1}));
  }
  return as_json(open(places, {at(std::string{given["from"]}), at(std::string{given["to"]})}));
}

json generate(const json& given) {
  const Seconds duration = minutes{given["duration_minutes"]};
  const Seconds increment = given["interval_minutes"].is_null() ? duration : minutes{given["interval_minutes"]};
  constexpr std::array names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  Hours hours;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (std::count(given["days"].begin(), given["days"].end(), names.at(i)) > 0) add(hours.week.at(i), given);
  const std::string zone_name{given["timezone"]};
  const auto calendar = place(hours, zone_name, increment);
  const Span within{zone(zone_name)->day(*parse_date(std::string{given["from_date"]})).start,
                    zone(zone_name)->day(*parse_date(std::string{given["to_date"]})).end};
  return as_json(starts(calendar->tree, duration, within, increment));
}

// Bookings at named times. Each coach has a calendar that is always open.
json accept(const json& given) {
  const Instant now = at("2026-11-20T12:00:00Z");
  const auto time = [&](const json& session) {
    return Span{now + minutes{session["start_min"]},
                now + minutes{session["start_min"]} + minutes{session["duration_min"]}};
  };
  Hours hours;
  hours.week.fill({{Seconds{0}, kDay}});
  Spans taken;
  for (const json& session : given["existing"])
    if (session["coach"] == given["new"]["coach"]) taken.push_back(time(session));
  const auto calendar = place(hours, "UTC", Seconds{1}, taken);
  const Span wish = time(given["new"]);
  return calendar->tree.first_fit(wish.length(), wish).has_value();
}

json start_of(const json& given) {
  const std::string text{given["text"]};
  if (text.ends_with('Z')) return format_utc(at(text));
  const WallTime wall = *parse_date(text.substr(0, 10)) + *parse_time_of_day(text.substr(11));
  return format_utc(zone(std::string{given["timezone"]})->to_instant(wall));
}

json answer_to(const json& vector) {
  const std::string op{vector["op"]};
  const json& given = vector["given"];
  if (op == "slots") return slots(given);
  if (op == "intersect") return intersect(given);
  if (op == "subtract") return subtract(given);
  if (op == "date_ranges") return date_ranges(given);
  if (op == "common_with_quorum") return quorum(given);
  if (op == "generate_options") return generate(given);
  if (op == "accept") return accept(given);
  if (op == "parse_start") return start_of(given);
  throw std::invalid_argument("no operation " + op);
}

// Whether `found` meets one expectation of the vectors, named as in their own format.
bool meets(const json& found, const std::string& kind, const json& expected) {
  if (kind == "starts" || kind == "ranges" || kind == "instant") return found == in_utc(expected);
  if (kind == "accepted") return found == expected;
  if (kind == "count") return found.size() == expected;
  if (kind == "first") return !found.empty() && found.front() == in_utc(expected);
  if (kind == "last") return !found.empty() && found.back() == in_utc(expected);
  if (kind == "all_starts_at_or_after") return !found.empty() && found.front() >= in_utc(expected);
  if (kind == "unique") return std::adjacent_find(found.begin(), found.end()) == found.end();
  if (kind == "contains")
    return std::all_of(expected.begin(), expected.end(),
                       [&](const json& range) { return std::count(found.begin(), found.end(), in_utc(range)) == 1; });
  throw std::invalid_argument("no expectation " + kind);
}

TEST(OpenTime, IsAsPublished) {
  std::ifstream file(JB_SOURCE_DIR "/test/core/data/availability_vectors.json");
  const json all = json::parse(file);
  ASSERT_EQ(all["vectors"].size(), 61U);
  for (const json& vector : all["vectors"]) {
    const json found = answer_to(vector);
    ASSERT_EQ(vector.contains("ours"), vector.contains("why")) << vector["id"];
    const json& expected = vector.contains("ours") ? vector["ours"] : vector["expect"];
    for (const auto& [kind, value] : expected.items())
      EXPECT_TRUE(meets(found, kind, value)) << vector["id"] << " " << kind << " " << value << ": " << found;
    if (!vector.contains("ours")) continue;
    for (const auto& [kind, value] : vector["expect"].items())
      EXPECT_FALSE(meets(found, kind, value)) << vector["id"] << " differs no longer";
  }
}

}  // namespace
}  // namespace jb::test
