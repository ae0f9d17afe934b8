// SPDX-License-Identifier: PostgreSQL
#include "call.hpp"
#include "core/adapters/row_request.hpp"
#include "core/event/event.hpp"
#include "core/values/input.hpp"
#include "core/values/time.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "pg/trigger_row.hpp"
#include "store/rights.hpp"

namespace jb::functions {

// The trigger jb_place_row, which keeps the rows of a user's own table and their events in agreement (rules 4.14 and
// 4.22). It calls the functions that book, change and cancel with the rights of the user who writes the row, so
// PostgreSQL checks these rights there.

namespace {

// Plans are kept, and PostgreSQL checks the schema's rights only for a new plan, so require_schema_of() does it.
#define JB_ROW_OUTCOME                                                                                           \
  "SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail, o.conflicts, o.facts, " \
  "o.alternatives, o.time_zone FROM "
constinit pg::Statement schedule_statement{JB_ROW_OUTCOME
                                           "jb_schedule_all($1, false, false, NULL::text, NULL::text) o"};
constinit pg::Statement change_statement{JB_ROW_OUTCOME
                                         "jb_update($1, $2, NULL::bigint, false, false, NULL::text, NULL::text) o"};
#undef JB_ROW_OUTCOME
constinit pg::Statement shown_statement{
    "SELECT v.start_timestamp, v.end_timestamp, v.status FROM jb_event_view v WHERE v.id = $1"};
// The event of a row or, if the row is for a series, all events of the series.
constinit pg::Statement events_of_row_statement{
    "SELECT v.id, v.status FROM jb_event_view v WHERE v.id = $1 UNION ALL "
    "SELECT v.id, v.status FROM jb_event_view v WHERE $2 AND v.series = $1 AND v.id <> $1 ORDER BY 1"};
// The kind of the last change of an event that the caller may read; P0002 if there is none.
constinit pg::Statement last_change_statement{
    "SELECT h.kind FROM jb_history($1, NULL::text) h ORDER BY h.version DESC NULLS LAST LIMIT 1"};
constinit pg::Statement cancel_statement{"SELECT jb_cancel($1, $2, NULL::bigint, false, NULL::text, NULL::text)"};
constinit pg::Statement delete_statement{"SELECT jb_delete($1, NULL::bigint, NULL::text, NULL::text)"};
constinit pg::Statement facts_statement{
    "SELECT jsonb_build_object('reason', $1, 'detail', $2, 'conflicts', $3, 'facts', $4, 'alternatives', "
    "coalesce(jb_ranges_json($5, $6), '[]'))"};

/// What a row shows of its event.
struct RowResult {
  std::optional<EventId> event_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
  RowAnswer says;
};

RowResult result_of(const pg::Rows& rows) {
  return {rows.read(0, 1, pg::to_id),
          rows.read(0, 2, pg::to_instant),
          rows.read(0, 3, pg::to_instant),
          {rows.read(0, 4, pg::to_text), rows.read(0, 5, pg::to_text), rows.read(0, 6, pg::to_text)}};
}

bool is_rejected(const RowResult& result) { return result.says.outcome == "rejected"; }

/// The event's present time and outcome. For an event that has lost its time the row shows none.
RowResult as_it_stands(EventId id) {
  const auto rows = shown_statement.run({id});
  RowResult result{id, {}, {}, {}};
  if (rows.empty()) return result.says.outcome = "deleted", result;
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
  const auto facts = facts_statement.run({of(5), of(6), of(7), of(8), of(9), of(10)});
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
    if (!value("event_id") && !mapping_.is_answered(says())) book();
  }

  /// Rule 4.22. An update that sets another event's id only assigns the row to that event.
  void update() {
    require_event_id();
    const auto id = value("event_id");
    if (id && differs("event_id")) return;
    const auto wishes = changed_wishes();
    const bool is_other_end = differs("end_timestamp");
    if (!id) {
      if (!wishes.empty() || is_other_end || mapping_.asks_again(said_before(), says())) book();
      return;
    }
    Columns kept;
    for (const auto& wish : wishes) {
      if (RowMapping::is_kept(wish.first)) kept.push_back(wish);
    }
    if (!kept.empty() || is_other_end) change(pg::to_id(*id), kept, is_other_end);
  }

