// SPDX-License-Identifier: PostgreSQL
#include "results.hpp"

#include "core/event/refusal_text.hpp"
#include "pg/datum.hpp"

namespace jb::functions {

namespace {

constexpr int kMovesColumn = 8;
constexpr std::size_t kEventColumn = 13;
constexpr int kSkippedColumn = 15;
using OutcomeColumns = std::array<pg::Param, 16>;
using MoveColumns = std::array<pg::Param, 5>;

MoveColumns move_columns(const Move& move) {
  return {move.event_id == 0 ? pg::Param() : move.event_id, move.from.start, move.from.end,
          move.to ? move.to->start : pg::Param(), move.to ? move.to->end : pg::Param()};
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
  return {outcome.outcome,
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

/// The columns `before`, then the columns of an outcome without its column `event`.
template <class Columns>
std::vector<pg::Param> joined(std::initializer_list<pg::Param> before, const Columns& outcome) {
  std::vector<pg::Param> row(before);
  for (std::size_t i = 0; i < outcome.size(); ++i) {
    if (i + 1 != kEventColumn) row.push_back(outcome[i]);
  }
  return row;
}

}  // namespace

Datum outcome_datum(const pg::RowType& type, const Outcome& outcome) {
  return type.row(outcome_columns(outcome, type));
}

void RowSet::add(const Outcome& outcome) { add(outcome_columns(outcome, type())); }

void RowSet::add_with(std::initializer_list<pg::Param> before, const Outcome& outcome) {
  add(joined(before, outcome_columns(outcome, pg::RowType("jb_outcome"))));
}

void RowSet::add_with(std::initializer_list<pg::Param> before, Datum outcome) {
  add(joined(before, pg::RowType("jb_outcome").columns_of(outcome)));
}

void RowSet::add(const Move& move) { add(move_columns(move)); }

void RowSet::add(const Verdict& verdict) {
  constexpr int moves_column = 6;
  const RefusalColumns why(verdict.refusal, verdict.remark, verdict.zone.get());
  add({verdict.candidate, verdict.verdict, why.reason, why.calendar, why.conflicts,
       moves_of(verdict.moves, type(), moves_column), why.detail, verdict.time_zone, why.facts});
}

}  // namespace jb::functions
