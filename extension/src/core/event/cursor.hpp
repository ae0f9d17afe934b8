// SPDX-License-Identifier: PostgreSQL
//
// The cursor of a list of events: the last row that the caller has seen. The list goes on after that row.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "event.hpp"

namespace jb {

/// The place of an event in a list ordered by start, then id.
struct Cursor {
  std::optional<Instant> start;  ///< none for an event without a time; such events come last
  EventId id = 0;
};

/// Reads "seconds,id", or ",id", as jb_event_cursor writes it; nullopt for anything else, and for a start outside the
/// years 0001 to 9999.
std::optional<Cursor> parse_cursor(std::string_view text);

/// The cursor of this event, as parse_cursor() reads it.
std::string cursor_text(const Event& event);

}  // namespace jb
