// SPDX-License-Identifier: PostgreSQL
//
// Which calendars an event needs, and from which it may choose.
//
// An event that has its place is on the calendars that were chosen from its lists, as on those that its request names.
// An event without a place is on all candidates, since any of them may give it one. So the calendars of a list that an
// event is on are those from which it may still choose.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "event.hpp"

namespace jb {

/// The candidates of all lists of the event, in their order.
std::vector<std::string> candidates_of(const Event& event);

/// The calendars that the event needs all of.
std::vector<std::string> named_of(const Event& event);

/// Puts the event on its named calendars and on all candidates; an occurrence of a series keeps what was chosen of a
/// list that is `same`.
void widen(Event& event);

/// Whether the event is on more candidates of a list than it needs, so that it has yet to choose.
bool has_choice(const Event& event);

/// The candidates of `list` that the event is on, in the order of the list.
std::vector<std::string> pool_of(const Event& event, const OneOf& list);

/// What a search for the event's time needs: all calendars of `all`, and `count` of the candidates of each of `some`.
struct Needs {
  struct Some {
    std::vector<std::string> candidates;
    std::size_t count;
  };
  std::vector<std::string> all;
  std::vector<Some> some{};
};

/// The needs of the event, as far as it has yet to choose.
Needs needs_of(const Event& event);

/// Writes into the lists of the event which candidates it is on; none where it has yet to choose.
void tell_chosen(Event& event);

}  // namespace jb
