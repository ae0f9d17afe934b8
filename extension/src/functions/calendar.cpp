// SPDX-License-Identifier: PostgreSQL
#include "core/event/calendar.hpp"
#include "call.hpp"
#include "core/values/time.hpp"

namespace jb::functions {

// Calendars and their settings: made, changed, read, listed and deleted.

namespace {

constinit auto calendar_statement = pg::Statement<"SELECT v.* FROM jb_calendar_row v WHERE v.name = :name">();
constinit auto default_statement = pg::Statement<R"(
    SELECT 'ceo', )" + kSettingColumns + R"(,
           )" + kPastSeq<"'ceo'"> + R"(, NULL::timestamptz, NULL::timestamptz, public_booking,
           display_name, color, max_guest_bookings, max_guest_bookings_per_day, slots_from,
           max_source_age, NULL::timestamptz
      FROM jb_calendar_default)">();
constinit auto default_zone_statement = pg::Statement<"SELECT d.time_zone FROM jb_calendar_default d">();

Datum read_view(const std::string& name, pg::Snapshot snapshot) {
  const auto rows = calendar_statement.run(snapshot, "name"_arg = name);
  if (!rows.empty()) return pg::returned_row(rows);
  if (name != kCeo) throw no_such_calendar(name);
  return pg::returned_row(default_statement.run(snapshot));
}

constinit auto calendars_statement = pg::Statement<R"(
    SELECT v.* FROM jb_calendar_view v
     WHERE (:prefix::text IS NULL OR starts_with(v.name, :prefix))
       AND (:after::text IS NULL OR v.name COLLATE "C" > :after) ORDER BY v.name COLLATE "C" LIMIT :most)">();

/// The name of a calendar's zone, if the caller has a right on the calendar.
std::optional<std::string> seen_time_zone(const std::string& name) {
  const auto zone = rights_to_read(name).any() ? zone_setting_of(name, pg::Snapshot::callers) : std::nullopt;
  return zone ? std::optional{zone->time_zone} : std::nullopt;
}

}  // namespace

JB_CONNECTED(jb_calendar_one, Datum) {
  return read_view(require_named_calendar(arguments.word("calendar")).name, pg::Snapshot::callers);
}

JB_CONNECTED(jb_day_start, std::optional<Instant>) {
  if (arguments.is_null("date")) return std::nullopt;
  // The day after the last one is accepted, too, since it begins where the last one ends.
  const Date day_after{std::chrono::floor<std::chrono::days>(kRepresentable.end.time_since_epoch())};
  Validation validation;
  const auto date = arguments.date("date") == day_after ? day_after : arguments.required_date(validation, "date");
  validation.raise();
  auto zone = seen_time_zone(arguments.word("calendar"));
  if (!zone) zone = default_zone_statement.run(pg::Snapshot::callers).first(pg::to_text);
  return std::min(require_zone(*zone)->day(*date).start, kRepresentable.end);
}

JB_CONNECTED_ROWS(jb_calendars) {
  const auto most = arguments.is_null("max_rows") ? pg::Param::null(INT4OID) : pg::Param(arguments.max_rows());
  rows.add(calendars_statement.run(pg::Snapshot::callers, "prefix"_arg = arguments.param("prefix"),
                                   "after"_arg = arguments.param("after"), "most"_arg = most));
}

JB_CONNECTED(jb_time_zone, std::optional<std::string>) {
  const auto name = arguments.text("calendar");
  return name ? seen_time_zone(*name) : std::nullopt;
}

JB_CALL(jb_calendar_set, Datum) {
  const auto name = arguments.word("calendar");
  const auto settings = arguments.json("settings", "{}");
  bool opens = false;
  const auto row = [&] {
    const pg::AsOwner as_owner(owner_of_tables(), false);
    return connected([&] {
      with_scheduler(arguments, [&](Scheduler& scheduler) {
        if (id_of(name)) require_managing(name);
        scheduler.retune(name, [&] { opens = set_calendar(name, settings); });
        return 0;
      });
      return read_view(own_name(name, pg::Snapshot::fresh), pg::Snapshot::fresh);
    });
  }();
  if (opens) require_managing(name);  // by all askers, since a booking page lasts (rule 13.11)
  return row;
}

JB_CONNECTED(jb_calendar_make, bool) {
  const auto name = arguments.word("calendar");
  if (!is_calendar_name(name)) throw invalid("calendar", name, kNoCalendarName);
  return make_calendar(name);
}

