// SPDX-License-Identifier: PostgreSQL
#include <set>

#include "call.hpp"
#include "core/adapters/row_request.hpp"
#include "core/values/time.hpp"
#include "pg/call.hpp"

namespace jb::functions {

// The trigger jb_place_row, which keeps the rows of a user's own table and their events in agreement (rules 4.14 and
// 4.22). It calls the functions that book, change and cancel with the rights of the user who writes the row, so
// PostgreSQL checks these rights there.

namespace {

// Plans are kept, and PostgreSQL checks the schema's rights only for a new plan, so require_schema_of() does it.
constexpr sql::Text kRowOutcome = R"(
    SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail, o.conflicts, o.facts,
           o.alternatives, o.time_zone FROM )";
constinit auto schedule_statement =
    pg::Statement<kRowOutcome + "jb_schedule_all(:request, false, false, NULL::text, NULL::text) o">();
constinit auto change_statement =
    pg::Statement<kRowOutcome + "jb_update(:event, :changes, :version, false, false, NULL::text, NULL::text) o">();
// The statements on jb_event run as the owner of the tables. Whether the caller may read an event is the business of
// the functions that the trigger calls: in them only the asker counts, not the user as whom the trigger runs
// (rule 13.11).
constexpr sql::Text kStatusNow = R"(
    jb_status_at(e.status, e.expires_at, e.start_timestamp, e.end_timestamp, jb_now()))";
constinit auto present_statement = pg::Statement<"SELECT e.start_timestamp, e.end_timestamp, " + kStatusNow +
                                                 " FROM jb_event e WHERE e.id = :event">();
// The event of a row or, if the row is for a series, all events of the series: each with whether it is still to end,
// whether the caller, and the user as whom the trigger runs, may read it, and its version. The row's own event comes
// first. If it was deleted, the series is that of its last image or, where that is purged, the one that began with it.
constinit auto events_of_row_statement = pg::Statement<R"(
    SELECT e.id, )" + kStatusNow + R"( IN ('pending', 'in_progress', 'held', 'waiting'),
           coalesce(jb_sight(e.calendars, e.attendee_calendars) = 'read', false), e.version
      FROM jb_event e
     WHERE e.id = :event
        OR (:is_series
            AND e.series = coalesce((SELECT o.series FROM jb_event o WHERE o.id = :event),
                                    (SELECT (l.image ->> 'series')::bigint FROM jb_change_log l
                                      WHERE l.event_id = :event AND l.version > 1 ORDER BY l.version DESC LIMIT 1),
                                    :event))
     ORDER BY e.id <> :event, e.id)">();
// The date and the time of day that the event wishes, and its version. An event that keeps its instant wishes those of
// its calendar's clock, or of the clock before the calendar's zone changed.
constinit auto clock_statement = pg::Statement<R"(
    SELECT to_char(coalesce(e.date, w.wall::date), 'YYYY-MM-DD'), coalesce(e.start_time, w.wall::time)::text,
           coalesce(e.date, w.wall::date), coalesce(e.start_time, w.wall::time), e.version
      FROM jb_event e
     CROSS JOIN LATERAL (SELECT coalesce(e.wished_wall, timezone((SELECT c.time_zone FROM jb_calendar c
                                                                   WHERE c.name = e.calendars[1]),
                                                                 e.wished_start)) AS wall) w
     WHERE e.id = :event)">();
constinit auto readable_statement = pg::Statement<"SELECT jb_status(:event, NULL::text)">();
constinit auto event_history_statement = pg::Statement<"SELECT FROM jb_history(:event, NULL::text) h LIMIT 1">();
constinit auto cancel_statement =
    pg::Statement<"SELECT jb_cancel(:event, :scope, :version, false, NULL::text, NULL::text)">();
