// SPDX-License-Identifier: PostgreSQL
//
// The result of a set-returning function: rows that the server keeps, in memory or on disk, until the function is done.
#pragma once

#include "row_type.hpp"

extern "C" {
#include "utils/tuplestore.h"
}

namespace jb::pg {

/// The rows of a set-returning function. Make the RowSet before the SpiConnection whose rows are added to it.
class RowSet {
 public:
  /// Hands the executor an empty set. The set lasts as long as the executor's query; beyond work_mem it is on disk.
  /// Errors: 0A000 when the call stands in a place that takes no set.
  explicit RowSet(FunctionCallInfo info);

  void add(Values columns);    ///< one row, all columns; copied
  void add(const Rows& rows);  ///< all rows; their columns are the columns of the result
  void add_row(Datum row);     ///< a row of the result's type; copied

  const RowType& type() const { return type_; }

 private:
  RowType type_;
  Tuplestorestate* store_;
};

}  // namespace jb::pg
