// SPDX-License-Identifier: PostgreSQL
//
// The trigger jb_place_row, which books the rows of a user's own table (rule 4.14). The trigger calls jb_schedule_all
// with the rights of the user who inserts, so PostgreSQL checks there whether this user may book.
#include "core/event/event.hpp"
#include "core/faces/row_request.hpp"
#include "core/values/time_text.hpp"
#include "core/values/validation.hpp"
#include "pg/datum.hpp"
#include "pg/function.hpp"
#include "pg/spi.hpp"
#include "pg/transaction.hpp"
#include "pg/trigger_row.hpp"

namespace jb::sql {

namespace {

constinit pg::Statement schedule_statement{
    "SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail FROM jb_schedule_all($1, "
    "false, NULL::text, NULL::text) o",
    {JSONBOID}};

struct Answer {
  std::optional<EventId> event_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
  std::optional<std::string> outcome;
  std::optional<std::string> reason;
  std::optional<std::string> detail;
};

Answer schedule(const std::string& request) {
  pg::Session session;
  const auto rows = schedule_statement.run({pg::from_jsonb_text(request)});
  const auto at = [&](int column, auto read) {
    const auto value = rows.at(0, column);
    return value ? std::optional{read(*value)} : std::nullopt;
  };
  Answer answer{at(1, pg::to_id),   at(2, pg::to_instant), at(3, pg::to_instant),
                at(4, pg::to_text), at(5, pg::to_text),    at(6, pg::to_text)};
  session.finish();
  return answer;
}

/// The row that is being inserted, read and written by the names of the fields that its columns stand for.
class NewRow {
 public:
  explicit NewRow(pg::TriggerRow& row) : row_(row), mapping_(row.arguments(), row.columns()) { check_types(); }

  const RowMapping& mapping() const { return mapping_; }

  /// The wish in the row: a JSON object by field. Reads only the columns that stand for fields of a wish; other
  /// columns may be large.
  std::string said() const { return row_.json(mapping_.wished()); }

  /// The value in the column of a field; nullopt for null, and when the row has no column for the field.
  std::optional<Datum> value(std::string_view field) const {
    const auto* column = mapping_.column(field);
    return column == nullptr ? std::nullopt : row_.value(*column);
  }

  std::optional<std::string> text(std::string_view field) const {
    const auto held = value(field);
    return held ? std::optional{pg::to_text(*held)} : std::nullopt;
  }

  std::optional<Instant> instant(std::string_view field) const {
    const auto held = value(field);
    return held ? std::optional{pg::to_instant(*held)} : std::nullopt;
  }

  /// Writes a result to its column, if the row has this column. A value that the row already has is overwritten only
  /// with `always`, or when an argument of the trigger names the column.
  void put(std::string_view field, pg::Param result, bool always) {
    const auto* column = mapping_.column(field);
    if (column != nullptr && (always || mapping_.is_named(field) || !value(field))) row_.set(*column, result);
  }

 private:
  void check_types() const {
    Validation validation;
    const auto check = [&](std::string_view field, Oid type, const std::string& name) {
      const auto* column = mapping_.column(field);
      if (column == nullptr || row_.type_of(*column) == type) return;
      validation.refuse("trigger argument", std::string(field) + "=" + *column,
                        "the column must be of type " + name + ", no other");
    };
    check("start_timestamp", TIMESTAMPTZOID, "timestamptz");
    check("end_timestamp", TIMESTAMPTZOID, "timestamptz");
    check("event_id", INT8OID, "bigint");
    for (const auto* field : {"outcome", "reason", "detail"}) check(field, TEXTOID, "text");
    validation.raise();
  }

  pg::TriggerRow& row_;
  RowMapping mapping_;
};

[[noreturn]] void refuse_end(Instant end, std::string_view message) {
  Validation validation;
  validation.refuse("end_timestamp", format_utc(end), message);
  throw validation.failure();
}

/// The duration between the row's start and end; nullopt when the row has no end, or when the row or the trigger gives
/// a duration.
std::optional<Seconds> duration_of(const NewRow& row) {
  const auto end = row.instant("end_timestamp");
  if (!end) return std::nullopt;
  const auto start = row.instant("start_timestamp");
  if (!start) refuse_end(*end, "it needs a start beside it, or must be null");
  if (row.value("duration") || row.mapping().is_constant("duration")) return std::nullopt;
  return *end - *start;
}

Datum place_row_body(FunctionCallInfo info) {
  pg::TriggerRow inserted(info);
  pg::require_schema_of(info);
  NewRow row(inserted);
  if (row.value("event_id") || row.mapping().is_answered(row.text("outcome"), row.text("reason"))) {
    return inserted.written();
  }
  const auto answer = schedule(row.mapping().request(row.said(), inserted.table(), duration_of(row)));
  const auto end = row.instant("end_timestamp");
  // For a series the answer is the first occurrence that was placed. It may begin at another time than the row says,
  // so the lengths are compared, not the ends.
  if (end && answer.end && *end - *row.instant("start_timestamp") != *answer.end - *answer.start) {
    refuse_end(*end, "it is not the start and the duration later");
  }
  const auto text = [](const std::string& text) { return pg::from_text(text); };
  row.put("event_id", pg::optional_param(answer.event_id, pg::from_id), true);
  row.put("start_timestamp", pg::optional_param(answer.start, pg::from_instant), true);
  row.put("end_timestamp", pg::optional_param(answer.end, pg::from_instant), true);
  row.put("outcome", pg::optional_param(answer.outcome, text), false);
  row.put("reason", pg::optional_param(answer.reason, text), false);
  row.put("detail", pg::optional_param(answer.detail, text), false);
  return inserted.written();
}

}  // namespace

}  // namespace jb::sql

JB_FUNCTION(jb_place_row, jb::sql::place_row_body)