constinit auto delete_statement = pg::Statement<"SELECT jb_delete(:event, :version, NULL::text, NULL::text)">();
constinit auto facts_statement = pg::Statement<R"(
    SELECT jsonb_build_object('reason', :reason::text, 'detail', :detail::text,
                              'conflicts', :conflicts::bigint[], 'facts', :facts::jsonb,
                              'alternatives', coalesce(jb_ranges_json(:alternatives, :time_zone), '[]')))">();

/// What a row shows of its event.
struct RowResult {
  std::optional<EventId> event_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
  RowReply says;
};

RowResult result_of(const pg::Rows& rows) {
  return {rows.read(0, 1, pg::to_id),
          rows.read(0, 2, pg::to_instant),
          rows.read(0, 3, pg::to_instant),
          {rows.read(0, 4, pg::to_text), rows.read(0, 5, pg::to_text), rows.read(0, 6, pg::to_text)}};
}

bool is_rejected(const RowResult& result) { return result.says.outcome == "rejected"; }

/// The rows of a statement on the extension's tables, read as their owner.
pg::Rows read_as_owner(auto& statement, const auto&... arguments) {
  const pg::AsOwner as_owner(owner_of_tables());
  return statement.run(arguments...);
}

/// The present time and outcome of an event that the caller has changed, or was allowed to. For an event that has lost
/// its time the row shows none. Errors: P0002 if somebody has deleted it meanwhile.
RowResult as_it_stands(EventId id) {
  const auto rows = read_as_owner(present_statement, "event"_arg = id);
  if (rows.empty()) throw no_such_event(id);
  RowResult result{id, {}, {}, {}};
  const auto outcome = row_outcome(pg::to_text(*rows.at(0, 3)));
  result.says.outcome = outcome;
  if (outcome != "placed" && outcome != "held") return result;
  result.start = rows.read(0, 1, pg::to_instant);
  result.end = rows.read(0, 2, pg::to_instant);
  return result;
}

/// The error of a rejected row, whose detail has all facts of the rejection (rule 4.22).
[[noreturn]] void raise_rejected(const std::string& table, const pg::Rows& rejected) {
  const auto of = [&](int column) { return rejected.param(0, column); };
  const auto facts = facts_statement.run("reason"_arg = of(5), "detail"_arg = of(6), "conflicts"_arg = of(7),
                                         "facts"_arg = of(8), "alternatives"_arg = of(9), "time_zone"_arg = of(10));
  throw Failure(Error::row_rejected,
                "the row of table \"" + table + "\" is rejected: " + rejected.read(0, 5, pg::to_text).value_or(""),
                pg::jsonb_text(*facts.at(0, 1)),
                "Take one of the alternatives that DETAIL has, or change what the row wishes.");
}

/// The columns of the table as the arguments of the trigger name them.
RowMapping mapping_of(const pg::TriggerRow& row) {
  RowMapping mapping(row.arguments(), row.columns(), row.generated());
  Validation validation;
  const auto check = [&](std::string_view field, Oid type, const std::string& name) {
    const auto* column = mapping.column(field);
    if (column == nullptr || row.type_of(*column) == type) return;
    validation.refuse("trigger argument", std::string(field) + "=" + *column,
                      "the column must be of type " + name + ", no other");
  };
  check("start_timestamp", TIMESTAMPTZOID, "timestamptz");
  check("end_timestamp", TIMESTAMPTZOID, "timestamptz");
  check("event_id", INT8OID, "bigint");
  for (const auto* field : {"outcome", "reason", "detail"}) check(field, TEXTOID, "text");
  validation.raise();
  return mapping;
}

/// The row being written, read and changed by the names of the fields that its columns hold.
class PlacedRow {
 public:
  PlacedRow(FunctionCallInfo info, pg::TriggerRow& row, const RowMapping& mapping)
      : info_(info), row_(row), mapping_(mapping) {}

