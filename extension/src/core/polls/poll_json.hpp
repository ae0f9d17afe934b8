// SPDX-License-Identifier: PostgreSQL
//
// Polls and schedules from JSON.
#pragma once

#include "poll.hpp"

namespace jb {

/// A poll as POST /polls takes it: each member is read, and the whole is checked. Errors: 22P02 as parse_json; 22023
/// for JSON that is no object.
PollFields read_poll(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// A schedule, [{"start", "end", "preference"}]. The preference is "yes" or "if_need_be"; left out, it is "yes". At
/// most kMostIntervals; an empty list says that no time suits. An interval that is empty, reversed or not wholly within
/// the frame is refused under schedule[i]; messages show the frame in the poll's zone. Errors: 22P02.
PollSchedule read_schedule(Validation& validation, const std::string& text, const Poll& poll);

}  // namespace jb
