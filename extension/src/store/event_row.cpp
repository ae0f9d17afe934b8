// SPDX-License-Identifier: PostgreSQL
#include "event_row.hpp"

#include "pg/datum.hpp"

namespace jb {

namespace {

#define JB_EVENT_TYPES                                                                                                \
  {                                                                                                                   \
    TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTARRAYOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, BOOLOID, INTERVALOID, \
        DATEOID, TIMEOID, TIMESTAMPTZOID, INTERVALOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT2OID, TEXTOID,              \
        TIMESTAMPTZOID, TIMESTAMPTZOID, TIMESTAMPTZOID, INT8OID, INT8OID                                              \
  }

// The id is last, so that both statements take their parameters in one order.
constinit pg::Statement insert_statement{
    "INSERT INTO jb_event (event_name, start_timestamp, end_timestamp, attendees, event_location, calendars, "
    "attendee_calendars, check_attendees, hold_for, date, start_time, wished_start, duration, not_before, not_after, "
    "priority, status, expires_at, created_at, updated_at, version, id) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
    JB_EVENT_TYPES};

constinit pg::Statement update_statement{
    "UPDATE jb_event SET event_name = $1, start_timestamp = $2, end_timestamp = $3, attendees = $4, "
    "event_location = $5, calendars = $6, attendee_calendars = $7, check_attendees = $8, hold_for = $9, date = $10, "
    "start_time = $11, wished_start = $12, duration = $13, not_before = $14, not_after = $15, priority = $16, "
    "status = $17, expires_at = $18, created_at = $19, updated_at = $20, version = $21 "
    "WHERE id = $22",
    JB_EVENT_TYPES};

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

void run(pg::Statement& statement, const Event& event) {
  const auto& wish = event.wish;
  const auto start = event.time ? std::optional{event.time->start} : std::nullopt;
  const auto end = event.time ? std::optional{event.time->end} : std::nullopt;
  const auto flag = [](bool value) { return BoolGetDatum(value); };
  statement.run({pg::from_text(event.event_name),
                 pg::optional_param(start, pg::from_instant),
                 pg::optional_param(end, pg::from_instant),
                 pg::from_texts(event.attendees),
                 pg::from_text(event.event_location),
                 pg::from_texts(event.calendars),
                 event.attendee_calendars.empty() ? pg::Param() : pg::from_texts(event.attendee_calendars),
                 pg::optional_param(event.check_attendees, flag),
                 pg::optional_param(event.hold_for, pg::from_duration),
                 pg::optional_param(wish.date, pg::from_date),
                 pg::optional_param(wish.start_time, pg::from_time_of_day),
                 pg::optional_param(wish.wished_start, pg::from_instant),
                 pg::from_duration(wish.duration),
                 pg::optional_param(wish.not_before, pg::from_instant),
                 pg::optional_param(wish.not_after, pg::from_instant),
                 Int16GetDatum(static_cast<std::int16_t>(wish.priority)),
                 pg::from_text(name_of(event.status)),
                 pg::optional_param(event.expires_at, pg::from_instant),
                 pg::from_instant(event.created_at),
                 pg::from_instant(event.updated_at),
                 Int64GetDatum(event.version),
                 Int64GetDatum(event.id)});
}

}  // namespace

Event read_event(const pg::Rows& rows, std::uint64_t row) {
  Event event;
  event.id = DatumGetInt64(*rows.at(row, 1));
  event.event_name = pg::to_text(*rows.at(row, 2));
  const auto start = optional_at(rows, row, 3, pg::to_instant);
  const auto end = optional_at(rows, row, 4, pg::to_instant);
  if (start && end) event.time = Span{*start, *end};
  event.attendees = texts_at(rows, row, 5);
  event.event_location = pg::to_text(*rows.at(row, 6));
  event.calendars = texts_at(rows, row, 7);
  event.wish.date = optional_at(rows, row, 8, pg::to_date);
  event.wish.start_time = optional_at(rows, row, 9, pg::to_time_of_day);
  event.wish.wished_start = optional_at(rows, row, 10, pg::to_instant);
  event.wish.duration = seconds_of(*rows.at(row, 11));
  event.wish.not_before = optional_at(rows, row, 12, pg::to_instant);
  event.wish.not_after = optional_at(rows, row, 13, pg::to_instant);
  event.wish.priority = DatumGetInt16(*rows.at(row, 14));
  event.status = *status_from(pg::to_text(*rows.at(row, 15)));
  event.created_at = pg::to_instant(*rows.at(row, 16));
  event.updated_at = pg::to_instant(*rows.at(row, 17));
  event.version = DatumGetInt64(*rows.at(row, 18));
  if (rows.at(row, 19)) event.attendee_calendars = texts_at(rows, row, 19);
  event.check_attendees = optional_at(rows, row, 20, [](Datum value) { return DatumGetBool(value); });
  event.hold_for = optional_at(rows, row, 21, seconds_of);
  event.expires_at = optional_at(rows, row, 22, pg::to_instant);
  return event;
}

void insert_event(const Event& event) { run(insert_statement, event); }

void update_event(const Event& event) { run(update_statement, event); }

}  // namespace jb