  /// Rule 4.14. A row with its event's id, or with an answer, was booked before.
  void insert() {
    if (const auto id = value("event_id"))
      assign(pg::to_id(*id));
    else if (!mapping_.is_answered(says()))
      book();
  }

  /// Rule 4.22. An update that sets another event's id only assigns the row to that event.
  void update() {
    require_event_id();
    const auto id = value("event_id");
    if (id && differs("event_id")) return assign(pg::to_id(*id));
    if (id) {
      while (!change(pg::to_id(*id), clock_of(pg::to_id(*id)))) pg::check_for_interrupts();
      return;
    }
    const auto& wished = mapping_.wished();
    const bool has_other_wish =
        std::ranges::any_of(wished, [&](const auto& each) { return row_.differs(each.second); });
    if (has_other_wish || differs("end_timestamp") || mapping_.asks_again(said_before(), says())) book();
  }

  /// Rule 4.22. An event that is over, or that somebody else has ended, stays in its calendar. Errors: P0002 if the
  /// caller may not read one of the events, which could outlive its row. This is so even for one that is over, since
  /// the answer would tell when a hidden event ends.
  void remove() {
    require_event_id();
    const auto held = value("event_id");
    if (!held) return;
    pg::require_schema_of(info_);
    pg::SpiConnection spi;
    const auto id = pg::to_id(*held);
    require_readable(id);
    std::set<EventId> cancelled, deleted;
    while (end_next(id, gives("recurrence"), cancelled, deleted)) pg::check_for_interrupts();
    spi.finish();
  }

 private:
  using Columns = std::vector<std::pair<std::string, std::string>>;
  using Param = pg::Param;

  pg::Value value(std::string_view field) const {
    const auto* column = mapping_.column(field);
    return column == nullptr ? std::nullopt : row_.value(*column);
  }

  std::optional<Instant> instant(std::string_view field) const {
    const auto held = value(field);
    return held ? std::optional{pg::to_instant(*held)} : std::nullopt;
  }

  bool differs(std::string_view field) const {
    const auto* column = mapping_.column(field);
    return column != nullptr && row_.differs(*column);
  }

  RowReply says() const { return reply(&pg::TriggerRow::value); }
  RowReply said_before() const { return reply(&pg::TriggerRow::old_value); }

  RowReply reply(pg::Value (pg::TriggerRow::*read)(const std::string&) const) const {
    const auto text = [&](std::string_view field) -> std::optional<std::string> {
      const auto* column = mapping_.column(field);
      const auto held = column == nullptr ? std::nullopt : (row_.*read)(*column);
      return held ? std::optional{pg::to_text(*held)} : std::nullopt;
    };
    return {text("outcome"), text("reason"), text("detail")};
  }

  void require_event_id() const {
    if (mapping_.column("event_id") != nullptr) return;
    throw invalid("trigger argument", "event_id",
                  "the table needs a column for the event's id, by which a trigger on UPDATE or DELETE finds it");
  }

  Columns wishes_that(auto are_so) const {
    Columns some;
    std::ranges::copy_if(mapping_.wished(), std::back_inserter(some), are_so);
    return some;
  }

  /// Whether the row or the trigger gives the field.
  bool gives(std::string_view field) const { return value(field) || mapping_.is_constant(field); }

