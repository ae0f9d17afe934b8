// SPDX-License-Identifier: PostgreSQL
//
// Events as rows. Needs an open pg::Session; claims and history are not touched.
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "core/event/event.hpp"
#include "pg/spi.hpp"

namespace jb {

/// The columns of an event, from column 1 on, of a table named e: a long one first, which update_event can leave out.
inline constexpr char kEventColumns[] =
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out) "e." #column ", "
#include "../../fields.def"
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out)
#define JB_FIELD(name, kind, member, column, argument, left_out) "e." #column ", "
#include "../../fields.def"
    "e.id, e.start_timestamp, e.end_timestamp, e.status, e.created_at, e.updated_at, e.version, e.attendee_calendars, "
    "e.expires_at, e.series, e.wish_zone";

/// How many columns that are.
inline constexpr int kEventColumnCount =
    1 + static_cast<int>(std::count(std::begin(kEventColumns), std::end(kEventColumns), ','));

/// A piece of a statement's text, for select_event.
template <std::size_t N>
struct Sql {
  constexpr Sql(const char (&text)[N]) { std::copy_n(text, N, value); }  // NOLINT: reads as its text
  char value[N]{};
};

/// The text of a statement that reads events: SELECT, kEventColumns, and what follows them.
template <Sql rest>
inline constexpr auto select_event = [] {
  constexpr std::string_view select = "SELECT ", columns = kEventColumns, end = rest.value;
  std::array<char, select.size() + columns.size() + end.size() + 1> text{};
  auto* at = std::copy(select.begin(), select.end(), text.begin());
  at = std::copy(columns.begin(), columns.end(), at);
  std::copy(end.begin(), end.end(), at);
  return text;
}();

/// The event of one row, counted from 0, copied out of it; its attendees are left in the row where they are long, to be
/// read as `snapshot` shows them while the session is open. What is stored is taken to be valid, since only validated
/// events are written; jb_check() is what looks for damage.
Event read_event(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The event as `snapshot` shows it; nullopt when there is none of this id.
std::optional<Event> find_event(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The events of a series, in any order.
std::vector<Event> series_events(EventId series, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The events that are held or wait on any of the calendars.
std::vector<Event> watched_events(const std::vector<std::string>& calendars,
                                  pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The events of a statement's rows, whose columns are kEventColumns.
std::vector<Event> read_events(const pg::Rows& rows, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The rule of the series that the event belongs to, as it was given; nullopt for none.
std::optional<std::string> recurrence_of(const Event& event);

/// Stores a new event as it is given, id included.
void insert_event(const Event& event);

/// Stores every column anew over the row of event.id, but attendees that were left there; the caller has counted the
/// version up. No such row, no effect: the caller holds the event's locks and has read it under them.
void update_event(const Event& event);

/// Removes the row. No such row, no effect.
void delete_event(EventId id);

}  // namespace jb
