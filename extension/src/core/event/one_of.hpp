// SPDX-License-Identifier: PostgreSQL
//
// Lists of calendars of which an event needs some, beside those that it needs all of (rule 2.18).
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/input.hpp"

namespace jb {

/// How a list chooses: the candidates in the order written, or those with the least time booked.
enum class Choose { first, least_busy };

/// The period in which least_busy counts the time booked, on the candidate's own clock. A week begins on Monday.
enum class Per { day, week, month };

/// One list.
struct OneOf {
  static constexpr std::size_t kMostLists = 4;
  static constexpr std::size_t kMostCandidates = 100;
  static constexpr int kMostWeight = 1'000;

  std::vector<std::string> calendars;  ///< the candidates, each once
  int count = 1;                       ///< how many of them the event needs
  Choose choose = Choose::first;
  std::vector<int> weights{};  ///< 1 to kMostWeight each, in the order of `calendars`; empty: all 1
  Per per = Per::week;
  bool same = false;                  ///< all occurrences of a series have the same
  std::vector<std::string> chosen{};  ///< the candidates that the event has; empty: none yet

  int weight(std::size_t candidate) const { return weights.empty() ? 1 : weights.at(candidate); }
  friend bool operator==(const OneOf&, const OneOf&) = default;
};

using Lists = std::vector<OneOf>;

/// Reads an array of 1 to kMostLists objects. Refuses, under `field`[i] and its members, values of another kind or out
/// of their range, a name that stands twice in all of the lists, a count above the number of candidates, and a number
/// of weights or of chosen calendars that is not that of the candidates or the count.
std::optional<Lists> read_lists(Validation& validation, std::string_view field, const nlohmann::json& value);

/// The same for JSON as text.
std::optional<Lists> read_lists(Validation& validation, std::string_view field, const std::string& text);

/// Refuses the candidates that are not known, each under its own field.
void check_candidates(Validation& validation, const Lists& lists,
                      const std::function<bool(const std::string&)>& is_known);

/// Reads what json_of() has written. Errors: 22023 for any other text.
Lists parse_lists(const std::string& text);

/// All members of each list.
std::string json_of(const Lists& lists);

void append_json(std::string& to, const OneOf& list);

/// Refuses candidates of the first list that are in other zones than its first, for an event without named calendars,
/// whose clock could be read. `zone_of` gives the zone of a candidate.
void check_zones(Validation& validation, const Lists& lists,
                 const std::function<std::string(const std::string&)>& zone_of);

}  // namespace jb