  /// Ends the row's event, or the events of its series, which are read anew after a call that may have waited for
  /// another transaction, or that ended several of them. Adds to `cancelled` and `deleted` those that it ends. An event
  /// other than the row's own is ended only in the version that was read, since it may have come to another series; if
  /// it has another version, the events are read anew too. A series that is deleted is cancelled first: one call locks
  /// the calendars of all of its events in order, while each deletion would add those of one (rule 2.15.3). Result:
  /// whether there may be more. Errors: those of the functions.
  bool end_next(EventId id, bool is_series, std::set<EventId>& cancelled, std::set<EventId>& deleted) {
    const auto events = read_as_owner(events_of_row_statement, "event"_arg = id, "is_series"_arg = is_series);
    const auto end = [&](std::uint64_t i, std::set<EventId>& ended, const auto& call) {
      const auto event = pg::to_id(*events.at(i, 1));
      const auto version = event == id ? Param::null(INT8OID) : events.param(i, 4);
      const auto done = at_version(version, [&] { return call("event"_arg = event, "version"_arg = version); });
      if (done) ended.insert(event);
      return done.has_value();
    };
    for (std::uint64_t i = 0; i < events.size(); ++i) {
      const auto event = pg::to_id(*events.at(i, 1));
      if (!pg::to_bool(*events.at(i, 3))) require_readable(event);
      const bool cancels = pg::to_bool(*events.at(i, 2)) && (is_series || !mapping_.deletes());
      if (!cancels || cancelled.contains(event)) continue;
      end(i, cancelled, [&](const auto& of_event, const auto& version) {
        return cancel_statement.run(of_event, "scope"_arg = is_series ? "all" : "one", version);
      });
      return true;
    }
    for (std::uint64_t i = 0; mapping_.deletes() && i < events.size(); ++i) {
      if (deleted.contains(pg::to_id(*events.at(i, 1)))) continue;
      const bool may_wait = deleted.empty();
      const bool is_done = end(i, deleted, [](const auto& of_event, const auto& version) {
        return delete_statement.run(of_event, version);
      });
      if (!is_done || may_wait) return true;
    }
    return false;
  }

  /// Requires that the caller may read an event or, once it is deleted, could read it at last. Errors: P0002, the same
  /// for a hidden event as for one that never existed, and at the same cost (rule 13.5).
  static void require_readable(EventId id) {
    if (may_everything()) return;
    const auto is_readable = unless(Error::not_found, [&] { return readable_statement.run("event"_arg = id); });
    if (!is_readable) event_history_statement.run("event"_arg = id);
  }

  /// Assigns the row to an event. The caller must be allowed to read the event, since jb_follow_rows, called by
  /// somebody else, will write its times into the row. Errors: P0002.
  void assign(EventId id) const {
    if (may_everything()) return;
    pg::require_schema_of(info_);
    connected([&] { readable_statement.run("event"_arg = id); });
  }

  /// The clock of an event whose row changes only the date, or only the time of day.
  struct Clock {
    std::string_view other;           ///< the field that stays as the event has it
    std::optional<std::string> text;  ///< what the event has; for a date that it has not, the row's is taken
    pg::Param value;
    pg::Param version;  ///< of the event that was read
  };

  /// The clock that the update leaves as it is; nullopt if it changes both parts, or none. Somebody else may have moved
  /// the event, so the row does not say. Errors: as assign().
  std::optional<Clock> clock_of(EventId id) const {
    const bool is_date = differs("date");
    if (is_date == differs("start_time")) return std::nullopt;
    Clock clock{.other = is_date ? "start_time" : "date", .text = {}, .value = {}, .version = {}};
    if (mapping_.column(clock.other) == nullptr) return std::nullopt;
    assign(id);
    connected([&] {
      const auto rows = read_as_owner(clock_statement, "event"_arg = id);
      if (rows.empty()) throw no_such_event(id);
      clock.text = rows.read(0, is_date ? 2 : 1, pg::to_text);
      clock.value = rows.param(0, is_date ? 4 : 3);
      clock.version = rows.param(0, 5);
    });
    return clock;
  }

  /// The end that the row wishes; nullopt if none. An update that changes the start but not the end does not wish this
  /// end.
  std::optional<Instant> wished_end() const {
    if (!row_.is_inserted() && !differs("end_timestamp") && differs("start_timestamp")) return std::nullopt;
    return instant("end_timestamp");
  }

