// SPDX-License-Identifier: PostgreSQL
//
// Where a listing of events goes on: after the last row that was seen.
#pragma once

#include <optional>
#include <string_view>

#include "event.hpp"

namespace jb {

/// The place of an event in a listing by start, then id.
struct Cursor {
  std::optional<Instant> start;  ///< none among those that wait, which come last
  EventId id = 0;
};

/// Reads "seconds,id", or ",id", as jb_event_cursor writes it; nullopt for anything else, and for a start outside the
/// years 0001 to 9999.
std::optional<Cursor> parse_cursor(std::string_view text);

}  // namespace jb
