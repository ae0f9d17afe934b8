// SPDX-License-Identifier: PostgreSQL
#include "call.hpp"

#include "core/event/refusal.hpp"
#include "core/values/time.hpp"
#include "pg/server.hpp"
#include "pg/table.hpp"

namespace jb::functions {

std::vector<Fields> Arguments::requests(Validation& validation, std::string_view name) const {
  if (too_many_items(validation, "requests", pg::jsonb_size(datum(name)))) return {};
  return read_requests(validation, pg::jsonb_text(datum(name)), pg::parse_interval);
}

std::optional<Seconds> Arguments::duration(Validation& validation, std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  return check_duration(validation, name, pg::interval_text(datum(name)), pg::to_interval(datum(name)));
}

std::vector<Seconds> Arguments::durations(Validation& validation, std::string_view name, std::size_t most) const {
  const auto items = is_null(name) ? std::vector<pg::Value>{} : pg::to_items(datum(name));
  if (items.empty() || items.size() > most) {
    validation.refuse(name, is_null(name) ? "NULL" : std::to_string(items.size()),
                      "there must be 1 to " + std::to_string(most));
    return {};
  }
  std::vector<Seconds> durations;
  for (const auto& item : items) {
    const auto field = std::string(name) + "[" + std::to_string(durations.size()) + "]";
    if (!item) validation.refuse(field, "NULL", "it must not be null");
    const auto duration =
        item ? check_duration(validation, field, pg::interval_text(*item), pg::to_interval(*item)) : std::nullopt;
    durations.push_back(duration.value_or(kShortest));
  }
  return durations;
}

std::optional<std::vector<std::string>> Arguments::texts(Validation& validation, std::string_view name) const {
  if (is_null(name)) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& item : pg::to_items(datum(name))) {
    if (!item)
      validation.refuse(std::string(name) + "[" + std::to_string(texts.size()) + "]", "NULL", "it must not be null");
    texts.push_back(item ? pg::to_text(*item) : "?");
  }
  return texts;
}

std::vector<Attachment> Arguments::attachments(Validation& validation, std::string_view name) const {
  std::vector<Attachment> all;
  if (is_null(name)) return all;
  const auto items = pg::to_items(datum(name));
  if (items.size() > kAttachments) {
    validation.refuse(name, std::to_string(items.size()), "there must be at most 100");
    return all;
  }
  for (std::size_t at = 0; at < items.size(); ++at) {
    const auto where = std::string(name) + "[" + std::to_string(at) + "]";
    if (auto one = read_attachment(validation, where, items[at] ? pg::jsonb_text(*items[at]) : "null"))
      all.push_back(std::move(*one));
  }
  return all;
}

Scope Arguments::scope(Validation& validation) const {
  const auto word = text("scope");
  const auto scope = word ? scope_from(*word) : Scope::one;
  if (!scope) validation.refuse("scope", *word, "it must be one, following or all");
  return scope.value_or(Scope::one);
}

Scope Arguments::scope() const {
  Validation validation;
  const auto scope = this->scope(validation);
  validation.raise();
  return scope;
}

std::optional<Instant> Arguments::instant(Validation& validation, std::string_view name) const {
  const auto instant = this->instant(name);
  if (instant && !kRepresentable.contains({*instant, *instant}))
    validation.refuse(name, format_utc(*instant), "it must lie in the years 0001 to 9999");
  return instant;
}

std::optional<Date> Arguments::date(Validation& validation, std::string_view name) const {
  const auto date = this->date(name);
  const Instant midnight{date.value_or(Date{}).time_since_epoch()};
  if (midnight < kRepresentable.start || midnight >= kRepresentable.end)
    validation.refuse(name, format_utc(midnight), "it must lie in the years 0001 to 9999");
  return date;
}

std::optional<Date> Arguments::required_date(Validation& validation, std::string_view name) const {
  if (is_null(name)) validation.refuse(name, "NULL", "it is required");
  return date(validation, name);
}