  /// Rule 4.22. An event that is over, or that somebody else has ended, stays in its calendar. Errors: P0002 if the
  /// caller may not read the event, which would outlive its row.
  void remove() {
    require_event_id();
    const auto id = value("event_id");
    if (!id) return;
    pg::require_schema_of(info_);
    pg::SpiConnection spi;
    const bool is_series = is_of_series();
    const auto events = events_of_row_statement.run({pg::to_id(*id), is_series});
    if (events.empty() && !is_gone(pg::to_id(*id))) throw no_such_event(pg::to_id(*id));
    for (std::uint64_t i = 0; i < events.size(); ++i) {
      const auto status = pg::to_text(*events.at(i, 2));
      const auto outcome = row_outcome(status);
      const bool is_open = status != "completed" && (outcome == "placed" || outcome == "held" || outcome == "waiting");
      if (mapping_.deletes()) {
        delete_statement.run({events.param(i, 1)});
      } else if (is_open) {
        cancel_statement.run({events.param(i, 1), is_series ? "all" : "one"});
        break;
      }
    }
    spi.finish();
  }

 private:
  using Columns = std::vector<std::pair<std::string, std::string>>;
  using Param = pg::Param;

  std::optional<Datum> value(std::string_view field) const {
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

  RowAnswer says() const {
    return answer([&](const std::string& column) { return row_.value(column); });
  }

  RowAnswer said_before() const {
    return answer([&](const std::string& column) { return row_.old_value(column); });
  }

  template <class Read>
  RowAnswer answer(Read read) const {
    const auto text = [&](std::string_view field) -> std::optional<std::string> {
      const auto* column = mapping_.column(field);
      const auto held = column == nullptr ? std::nullopt : read(*column);
      return held ? std::optional{pg::to_text(*held)} : std::nullopt;
    };
    return {text("outcome"), text("reason"), text("detail")};
  }

  void require_event_id() const {
    if (mapping_.column("event_id") != nullptr) return;
    throw invalid("trigger argument", "event_id",
                  "the table needs a column for the event's id, by which a trigger on UPDATE or DELETE finds it");
  }

  /// The wishes that the update changes. Date and start_time count as one, since the event may have lost the other when
  /// its calendar changed its zone.
  Columns changed_wishes() const {
    const bool is_other_clock = differs("date") || differs("start_time");
    Columns changed;
    for (const auto& wish : mapping_.wished()) {
      const bool is_of_clock = wish.first == "date" || wish.first == "start_time";
      if (row_.differs(wish.second) || (is_of_clock && is_other_clock)) changed.push_back(wish);
    }
    return changed;
  }

  Columns options() const {
    Columns options;
    for (const auto& wish : mapping_.wished()) {
      if (!RowMapping::is_kept(wish.first)) options.push_back(wish);
    }
    return options;
  }

  /// Whether the row or the trigger gives the field.
  bool gives(std::string_view field) const { return value(field) || mapping_.is_constant(field); }

  bool is_of_series() const { return gives("recurrence"); }

  /// Whether an event that the caller does not see was deleted or purged. A hidden event answers like one that never
  /// existed (rule 13.5). An event that is over would stay in any case.
  bool is_gone(EventId id) const {
    if (may_everything()) return true;
    const auto end = instant("end_timestamp");
    if (end && *end <= pg::now() && !is_of_series()) return true;
    return last_change_statement.run({id}).first(pg::to_text) == "deleted";
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
    const auto rows = schedule_statement.run({pg::from_jsonb_text(request)});
    const auto result = result_of(rows);
    if (is_rejected(result) && mapping_.raises()) raise_rejected(row_.table(), rows);
    check_end(result);
    spi.finish();
    tell(result);
  }

  /// Changes the row's event. If the change is rejected, the columns that ask for it keep their old values, so that the
  /// row still describes the event.
  void change(EventId id, const Columns& kept, bool is_other_end) {
    pg::require_schema_of(info_);
    const auto length = is_other_end ? duration() : std::nullopt;
    pg::SpiConnection spi;
    const auto changes = mapping_.changes(row_.json(kept), row_.json(options()), length, is_of_series());
    const auto rows = change_statement.run({id, pg::from_jsonb_text(changes)});
    const auto answer = result_of(rows);
    if (is_rejected(answer) && mapping_.raises_changes(says())) raise_rejected(row_.table(), rows);
    auto result = as_it_stands(id);
    if (is_rejected(answer)) {
      result.says = answer.says;
      for (const auto& [field, column] : kept) {
        const auto old = row_.old_value(column);
        row_.set(column, old ? Param(*old) : Param());
      }
    } else if (is_other_end) {
      check_end(result);
    }
    spi.finish();
    tell(result);
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

}  // namespace

JB_PLAIN(jb_place_row, Datum) {
  auto* const info = arguments.info();
  pg::TriggerRow written(info);
  if (written.changes_partition() || (written.is_updated() && pg::Telling::is_told())) return written.written();
  const auto& mapping = pg::kept_for_statement(info, [&] { return mapping_of(written); });
  PlacedRow row(info, written, mapping);
  if (written.is_inserted())
    row.insert();
  else if (written.is_updated())
    row.update();
  else
    row.remove();
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

// The trigger may have been made more than once, for INSERT and for UPDATE; the first one by name defines the columns.
constinit pg::Statement placed_table_statement{
    "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), t.tgargs,"
    " ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a WHERE a.attrelid" JB_IS
    "c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped AND a.attgenerated" JB_IS
    "''),"
    " ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a WHERE a.attrelid" JB_IS
    "c.oid AND a.attgenerated" JB_IS_NOT
    "'') "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid" JB_IS
    "c.relnamespace JOIN pg_catalog.pg_trigger t ON t.tgrelid" JB_IS "c.oid JOIN pg_catalog.pg_proc p ON p.oid" JB_IS
    "t.tgfoid WHERE c.oid" JB_IS "$1 AND p.proname" JB_IS "'jb_place_row' AND p.pronamespace" JB_IS
    "(SELECT f.pronamespace FROM pg_catalog.pg_proc f WHERE f.oid" JB_IS "$2) ORDER BY t.tgname LIMIT 1"};

/// The statuses of events that no longer take the time that they have.
constexpr const char* kOver = "ALL ('{cancelled,denied,expired}'::pg_catalog.text[])";

/// A table whose rows are booked by jb_place_row.
struct PlacedTable {
  std::string name;  ///< quoted for SQL, with its schema
  RowMapping mapping;
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
  const auto rows = placed_table_statement.run({pg::from_oid(table), pg::from_oid(function)});
  if (rows.empty()) throw invalid("own_table", pg::relation_name(table), "it has no trigger with jb_place_row");
  RowMapping mapping(arguments_of(pg::to_bytes(*rows.at(0, 2))), pg::to_texts(*rows.at(0, 3)),
                     pg::to_texts(*rows.at(0, 4)));
  if (mapping.column("event_id") == nullptr)
    throw invalid("own_table", pg::relation_name(table), "it has no column for the event's id");
  return {pg::to_text(*rows.at(0, 1)), std::move(mapping)};
}

/// The parts of the statements below that depend on a table. `r` is a row, `v` the row's event or nothing, `e` what the
/// row has to show; $2 are the outcomes and $3 the reasons that jb_place_row writes.
class FollowingText {
 public:
  explicit FollowingText(const PlacedTable& table) : mapping_(table.mapping) {
    add("start_timestamp", "e.began", "true");
    add("end_timestamp", "e.ended", "true");
    const auto outcome = column("outcome"), reason = column("reason");
    // A row whose change was rejected says so for as long as its event stays where it is.
    add("outcome", "e.word",
        "((" + outcome +
            JB_IS "'rejected') IS NOT TRUE OR e.word" JB_IS_NOT "ALL ('{placed,held,waiting}'::pg_catalog.text[]))",
        "(" + outcome + " IS NULL OR " + outcome + JB_IS "ANY ($2))");
    if (differs_.empty()) return;
    add("reason", "NULL", "false", reason + JB_IS "ANY ($3)");
    add("detail", "NULL", "false",
        !reason.empty()    ? reason + JB_IS "ANY ($3)"
        : !outcome.empty() ? outcome + JB_IS "ANY ('{rejected,waiting}'::pg_catalog.text[])"
                           : "false");
  }

  /// Whether the table has a column to write.
  bool has_columns() const { return !differs_.empty(); }

  std::string id() const { return column("event_id"); }
  const std::string& sets() const { return sets_; }
  /// The condition for a row to be written. An event that the caller may not read looks like a deleted one, so its row
  /// stays as it is. A caller who may read all events has no such event.
  std::string differs() const {
    return std::string(may_everything() ? "" : "v.event_name IS NOT NULL AND ") + "(" + differs_ + ")";
  }

  /// The events with the ids `ids`, and `e`. Each event is looked up, since a join would read the whole view.
  static std::string events(const std::string& ids) {
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

 private:
  /// The row's column of a field; empty if there is none.
  std::string column(std::string_view field) const {
    const auto* name = mapping_.column(field);
    return name == nullptr ? "" : "r." + pg::quoted(*name);
  }

  /// Adds the column of a field. It becomes `value` where `is_ours` says that its word may be overwritten, and differs
  /// only where `counts` holds.
  void add(std::string_view field, const std::string& value, const std::string& counts, std::string is_ours = "true") {
    const auto own = column(field);
    if (own.empty()) return;
    if (mapping_.is_named(field)) is_ours = "true";
    sets_ += (sets_.empty() ? "" : ", ") + own.substr(2) + " = CASE WHEN " + is_ours + " THEN " + value + " ELSE " +
             own + " END";
    if (counts == "false") return;
    differs_ += (differs_.empty() ? "" : " OR ") +
                ("((" + own + JB_IS + value + ") IS NOT TRUE AND (" + own + " IS NOT NULL OR " + value +
                 " IS NOT NULL) AND " + is_ours + " AND " + counts + ")");
  }

  const RowMapping& mapping_;
  std::string sets_;
  std::string differs_;
};

/// Locks the rows that differ from their events, so that nobody changes row and event between the two statements.
/// Result: the ids of these events.
std::vector<EventId> lock_rows(const PlacedTable& table, const FollowingText& text, pg::Param events,
                               const std::array<pg::Param, 2>& words) {
  const auto rows = pg::run_text("SELECT " + text.id() + " FROM " + table.name + " AS r" + text.events(text.id()) +
                                     "WHERE " + text.id() + " IS NOT NULL AND ($1 IS NULL OR " + text.id() +
                                     JB_IS "ANY ($1)) AND " + text.differs() + " FOR NO KEY UPDATE OF r",
                                 {events, words[0], words[1]});
  return rows.map([&](auto row) { return pg::to_id(*rows.at(row, 1)); });
}

std::uint64_t follow(const PlacedTable& table, pg::Param events) {
  const FollowingText text(table);
  if (!text.has_columns()) return 0;
  const std::array<pg::Param, 2> words{row_outcomes(), row_reasons()};
  const auto found = lock_rows(table, text, events, words);
  if (found.empty()) return 0;
  const pg::Telling telling;
  return pg::run_text("UPDATE " + table.name + " AS r SET " + text.sets() +
                          " FROM (SELECT DISTINCT k.id FROM pg_catalog.unnest($1) AS k (id)) AS k" +
                          text.events("k.id") + "WHERE " + text.id() + JB_IS "k.id AND " + text.differs(),
                      {found, words[0], words[1]})
      .size();
}

}  // namespace

JB_PLAIN(jb_follow_rows, std::int64_t) {
  const Oid function = pg::entered_function;
  if (arguments.is_null("own_table")) return 0;
  return connected([&] {
    const auto table = placed_table(pg::to_oid(arguments.datum("own_table")), function);
    return static_cast<std::int64_t>(follow(table, arguments.param("events")));
  });
}

}  // namespace jb::functions
