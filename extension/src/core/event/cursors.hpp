// SPDX-License-Identifier: PostgreSQL
//
// The position from which a reader of a list continues.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event.hpp"

namespace jb {

// The cursor of a list of events: the last row that the caller has seen. The list continues after that row.

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

// The position of a reader of the changes of all calendars (rule 4.28).
//
// Each change has a number. Numbers are drawn from one sequence and committed in any order, so a number below the
// greatest that the reader has seen may still appear. The cursor therefore lists the missing numbers below the
// greatest. A missing number is dropped when it can no longer appear: a transaction draws a number only after getting
// its id, so once every transaction that had an id when the number was missed has ended, the number has been seen or
// was rolled back.
//
// Invariant: a number is in `open`, was given to the reader, can no longer appear, or is above `last`.

/// A range of missing numbers, both ends included.
struct OpenNumbers {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::uint64_t settles = 0;  ///< settled when all transactions below this id have ended
  friend bool operator==(const OpenNumbers&, const OpenNumbers&) = default;
};

/// The transactions of the server at the time of a read.
struct Transactions {
  std::uint64_t oldest = 0;  ///< the least id of a transaction that was open in the snapshot of the read
  std::uint64_t next = 0;    ///< the id that the server assigns next, read after the snapshot
};

/// Of each calendar, the greatest number that was purged or deleted; calendars where it is below some floor are left
/// out.
struct Purges {
  std::int64_t sum = 0;       ///< of these numbers; every purge that reaches the floor changes it
  std::int64_t greatest = 0;  ///< of these numbers
};

struct ChangeCursor {
  /// Follows the last calendar of every change.
  static constexpr int kLastRow = std::numeric_limits<int>::max();

  /// The most missing ranges that are kept; rather than keep more, the listing waits.
  static constexpr std::size_t kMostOpen = 64;

  std::uint64_t log = 0;       ///< a number that identifies the server, database and table of the changes
  std::uint32_t timeline = 0;  ///< of the server's write-ahead log, when the cursor was made
  std::uint64_t position = 0;  ///< in that log; nothing that the reader has seen lies beyond
  std::int64_t floor = 0;      ///< no number that the reader has not seen is less
  std::int64_t purged = 0;     ///< Purges::sum from there on, when the cursor was made
  std::int64_t last = 0;       ///< the greatest number seen
  std::int64_t within = 0;     ///< the number of the change seen last, which may have rows on several calendars
  int calendar = 0;            ///< the calendar of the row seen last; kLastRow: the change has no further row
  std::vector<OpenNumbers> open;
  friend bool operator==(const ChangeCursor&, const ChangeCursor&) = default;

  /// Advances to a row that the reader is given. First come the remaining rows of the change `within`, then, by number
  /// and calendar, all other rows in the snapshot of the read. (A missing change is on no calendar of a change that was
  /// seen, because its transaction still holds the locks of its calendars. So the order within a calendar is
  /// preserved.) Result: false, with the cursor unchanged, if it would have to keep too many missing ranges.
  bool pass(std::int64_t number, int row_calendar, const Transactions& transactions);

  /// The least number of which the reader may not have seen every row.
  std::int64_t first_unseen() const;

  /// Whether a purge since the cursor was made may have removed changes that the reader has not seen. `purges`: from
  /// `floor` on.
  bool has_lost(const Purges& purges) const;
};

/// The cursor as a reader keeps it: letters, digits, "-" and "." only; it begins with the number of its format.
std::string change_cursor_text(const ChangeCursor& cursor);

/// The cursor of a text; nullopt for a text that change_cursor_text() never makes.
std::optional<ChangeCursor> parse_change_cursor(std::string_view text);

}  // namespace jb
