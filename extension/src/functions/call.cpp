// SPDX-License-Identifier: PostgreSQL
#include "call.hpp"

#include "core/event/fields.hpp"
#include "core/event/refusal.hpp"
#include "core/values/time.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "pg/secret.hpp"
#include "pg/server.hpp"
#include "pg/table.hpp"
#include "store/event_row.hpp"
#include "store/reading.hpp"

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
  for (auto& text : pg::to_optional_texts(datum(name))) {
    if (!text)
      validation.refuse(std::string(name) + "[" + std::to_string(texts.size()) + "]", "NULL", "it must not be null");
    texts.push_back(std::move(text).value_or("?"));
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
using OutcomeColumns = std::array<pg::Param, 16>;
using MoveColumns = std::array<pg::Param, 5>;

MoveColumns move_columns(const Move& move) {
  const auto start = [](const std::optional<Span>& time) { return time ? time->start : pg::Param(); };
  const auto end = [](const std::optional<Span>& time) { return time ? time->end : pg::Param(); };
  return {move.event_id == 0 ? pg::Param() : move.event_id, start(move.from), end(move.from), start(move.to),
          end(move.to)};
}

pg::Param moves_of(const std::vector<Move>& moves, const pg::RowType& type, int column) {
  pg::RowArray rows(type, column);
  for (const auto& move : moves) rows.add(move_columns(move));
  return pg::Param(rows.value());
}

pg::Param skipped_of(const std::vector<Skipped>& skipped, const pg::RowType& type) {
  pg::RowArray rows(type, kSkippedColumn);
  for (const auto& [time, refusal] : skipped) {
    rows.add({time.start, time.end, name_of(refusal.reason), refusal.conflicts});
  }
  return pg::Param(rows.value());
}

/// A refusal as columns. The column `detail` is the remark if there is a remark, else the refusal's sentence.
struct RefusalColumns {
  pg::Param reason, detail, conflicts, calendar, facts;

  RefusalColumns(const std::optional<Refusal>& refusal, const std::string& remark, const Zone* zone) {
    if (!remark.empty()) detail = remark;
    conflicts = refusal ? refusal->conflicts : std::vector<EventId>{};
    if (!refusal) return;
    reason = name_of(refusal->reason);
    if (remark.empty()) detail = sentence(*refusal, *zone);
    if (!refusal->calendar.empty()) calendar = refusal->calendar;
    facts = pg::from_jsonb_text(facts_json(*refusal, *zone));
  }
};

/// The outcome's columns in the order of the type jb_outcome; `type` is this type.
OutcomeColumns outcome_columns(const Outcome& outcome, const pg::RowType& type) {
  const RefusalColumns why(outcome.refusal, outcome.remark, outcome.zone.get());
  return {name_of(outcome.outcome),
          outcome.event_id,
          outcome.time ? outcome.time->start : pg::Param(),
          outcome.time ? outcome.time->end : pg::Param(),
          why.reason,
          why.detail,
          why.conflicts,
          moves_of(outcome.moves, type, kMovesColumn),
          pg::from_ranges(outcome.alternatives),
          outcome.rejection ? outcome.rejection->id : pg::Param(),
          outcome.version,
          outcome.time_zone,
          outcome.event ? event_json(*outcome.event) : pg::Param(),  // json is text, inside
          outcome.events.empty() ? pg::Param() : outcome.events,
          outcome.skipped.empty() ? pg::Param() : skipped_of(outcome.skipped, type),
          why.facts};
}

}  // namespace

Datum outcome_datum(const pg::RowType& type, const Outcome& outcome) {
  return type.row(outcome_columns(outcome, type));
}

Datum row_with(const pg::RowType& type, std::initializer_list<pg::Param> before, const Outcome& outcome) {
  const auto columns = outcome_columns(outcome, pg::RowType("jb_outcome"));
  std::vector<pg::Param> row(before);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i + 1 != kEventColumn) row.push_back(columns[i]);
  }
  return type.row(row);
}

void RowSet::add(const Outcome& outcome) { add(outcome_columns(outcome, type())); }

void RowSet::add(const Move& move) { add(move_columns(move)); }

void RowSet::add(const Verdict& verdict) {
  constexpr int moves_column = 6;
  const RefusalColumns why(verdict.refusal, verdict.remark, verdict.zone.get());
  add({verdict.candidate, verdict.verdict, why.reason, why.calendar, why.conflicts,
       moves_of(verdict.moves, type(), moves_column), why.detail, verdict.time_zone, why.facts});
}

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

namespace {

constexpr std::size_t kKeyLength = 255;

// Takes a new key. For a known key it returns no row.
constinit auto take_statement = pg::Statement<R"(
    INSERT INTO jb_idempotency AS k (principal, key, fingerprint, at)
    VALUES (:principal, :key, :fingerprint, :now) ON CONFLICT (principal, key) DO NOTHING RETURNING k.ctid)">();
// The same, or takes a key that is older than :before. For a younger key the statement locks the key's row and returns
// no row.
constinit auto take_old_statement = pg::Statement<R"(
    INSERT INTO jb_idempotency AS k (principal, key, fingerprint, at)
    VALUES (:principal, :key, :fingerprint, :now)
        ON CONFLICT (principal, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL,
               import_rows = NULL, at = excluded.at
     WHERE k.at < :before RETURNING k.ctid)">();
constinit auto find_statement = pg::Statement<R"(
    SELECT k.fingerprint, k.answer, k.import_rows FROM jb_idempotency k
     WHERE k.principal = :principal AND k.key = :key)">();
