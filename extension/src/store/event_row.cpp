// SPDX-License-Identifier: PostgreSQL
#include "event_row.hpp"

#include "attachment_rows.hpp"
#include "core/values/validation.hpp"
#include "pg/datum.hpp"
#include "pg/schema.hpp"
#include "pg/table.hpp"

namespace jb {

namespace {

/// What a row has besides the event's columns.
constexpr auto kStoredColumns = concatenated(kEventColumns, ", e.first_change");
constinit pg::Table event_table{"jb_event", kStoredColumns.data()};
constinit pg::Statement series_events_statement{select_event<" FROM jb_event e WHERE e.series = $1">.data()};
constinit pg::Statement recurrence_statement{"SELECT s.recurrence FROM jb_series s WHERE s.id = $1"};

// Each reads a long value that was left in its row.
#define JB_FIELD(name, kind, member, column, argument, left_out)
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out) \
  constinit pg::Statement name##_statement{"SELECT e." #column " FROM jb_event e WHERE e.id = $1"};
#include "../../fields.def"
constinit pg::Statement guests_statement{"SELECT e.guests FROM jb_event e WHERE e.id = $1"};

pg::Rows rows_of(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh) {
  return event_table.find("jb_event_pkey", {pg::equals_id(id)}, snapshot);
}

// For each kind of extension/fields.def: to_KIND reads a column's value, from_KIND makes a column's value.

constexpr auto from_text = [](const auto& value) -> pg::Param { return value; };
constexpr auto from_texts = from_text, from_long_text = from_text, from_bool = from_text, from_date = from_text,
               from_timestamp = from_text;
using pg::from_duration;
using pg::from_time_of_day;
using pg::to_bool;
using pg::to_date;
using pg::to_duration;
using pg::to_text;
using pg::to_texts;
using pg::to_time_of_day;

Instant to_timestamp(Datum value) { return pg::to_instant(value); }

int to_int(Datum value) { return pg::to_small(value); }
pg::Param from_int(int value) { return pg::from_small(static_cast<std::int16_t>(value)); }
int to_days(Datum value) { return to_int(value); }
pg::Param from_days(int value) { return from_int(value); }

std::string to_long_text(Datum value) { return to_text(value); }

Metadata to_json(Datum value) { return {pg::jsonb_text(value)}; }
pg::Param from_json(const Metadata& value) { return pg::from_jsonb_text(value.text); }

/// One row, column by column in the order of kEventColumns.
class Columns {
 public:
  Columns(const pg::Rows& rows, std::uint64_t row) : columns_(rows.columns(row, kEventColumnCount)) {}

  std::optional<Datum> next() { return columns_[next_++]; }

  /// Reads the next column into `member`, a member of an Event. Null gives `member` its value in a new Event.
  template <class T, class Read>
  void into(T& member, Read read) {
    const auto value = next();
    member = value ? T(read(*value)) : T();
  }

