// SPDX-License-Identifier: PostgreSQL
//
// The rules of placing (2.3 to 2.8, 2.12), read from the contract as plainly as they can be: every minute is tried in
// turn, and each condition is asked as it is written. Slow, and of the core it uses the types alone: what the scheduler
// does is held against it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/event/outcome.hpp"
#include "memory_store.hpp"

namespace jb::test {

/// The calendars of a store, and who claims time on them. What the rules would do next is tried out by taking claims
/// away and adding some. A hold past its deadline claims nothing.
class PlainRules {
 public:
  /// `store` outlives this object.
  explicit PlainRules(const MemoryStore& store);

  /// The event claims nothing from now on.
  void leave(EventId id);

  /// The event, whose time is known, claims it with the buffers of its calendars.
  void stand(const Event& event);

  /// The event of the store claims what it claims there, again.
  void stand_as_stored(EventId id);

  /// Whether an automatic event of this wish may start then (rule 2.3).
  bool is_open(const Event& wanted, Instant start) const;

  /// The first such start.
  std::optional<Instant> earliest(const Event& wanted) const;

  /// Where an automatic event may start at all by its wish and its calendars' notice and horizon; inverted: nowhere.
  Span starts(const Event& wanted) const;

  /// Whether a fixed event may take its time, once what is automatic has given way (rules 2.5, 2.6, 2.8).
  bool is_allowed(const Event& wanted, Instant start, bool allow_past = false) const;

  /// Who claims what the event would, had it that start; by start.
  std::vector<Event> in_the_way(const Event& wanted, Instant start) const;

  /// Whether another event may move this one away (rule 2.4).
  bool may_be_moved(const Event& event) const;

  /// Those that the event may pre-empt (rule 2.12), in the order of their re-placing.
  std::vector<Event> lower_ones(const Event& wanted) const;

  /// Places the events again that gave way, each as early as its wish allows, in the order of rule 2.4: what has moved;
  /// without `to` it waits. They claim their new places from now on.
  std::vector<Move> place_again(std::vector<Event> displaced);

  /// The days of the calendar that are full.
  std::vector<Span> full_days(const std::string& calendar) const;

  /// The hours of the calendar around the time that can be booked.
  const std::vector<Span>& hours(const std::string& calendar) const;

  const Calendar& calendar(const std::string& name) const { return store_.calendars().at(name); }
  Instant now() const { return store_.clock(); }

 private:
  struct Standing {
    EventId id;
    Span claim;
    Instant start;  ///< of the event
  };

  const MemoryStore& store_;
  std::map<std::string, std::vector<Standing>> standing_;  // by calendar
  mutable std::map<std::string, std::vector<Span>> hours_;
};

/// rule 2.4, the order in which displaced events are placed again.
void sort_for_replacing(std::vector<Event>& events);

/// The start that a fixed wish names.
Instant wished_instant(const Event& wanted, const Calendar& first);

/// Whether no start is left to an event that waits (rule 2.11).
bool has_passed(const Event& waiting, const PlainRules& rules);

/// Whether the event may never be moved by another call: fixed, held, begun or settled (rule 2.5).
bool stands_fast(const Event& event, const PlainRules& rules);

}  // namespace jb::test