EventId Arguments::event_id(std::string_view name) const {
  if (!is_null(name)) return pg::to_id(datum(name));
  throw Failure(Error::not_found, "event NULL does not exist", "", "Give the event_id that jb_schedule() returned.");
}

namespace {

int within(std::string_view name, int count, int least) {
  if (count >= least && count <= 1000) return count;
  throw invalid(name, std::to_string(count), "it must be from " + std::to_string(least) + " to 1000");
}

}  // namespace

int Arguments::max_rows() const { return within("max_rows", integer("max_rows").value_or(100), 1); }

int Arguments::last() const { return within("last", integer("last").value_or(0), 0); }

namespace {

constexpr int kMovesColumn = 8;
constexpr std::size_t kEventColumn = 13;
constexpr int kSkippedColumn = 15;
constexpr std::size_t kBasisColumn = 17;
using OutcomeColumns = std::array<pg::Param, kBasisColumn>;
using MoveColumns = std::array<pg::Param, 7>;

MoveColumns move_columns(const Move& move) {
  const auto start = [](const std::optional<Span>& time) { return time ? time->start : pg::Param(); };
  const auto end = [](const std::optional<Span>& time) { return time ? time->end : pg::Param(); };
  const auto names = [](const auto& calendars) { return calendars.empty() ? pg::Param() : pg::Param(calendars); };
  return {move.event_id == 0 ? pg::Param() : move.event_id,
          start(move.from),
          end(move.from),
          start(move.to),
          end(move.to),
          names(move.from_calendars),
          names(move.to_calendars)};
}

std::array<pg::Param, 4> skipped_columns(const Skipped& skipped) {
  const auto& [time, refusal] = skipped;
  return {time.start, time.end, name_of(refusal.reason), refusal.conflicts};
}

/// A refusal as columns. The column `detail` is the remark if there is a remark, else the refusal's sentence.
struct RefusalColumns {
  pg::Param reason, detail, conflicts, calendar, facts;

  RefusalColumns(const std::optional<Refusal>& refusal, const std::string& remark, const Zone* zone,
                 std::optional<Instant> as_of = {}, const std::vector<std::string>& chosen = {}) {
    if (!remark.empty()) detail = remark;
    if (refusal || as_of || !chosen.empty())
      facts = pg::from_jsonb_text(facts_json(refusal.value_or(Refusal{}), *zone, as_of, chosen));
    conflicts = refusal ? refusal->conflicts : std::vector<EventId>{};
    if (!refusal) return;
    reason = name_of(refusal->reason);
    if (remark.empty()) detail = sentence(*refusal, *zone);
    if (!refusal->calendar.empty()) calendar = refusal->calendar;
  }
};

/// The outcome's columns in the order of the type jb_outcome; `type` is this type.
OutcomeColumns outcome_columns(const Outcome& outcome, const pg::RowType& type) {
  const RefusalColumns why(outcome.refusal, outcome.remark, outcome.zone.get(), outcome.as_of, outcome.chosen);
  return {name_of(outcome.outcome),
          outcome.event_id,
          outcome.time ? outcome.time->start : pg::Param(),
          outcome.time ? outcome.time->end : pg::Param(),
          why.reason,
          why.detail,
          why.conflicts,
          pg::row_array(type, kMovesColumn, outcome.moves, move_columns),
          pg::from_ranges(outcome.alternatives),
          outcome.rejection ? outcome.rejection->id : pg::Param(),
          outcome.version,
          outcome.time_zone,
          outcome.event ? event_json(*outcome.event) : pg::Param(),  // json is text, inside
          outcome.events.empty() ? pg::Param() : outcome.events,
          outcome.skipped.empty() ? pg::Param() : pg::row_array(type, kSkippedColumn, outcome.skipped, skipped_columns),
          why.facts,
          outcome.basis ? pg::Param(*outcome.basis) : pg::Param()};
}

}  // namespace

