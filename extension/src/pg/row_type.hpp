// SPDX-License-Identifier: PostgreSQL
//
// Row types and rows of them: what SQL-callable functions return, and what stands in a column that holds rows. Rows are
// allocated in the current memory context. What is to be returned is therefore made after the Session has been
// finished.
#pragma once

#include "spi.hpp"

namespace jb::pg {

/// A row type: its columns.
class RowType {
 public:
  /// The result of the function that is called; a function that returns a plain value has one column.
  explicit RowType(FunctionCallInfo info);

  /// A type or table of ours. Errors: 42P01.
  explicit RowType(const char* name);

  /// The type with this number.
  explicit RowType(Oid type);

  /// One row, all columns in their order.
  Datum row(Values columns) const;

  /// The columns of a row.
  std::vector<Param> columns_of(Datum row) const;

  /// Rows as an array of this type.
  Datum array(const std::vector<Datum>& rows) const;

  /// The numbers of the type and of arrays of it.
  Oid number() const;
  Oid array_number() const;

  /// The type of a column, counted from 1.
  Oid column(int place) const;

  TupleDesc descriptor() const { return descriptor_; }

 private:
  TupleDesc descriptor_;
};

/// What stands in a column of rows, `moves jb_move[]` for instance: made a row at a time.
class RowArray {
 public:
  /// The column of `type`, counted from 1.
  RowArray(const RowType& type, int column);

  void add(Values columns);

  /// The rows that were added; '{}' for none.
  Datum value() const;

 private:
  Oid item_;
  std::optional<RowType> type_;  ///< looked up for the first row: most bookings move nobody
  std::vector<Datum> rows_;
};

/// One row of the result of the function that is called, all columns.
Datum result_row(FunctionCallInfo info, Values columns);

/// The first row as a value that outlives the session.
Datum returned_row(const Rows& rows);

}  // namespace jb::pg
