// SPDX-License-Identifier: PostgreSQL
//
// The waiting events that could use the time which has opened in a plan, in the order in which they are tried.
//
// A fixed event could use the time if its own time overlaps it. An automatic event could use the time if there is room
// for the event within its own window, in or beside this time, on the calendar on which the time has opened, whatever
// its other calendars say.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "plan.hpp"

namespace jb {

/// Gives the events one by one. The caller may place each event before it asks for the next: whether an event could use
/// the time is judged when its turn comes. The events are read in small portions, and only those that are short enough,
/// so that thousands of events that wait for the same time cost no more than those that get it.
class WaitingInTurn {
 public:
  /// `plan` outlives this object.
  WaitingInTurn(Plan& plan, const std::vector<Opened>& opened);

  /// The next event, as the plan has it; nullopt: no further event could use the time.
  std::optional<Event> next();

 private:
  /// One span of open time on one calendar, and the stored events that wait there.
  struct Source {
    const Calendar* calendar;
    Room room;
    std::vector<Event> portion{};  ///< in the order of turns; the events before `given` have been given
    std::size_t given = 0;
    bool is_last = false;          ///< there are no events after this portion
    std::size_t as_of = SIZE_MAX;  ///< how many changes the plan had when room.shorter was worked out
  };

  void measure(Source& source);
  bool could_use(const Source& source, const Event& event);
  const Event* first_of(Source& source);
  const Event* first_changed();

  Plan& plan_;
  std::vector<Source> sources_;
  std::vector<Event> changed_;  ///< waiting events that the plan has changed; the events before `given_` are done
  std::size_t given_ = 0;
  Turn last_{};
};

}  // namespace jb