 private:
  std::vector<std::optional<Datum>> columns_;
  std::size_t next_ = 0;
};

/// Reads a long value of an event into a member. A value of many bytes is left in its row, from which `statement` reads
/// it when it is asked for: a call that looks for free time among many events needs none of them.
template <class T, class Read>
void read_long(Shared<T>& member, std::optional<Datum> column, Read read, pg::Statement& statement, EventId id,
               pg::Snapshot snapshot) {
  constexpr std::size_t much = 4'096;
  if (!column) {
    member = {};
  } else if (pg::stored_size(*column) <= much) {
    member = read(*column);
  } else {
    member = Shared<T>::left_there([read, &statement, id, snapshot] {
      const pg::Scratch scratch;
      return statement.run({id}, snapshot).first(read).value_or(T());
    });
  }
}

template <class T, class Read>
void read_long(std::optional<Shared<T>>& member, std::optional<Datum> column, Read read, pg::Statement& statement,
               EventId id, pg::Snapshot snapshot) {
  member.reset();
  if (column) read_long(member.emplace(), column, read, statement, id, snapshot);
}

/// Reads what was left in the row.
template <class T>
void fetch(Shared<T>& value) {
  if (value.is_left_there()) value = *value.get();
}

template <class T>
void fetch(std::optional<Shared<T>>& value) {
  if (value) fetch(*value);
}

enum class Write { insert, update };

template <class T, class Make>
pg::Param column_of(const T& value, Make make, Write) {
  return make(value);
}

/// An update leaves a long value where it is. A new row has none yet: the value was left in the row of another
/// occurrence of the series.
template <class T, class Make>
pg::Param column_of(const Shared<T>& value, Make make, Write write) {
  const bool is_there = write == Write::update && value.is_left_there();
  return is_there ? pg::Param::kept() : pg::Param(make(*value.get()));
}

template <class T, class Make>
pg::Param column_of(const std::optional<T>& value, Make make, Write write) {
  return value ? column_of(*value, make, write) : pg::Param();
}

/// The event's columns in the order of kEventColumns.
std::array<pg::Param, kEventColumnCount> columns_of(const Event& event, Write write) {
  const auto start = event.time ? std::optional{event.time->start} : std::nullopt;
  const auto end = event.time ? std::optional{event.time->end} : std::nullopt;
  return {event.id,
#define JB_FIELD(name, kind, member, column, argument, left_out) column_of(event.member, from_##kind, write),
#include "../../fields.def"
          start,
          end,
          name_of(event.status),
          event.created_at,
          event.updated_at,
          event.version,
          event.attendee_calendars.empty() ? pg::Param() : event.attendee_calendars,
          event.expires_at,
          event.series,
          event.wished_wall,
          event.recurrence_id,
          column_of(event.guests, from_texts, write)};
}

}  // namespace

Event read_event(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot) {
  Event event;
  Columns columns(rows, row);
  columns.into(event.id, pg::to_id);
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out) \
  read_long(event.member, columns.next(), to_##kind, name##_statement, event.id, snapshot);
#define JB_FIELD(name, kind, member, column, argument, left_out) columns.into(event.member, to_##kind);
#include "../../fields.def"
  const auto start = columns.next();
  const auto end = columns.next();
  if (start && end) event.time = Span{to_timestamp(*start), to_timestamp(*end)};
  event.status = *status_from(to_text(*columns.next()));
  columns.into(event.created_at, to_timestamp);
  columns.into(event.updated_at, to_timestamp);
  columns.into(event.version, pg::to_id);
  columns.into(event.attendee_calendars, to_texts);
  columns.into(event.expires_at, to_timestamp);
  columns.into(event.series, pg::to_id);
  columns.into(event.wished_wall, pg::to_wall);
  columns.into(event.recurrence_id, to_timestamp);
  read_long(event.guests, columns.next(), to_texts, guests_statement, event.id, snapshot);
  return event;
}

ShownEvent read_shown_event(Datum row) {
  pg::NamedRow columns(row);
  const auto into = [&]<class T>(std::string_view name, T& member, auto read) {
    const auto value = columns.at(name).value;
    if (!value.is_null) member = T(read(value.value));
  };
  ShownEvent shown;
  auto& event = shown.event;
  shown.is_busy_time = columns.at("event_name").value.is_null;
  into("id", event.id, pg::to_id);
#define JB_FIELD(name, kind, member, column, argument, left_out) into(#column, event.member, to_##kind);
#include "../../fields.def"
  into("attendee_calendars", event.attendee_calendars, to_texts);
  std::optional<Instant> start, end;
  into("start_timestamp", start, to_timestamp);
  into("end_timestamp", end, to_timestamp);
  if (start && end) event.time = Span{*start, *end};
  into("status", shown.status, to_text);
  into("attachments", shown.attachments, pg::jsonb_text);
  into("series", event.series, pg::to_id);
  into("recurrence", shown.recurrence, to_text);
  into("recurrence_id", event.recurrence_id, to_timestamp);
  into("expires_at", event.expires_at, to_timestamp);
  into("time_zone", shown.time_zone, to_text);
  into("created_at", event.created_at, to_timestamp);
  into("updated_at", event.updated_at, to_timestamp);
  into("version", event.version, pg::to_id);
  return shown;
}

