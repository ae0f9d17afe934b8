// SPDX-License-Identifier: PostgreSQL
//
// What SQL-callable functions return: outcomes, moves and verdicts as rows. Allocated in the memory context of the
// caller, so after the pg::Session has been finished.
#pragma once

#include "core/scheduling/explaining.hpp"
#include "pg/row_set.hpp"

namespace jb::sql {

/// One jb_outcome: its lists may be empty but are never null; reason and detail are null where there is none.
Datum outcome_datum(FunctionCallInfo info, const Outcome& outcome);

/// The same of the type jb_outcome, with an event, JSON, that is kept with an answer under an idempotency key; null
/// otherwise.
Datum outcome_datum(const pg::RowType& type, const Outcome& outcome, const std::string* event);

/// The rows of a set-returning function, those of our own types too.
class RowSet : public pg::RowSet {
 public:
  using pg::RowSet::add;
  using pg::RowSet::RowSet;

  void add(const Outcome& outcome);
  /// Columns of the function's own, then those of an outcome but for its event.
  void add_with(std::initializer_list<pg::Param> before, const Outcome& outcome);
  void add_with(std::initializer_list<pg::Param> before, Datum outcome);  ///< one that is a jb_outcome already
  void add(const Move& move);
  void add(const Verdict& verdict);
};

}  // namespace jb::sql
