// SPDX-License-Identifier: PostgreSQL
#include "reading.hpp"

#include "core/values/time_text.hpp"
#include "pg/clock.hpp"
#include "pg/datum.hpp"
#include "store/event_row.hpp"
#include "store/reading_tree.hpp"

namespace jb::functions {

std::shared_ptr<const Zone> require_zone(const std::string& name) {
  if (auto zone = pg::find_zone(name)) return zone;
  throw invalid("time_zone", name, "there is no such time zone");
}

std::shared_ptr<const Zone> zone_of(const std::optional<std::string>& name) {
  return name ? require_zone(*name) : nullptr;
}

std::optional<Calendar> find_seen_calendar(const std::string& name) {
  return rights_to_read(name).any() ? find_calendar(name) : std::nullopt;
}

Calendar require_calendar(const std::string& name, std::string_view argument) {
  if (auto calendar = find_seen_calendar(name)) return *calendar;
  throw unknown_calendar(argument, name);
}

std::vector<std::string> calendar_names(const Arguments& arguments, Validation& validation) {
  auto names = arguments.texts(validation, "calendars").value_or(std::vector{std::string(kCeo)});
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

void add_slots(RowSet& rows, Search& search, Seconds duration, Span within, int most) {
  for (const auto start : search.open_starts(duration, within, static_cast<std::size_t>(most)))
    rows.add(pg::Values({Span{start, start + duration}}));
}

Calendar require_named_calendar(const std::string& name, Right right) {
  auto calendar = find_seen_calendar(name);
  if (!calendar) throw no_such_calendar(name);
  require_right(name, right);
  return std::move(*calendar);
}

bool may_read(const Event& event) { return may_any(Right::read, event.calendars); }

// No event ever has this id.
constexpr EventId kNoEvent = 0;

// A hidden event and a missing one cost the same: one event is read, one look into the index finds nothing, and one
// right is asked for.
std::optional<Event> find_readable_event(EventId id) {
  auto event = find_event(id, pg::Snapshot::callers);
  if (!event) {
    find_event_before(id, pg::Snapshot::callers);
    may_any(Right::read, {"*"});
  } else if (!may_read(*event)) {
    find_event(kNoEvent, pg::Snapshot::callers);
    event.reset();
  }
  return event;
}

Event readable_event(EventId id) {
  if (auto event = find_readable_event(id)) return std::move(*event);
  throw no_such_event(id);
}

pg::Param ids_argument(const Arguments& arguments, std::string_view name) {
  const auto id = arguments.bigint(name);
  return id ? std::vector{*id} : std::vector<EventId>{};
}

std::optional<std::vector<std::string>> read_statuses(const Arguments& arguments, bool (*is_known)(std::string_view),
                                                      std::string_view hint) {
  Validation validation;
  auto statuses = arguments.texts(validation, "status");
  for (const auto& status : statuses.value_or(std::vector<std::string>{})) {
    if (status != "?" && !is_known(status)) validation.refuse("status", status, "there is no such status", hint);
  }
  validation.raise();
  return statuses;
}

namespace {

[[noreturn]] void refuse_range(Instant end) {
  throw invalid("to_time", format_utc(end), "it must not be before the begin of the range");
}

}  // namespace

void check_range(std::optional<Instant> begin, std::optional<Instant> end) {
  if (begin && end && *end < *begin) refuse_range(*end);
}

// Fractions of a second count, since the server compares them, too.
void check_range(const Arguments& arguments) {
  const auto from = arguments.param("from_time"), to = arguments.param("to_time");
  if (from.is_null || to.is_null || pg::to_id(from.value) <= pg::to_id(to.value)) return;
  refuse_range(*arguments.instant("to_time"));
}

std::optional<Cursor> cursor(const Arguments& arguments) {
  const auto text = arguments.text("after");
  if (!text) return std::nullopt;
  const auto cursor = parse_cursor(*text);
  if (!cursor) throw invalid("after", *text, "it must be the cursor of a row seen");
  return cursor;
}

CursorParams cursor_params(const std::optional<Cursor>& cursor) {
  if (!cursor) return {pg::Param::null(TIMESTAMPTZOID), pg::Param::null(INT8OID)};
  return {cursor->start ? pg::Param(*cursor->start) : pg::infinity(), cursor->id};
}

}  // namespace jb::functions
