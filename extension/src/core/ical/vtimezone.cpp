// SPDX-License-Identifier: PostgreSQL
#include "recurrence.hpp"

#include <algorithm>

#include "../values/input.hpp"

namespace jb {

namespace {

constexpr std::size_t kMostChanges = 2000;

// No real zone has changed its clocks twice in so short a time. This limits the instants that can show one wall clock
// time, all of which Zone::to_instant tries.
constexpr std::chrono::hours kShortestStretch{1};

/// A change of the clocks at an instant, from one offset to another.
struct Change {
  Instant at;
  Seconds from;
  Seconds to;
};

class DescribedZone final : public Zone {
 public:
  /// `changes` in order, at least one.
  explicit DescribedZone(std::vector<Change> changes) : changes_(std::move(changes)) {}

  Seconds offset_at(Instant instant) const override {
    const auto next = after(instant);
    return next == changes_.begin() ? next->from : std::prev(next)->to;
  }

  std::optional<Instant> next_transition(Instant instant) const override {
    const auto next = after(instant);
    return next == changes_.end() ? std::nullopt : std::optional{next->at};
  }

 private:
  std::vector<Change>::const_iterator after(Instant instant) const {
    return std::upper_bound(changes_.begin(), changes_.end(), instant,
                            [](Instant at, const Change& change) { return at < change.at; });
  }

  std::vector<Change> changes_;
};

/// Some programs write +01:00.
std::optional<Seconds> offset_in(const Component& component, std::string_view name) {
  const auto* line = component.find(name);
  if (line == nullptr) return std::nullopt;
  std::string offset{without_blanks(line->value)};
  std::erase(offset, ':');
  return parse_offset(offset);
}

/// The offset before the change of a STANDARD or DAYLIGHT component. If the component does not give it, it is that of
/// the other kind of component; if there is none, the clocks do not change.
std::optional<Seconds> offset_before(const Component& zone, const Component& observance) {
  if (const auto from = offset_in(observance, "TZOFFSETFROM")) return from;
  for (const auto& other : zone.components) {
    step();
    const auto to = other.name == observance.name ? std::nullopt : offset_in(other, "TZOFFSETTO");
    if (to) return to;
  }
  return offset_in(observance, "TZOFFSETTO");
}

/// Adds the wall clock times at which the clocks change by RDATE.
void add_dates(const Component& component, std::vector<WallTime>& onsets) {
  for (const auto& line : component.lines) {
    if (line.name != "RDATE") continue;
    for (const auto piece : split(line.value, ',')) {
      step();
      const auto when = parse_lenient_moment(piece);
      if (when && std::holds_alternative<WallTime>(*when)) onsets.push_back(std::get<WallTime>(*when));
    }
  }
}

/// Adds those by RRULE, from the first of the onsets to `latest`. An UNTIL that is a wall clock time is not allowed
/// here by 3.3.10, but its meaning is clear. Result: false if the rule cannot be followed.
bool add_rule(const ContentLine& line, Seconds from, Instant latest, std::vector<WallTime>& onsets) {
  Validation validation;
  const auto rule = parse_recurrence("RRULE:" + line.value, validation, Leniency::of_files);
  // No real zone has a rule of another frequency, and one since 1601 would take long to follow.
  if (!rule || rule->frequency != Recurrence::Frequency::yearly) return false;
  for (const auto onset : times_until(*rule, onsets.front(), WallTime{latest.time_since_epoch() + from}, kMostChanges))
    if (!rule->until || order(onset, Instant{onset.time_since_epoch() - from}, *rule->until) <= 0)
      onsets.push_back(onset);
  return true;
}

/// The DTSTART of a STANDARD or DAYLIGHT component; a date means its midnight.
std::optional<WallTime> onset_of(const Component& observance) {
  const auto* start = observance.find("DTSTART");
  const auto when = start == nullptr ? std::nullopt : parse_lenient_moment(start->value);
  if (!when || std::holds_alternative<Instant>(*when)) return std::nullopt;
  const auto* date = std::get_if<Date>(&*when);
  return date != nullptr ? WallTime{*date} : std::get<WallTime>(*when);
}

/// The clock changes of a STANDARD or DAYLIGHT component; empty, with the reason in `problem`, if they cannot be read.
std::vector<Change> changes_of(const Component& zone, const Component& component, Instant latest,
                               std::string& problem) {
  const auto first = onset_of(component);
  const auto from = offset_before(zone, component);
  const auto to = offset_in(component, "TZOFFSETTO");
  if (!first || !from || !to) {
    problem = component.name + " of line " + std::to_string(component.line) + " lacks DTSTART or TZOFFSETTO";
    return {};
  }
  std::vector<WallTime> onsets{*first};
  add_dates(component, onsets);
  const auto* rule = component.find("RRULE");
  if (rule != nullptr && !add_rule(*rule, *from, latest, onsets)) {
    problem = "its rule in line " + std::to_string(rule->number) + " cannot be followed";
    return {};
  }
  std::vector<Change> changes;
  for (const auto onset : onsets) changes.push_back({Instant{onset.time_since_epoch() - *from}, *from, *to});
  return changes;
}

}  // namespace

std::shared_ptr<const Zone> read_vtimezone(const Component& component, Instant latest, std::string& problem) {
  std::vector<Change> changes;
  for (const auto& observance : component.components) {
    if (observance.name != "STANDARD" && observance.name != "DAYLIGHT") continue;
    spend(Budget::zone_components);
    const auto own = changes_of(component, observance, latest, problem);
    if (own.empty()) return nullptr;
    changes.insert(changes.end(), own.begin(), own.end());
  }
  if (changes.empty()) problem = "it has neither STANDARD nor DAYLIGHT";
  if (changes.size() > kMostChanges) problem = "it changes its clocks more than 2000 times";
  if (!problem.empty()) return nullptr;
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
  changes.erase(
      std::unique(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.at == b.at; }),
      changes.end());
  const auto follows_at_once = [](const Change& a, const Change& b) { return b.at - a.at < kShortestStretch; };
  if (std::adjacent_find(changes.begin(), changes.end(), follows_at_once) != changes.end()) {
    problem = "it changes its clocks twice within an hour";
    return nullptr;
  }
  return std::make_shared<DescribedZone>(std::move(changes));
}

}  // namespace jb
