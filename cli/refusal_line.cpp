// SPDX-License-Identifier: PostgreSQL
#include "refusal_line.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "terminal.hpp"
#include "wall_clock.hpp"

namespace jb::cli {

namespace {

using Json = nlohmann::json;

/// The first ten names, and the number of the other names.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more" : text;
}

/// A refusal's facts by name. Each function for a reason makes the reason's line; it returns nullopt when a fact that
/// the line needs is missing.
class Refused {
 public:
  Refused(const Json& row, const RequestName& name) : row_(row), facts_(row.at("facts")), name_(name) {}

  using Line = std::optional<std::string>;

  Line in_the_past() const {
    if (!has("limit")) return {};
    return has_span() ? span() + " is in the past: it is " + limit() : "it is " + limit() + " already";
  }
  Line outside_window() const { return with_limit("asked for from " + limit() + " on"); }
  Line beyond_horizon() const {
    return with_limit((has_span() ? span() + " ends" : "it would end") + " after the horizon, " + limit());
  }
  Line too_soon() const { return with_limit(calendar() + " asks for notice until " + limit()); }
  Line outside_hours() const {
    if (!has("duration")) return {};
    const std::string whose = has("calendar") ? "the hours of " + calendar() : "the common hours of the calendars";
    const std::string when = has_span() ? ", " + span() : has("limit") ? " that begins before " + limit() : "";
    return whose + " hold no stretch of " + length("duration") + when;
  }
  Line off_increment() const {
    if (!has("slot_increment")) return "each start is off the slot increment of one calendar or another";
    const std::string increment = "the slot increment of " + length("slot_increment");
    if (has("duration")) return "no start on " + increment + " leaves " + length("duration") + " within the hours";
    return "not on " + increment + (has("limit") ? "; the next start on it is " + limit() : "");
  }
  Line over_limit() const {
    if (!has("max_events_per_day")) return {};
    const auto most = facts_.at("max_events_per_day").get<long long>();
    return with_limit(calendar() + " has its " + (most == 1 ? "one event" : std::to_string(most) + " events") +
                      " of the day, until " + limit());
  }
  Line conflict() const {
    const std::string others = in_the_way();
    if (has("stays") && has_span()) return others + ", " + span() + ", " + stays();
    if (others.empty()) return has_span() ? Line(span() + " overlaps the occurrence before it, or its buffer") : Line();
    return has_span() ? span() + " is taken by " + others : with_limit(others + " is in the way until " + limit());
  }
  Line no_open_slot() const {
    if (!has("duration") || !has_span()) return {};
    return "no slot of " + length("duration") + " is open, " + span();
  }
  Line displaced() const {
    return has_span() ? Line("another event took its time, " + span() + ", and no other is open") : Line();
  }
  Line hold_expired() const { return with_limit("it was held until " + limit() + lost()); }
  Line window_passed() const { return with_limit("it waited until " + limit()); }

  /// "occurrence 2 of 12: " of a series.
  std::string occurrence() const {
    if (!has("occurrence")) return {};
    const std::string all = has("occurrences") ? " of " + facts_.at("occurrences").dump() : "";
    return "occurrence " + facts_.at("occurrence").dump() + all + ": ";
  }

 private:
  bool has(const char* fact) const { return facts_.contains(fact); }
  bool has_span() const { return has("start_timestamp") && has("end_timestamp"); }
  std::string text(const char* fact) const { return facts_.at(fact).get<std::string>(); }
  std::string calendar() const { return has("calendar") ? text("calendar") : "the calendar"; }
  std::string limit() const { return has("limit") ? wall_time(text("limit")) : ""; }
  std::string span() const { return wall_span(text("start_timestamp"), text("end_timestamp")); }
  std::string length(const char* fact) const { return length_text(facts_.at(fact).get<long long>()); }
  Line with_limit(std::string line) const { return has("limit") ? Line(std::move(line)) : Line(); }

  std::string stays() const {
    static const std::map<std::string, std::string> words = {
        {"held", "is held"}, {"begun", "has begun"}, {"fixed", "is fixed"}, {"settled", "begins too soon to be moved"}};
    const auto found = words.find(text("stays"));
    return found == words.end() ? "stays" : found->second;
  }

  std::string lost() const {
    static const std::map<std::string, std::string> words = {{"in_the_past", ", and its start has passed"},
                                                             {"conflict", ", and its time is taken"},
                                                             {"over_limit", ", and its day is full"}};
    const auto found = has("cause") ? words.find(text("cause")) : words.end();
    return found == words.end() ? "" : found->second;
  }

  /// "events 5, 7, request 2".
  std::string in_the_way() const {
    std::vector<std::string> ids, requests;
    if (const auto conflicts = row_.find("conflicts"); conflicts != row_.end())
      for (const Json& id : *conflicts) ids.push_back(id.dump());
    if (has("requests"))
      for (const Json& number : facts_.at("requests"))
        requests.push_back(name_ ? name_(number.get<long long>()) : "request " + number.dump());
    std::string text;
    if (!ids.empty()) text = (ids.size() == 1 ? "event " : "events ") + listed(ids);
    if (!requests.empty()) text += (text.empty() ? "" : ", ") + listed(requests);
    return text;
  }

  const Json& row_;
  const Json& facts_;
  const RequestName& name_;
};

/// The function that makes the line, for each reason of extension/reasons.def.
const std::map<std::string, Refused::Line (Refused::*)() const>& lines() {
  static const std::map<std::string, Refused::Line (Refused::*)() const> all = {
#define JB_REASON(name, concerns, lifts, binds, facts, when) {#name, &Refused::name},
#include "reasons.def"
#undef JB_REASON
  };
  return all;
}

std::string detail_of(const Json& refused) {
  const auto detail = refused.find("detail");
  return detail != refused.end() && detail->is_string() ? detail->get<std::string>() : std::string();
}

}  // namespace

std::string refusal_line(const Json& refused, const RequestName& name) {
  const auto reason = refused.find("reason"), facts = refused.find("facts");
  const bool has_both = reason != refused.end() && reason->is_string() && facts != refused.end() && facts->is_object();
  const auto line = has_both ? lines().find(reason->get<std::string>()) : lines().end();
  if (line == lines().end() || facts->empty()) return plain(detail_of(refused));
  const Refused what(refused, name);
  const auto text = (what.*line->second)();
  return plain(text ? what.occurrence() + *text : detail_of(refused));
}

}  // namespace jb::cli