  /// The duration between the row's start and end; nullopt when the row wishes no end, or when the row or the trigger
  /// gives a duration or days.
  std::optional<Seconds> duration() const {
    const auto end = wished_end();
    if (!end) return std::nullopt;
    const auto start = instant("start_timestamp");
    if (!start) throw invalid("end_timestamp", format_utc(*end), "it needs a start beside it, or must be null");
    if (gives("duration") || gives("days")) return std::nullopt;
    return *end - *start;
  }

  /// Refuses an end that contradicts duration or days. For a series the result is the first occurrence that was placed.
  /// It may begin at another time than the row says, so the lengths are compared, not the ends; days of another date
  /// may have another length.
  void check_end(const RowResult& result) const {
    const auto end = wished_end();
    if (gives("days") && result.start != instant("start_timestamp")) return;
    if (end && result.end && *end - *instant("start_timestamp") != *result.end - *result.start) {
      throw invalid("end_timestamp", format_utc(*end), "it is not the start and the duration later");
    }
  }

  /// Requests an event for the row. Only the columns with fields of a wish are read, since other columns may be large.
  void book() {
    pg::require_schema_of(info_);
    const auto length = duration();
    pg::SpiConnection spi;
    const auto request = mapping_.request(row_.json(mapping_.wished()), row_.table(), length);
    const auto rows = schedule_statement.run("request"_arg = pg::from_jsonb_text(request));
    const auto result = result_of(rows);
    if (is_rejected(result) && mapping_.raises()) raise_rejected(row_.table(), rows);
    check_end(result);
    spi.finish();
    tell(result);
  }

  /// Changes the row's event as the update of the row says. If the change is rejected, the columns that ask for it keep
  /// their old values, so that the row still describes the event. Result: false if the event has no longer the version
  /// of its `clock`.
  bool change(EventId id, const std::optional<Clock>& clock) {
    const bool is_other_end = differs("end_timestamp");
    auto kept =
        wishes_that([&](const auto& wish) { return RowMapping::is_kept(wish.first) && row_.differs(wish.second); });
    const bool is_rows_date = clock && clock->other == "date" && !clock->text;
    if (is_rows_date) kept.emplace_back("date", *mapping_.column("date"));
    if (kept.empty() && !is_other_end) return true;
    pg::require_schema_of(info_);
    const auto length = is_other_end ? duration() : std::nullopt;
    pg::SpiConnection spi;
    RowMapping::Completion completion;
    if (clock && !is_rows_date) completion.emplace(clock->other, clock->text);
    const auto options = wishes_that([](const auto& wish) { return !RowMapping::is_kept(wish.first); });
    const auto changes = mapping_.changes(row_.json(kept), row_.old_json(kept), row_.json(options), length,
                                          gives("recurrence"), completion);
    const auto version = clock ? clock->version : Param::null(INT8OID);
    const auto changed = at_version(version, [&] {
      return change_statement.run("event"_arg = id, "changes"_arg = pg::from_jsonb_text(changes),
                                  "version"_arg = version);
    });
    if (!changed) {
      spi.finish();
      return false;
    }
    const auto& rows = *changed;
    const auto answer = result_of(rows);
    if (is_rejected(answer) && mapping_.raises_changes(says())) raise_rejected(row_.table(), rows);
    auto result = as_it_stands(id);
    if (!is_rejected(answer) && is_other_end) check_end(result);
    spi.finish();
    if (is_rejected(answer)) {
      result.says = answer.says;
      for (const auto& [field, column] : kept) {
        const auto old = row_.old_value(column);
        row_.set(column, old ? Param(*old) : Param());
      }
    } else if (clock && !is_rows_date)
      show(*clock);
    tell(result);
    return true;
  }

  /// Shows the event's clock in a column of its own type. A column of another type, or with a condition, says what its
  /// writer said last.
  void show(const Clock& clock) {
    const auto& column = *mapping_.column(clock.other);
    if (row_.type_of(column) == clock.value.type) row_.set(column, clock.value);
  }