JB_CONNECTED(jb_calendar_delete, bool) {
  const auto name = arguments.word("calendar");
  require_right(name, Right::manage);
  delete_calendar(name);
  return true;
}

// The hours of a calendar's days that differ from its week: read and set.

namespace {

using std::chrono::days;

/// The most dates that one call may ask for: as many as the longest horizon has (rule 2.8.2).
constexpr int kMostDates = 3'660;

constinit auto availability_statement = pg::Statement<"SELECT a.* FROM jb_availability(:calendar, :date, :date) a">();

}  // namespace

JB_CONNECTED_ROWS(jb_availability) {
  const auto name = arguments.word("calendar");
  Validation validation;
  const auto from_date = arguments.date(validation, "from_date"), to_date = arguments.date(validation, "to_date");
  validation.raise();
  const auto calendar = require_named_calendar(name);
  // The defaults of dates that were left out depend on today.
  const Date last{std::chrono::floor<days>(kRepresentable.end - Seconds{1}).time_since_epoch()};
  const Date from = from_date ? *from_date : std::chrono::floor<days>(calendar.zone().to_wall(pg::now()));
  const Date to = to_date.value_or(std::min(from + days{6}, last));
  if (to < from)
    throw invalid("to_date", format_date(to), "it must not be before the begin of the range, " + format_date(from));
  if (to - from >= days{kMostDates})
    throw invalid("to_date", format_date(to), "it must be less than 3660 days after the begin of the range");
  const Hours& hours = calendar.grid().hours;
  for (Date date = from; date <= to; date += days{1}) {
    const pg::Scratch scratch;
    spend(Budget::spans, hours.on(date).size());
    const auto open = open_spans(hours, calendar.zone(), calendar.zone().day(date));
    rows.add({date, pg::from_jsonb_text(spans_json(hours.on(date))), hours.overrides.contains(date), open,
              calendar.time_zone});
  }
}

JB_CONNECTED(jb_availability_set, Datum) {
  const auto name = arguments.word("calendar");
  Validation validation;
  const auto date = arguments.required_date(validation, "on_date");
  std::optional<DaySpans> spans;
  if (!arguments.is_null("spans")) spans = read_spans(validation, arguments.json("spans"));
  validation.raise();
  with_scheduler(arguments, [&](Scheduler& scheduler) {
    require_right(name, Right::manage);
    scheduler.retune(name, [&] {
      require_right(name, Right::manage);
      if (!set_availability(name, *date, spans)) throw no_such_calendar(name);
    });
    return 0;
  });
  return pg::returned_row(availability_statement.run("calendar"_arg = name, "date"_arg = *date));
}

// The open times of one or more calendars.

namespace {

/// What a question for open time asks about: all of `calendars`, some of `one_of`, `within` hours.
struct Asked {
  Needs needs;
  std::optional<Within> within{};
};

/// The needs of a question with lists, as those of a request with the same.
Needs needs_with_lists(const Arguments& arguments, Validation& validation) {
  Fields fields;
  if (!arguments.is_null("calendars")) fields.calendars.set(calendar_names(arguments, validation));
  fields.one_of.set_if_given(read_lists(validation, "one_of", arguments.json("one_of")));
  check_lists(validation, fields);
  if (!fields.one_of.has_value()) return {named_calendars(fields)};
  const auto zone_of = [](const std::string& name) {
    const auto calendar = find_seen_calendar(name);
    return calendar ? calendar->time_zone : std::string();
  };
  check_candidates(validation, *fields.one_of.value, [&](const auto& name) { return !zone_of(name).empty(); });
  if (!names_calendars(fields) && validation.ok()) check_zones(validation, *fields.one_of.value, zone_of);
  Event event;
  event.one_of = *fields.one_of.value;
  event.calendars = named_calendars(fields);
  return needs_of(event);
}

/// Refuses what a request for events of these lengths could not have.
Asked asked(const Arguments& arguments, Validation& validation, const std::vector<Seconds>& durations) {
  const bool has_lists = !arguments.is_null("one_of");
  Asked question{has_lists ? needs_with_lists(arguments, validation) : Needs{calendar_names(arguments, validation)}};
  if (arguments.is_null("within")) return question;
  question.within = read_within(validation, "within", arguments.json("within"));
  for (const auto duration : durations)
    if (question.within) check_holds(validation, *question.within, duration);
  return question;
}

}  // namespace

