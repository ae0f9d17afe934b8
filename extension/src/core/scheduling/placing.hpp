// SPDX-License-Identifier: PostgreSQL
//
// Where one event goes, by the rules of placing (2.1 to 2.12). Nothing of the plan changes, and nothing is written.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "../event/refusal.hpp"
#include "judging.hpp"

namespace jb {

/// The answer of the rules to one wish.
struct Placement {
  std::optional<Span> time;        ///< where it goes; none: it is refused
  std::vector<Event> displaced;    ///< automatic events that must give way to it, in the order of their re-placing
  std::optional<Refusal> refusal;  ///< why it has no place
  std::vector<Span> alternatives;  ///< as nearest_open() says; only for a fixed one
  PlacingOptions options{};        ///< as the wish was meant

  /// Whether it could have a place once time opens: hours, increment, notice, horizon and window allow one.
  bool may_wait() const { return refusal && can_be_lifted(refusal->reason); }
};

/// Where the event would go. Its own time has been set aside.
/// Errors: 22023 when a fixed one begins or ends outside the years 0001 to 9999, under the index `item` of a batch.
Placement place(Plan& plan, const Event& wanted, const PlacingOptions& options, std::optional<std::size_t> item = {});

/// What an event may pre-empt within a span (rule 2.12): the automatic events of lower priority on its calendars that
/// may be moved, in the order of their re-placing.
std::vector<Event> lower_ones(Plan& plan, const Search& search, const Event& wanted, Span within);

/// Rule 2.5: up to three open starts for an event as long as `wished`, within `within`, of which no two would overlap:
/// the nearest one before it, the nearest one from it on, then the next nearest; where only one side has any, up to
/// three of that side. Sorted by their distance, of two equally near the earlier first. Only starts that `holds` finds
/// good; where it says nothing, the search ends.
std::vector<Span> nearest_open(Search& search, Span wished, Span within,
                               const std::function<std::optional<bool>(Instant)>& holds);

}  // namespace jb