  /// The result of a call for an event in the version `expected`, if that is not null; nullopt if the event has
  /// another.
  template <class Call>
  static std::optional<pg::Rows> at_version(const Param& expected, Call call) {
    return expected.is_null ? call() : unless(Error::version_mismatch, call);
  }

  /// The result of a call; nullopt if it ends with this error.
  template <class Call>
  static std::optional<pg::Rows> unless(Error expected, Call call) {
    try {
      pg::Subtransaction attempt;
      auto rows = call();
      attempt.keep();
      return rows;
    } catch (const pg::BackendError& error) {
      if (error.sqlstate() != sqlstate(expected)) throw;
      return std::nullopt;
    }
  }

  /// Writes the outcome of the event. Start, end and id are always written, words only where allowed.
  void tell(const RowResult& result) {
    const auto says = this->says();
    const auto put = [&](std::string_view field, Param value) {
      const auto* column = mapping_.column(field);
      if (column != nullptr) row_.set(*column, value);
    };
    const auto put_word = [&](std::string_view field, const std::optional<std::string>& word) {
      if (mapping_.may_write(field, says)) put(field, word);
    };
    put("event_id", result.event_id);
    put("start_timestamp", result.start);
    put("end_timestamp", result.end);
    put_word("outcome", result.says.outcome);
    put_word("reason", result.says.reason);
    put_word("detail", result.says.detail);
  }

  FunctionCallInfo info_;
  pg::TriggerRow& row_;
  const RowMapping& mapping_;
};

/// The row's event and its wishes, by which the row is known again in another partition.
std::string mark_of(const pg::TriggerRow& row, const RowMapping& mapping) {
  auto fields = mapping.wished();
  if (const auto* id = mapping.column("event_id")) fields.emplace_back("event_id", *id);
  return row.json(fields);
}

}  // namespace

JB_PLAIN(jb_place_row, Datum) {
  auto* const info = arguments.info();
  pg::TriggerRow written(info);
  const auto& mapping = pg::kept_for_statement(info, [&] { return mapping_of(written); });
  const auto mark = [&] { return mark_of(written, mapping); };
  if (!written.is_told() && !written.changes_partition(mark)) {
    PlacedRow row(info, written, mapping);
    if (written.is_inserted())
      row.insert();
    else if (written.is_updated())
      row.update();
    else
      row.remove();
  }
  written.may_change_partition(mark);
  return written.written();
}

// jb_follow_rows, which updates the rows of a user's own table to the present state of their events (rule 4.23).
//
// The function compares rows and events as they are, so it needs no record of what it has written, and the next call
// makes up for one that failed. It reads and writes with its caller's rights. So the extension's owner writes nobody's
// table, and a trigger of the table runs as in any UPDATE by the caller.

namespace {

// Triggers of the caller's table run as in the caller's own UPDATE, with the caller's search_path. So this path is not
// changed, and the statements here qualify every name with its schema, even operators.
#define JB_IS " OPERATOR(pg_catalog.=) "
#define JB_IS_NOT " OPERATOR(pg_catalog.<>) "

// The triggers of a table that are not disabled, by name. Those for INSERT and for UPDATE may be two, and a row may
// have several events, each with a trigger and a column of its own.
constinit auto placed_table_statement = pg::Statement<R"(
    SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), t.tgargs,
           ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0
                    AND NOT a.attisdropped AND a.attgenerated OPERATOR(pg_catalog.=) ''),
           ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attgenerated OPERATOR(pg_catalog.<>) '')
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
      JOIN pg_catalog.pg_trigger t ON t.tgrelid OPERATOR(pg_catalog.=) c.oid
      JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) t.tgfoid
     WHERE c.oid OPERATOR(pg_catalog.=) :table AND p.proname OPERATOR(pg_catalog.=) 'jb_place_row'
       AND t.tgenabled OPERATOR(pg_catalog.<>) 'D'
       AND p.pronamespace OPERATOR(pg_catalog.=) (SELECT f.pronamespace FROM pg_catalog.pg_proc f
                                                   WHERE f.oid OPERATOR(pg_catalog.=) :function)
     ORDER BY t.tgname)">();

