// SPDX-License-Identifier: PostgreSQL
//
// Refusals: why an event has no place, in facts and in a sentence, and the durable record of it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/time.hpp"
#include "event.hpp"

namespace jb {

// The refusal: why an event has no place, as a reason of reasons.def with its facts. Programs read the facts. The
// sentence for people is made from the facts wherever one is stored or sent; no program reads it.

/// The reasons of reasons.def, in order of precedence (rule 2.6.3).
enum class Reason : std::uint8_t {
#define JB_REASON(name, concerns, lifts, binds, facts, when) name,
#include "../../../reasons.def"
#undef JB_REASON
};

/// What a reason is about: a request that was refused, an event that lost its place or its hold, or what an explanation
/// passes over.
enum class Concern : std::uint8_t { request, event, start };

/// The word for the reason in SQL and JSON; a literal.
std::string_view name_of(Reason reason);
Concern concern_of(Reason reason);

/// Whether a wish that was refused for this reason may have a place once time opens.
bool can_be_lifted(Reason reason);

/// The inverse of name_of; nullopt for any other word.
std::optional<Reason> reason_from(std::string_view name);

/// What a refusal is about. `start`: the one start that was asked for, or that an event had. `window`: every start of
/// a window. `passed_over`: a run of starts that an explanation passes over. `in_the_way`: one of the events in the
/// way of a fixed wish.
enum class About : std::uint8_t { start, window, passed_over, in_the_way };

/// Why an event may not be moved (rule 2.5.1). bound: no event moves for the one that is placed (rule 13.14).
enum class Stays : std::uint8_t { held, begun, fixed, settled, bound };

std::string_view name_of(Stays stays);

/// An occurrence of a series.
struct Occurrence {
  std::size_t number = 0;  ///< from 1
  std::size_t count = 0;   ///< how many occurrences the series has; 0: not counted
  WallTime start{};        ///< in the zone of the series' first calendar
};

/// Where a candidate of a list stands in the order in which the list takes its candidates (rules 2.18.3 to 2.18.5).
struct Standing {
  std::string calendar{};
  std::size_t place = 0;          ///< in the list, from 1
  std::size_t moves = 0;          ///< how many events would have to move
  std::optional<Seconds> busy{};  ///< the time booked, with this event; none: the list asks for the first
  int weight = 1;

  /// Whether `a` has less time booked than `b` for its weight.
  friend bool is_less_busy(const Standing& a, const Standing& b) {
    return a.busy && a.busy->count() * b.weight < b.busy->count() * a.weight;
  }
  /// The order. Moves come first, which only a fixed event causes.
  friend bool operator<(const Standing& a, const Standing& b) {
    if (a.moves != b.moves) return a.moves < b.moves;
    if (is_less_busy(a, b) || is_less_busy(b, a)) return is_less_busy(a, b);
    return a.place < b.place;
  }
};

/// A refusal as a value. A fact that does not belong to the reason is not set.
struct Refusal {
  Reason reason{};
  About about = About::start;
  std::string calendar{};                   ///< the calendar whose rule or claim refuses; empty: no single one
  bool is_one_of_several = false;           ///< the event needs other calendars too
  std::optional<Span> span{};               ///< the time that was asked for, searched, or lost
  std::optional<Instant> limit{};           ///< the instant that the rule sets; for a start that is passed over, the
                                            ///< first later start for which the answer may differ
  std::optional<Seconds> duration{};        ///< how long the event lasts
  std::optional<Seconds> slot_increment{};  ///< the calendar's setting
  std::optional<int> max_events_per_day{};  ///< the calendar's setting
  std::vector<EventId> conflicts{};         ///< the events in the way, by start
  std::vector<std::string> free{};          ///< of a list with too few candidates, those that are free
  std::vector<Standing> standings{};    ///< of a candidate that was not chosen: its own, then that of the last chosen
  bool clock_change = false;            ///< those are of its own series, and do not overlap on the wall clock
  bool is_bound = false;                ///< some of those could move, but not for this event (rule 13.14)
  bool hides_conflicts = false;         ///< events that the caller may not read are in the way too
  std::vector<std::size_t> requests{};  ///< in a dry run of a batch, the indexes of the requests in the way
  std::optional<Stays> stays{};         ///< why the event in the way, whose time is `span`, may not be moved
  std::optional<Reason> cause{};        ///< for hold_expired, why the hold's time cannot be had again (rule 3.11)
  std::optional<Occurrence> occurrence{};  ///< of a series, the occurrence that was refused
};

// Writes a refusal as a sentence for people, and as JSON of its facts for programs. Nothing else writes either.

/// The names of the first ten of `count` items, and how many more there are. `name` returns the name of an item by its
/// index.
std::string ten_of(std::size_t count, const std::function<std::string(std::size_t)>& name);

/// The name of a request in a sentence, by the request's index in its batch.
using RequestName = std::function<std::string(std::size_t)>;

/// "request 3" for the index 3.
std::string request_name(std::size_t number);

/// The refusal as a full sentence, with times in `zone`. The sentence has no event names, since anybody may read it.
std::string sentence(const Refusal& refusal, const Zone& zone, const RequestName& name = request_name);

/// The facts as a JSON object: calendar, start_timestamp, end_timestamp, limit (RFC 3339, in `zone`), duration,
/// slot_increment (seconds), max_events_per_day, requests, stays (held, begun, fixed, settled, bound), bound
/// (may_move), cause, clock_change, occurrence, occurrences, as_of and chosen (of an outcome). A fact that is not set
/// is left out.
std::string facts_json(const Refusal& refusal, const Zone& zone, std::optional<Instant> as_of = {},
                       const std::vector<std::string>& chosen = {});

// The rejection: the durable record of a refusal.

/// The record of a request without a place, or of an event that lost its place.
struct Rejection {
  std::optional<std::int64_t> id{};    ///< none until the rejection is stored
  std::optional<EventId> event_id;     ///< none for a new event, which was not made
  std::vector<std::string> calendars;  ///< names, at least one
  std::vector<int> calendar_ids{};     ///< their ids
  std::shared_ptr<const Zone> zone;    ///< the first calendar's zone, in which the times are written
  std::string time_zone{};             ///< its name
  Refusal refusal;
  std::vector<Span> alternatives{};  ///< at most three open starts with their ends, nearest first
  Instant at{};                      ///< the call's now
  Event request;                     ///< the event, with the wish that found no place
  PlacingOptions options{};          ///< the options of the wish
  bool is_answer = false;            ///< to a request, counted for its principal's limit; else an event lost its place
};

}  // namespace jb
