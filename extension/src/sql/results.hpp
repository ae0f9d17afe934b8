// SPDX-License-Identifier: PostgreSQL
//
// What SQL-callable functions return: outcomes and rows. Allocated in the memory context of the caller, so after the
// pg::Session has been finished.
#pragma once

#include "core/outcome.hpp"
#include "pg/spi.hpp"

extern "C" {
#include "funcapi.h"
#include "utils/tuplestore.h"
}

namespace jb::sql {

/// One jb_outcome.
Datum outcome_datum(FunctionCallInfo info, const Outcome& outcome);

/// The rows of a set-returning function, materialised. Made before the pg::Session whose rows it takes.
class RowSet {
 public:
  explicit RowSet(FunctionCallInfo info);
  void add(const Outcome& outcome);
  void add(const pg::Rows& rows);  ///< all of them; their columns are those of the result
  void add(Datum value);           ///< one column
  void add(std::initializer_list<pg::Param> values);  ///< one row, all columns
  Datum done() const { return 0; }

 private:
  TupleDesc descriptor_;
  Tuplestorestate* store_;
};

}  // namespace jb::sql
