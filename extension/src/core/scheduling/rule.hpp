// SPDX-License-Identifier: PostgreSQL
//
// The one list of the rules that forbid a start (rules 2.6.4 to 2.6.11). Placing, offering and explaining all use it.
// Judge checks a fixed start by `at`, and explains. Search finds the starts of automatic events and slots: by `bounds`,
// `closes`, `first_from` and `last_until`, and by the day tree, which has hours, increment, full days and claims. Tests
// hold that both agree (rule 2.16.1).
#pragma once

#include <optional>
#include <span>

#include "../event/calendar.hpp"
#include "../event/refusal.hpp"

namespace jb {

class Judge;

/// One rule and its answers. The day tree handles hours, increment, full days and claims, so these rules answer neither
/// `bounds` nor `first_from` and `last_until`. Any other rule must answer `bounds`, `closes`, or both others; otherwise
/// it binds only fixed events. `in_the_past` and `outside_window` need answer neither: Judge::within() bounds every
/// search by them.
struct Rule {
  bool is_strict_only = false;  ///< of fixed events it binds visitors' (11.12), and those on strict calendars (2.8.4)

  /// Why this calendar does not let the event begin at `start`; none if it does. For an automatic event, the refusal's
  /// `limit` is the first later start that the rule may allow.
  std::optional<Refusal> (*at)(Judge& judge, const Calendar& calendar, Instant start) = nullptr;

  /// Why the rule leaves no start in the event's window; none if it leaves one. nullptr: it always leaves one.
  std::optional<Refusal> (*nowhere)(Judge& judge) = nullptr;

  /// The time range within which automatic events of any length may lie on the calendar.
  Span (*bounds)(const Calendar& calendar, Instant now) = nullptr;

  /// The first start from `start` on, and the last one until `start`, at which an automatic event of this length may
  /// begin; none: there is none. No start between `start` and the answer is allowed.
  std::optional<Instant> (*first_from)(const Calendar& calendar, Seconds length, Instant start) = nullptr;
  std::optional<Instant> (*last_until)(const Calendar& calendar, Seconds length, Instant start) = nullptr;

  /// Whether no automatic event may begin on the calendar at all, as of `now`.
  bool (*closes)(const Calendar& calendar, Instant now) = nullptr;
};

#define JB_RULE(name) extern const Rule name##_rule;
#include "core/scheduling/rules.def"
#undef JB_RULE

/// The rules in order of precedence (rule 2.6.3), as rules.def names them.
std::span<const Rule* const> rules();

/// The refusal by a calendar whose source is stale (rule 2.6.15); none if it is not.
/// `among`: how many calendars the event needs.
std::optional<Refusal> stale_source(const Calendar& calendar, Instant now, std::size_t among);

/// Where automatic events may lie on the calendar by the `bounds` of all rules.
Span bounds_of(const Calendar& calendar, Instant now);

/// Whether some rule closes the calendar to automatic events.
bool is_closed(const Calendar& calendar, Instant now);

}  // namespace jb
