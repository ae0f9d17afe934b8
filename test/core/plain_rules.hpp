// SPDX-License-Identifier: PostgreSQL
//
// The rules of placing (rules 2.3 to 2.8 and 2.12), written as plainly as possible after docs/rules.md: every minute is
// tried in turn, and each condition is checked as written. The tests compare the scheduler with these rules. They are
// slow, and use nothing of core but its types.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/event/shown.hpp"
#include "memory_store.hpp"

namespace jb::test {

/// The calendars of a store, and the events that claim time on them. A test removes and adds claims to see what the
/// rules would do next. A hold past its deadline claims nothing (rule 3.9).
class PlainRules {
 public:
  /// `store` outlives this object.
  explicit PlainRules(const MemoryStore& store);

  /// Removes the event's claims.
  void leave(EventId id);

  /// Adds the claims of an event with a known time, using the present buffers of its calendars.
  void stand(const Event& event);

  /// Adds the claims that the store holds for the event.
  void stand_as_stored(EventId id);

  /// Rule 2.3.4.
  static bool is_on_increment(const Calendar& calendar, Instant start);

  /// The time of the event if it starts then (rule 2.1.6).
  Span time_from(const Event& event, Instant start) const;

  /// Whether an automatic event with this wish may start then (rules 2.3.2 to 2.3.8).
  bool is_open(const Event& wanted, Instant start) const;

  /// The earliest start of an automatic event with this wish (rule 2.3.1); with `overlapping`, the earliest at which it
  /// overlaps that span.
  std::optional<Instant> earliest(const Event& wanted, Span overlapping = kRepresentable) const;

  /// Whether the hours that the wish asks for, if any, have the whole time (rule 2.3.9).
  bool is_asked(const Event& wanted, Span time) const;

  /// The range in which its wish and its calendars' notice and horizon let an automatic event start; inverted if empty.
  Span starts(const Event& wanted) const;

  /// Whether a fixed event may take its time, once the movable automatic events have been moved (rules 2.5.1 and 2.6.4
  /// to 2.6.10).
  bool is_allowed(const Event& wanted, Instant start, bool allow_past = false) const;

  /// The events whose claims overlap the claim that the event would make at that start, by start.
  std::vector<Event> in_the_way(const Event& wanted, Instant start) const;

  /// The events that claim time on the calendar.
  std::vector<Event> standing_on(const std::string& name) const;

  /// Whether another event may move this event away (rules 2.4.1 and 2.4.6).
  bool may_be_moved(const Event& event) const;

  /// The events that the event may pre-empt (rules 2.12.2 and 2.12.4), in the order of rule 2.4.2.
  std::vector<Event> lower_ones(const Event& wanted) const;

  /// Places displaced events again in the order of rule 2.4.2, each as early as its wish allows, and adds their new
  /// claims. Result: the moves; an event without `to` waits (rule 2.4.3).
  std::vector<Move> place_again(std::vector<Event> displaced);

  /// The full days of the calendar.
  std::vector<Span> full_days(const std::string& calendar) const;

  /// The hours of the calendar around the bookable time.
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

/// The order in which displaced events are placed again (rule 2.4.2).
void sort_for_replacing(std::vector<Event>& events);

/// The start that a fixed wish names.
Instant wished_instant(const Event& wanted, const Calendar& first);

/// Whether a waiting event has no start left (rule 2.11.4).
bool has_passed(const Event& waiting, const PlainRules& rules);

/// Whether no other event may ever move this event: it is fixed, held, begun or settled (rule 2.5.1).
bool stands_fast(const Event& event, const PlainRules& rules);

}  // namespace jb::test