JB_CONNECTED_ROWS(jb_slots) {
  Validation validation;
  if (arguments.is_null("duration")) validation.refuse("duration", "NULL", "it is required");
  const auto duration = arguments.duration(validation, "duration").value_or(kShortest);
  const auto question = asked(arguments, validation, {duration});
  const auto now = pg::now();
  const auto from = arguments.instant("from_time").value_or(now);
  const auto to = arguments.instant("to_time").value_or(kRepresentable.end);
  if (to < from) validation.refuse("to_time", format_utc(to), "it must not be before the begin of the range");
  validation.raise();
  const auto most = arguments.max_rows();
  auto search = search_in(question.needs, now, question.within);
  add_slots(rows, search, duration, {from, to}, most);
}

JB_CONNECTED(jb_source_as_of, std::optional<Instant>) {
  Validation validation;
  const auto names = calendar_names(arguments, validation);
  validation.raise();
  std::optional<Instant> oldest;
  for (const auto& name : names) {
    const auto at = require_named_calendar(name).source_as_of;
    if (at) oldest = std::min(oldest.value_or(*at), *at);
  }
  return oldest;
}

// When a calendar is taken, without what takes it.

namespace {

/// The longest range that one call may ask for: as long as the longest horizon (rule 2.8.2).
constexpr Seconds kLongestReading = 3'660 * kDay;

// A hold past its deadline takes no time, whether or not a writer has ended the hold (rule 3.9). If nothing is held or
// waits on the calendar (not :is_watched), no event is read. OFFSET 0 keeps PostgreSQL from reading all held events for
// a join.
constinit auto busy_statement = pg::Statement<R"(
    SELECT coalesce(range_agg(c.during * :range), '{}') FROM jb_claim c
     WHERE c.calendar = :calendar AND c.during && :range
       AND (NOT :is_watched
                OR NOT EXISTS (SELECT FROM jb_event e
                                WHERE e.id = c.event_id AND e.status = 'held' AND e.expires_at <= :now OFFSET 0)))">();

Span read_range(const Arguments& arguments) {
  Validation validation;
  const auto bound = [&](std::string_view name) {
    const auto instant = arguments.instant(validation, name);
    if (!instant) validation.refuse(name, "NULL", "it is required");
    return instant.value_or(kRepresentable.start);
  };
  const Span range{bound("from_time"), bound("to_time")};
  validation.raise();
  check_range(arguments);
  if (range.length() > kLongestReading)
    throw invalid("to_time", format_utc(range.end), "it must be at most 3660 days after the begin of the range");
  return range;
}

/// One row, of one column.
pg::Rows busy_in(const Calendar& calendar, Span range) {
  return busy_statement.run(pg::Snapshot::callers, "calendar"_arg = calendar.id, "range"_arg = range,
                            "is_watched"_arg = calendar.watched > 0, "now"_arg = pg::now());
}

}  // namespace

JB_CONNECTED(jb_busy, Datum) {
  const auto name = arguments.word("calendar");
  const auto range = read_range(arguments);
  return pg::outliving(*busy_in(require_named_calendar(name), range).at(0, 1));
}

JB_CONNECTED_ROWS(jb_busy_all) {
  const auto range = read_range(arguments);
  Validation validation;
  const auto names = calendar_names(arguments, validation);
  const auto calendars = calendars_of(validation, names);
  validation.raise();
  for (const auto& calendar : calendars)
    rows.add({calendar.name, calendar.time_zone, pg::Param(*busy_in(calendar, range).at(0, 1)), calendar.source_as_of});
}

// The first open time of each length that the caller asks for, and how far off it is.

namespace {

constexpr std::size_t kMostDurations = 100;

}  // namespace

JB_CONNECTED_ROWS(jb_lead_time) {
  Validation validation;
  const auto durations = arguments.durations(validation, "durations", kMostDurations);
  const auto question = asked(arguments, validation, durations);
  validation.raise();
  const auto now = pg::now();
  auto search = search_in(question.needs, now, question.within);
  for (const auto duration : durations) {
    const auto start = search.first_fit(duration, kRepresentable);
    const auto end = start ? std::optional{*start + duration} : std::nullopt;
    const auto lead = start ? std::optional{*start - now} : std::nullopt;
    rows.add({pg::from_duration(duration), start, end, pg::optional_param(lead, pg::from_duration)});
  }
}

}  // namespace jb::functions