Datum outcome_datum(const pg::RowType& type, const Outcome& outcome) {
  return type.row(outcome_columns(outcome, type));
}

Datum row_with(const pg::RowType& type, std::initializer_list<pg::Param> before, const Outcome& outcome) {
  const auto columns = outcome_columns(outcome, pg::RowType("jb_outcome"));
  std::vector<pg::Param> row(before);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i + 1 != kEventColumn && i + 1 != kBasisColumn) row.push_back(columns[i]);
  }
  return type.row(row);
}

void RowSet::add(const Outcome& outcome) { add(outcome_columns(outcome, type())); }

Datum move_datum(const pg::RowType& type, const Move& move, std::initializer_list<pg::Param> after) {
  const auto columns = move_columns(move);
  std::vector<pg::Param> row(columns.begin(), columns.end());
  row.insert(row.end(), after);
  return type.row(row);
}

void RowSet::add(const Move& move, std::initializer_list<pg::Param> after) { add_row(move_datum(type(), move, after)); }

void RowSet::add(const Verdict& verdict) {
  constexpr int moves_column = 6;
  const RefusalColumns why(verdict.refusal, verdict.remark, verdict.zone.get());
  add({verdict.candidate, verdict.verdict, why.reason, why.calendar, why.conflicts,
       pg::row_array(type(), moves_column, verdict.moves, move_columns), why.detail, verdict.time_zone, why.facts});
}

std::shared_ptr<const Zone> require_zone(const std::string& name) {
  if (auto zone = pg::find_zone(name)) return zone;
  throw invalid("time_zone", name, "there is no such time zone");
}

std::shared_ptr<const Zone> zone_of(const std::optional<std::string>& name) {
  return name ? require_zone(*name) : nullptr;
}

std::optional<Calendar> find_seen_calendar(const std::string& name) {
  const auto rights = rights_to_read(name);
  if (const auto at = rights.ended_at()) throw grant_has_ended(name, *at);
  return rights.any() ? find_calendar(name) : std::nullopt;
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

Search search_in(const Needs& needs, Instant now, const std::optional<Within>& within) {
  Validation validation;
  auto calendars = calendars_of(validation, needs.all);
  std::vector<Search::Pool> pools;
  for (const auto& [candidates, count] : needs.some) pools.push_back({calendars_of(validation, candidates), count});
  validation.raise();
  const auto timeline_of = [now](const Calendar& on) { return free_time_of(on, now, pg::Snapshot::callers); };
  const auto& first = calendars.empty() ? pools.front().candidates.front() : calendars.front();
  auto asked = within ? timeline_of_hours(*within, first) : nullptr;
  return {std::move(calendars), timeline_of, now, std::move(asked), pools};
}

Search search_in(const std::string& name, Instant now) { return search_in(Needs{{name}}, now, std::nullopt); }

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

// A hidden event and a missing one cost the same: one event is read, one index lookup finds nothing, and one right is
// checked.
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

constexpr const char* kEndsFirst = "it must not be before the begin of the range";

void check_range(std::optional<Instant> begin, std::optional<Instant> end) {
  if (begin && end && *end < *begin) throw invalid("to_time", format_utc(*end), kEndsFirst);
}

// Fractions of a second count, since the server compares them, too.
void check_range(const Arguments& arguments) {
  const auto from = arguments.param("from_time"), to = arguments.param("to_time");
  if (from.is_null || to.is_null || pg::to_id(from.value) <= pg::to_id(to.value)) return;
  throw invalid("to_time", format_utc(*arguments.instant("to_time")), kEndsFirst);
}

std::optional<Cursor> cursor(const Arguments& arguments) {
  const auto text = arguments.text("after");
  if (!text) return std::nullopt;
  const auto cursor = parse_cursor(*text);
  if (!cursor) throw invalid("after", *text, "it must be the cursor of a row seen");
  return cursor;
}

}  // namespace jb::functions