constexpr int kAnswerColumn = 2;
constexpr int kImportColumn = 3;
// One new key in sixteen deletes up to 32 old keys, so the table keeps about 30 days of keys, even if nobody ever calls
// jb_purge.
constexpr std::size_t kTidiesOneIn = 16;
constinit auto tidy_statement = pg::Statement<R"(
    DELETE FROM jb_idempotency
     WHERE ctid = ANY (ARRAY(SELECT k.ctid FROM jb_idempotency k WHERE k.at < :before ORDER BY k.at
                              LIMIT 32 FOR UPDATE SKIP LOCKED)))">();

constinit pg::Table key_table{"jb_idempotency", "principal, key, answer, import_rows"};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

std::optional<CallKey> call_key(const Arguments& arguments, bool dry_run) {
  *pg::server().was_replayed = false;
  const auto key = dry_run ? std::nullopt : arguments.text("idempotency_key");
  if (!key) return std::nullopt;
  const bool is_blank = key->find_first_not_of(' ') == std::string::npos;
  if (is_blank || key->size() > kKeyLength || !is_printable(*key))
    throw invalid("idempotency_key", *key, "it must be 1 to 255 printable characters of ASCII, not all blank");
  return CallKey{pg::principal(arguments.principal()), *key,
                 pg::digest(arguments.as_bytes({"idempotency_key", "principal", "expected_version"}))};
}

namespace {

/// take_key(), with the answer in this column of find_statement.
std::optional<pg::Param> take(CallKey& key, int column) {
  pg::SpiConnection spi;
  const auto now = pg::now();
  const pg::Param principal = key.principal;
  const pg::Param name = key.key;
  const pg::Param fingerprint = pg::from_bytes(key.fingerprint);
  auto taken = take_statement.run("principal"_arg = principal, "key"_arg = name, "fingerprint"_arg = fingerprint,
                                  "now"_arg = now);
  if (taken.empty())
    taken = take_old_statement.run("principal"_arg = principal, "key"_arg = name, "fingerprint"_arg = fingerprint,
                                   "now"_arg = now, "before"_arg = now - kKeyKept);
  std::optional<pg::Param> kept;
  if (!taken.empty()) {
    key.row = pg::to_tid(*taken.at(0, 1));
    if (std::hash<std::string>{}(key.key) % kTidiesOneIn == 0) tidy_statement.run("before"_arg = now - kKeyKept);
  } else {
    const auto rows = find_statement.run("principal"_arg = principal, "key"_arg = name);
    if (pg::to_bytes(*rows.at(0, 1)) != key.fingerprint)
      throw Failure(Error::key_reused, "idempotency_key \"" + key.key + "\" was used with another request",
                    "A key stands for one function with one set of arguments for 30 days.",
                    "Take a new key for a new request; repeat a request as it was.");
    kept.emplace();
    if (const auto answer = rows.at(0, column)) {
      kept = pg::Param(pg::outliving(*answer));
    }
  }
  spi.finish();
  *pg::server().was_replayed = kept.has_value();
  return kept;
}

/// The items of such an answer. Errors: as take_outcomes().
std::optional<std::vector<pg::Value>> take_items(CallKey& key, int column) {
  const auto kept = take(key, column);
  if (!kept) return std::nullopt;
  if (kept->is_null)
    throw Failure(Error::invalid_transition, "the call under idempotency_key \"" + key.key + "\" is still under way",
                  "It has no answer yet: a trigger made it once more, or its answer was never kept.",
                  "Give each call a key of its own.");
  return pg::to_items(kept->value);
}

void store(const CallKey& key, pg::Values answer) {
  pg::SpiConnection spi;
  if (!key.row || !key_table.try_update(*key.row, 3, answer)) {
    const auto kept = key_table.find("jb_idempotency_pkey", {pg::equals_text(key.principal), pg::equals_text(key.key)});
    if (kept.empty())
      throw Failure(Error::invalid_transition, "idempotency_key \"" + key.key + "\" has not been taken", "",
                    "Take the key before the call whose answer it keeps.");
    if (kept.at(0, 3))
      throw Failure(Error::invalid_transition, "idempotency_key \"" + key.key + "\" has an answer already", "",
                    "Keep the outcomes of a call once.");
    key_table.update(kept.tid(0), 3, answer);
  }
  spi.finish();
}

}  // namespace

std::optional<pg::Param> take_key(CallKey& key) { return take(key, kAnswerColumn); }

std::optional<std::vector<pg::Value>> take_outcomes(CallKey& key) { return take_items(key, kAnswerColumn); }

std::optional<std::vector<pg::Value>> take_import(CallKey& key) { return take_items(key, kImportColumn); }

void store_answer(const CallKey& key, Datum outcomes) { store(key, {pg::Param(outcomes)}); }

std::vector<Datum> keep_answer(const CallKey& key, const std::vector<Outcome>& outcomes) {
  const pg::RowType type("jb_outcome");
  std::vector<Datum> answers;
  for (const auto& outcome : outcomes) answers.push_back(outcome_datum(type, outcome));
  store_answer(key, type.array(answers));
  return answers;
}

void keep_import(const CallKey& key, const std::vector<Datum>& rows) {
  store(key, {pg::Param(pg::RowType("jb_outcome").array({})), pg::Param(pg::RowType("jb_import_row").array(rows))});
}

}  // namespace jb::functions
