// SPDX-License-Identifier: PostgreSQL
//
// Where a reader of a list stands, and goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"

namespace jb {

// The cursor of a list of events: the last row that the caller has seen. The list goes on after that row.

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

// Where a reader of the changes of all calendars stands (rule 4.28).
//
// Each change has a number. Numbers are drawn from one sequence and committed in any order, so a number below the
// greatest that the reader has seen may still come. The cursor therefore names the missing numbers below it. A missing
// number is forgotten when it can come no more: a transaction draws a number after it has got its id, so once all
// transactions have ended that had an id when the number was missed, the number is either seen or was rolled back.
//
// What must stay true: a number is in `open`, or was given to the reader, or can come no more, or is above `last`.

/// Numbers that were missed, both ends included.
struct OpenNumbers {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::uint64_t settles = 0;  ///< settled when each transaction below this id has ended
  friend bool operator==(const OpenNumbers&, const OpenNumbers&) = default;
};

/// The transactions of the server at the moment of a reading.
struct Transactions {
  std::uint64_t oldest = 0;  ///< the least id of a transaction that was open for the reading's snapshot
  std::uint64_t next = 0;    ///< the id that the server gives next, read after the snapshot
};

struct ChangeCursor {
  /// More missing ranges than this are not kept; the listing waits instead.
  static constexpr std::size_t kMostOpen = 64;

  std::uint64_t log = 0;       ///< whose changes: a number for server, database and table
  std::uint32_t timeline = 0;  ///< of the server's write-ahead log, when the cursor was made
  std::uint64_t position = 0;  ///< in that log; nothing that the reader has seen lies beyond
  std::int64_t purged = 0;     ///< the greatest purged number, when the cursor was made
  std::int64_t last = 0;       ///< the greatest number seen
  std::int64_t within = 0;     ///< the number of the change seen last, which may have a row on several calendars
  int calendar = 0;            ///< the calendar of the row seen last
  std::vector<OpenNumbers> open;
  friend bool operator==(const ChangeCursor&, const ChangeCursor&) = default;

  /// Goes on to a row that the reader is given. First come the rows that are left of the change `within`, then, in the
  /// order of number and calendar, all other rows that the reading's snapshot shows. (What is missing is on no calendar
  /// of a change that was seen: its transaction still has the locks of its calendars. So the order of a calendar is
  /// kept.) Result: false, with the cursor as it was, where it would have to keep too many missing ranges.
  bool pass(std::int64_t number, int row_calendar, const Transactions& transactions);

  /// Whether a purge up to `mark` may have taken changes that the reader has not seen.
  bool has_lost(std::int64_t mark) const;
};

/// The cursor as a reader keeps it: letters, digits, "-" and "." only; it begins with the number of its form.
std::string change_cursor_text(const ChangeCursor& cursor);

/// The cursor of a text; nullopt for a text that change_cursor_text() never makes.
std::optional<ChangeCursor> parse_change_cursor(std::string_view text);

}  // namespace jb
