// SPDX-License-Identifier: PostgreSQL
//
// What SQL-callable functions return: outcomes and rows. Allocated in the memory context of the caller, so after the
// pg::Session has been finished.
#pragma once

#include "core/scheduling/explaining.hpp"
#include "pg/spi.hpp"

extern "C" {
#include "funcapi.h"
#include "utils/tuplestore.h"
}

namespace jb::sql {

/// One jb_outcome: its lists may be empty but are never null; reason and detail are null where there is none.
Datum outcome_datum(FunctionCallInfo info, const Outcome& outcome);

/// The same by the number of the type, with an event, JSON, that is kept with an answer under an idempotency key; null
/// otherwise.
Datum outcome_datum(Oid type, const Outcome& outcome, const std::string* event);

/// The number of jb_outcome in the search_path.
Oid outcome_type();

/// One row of the function's result type, all columns.
Datum row_datum(FunctionCallInfo info, std::initializer_list<pg::Param> row);

/// The items as an array of their type.
Datum array_of(const std::vector<Datum>& items, Oid type);

/// The rows of a set-returning function, materialised. Made before the pg::Session whose rows it takes.
class RowSet {
 public:
  static constexpr std::size_t kOutcomeColumns = 16;

  /// The columns of jb_outcome, in its order.
  struct OutcomeTuple {
    std::array<Datum, kOutcomeColumns> values{};
    std::array<bool, kOutcomeColumns> nulls{};
  };

  /// Hands the executor an empty set, in memory that lasts as long as its query (beyond work_mem, on disk).
  /// Errors: 0A000 where the call stands in a place that takes no set.
  explicit RowSet(FunctionCallInfo info);

  void add(const Outcome& outcome);
  void add_outcome(Datum outcome);  ///< one that is a jb_outcome already
  /// Columns of the function's own, then those of an outcome but for its event.
  void add_with(std::initializer_list<pg::Param> before, const Outcome& outcome);
  void add_with(std::initializer_list<pg::Param> before, Datum outcome);  ///< one that is a jb_outcome already
  void add(const Move& move);
  void add(const Verdict& verdict);
  void add(const pg::Rows& rows);                     ///< all of them; their columns are those of the result
  void add(Datum value);                              ///< one row of one column, not null; copied
  void add(std::initializer_list<pg::Param> values);  ///< one row, all columns; copied

  /// What the SQL-callable function returns: nothing, since the executor has the rows already.
  Datum done() const { return 0; }

 private:
  void add_with(std::initializer_list<pg::Param> before, const OutcomeTuple& outcome);

  TupleDesc descriptor_;
  Tuplestorestate* store_;
};

}  // namespace jb::sql
