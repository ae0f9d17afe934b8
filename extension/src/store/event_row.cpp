// SPDX-License-Identifier: PostgreSQL
#include "event_row.hpp"

#include "pg/datum.hpp"
#include "pg/table.hpp"

namespace jb {

namespace {

constexpr int kAttendeesColumn = 1;
constinit pg::Table table{"jb_event", JB_EVENT_COLUMNS};
constinit pg::Statement series_statement{"SELECT " JB_EVENT_COLUMNS " FROM jb_event e WHERE e.series = $1", {INT8OID}};
constinit pg::Statement recurrence_statement{"SELECT s.recurrence FROM jb_series s WHERE s.id = $1", {INT8OID}};

constinit pg::Statement attendees_statement{"SELECT e.attendees FROM jb_event e WHERE e.id = $1", {INT8OID}};

constinit pg::Statement watched_statement{"SELECT " JB_EVENT_COLUMNS
                                          " FROM jb_event e WHERE e.calendars || e.attendee_calendars && $1 "
                                          "AND e.status IN ('held', 'waiting')",
                                          {TEXTARRAYOID}};

pg::Rows rows_of(EventId id, pg::Snapshot snapshot = pg::Snapshot::fresh) {
  return table.find("jb_event_pkey", {pg::equals_id(id)}, snapshot);
}

template <class Read>
auto optional_at(const pg::Rows& rows, std::uint64_t row, int column, Read read)
    -> std::optional<decltype(read(Datum{}))> {
  const auto value = rows.at(row, column);
  if (!value) return std::nullopt;
  return read(*value);
}

Seconds seconds_of(Datum interval) {
  const auto length = pg::to_interval(interval);
  return length.days * kDay + Seconds{length.microseconds / 1'000'000};
}

std::vector<std::string> texts_at(const pg::Rows& rows, std::uint64_t row, int column) {
  std::vector<std::string> texts;
  for (auto& text : pg::to_texts(*rows.at(row, column))) texts.push_back(std::move(text).value_or(""));
  return texts;
}

std::vector<std::string> attendees_of(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = attendees_statement.run({pg::from_id(id)}, snapshot);
  return rows.empty() ? std::vector<std::string>{} : texts_at(rows, 0, 1);
}

/// A call that meets many events of others, to find room among them, does not read whom each of them is with.
Shared<std::vector<std::string>> attendees_at(const pg::Rows& rows, std::uint64_t row, EventId id,
                                              pg::Snapshot snapshot) {
  constexpr std::size_t much = 4'096;
  if (pg::stored_size(*rows.at(row, kAttendeesColumn)) <= much) return texts_at(rows, row, kAttendeesColumn);
  return Shared<std::vector<std::string>>::left_there([id, snapshot] { return attendees_of(id, snapshot); });
}

/// In the order of JB_EVENT_COLUMNS. Attendees that were left in their row are null here.
std::array<pg::Param, 24> columns_of(const Event& event) {
  const auto& wish = event.wish;
  const auto start = event.time ? std::optional{event.time->start} : std::nullopt;
  const auto end = event.time ? std::optional{event.time->end} : std::nullopt;
  const auto flag = [](bool value) { return pg::from_bool(value); };
  return {event.attendees.is_left_there() ? pg::Param() : pg::from_texts(*event.attendees.get()),
          pg::from_id(event.id),
          pg::from_text(event.event_name),
          pg::optional_param(start, pg::from_instant),
          pg::optional_param(end, pg::from_instant),
          pg::from_text(event.event_location),
          pg::from_texts(event.calendars),
          pg::optional_param(wish.date, pg::from_date),
          pg::optional_param(wish.start_time, pg::from_time_of_day),
          pg::optional_param(wish.wished_start, pg::from_instant),
          pg::from_duration(wish.duration),
          pg::optional_param(wish.not_before, pg::from_instant),
          pg::optional_param(wish.not_after, pg::from_instant),
          pg::from_small(static_cast<std::int16_t>(wish.priority)),
          pg::from_text(name_of(event.status)),
          pg::from_instant(event.created_at),
          pg::from_instant(event.updated_at),
          pg::from_id(event.version),
          event.attendee_calendars.empty() ? pg::Param() : pg::from_texts(event.attendee_calendars),
          pg::optional_param(event.check_attendees, flag),
          pg::optional_param(event.hold_for, pg::from_duration),
          pg::optional_param(event.expires_at, pg::from_instant),
          pg::optional_param(event.series, pg::from_id),
          event.wish_zone ? pg::Param(pg::from_text(*event.wish_zone)) : pg::Param()};
}

}  // namespace

Event read_event(const pg::Rows& rows, std::uint64_t row, pg::Snapshot snapshot) {
  Event event;
  event.id = pg::to_id(*rows.at(row, 2));
  event.event_name = pg::to_text(*rows.at(row, 3));
  const auto start = optional_at(rows, row, 4, pg::to_instant);
  const auto end = optional_at(rows, row, 5, pg::to_instant);
  if (start && end) event.time = Span{*start, *end};
  event.attendees = attendees_at(rows, row, event.id, snapshot);
  event.event_location = pg::to_text(*rows.at(row, 6));
  event.calendars = texts_at(rows, row, 7);
  event.wish.date = optional_at(rows, row, 8, pg::to_date);
  event.wish.start_time = optional_at(rows, row, 9, pg::to_time_of_day);
  event.wish.wished_start = optional_at(rows, row, 10, pg::to_instant);
  event.wish.duration = seconds_of(*rows.at(row, 11));
  event.wish.not_before = optional_at(rows, row, 12, pg::to_instant);
  event.wish.not_after = optional_at(rows, row, 13, pg::to_instant);
  event.wish.priority = pg::to_small(*rows.at(row, 14));
  event.status = *status_from(pg::to_text(*rows.at(row, 15)));
  event.created_at = pg::to_instant(*rows.at(row, 16));
  event.updated_at = pg::to_instant(*rows.at(row, 17));
  event.version = pg::to_id(*rows.at(row, 18));
  if (rows.at(row, 19)) event.attendee_calendars = texts_at(rows, row, 19);
  event.check_attendees = optional_at(rows, row, 20, pg::to_bool);
  event.hold_for = optional_at(rows, row, 21, seconds_of);
  event.expires_at = optional_at(rows, row, 22, pg::to_instant);
  event.series = optional_at(rows, row, 23, pg::to_id);
  event.wish_zone = optional_at(rows, row, 24, pg::to_text);
  return event;
}

std::vector<Event> read_events(const pg::Rows& rows, pg::Snapshot snapshot) {
  std::vector<Event> events;
  for (std::uint64_t i = 0; i < rows.size(); ++i) events.push_back(read_event(rows, i, snapshot));
  return events;
}

std::vector<Event> series_events(EventId series, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  return read_events(series_statement.run({pg::from_id(series)}, snapshot), snapshot);
}

std::vector<Event> watched_events(const std::vector<std::string>& calendars, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  return read_events(watched_statement.run({pg::from_texts(calendars)}, snapshot), snapshot);
}

std::optional<Event> find_event(EventId id, pg::Snapshot snapshot) {
  const pg::Scratch scratch;
  const auto rows = rows_of(id, snapshot);
  if (rows.empty()) return std::nullopt;
  return read_event(rows, 0, snapshot);
}

std::optional<std::string> recurrence_of(const Event& event) {
  if (!event.series) return std::nullopt;
  const auto rows = recurrence_statement.run({pg::from_id(*event.series)});
  return rows.empty() ? std::nullopt : std::optional{pg::to_text(*rows.at(0, 1))};
}

void insert_event(const Event& event) {
  const pg::Scratch scratch;
  table.insert(columns_of(event));
}

void update_event(const Event& event) {
  const pg::Scratch scratch;
  const auto rows = rows_of(event.id);
  if (rows.empty()) return;
  const auto columns = columns_of(event);
  pg::Values values(columns);
  static_assert(kAttendeesColumn == 1);
  if (event.attendees.is_left_there()) ++values.first, --values.count;
  table.update(rows.place(0), event.attendees.is_left_there() ? kAttendeesColumn + 1 : kAttendeesColumn, values);
}

void delete_event(EventId id) {
  const pg::Scratch scratch;
  const auto rows = rows_of(id);
  if (!rows.empty()) table.erase(rows.place(0));
}

}  // namespace jb