std::optional<Datum> view_row(const pg::RowType& view, const ShownEvent& shown) {
  const auto& event = shown.event;
  const std::pair<std::string_view, pg::Param> columns[] = {
      {"id", event.id},
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  {#column, column_of(event.member, from_##kind, Write::insert)},
#include "../../fields.def"
      {"attendee_calendars", event.attendee_calendars},
      {"start_timestamp", event.time ? std::optional{event.time->start} : std::nullopt},
      {"end_timestamp", event.time ? std::optional{event.time->end} : std::nullopt},
      {"status", shown.status},
      {"placement", event.wish.is_fixed() ? "fixed" : "automatic"},
      {"attachments", pg::from_jsonb_text(*shown.attachments)},
      {"series", event.series},
      {"recurrence", shown.recurrence},
      {"expires_at", event.expires_at},
      {"time_zone", shown.time_zone},
      {"created_at", event.created_at},
      {"updated_at", event.updated_at},
      {"version", event.version},
      {"recurrence_id", event.recurrence_id}};
  return view.row(columns);
}

std::vector<Event> series_events(EventId series, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = series_events_statement.run({series}, snapshot);
  return rows.map([&](auto row) { return read_event(rows, row, snapshot); });
}

std::optional<Event> find_event(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = rows_of(id, snapshot);
  if (rows.empty()) return std::nullopt;
  return read_event(rows, 0, snapshot);
}

std::optional<Event> find_event_before(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = event_table.find_last("jb_event_pkey", {pg::at_most_id(id)}, snapshot);
  if (rows.empty()) return std::nullopt;
  return read_event(rows, 0, snapshot);
}

std::vector<Event> find_events(const std::vector<EventId>& ids, pg::Snapshot snapshot) {
  std::vector<Event> events;
  for (const auto id : ids) {
    if (auto event = find_event(id, snapshot)) events.push_back(std::move(*event));
  }
  return events;
}

std::vector<Event> read_events(const std::vector<EventId>& ids, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = event_table.find("jb_event_pkey", {pg::any_id(ids)}, snapshot);
  return rows.map([&](auto row) { return read_event(rows, row, snapshot); });
}

std::optional<std::string> rule_of(EventId series, pg::Snapshot snapshot) {
  return recurrence_statement.run({series}, snapshot).first(pg::to_text);
}

std::optional<std::string> recurrence_of(const Event& event, pg::Snapshot snapshot) {
  return event.series ? rule_of(*event.series, snapshot) : std::nullopt;
}

void complete(ShownEvent& shown, pg::Snapshot snapshot) {
  auto& event = shown.event;
  if (!shown.attachments) shown.attachments = attachments_json(event.id, snapshot);
  shown.recurrence = event.recurrence.empty() ? recurrence_of(event, snapshot) : event.recurrence;
#define JB_FIELD(name, kind, member, column, argument, left_out)
#define JB_LONG_FIELD(name, kind, member, column, argument, left_out) fetch(event.member);
#include "../../fields.def"
}

void insert_event(const Event& event, std::int64_t first_change) {
  const pg::Scratch scratch;
  std::array<pg::Param, kEventColumnCount + 1> columns;
  const auto own = columns_of(event, Write::insert);
  std::copy(own.begin(), own.end(), columns.begin());
  columns.back() = first_change;
  event_table.insert(columns);
}

void update_event(const Event& event) {
  const pg::Scratch scratch;
  const auto rows = rows_of(event.id);
  if (rows.empty()) return;
  event_table.update(rows.place(0), 1, columns_of(event, Write::update));
}

void delete_event(EventId id) {
  const pg::Scratch scratch;
  const auto rows = rows_of(id);
  if (!rows.empty()) event_table.erase(rows.place(0));
}

}  // namespace jb
