// SPDX-License-Identifier: PostgreSQL
//
// The results of SQL-callable functions: values, and outcomes, moves and verdicts as rows. Rows are allocated in the
// caller's memory context, so make them after the pg::SpiConnection has been finished.
#pragma once

#include <tuple>

#include "core/scheduling/explanation.hpp"
#include "pg/datum.hpp"
#include "pg/row_set.hpp"

namespace jb::functions {

/// The result of a function: a Datum as it is, a C++ value as a Param, a tuple as a row of Params.
inline Datum result(FunctionCallInfo, Datum value) { return value; }
template <class... T>
Datum result(FunctionCallInfo info, const std::tuple<T...>& columns) {
  return std::apply([&](const T&... each) { return pg::RowType(info).row({pg::Param(each)...}); }, columns);
}
template <class T>
Datum result(FunctionCallInfo info, const T& value) {
  return pg::returned(info, value);
}

/// One jb_outcome; `type` is the row type jb_outcome. Its lists may be empty and are never null; reason and detail are
/// null when the outcome has none. The outcome's event is complete().
Datum outcome_datum(const pg::RowType& type, const Outcome& outcome);

/// The rows of a set-returning function. It also takes moves, outcomes and verdicts as rows.
class RowSet : public pg::RowSet {
 public:
  using pg::RowSet::add;
  using pg::RowSet::RowSet;

  void add(const Outcome& outcome);
  /// Adds a row: the columns `before`, then the columns of the outcome without its column `event`.
  void add_with(std::initializer_list<pg::Param> before, const Outcome& outcome);
  void add_with(std::initializer_list<pg::Param> before, Datum outcome);  ///< `outcome` is a jb_outcome
  void add(const Move& move);
  void add(const Verdict& verdict);
};

}  // namespace jb::functions