/// The statuses of events that no longer take the time that they have.
constexpr const char* kOver = "ALL ('{cancelled,denied,expired}'::pg_catalog.text[])";

/// A table whose rows are booked by jb_place_row.
struct PlacedTable {
  Oid id;
  std::string name;                  ///< quoted for SQL, with its schema
  std::vector<RowMapping> mappings;  ///< one for each column with an event's id; of several triggers the first
};

/// The arguments of a trigger as pg_trigger stores them: each ends with a zero byte.
std::vector<std::string> arguments_of(std::string_view bytes) {
  std::vector<std::string> all;
  while (!bytes.empty()) {
    const auto end = bytes.find('\0');
    all.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
  return all;
}

PlacedTable placed_table(Oid table, Oid function) {
  const auto rows =
      placed_table_statement.run("table"_arg = pg::from_oid(table), "function"_arg = pg::from_oid(function));
  if (rows.empty()) throw invalid("own_table", pg::relation_name(table), "it has no trigger with jb_place_row");
  PlacedTable placed{table, pg::to_text(*rows.at(0, 1)), {}};
  std::set<std::string> ids;
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    RowMapping mapping(arguments_of(pg::to_bytes(*rows.at(i, 2))), pg::to_texts(*rows.at(i, 3)),
                       pg::to_texts(*rows.at(i, 4)));
    const auto* id = mapping.column("event_id");
    if (id != nullptr && ids.insert(*id).second) placed.mappings.push_back(std::move(mapping));
  }
  if (ids.empty()) throw invalid("own_table", pg::relation_name(table), "it has no column for the event's id");
  return placed;
}

/// The parts of the statements below that depend on a trigger. `r` is a row, `v` the row's event or nothing, `e` what
/// the row has to show; $2 are the outcomes and $3 the reasons that jb_place_row writes.
struct FollowingText {
  std::string id;  ///< the column of the event's id
  std::string sets{};
  std::string differs{};  ///< the condition for a row to be written; empty if the table has no column to write
};

FollowingText following_text(const RowMapping& mapping) {
  const auto column = [&](std::string_view field) {  // empty if there is none
    const auto* name = mapping.column(field);
    return name == nullptr ? std::string() : "r." + pg::quoted(*name);
  };
  FollowingText text{.id = column("event_id")};
  // The column of a field becomes `value` where `is_ours` says that its word may be overwritten, and differs only where
  // `counts` holds.
  const auto add = [&](std::string_view field, const std::string& value, const std::string& counts,
                       std::string is_ours = "true") {
    const auto own = column(field);
    if (own.empty()) return;
    if (mapping.is_named(field)) is_ours = "true";
    text.sets += (text.sets.empty() ? "" : ", ") + own.substr(2) + " = CASE WHEN " + is_ours + " THEN " + value +
                 " ELSE " + own + " END";
    if (counts == "false") return;
    text.differs += (text.differs.empty() ? "" : " OR ") +
                    ("((" + own + JB_IS + value + ") IS NOT TRUE AND (" + own + " IS NOT NULL OR " + value +
                     " IS NOT NULL) AND " + is_ours + " AND " + counts + ")");
  };
  add("start_timestamp", "e.began", "true");
  add("end_timestamp", "e.ended", "true");
  const auto outcome = column("outcome"), reason = column("reason");
  // A row whose change was rejected says so for as long as its event stays where it is.
  add("outcome", "e.word",
      "((" + outcome +
          JB_IS "'rejected') IS NOT TRUE OR e.word" JB_IS_NOT "ALL ('{placed,held,waiting}'::pg_catalog.text[]))",
      "(" + outcome + " IS NULL OR " + outcome + JB_IS "ANY ($2))");
  if (text.differs.empty()) return text;
  add("reason", "NULL", "false", reason + JB_IS "ANY ($3)");
  add("detail", "NULL", "false",
      !reason.empty()    ? reason + JB_IS "ANY ($3)"
      : !outcome.empty() ? outcome + JB_IS "ANY ('{rejected,waiting}'::pg_catalog.text[])"
                         : "false");
  // An event that the caller may not read looks like a deleted one, so its row stays as it is. A caller who may read
  // all events has no such event.
  text.differs = (may_everything() ? "(" : "v.event_name IS NOT NULL AND (") + text.differs + ")";
  return text;
}

