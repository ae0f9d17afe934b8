// SPDX-License-Identifier: PostgreSQL
//
// The one list of the rules that forbid a start (rules 2.6.4 to 2.6.11). Whatever places, offers or explains goes over
// it: Judge asks whether a start is forbidden, and why; Search asks for the nearest start that is not.
#pragma once

#include <optional>
#include <span>

#include "../event/calendar.hpp"
#include "../event/refusal.hpp"

namespace jb {

class Judge;

/// One rule, and its answers. The day tree knows hours, increment, full days and claims, and finds the starts that they
/// leave: these rules answer neither `bounds` nor `first_from` and `last_until`. A rule that the day tree does not know
/// must answer `bounds`, or both others; otherwise it binds fixed events only. `past` and `window` answer neither,
/// because Judge::within() bounds every search by them.
struct Rule {
  bool is_strict_only = false;  ///< the rule binds fixed events on strict calendars only (rule 2.8.4)

  /// Why the event may not begin at `start` for this calendar's sake; none where it may. For an automatic event, the
  /// refusal's `limit` is the first later start at which the rule may hold.
  std::optional<Refusal> (*at)(Judge& judge, const Calendar& calendar, Instant start) = nullptr;

  /// Why the rule leaves no start of the event's window; none where it leaves one. nullptr: it always leaves one.
  std::optional<Refusal> (*nowhere)(Judge& judge) = nullptr;

  /// Where automatic events may lie on the calendar, be they as long as they may.
  Span (*bounds)(const Calendar& calendar, Instant now) = nullptr;

  /// The first start from `start` on, and the last one until `start`, at which an automatic event of this length may
  /// begin; none: there is none. No start between `start` and the answer is allowed.
  std::optional<Instant> (*first_from)(const Calendar& calendar, Seconds length, Instant start) = nullptr;
  std::optional<Instant> (*last_until)(const Calendar& calendar, Seconds length, Instant start) = nullptr;
};

#define JB_RULE(name) extern const Rule name##_rule;
#include "core/scheduling/rules.def"
#undef JB_RULE

/// The rules in order of precedence (rule 2.6.3), as rules.def names them.
std::span<const Rule* const> rules();

/// Where automatic events may lie on the calendar by the `bounds` of all rules.
Span bounds_of(const Calendar& calendar, Instant now);

}  // namespace jb
