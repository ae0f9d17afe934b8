// SPDX-License-Identifier: PostgreSQL
//
// The people of a VEVENT, and which of them come.
#pragma once

#include <functional>
#include <string>

#include "../event/fields.hpp"
#include "../ical/icalendar_blocks.hpp"

namespace jb {

/// The name that an event takes from a line; empty where it takes none.
using Fitting = std::function<std::string(const ContentLine&, const std::string&)>;

/// Reads the attendees. Those who have declined (PARTSTAT) are guests, unless another line names them as well (rule
/// 2.7.4).
void read_attendees(Fields& fields, const Block& block, const Fitting& fitting);

/// Whether the attendee of this name has declined.
bool has_declined(const Fields& fields, const std::string& name);

}  // namespace jb
