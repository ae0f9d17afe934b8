// SPDX-License-Identifier: PostgreSQL
#include "vtimezone.hpp"

#include <algorithm>
#include <charconv>

#include "../values/budget.hpp"
#include "../values/validation.hpp"
#include "recurrence.hpp"

namespace jb {

namespace {

constexpr std::size_t kMostChanges = 2000;

// No zone of the world has changed its clocks twice so shortly. So an hour of the wall clock stands for one of few
// instants, which Zone::to_instant looks through.
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

// 3.3.14: +0100, -043000.
std::optional<Seconds> parse_offset(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (!negative && !text.starts_with('+')) return {};
  text.remove_prefix(1);
  if (text.size() != 4 && text.size() != 6) return {};
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return {};
  int digits = 0;
  std::from_chars(text.data(), text.data() + text.size(), digits);
  if (text.size() == 4) digits *= 100;
  const Seconds size =
      std::chrono::hours{digits / 10'000} + std::chrono::minutes{digits / 100 % 100} + Seconds{digits % 100};
  if (size >= kDay) return {};
  return negative ? -size : size;
}

/// One STANDARD or DAYLIGHT block, being read.
class Observance {
 public:
  Observance(const Block& block, Instant latest) : block_(block), latest_(latest) {}

  /// When the clocks change by this block; empty, with the reason in `problem`, where the block does not say so.
  std::vector<Change> changes(std::string& problem) {
    const auto* start = block_.find("DTSTART");
    const auto when = start == nullptr ? std::nullopt : parse_moment(start->value);
    const auto from = offset("TZOFFSETFROM");
    const auto to = offset("TZOFFSETTO");
    if (!block_.problem.empty() || !when || !std::holds_alternative<WallTime>(*when) || !from || !to) {
      problem = block_.name + " of line " + std::to_string(block_.line) + " lacks DTSTART, TZOFFSETFROM or TZOFFSETTO";
      return {};
    }
    from_ = *from;
    std::vector<WallTime> onsets{std::get<WallTime>(*when)};
    add_dates(onsets);
    if (!add_rule(onsets, problem)) return {};
    std::vector<Change> changes;
    for (const auto onset : onsets) changes.push_back({instant(onset), *from, *to});
    return changes;
  }

 private:
  std::optional<Seconds> offset(std::string_view name) const {
    const auto* line = block_.find(name);
    return line == nullptr ? std::nullopt : parse_offset(line->value);
  }

  Instant instant(WallTime wall) const { return Instant{wall.time_since_epoch() - from_}; }

  void add_dates(std::vector<WallTime>& onsets) const {
    for (const auto& line : block_.lines) {
      if (line.name != "RDATE") continue;
      for (const auto piece : split(line.value, ',')) {
        step();
        const auto when = parse_moment(piece);
        if (when && std::holds_alternative<WallTime>(*when)) onsets.push_back(std::get<WallTime>(*when));
      }
    }
  }

  bool add_rule(std::vector<WallTime>& onsets, std::string& problem) const {
    const auto* line = block_.find("RRULE");
    if (line == nullptr) return true;
    Validation validation;
    const auto rule = parse_recurrence("RRULE:" + line->value, validation, Leniency::of_files);
    const bool is_yearly = rule && rule->frequency == Recurrence::Frequency::yearly && rule->hours.empty() &&
                           rule->minutes.empty() && rule->seconds.empty();
    if (!is_yearly) {  // any other would be a zone of nowhere, and one since 1601 takes long to follow
      problem = "its rule in line " + std::to_string(line->number) + " cannot be followed";
      return false;
    }
    const WallTime last{latest_.time_since_epoch() + from_};
    for (const auto onset : times_until(*rule, onsets.front(), last, kMostChanges)) {
      const auto* until = rule->until ? std::get_if<Instant>(&*rule->until) : nullptr;
      if (until == nullptr || instant(onset) <= *until) onsets.push_back(onset);
    }
    return true;
  }

  const Block& block_;
  Instant latest_;
  Seconds from_{0};
};

}  // namespace

std::shared_ptr<const Zone> read_vtimezone(const Block& block, Instant latest, std::string& problem) {
  std::vector<Change> changes;
  for (const auto& observance : block.blocks) {
    if (observance.name != "STANDARD" && observance.name != "DAYLIGHT") continue;
    spend(Budget::zone_blocks);
    const auto own = Observance{observance, latest}.changes(problem);
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