/// The events with the ids `ids`, and `e`. Each event is looked up, since a join would read the whole view.
std::string events_of(const std::string& ids) {
  return " LEFT JOIN LATERAL (SELECT b.id, b.event_name, b.status, b.start_timestamp, b.end_timestamp FROM " +
         pg::qualified("jb_event_view") + " b WHERE b.id" JB_IS + ids +
         " OFFSET 0) v ON true"
         " CROSS JOIN LATERAL (SELECT"
         " CASE WHEN v.status" JB_IS_NOT +
         kOver + " THEN v.start_timestamp END AS began," + " CASE WHEN v.status" JB_IS_NOT + kOver +
         " THEN v.end_timestamp END AS ended,"
         " CASE WHEN v.id IS NULL THEN 'deleted' WHEN v.status" JB_IS
         "ANY ($2) THEN v.status ELSE 'placed' END AS word) e ";
}

/// Locks the rows that differ from their events, so that nobody changes row and event between the two statements.
/// Writes only rows that it has locked. Of any other row this statement could see an older event than the transaction
/// that has just written the row (READ COMMITTED: the row is read again after a wait, but not its event).
std::uint64_t follow(const PlacedTable& table, const RowMapping& mapping, pg::Param events) {
  const auto text = following_text(mapping);
  if (text.differs.empty()) return 0;
  const pg::Param outcomes = row_outcomes(), reasons = row_reasons();
  const auto locked = pg::run_text(
      "SELECT pg_catalog.array_agg(k.owner), pg_catalog.array_agg(k.tid), pg_catalog.array_agg(k.id) FROM ("
      "SELECT r.tableoid AS owner, r.ctid AS tid, " +
          text.id + " AS id FROM " + table.name + " AS r" + events_of(text.id) + "WHERE " + text.id +
          " IS NOT NULL AND ($1 IS NULL OR " + text.id + JB_IS "ANY ($1)) AND " + text.differs +
          " FOR NO KEY UPDATE OF r) AS k",
      {events, outcomes, reasons});
  if (!locked.at(0, 1)) return 0;
  const pg::Telling telling(table.id);
  return pg::run_text("UPDATE " + table.name + " AS r SET " + text.sets +
                          " FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($4),"
                          " pg_catalog.unnest($5)) AS k (id, owner, tid)" +
                          events_of("k.id") + "WHERE r.tableoid" JB_IS "k.owner AND r.ctid" JB_IS "k.tid AND " +
                          text.differs,
                      {{*locked.at(0, 3), INT8ARRAYOID},
                       outcomes,
                       reasons,
                       {*locked.at(0, 1), OIDARRAYOID},
                       {*locked.at(0, 2), TIDARRAYOID}})
      .size();
}

}  // namespace

JB_PLAIN(jb_follow_rows, std::int64_t) {
  const Oid function = pg::entered_function;
  if (arguments.is_null("own_table")) return 0;
  return connected([&] {
    const auto table = placed_table(pg::to_oid(arguments.datum("own_table")), function);
    std::int64_t written = 0;
    for (const auto& mapping : table.mappings)
      written += static_cast<std::int64_t>(follow(table, mapping, arguments.param("events")));
    return written;
  });
}

}  // namespace jb::functions
