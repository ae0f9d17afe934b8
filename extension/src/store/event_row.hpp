// SPDX-License-Identifier: PostgreSQL
//
// Events as rows. The functions need an open pg::SpiConnection, and touch neither claims nor history.
#pragma once

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "core/event/event_json.hpp"
#include "pg/row_type.hpp"

namespace jb {

/// The columns of an event, from column 1 on, of a table named e.
inline constexpr char kEventColumns[] =
    "e.id, "
#define JB_FIELD(name, kind, member, column, argument, left_out) "e." #column ", "
#include "../../fields.def"
    "e.start_timestamp, e.end_timestamp, e.status, e.created_at, e.updated_at, e.version, e.attendee_calendars, "
    "e.expires_at, e.series, e.wished_wall, e.recurrence_id, e.guests";

/// The number of columns in kEventColumns.
inline constexpr int kEventColumnCount =
    1 + static_cast<int>(std::count(std::begin(kEventColumns), std::end(kEventColumns), ','));

/// Literals, one behind the other, as one text that ends with a zero byte.
template <std::size_t... N>
constexpr auto concatenated(const char (&... pieces)[N]) {
  std::array<char, (N + ...) - sizeof...(N) + 1> text{};
  auto* at = text.data();
  ((at = std::copy_n(pieces, N - 1, at)), ...);
  return text;
}

/// A piece of a statement's text, for select_event.
template <std::size_t N>
struct Sql {
  constexpr Sql(const char (&text)[N]) { std::copy_n(text, N, value); }  // NOLINT: reads as its text
  char value[N]{};
};

/// The text of a statement that reads events: SELECT, kEventColumns, and what follows them.
template <Sql rest>
inline constexpr auto select_event = concatenated("SELECT ", kEventColumns, rest.value);

/// The event in row `row`, counted from 0; a copy, except that long values (JB_LONG_FIELD) are left in their row and
/// read when they are asked for, as `snapshot` shows them, while the connection is open. The function does not
/// validate: only validated events are written, and jb_check() looks for damage.
Event read_event(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The event in a row of jb_event_view, without its zone, which stands under time_zone.
ShownEvent read_shown_event(Datum row);

/// The row of jb_event_view, to whom may read the event; the inverse of the above. The event is complete(). nullopt
/// where the view has a column of which this library does not know.
std::optional<Datum> view_row(const pg::RowType& view, const ShownEvent& shown);

/// The event as `snapshot` shows it; nullopt when there is no event of this id.
std::optional<Event> find_event(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The event of the greatest id up to this one.
std::optional<Event> find_event_before(EventId id, pg::Snapshot snapshot);

/// The events of these ids that `snapshot` shows, in the order of the ids. Each is found by its key: the planner of a
/// join expects a third of all held and waiting events to be wanted, and reads them all.
std::vector<Event> find_events(const std::vector<EventId>& ids, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The same by one scan, which costs less, for a reader: of an event that one transaction has written many times it
/// meets each version.
std::vector<Event> read_events(const std::vector<EventId>& ids, pg::Snapshot snapshot);

/// The events of a series, in any order.
std::vector<Event> series_events(EventId series, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The rule of the series; nullopt when there is none of this id.
std::optional<std::string> rule_of(EventId series, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// The rule of the event's series; nullopt when the event belongs to no series.
std::optional<std::string> recurrence_of(const Event& event, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// Reads what an answer shows of the event and nobody has read yet: its attachments, the rule of its series, and
/// what was left in its row. Needs an open connection; event_json() then needs none.
void complete(ShownEvent& shown, pg::Snapshot snapshot = pg::Snapshot::fresh);

/// Stores a new event. The caller has given the event its id. `first_change` is the number of the change that makes the
/// event.
void insert_event(const Event& event, std::int64_t first_change);

/// Writes all columns of the row of event.id; what was left in the row stays. The caller has counted
/// event.version up, holds the event's locks and has read the event under them, so the row exists; if there is no such
/// row, the call has no effect.
void update_event(const Event& event);

/// Removes the event's row. If there is no such row, the call has no effect.
void delete_event(EventId id);

}  // namespace jb
