// SPDX-License-Identifier: PostgreSQL
//
// Finds the place of one event by the rules of placing: an automatic event by rule 2.3, a fixed event by rules 2.4 and
// 2.5, settings of calendars by rule 2.8, pre-emption by rule 2.12, the reason of a refusal by rules 2.6.4 to 2.6.11.
// No event of the plan changes, and nothing is written.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "../event/refusal.hpp"
#include "judge.hpp"

namespace jb {

/// The place of one wish, or why the wish has no place.
struct Decision {
  std::optional<Span> time;        ///< the event's place; none: the wish is refused
  std::vector<Event> displaced;    ///< automatic events that must make room, in the order of rule 2.4.2
  std::optional<Refusal> refusal;  ///< why the wish has no place
  std::vector<Span> alternatives;  ///< from nearest_open(); only for a fixed wish (rule 2.5.2)
  PlacingOptions options{};        ///< the options of the wish

  /// Whether the wish could have a place once time opens: hours, increment, notice, horizon and window allow a place
  /// (rule 2.6.13).
  bool may_wait() const { return refusal && can_be_lifted(refusal->reason); }
};

/// Finds a place for `wanted`, whose own claims the caller has set aside. Errors: 22023, under the index `item` of a
/// batch, when a fixed event begins or ends outside the years 0001 to 9999 (rule 2.1.10); NotLocked.
Decision place(Plan& plan, const Event& wanted, const PlacingOptions& options, std::optional<std::size_t> item = {});

/// Finds a place for `wanted`, a stored event whose own claims the caller has set aside. It costs less than place():
/// where there is no place, the decision need not tell why, and never where else.
Decision find_place(Plan& plan, const Event& wanted);

/// The events that `wanted` may pre-empt within `within` (rule 2.12.2): the automatic events of lower priority on its
/// calendars that may be displaced, in the order of rule 2.4.2. Errors: NotLocked.
std::vector<Event> lower_ones(Plan& plan, const Search& search, const Event& wanted, Span within);

/// Up to three open spans as long as `wished`, each within one of the sorted `within`, of which no two overlap
/// (rule 2.5.3): the nearest one that begins before `wished`, the nearest one that begins with or after `wished`, then
/// the next nearest. Where only one side has open spans, up to three of that side. Order: by distance from `wished`; of
/// two equally near, the earlier first. `holds` is asked of each start: true takes the start, false passes it over,
/// nullopt ends the search.
std::vector<Span> nearest_open(Search& search, Span wished, std::span<const Span> within,
                               const std::function<std::optional<bool>(Instant)>& holds);

}  // namespace jb
