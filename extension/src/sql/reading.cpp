// SPDX-License-Identifier: PostgreSQL
#include "reading.hpp"

#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "results.hpp"
#include "store/reading_tree.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement event_exists_statement{
    "SELECT FROM jb_event e WHERE e.id = $1 AND jb_sight(e.calendars, e.attendee_calendars) = 'read'", {INT8OID}};

Failure bad_cursor(const std::string& text) {
  Validation validation;
  validation.refuse("after", text, "it must be the cursor of a row seen");
  return validation.failure();
}

}  // namespace

std::shared_ptr<const Zone> require_zone(const std::string& name) {
  if (auto zone = pg::find_zone(name)) return zone;
  Validation validation;
  validation.refuse("time_zone", name, "there is no such time zone");
  throw validation.failure();
}

Datum rows_of(FunctionCallInfo info, pg::Statement& statement, std::initializer_list<pg::Param> params) {
  RowSet rows(info);
  pg::Session session;
  rows.add(statement.run(params, pg::Snapshot::callers));
  session.finish();
  return rows.done();
}

std::optional<Calendar> find_seen_calendar(const std::string& name) {
  auto calendar = find_calendar(name);
  return calendar && rights_on(name).any() ? std::move(calendar) : std::nullopt;
}

Calendar require_calendar(const std::string& name, std::string_view argument) {
  if (auto calendar = find_seen_calendar(name)) return *calendar;
  throw unknown_calendar(argument, name);
}

std::vector<std::string> calendar_names(const Arguments& arguments, Validation& validation, int i) {
  auto names = arguments.texts(validation, i, "calendars").value_or(std::vector{std::string(kCeo)});
  check_calendar_names(validation, names);
  return names;
}

std::vector<Calendar> calendars_of(Validation& validation, const std::vector<std::string>& names) {
  std::vector<Calendar> calendars;
  for (const auto& name : names) {
    if (auto calendar = find_seen_calendar(name))
      calendars.push_back(std::move(*calendar));
    else
      refuse_unknown_calendar(validation, "calendars", name);
  }
  return calendars;
}

Search search_in(const std::vector<std::string>& names, Instant now) {
  Validation validation;
  auto calendars = calendars_of(validation, names);
  validation.raise();
  return {std::move(calendars),
          [now](const Calendar& calendar) { return free_time_of(calendar, now, pg::Snapshot::callers); }, now};
}

Calendar require_named_calendar(const std::string& name, Right right) {
  auto calendar = find_calendar(name);
  if (!calendar) throw no_such_calendar(name);
  require_right(name, right);
  return std::move(*calendar);
}

void require_event(EventId id) {
  if (event_exists_statement.run({pg::from_id(id)}, pg::Snapshot::callers).empty()) throw no_such_event(id);
}

void check_range(const Arguments& arguments, int from) {
  const auto begin = arguments.instant(from);
  const auto end = arguments.instant(from + 1);
  if (!begin || !end || *begin <= *end) return;
  Validation validation;
  validation.refuse("to_time", format_utc(*end), "it must not be before the begin of the range");
  throw validation.failure();
}

std::optional<Cursor> cursor(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto cursor = parse_cursor(*text);
  if (!cursor) throw bad_cursor(*text);
  return cursor;
}

CursorParams cursor_params(const std::optional<Cursor>& cursor) {
  if (!cursor) return {};
  return {cursor->start ? pg::from_instant(*cursor->start) : pg::infinity(), pg::from_id(cursor->id)};
}

}  // namespace jb::sql
