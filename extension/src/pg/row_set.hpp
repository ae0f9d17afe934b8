// SPDX-License-Identifier: PostgreSQL
//
// What a set-returning function returns: rows that are collected, in memory or on disk, until the function is done.
#pragma once

#include "row_type.hpp"

extern "C" {
#include "utils/tuplestore.h"
}

namespace jb::pg {

/// The rows of a set-returning function. Made before the Session whose rows it takes.
class RowSet {
 public:
  /// Hands the executor an empty set, in memory that lasts as long as its query (beyond work_mem, on disk).
  /// Errors: 0A000 where the call stands in a place that takes no set.
  explicit RowSet(FunctionCallInfo info);

  void add(Values columns);    ///< one row, all columns; copied
  void add(const Rows& rows);  ///< all of them; their columns are those of the result
  void add(Datum value);       ///< one row of one column, not null; copied
  void add_row(Datum row);     ///< a row of the result's type; copied

  const RowType& type() const { return type_; }

  /// What the SQL-callable function returns: nothing, since the executor has the rows already.
  Datum done() const { return 0; }

 private:
  RowType type_;
  Tuplestorestate* store_;
};

}  // namespace jb::pg
