// SPDX-License-Identifier: PostgreSQL
//
// Why an event has no place: a reason from the one table of reasons, and the facts of it. Programs read the facts; the
// sentence is made from them once, where an answer leaves (refusal_text.hpp), and no program reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/time.hpp"
#include "event.hpp"

namespace jb {

/// The reasons of reasons.def, in order of precedence.
enum class Reason : std::uint8_t {
#define JB_REASON(name, concerns, lifts, binds, facts, when) name,
#include "../../../reasons.def"
#undef JB_REASON
};

/// What a reason is told of: a request that was refused, an event that lost its place, a start that was passed over.
enum class Concern : std::uint8_t { request, event, start };

/// The word for it in SQL and JSON; a literal.
std::string_view name_of(Reason reason);
Concern concern_of(Reason reason);

/// Whether a wish that was refused for it may have a place once time opens.
bool can_be_lifted(Reason reason);

/// The inverse of name_of; nullopt for any other word.
std::optional<Reason> reason_from(std::string_view name);

/// What was refused: the one start that was asked for, or that an event had; each start of a window; each start from
/// one on that an explanation passes over; or one event of those in the way of a fixed wish.
enum class About : std::uint8_t { start, window, passed_over, in_the_way };

/// Why an event stays where it is, whatever wants its time.
enum class Stays : std::uint8_t { held, begun, fixed, settled };

std::string_view name_of(Stays stays);

/// An occurrence of a series.
struct Occurrence {
  std::size_t place = 0;  ///< from 1
  std::size_t count = 0;  ///< how many the series has; 0: not counted
  WallTime start{};       ///< on the wall of the series' calendar
};

/// A refusal as a value. A fact that says nothing of the reason is not set.
struct Refusal {
  Reason reason{};
  About about = About::start;
  std::string calendar{};                   ///< whose rule or claim it is; empty: no calendar's alone
  bool is_one_of_several = false;           ///< the event needs other calendars too
  std::optional<Span> span{};               ///< the time that was asked for, searched, or lost
  std::optional<Instant> limit{};           ///< the instant that the rule sets; of a start that is passed over, the
                                            ///< first later start at which it may be otherwise
  std::optional<Seconds> duration{};        ///< how long the event lasts
  std::optional<Seconds> slot_increment{};  ///< the calendar's
  std::optional<int> max_events_per_day{};  ///< likewise
  std::vector<EventId> conflicts{};         ///< the events in the way, by start
  std::vector<std::size_t> requests{};      ///< of a batch that is only tried, the requests in the way, by their places
  std::optional<Stays> stays{};             ///< of the event in the way, whose time is `span`
  std::optional<Reason> cause{};            ///< of hold_expired, why its time cannot be had again
  std::optional<Occurrence> occurrence{};   ///< of a series, the one that was refused
};

}  // namespace jb
