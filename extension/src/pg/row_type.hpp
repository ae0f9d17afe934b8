// SPDX-License-Identifier: PostgreSQL
//
// Row types, and rows of these types: the results of SQL-callable functions, and the values of columns that hold rows.
// Rows are allocated in the current memory context, so make the row that a function returns after the SpiConnection has
// been finished.
#pragma once

#include <span>

#include "spi.hpp"

namespace jb::pg {

/// A row type.
class RowType {
 public:
  /// The row type of the called function's result; a function that returns a plain value has one column.
  explicit RowType(FunctionCallInfo info);

  /// The row type of a type or table of the extension. Errors: 42P01.
  explicit RowType(const char* name);

  /// The type with this Oid.
  explicit RowType(Oid type);

  /// A row of this type; `columns` has all columns in their order.
  Datum row(Values columns) const;

  /// A row of this type by the names of its columns; nullopt where the type has others. Fast where they stand in about
  /// the order of the type. Errors: std::logic_error for a name that the type does not have.
  std::optional<Datum> row(std::span<const std::pair<std::string_view, Param>> columns) const;

  /// The columns of a row.
  std::vector<Param> columns_of(Datum row) const;

  /// Rows as an array of this type.
  Datum array(const std::vector<Datum>& rows) const;

  /// The Oid of the type.
  Oid number() const;

  /// The type of a column, counted from 1.
  Oid column(int place) const;

  TupleDesc descriptor() const { return descriptor_; }

 private:
  TupleDesc descriptor_;
};

/// A row that a function gets, as an argument or within one: its columns by their names. Refers to the row's memory.
class NamedRow : Unmovable {
 public:
  struct Column {
    std::string_view name;
    Oid type;
    Param value;
  };

  explicit NamedRow(Datum row);
  ~NamedRow();

  const std::vector<Column>& columns() const { return columns_; }

  /// The column of this name; null where the row has no such column. Fast where columns are asked for in about their
  /// order.
  Column at(std::string_view name);

 private:
  TupleDesc descriptor_ = nullptr;  ///< pinned: the names of the columns stand there
  std::vector<Column> columns_;
  std::size_t next_ = 0;
};

/// The value of a column that holds rows, for instance `moves jb_move[]`. The rows are added one at a time.
class RowArray {
 public:
  /// `column` of `type`, counted from 1, is the column whose value this object makes.
  RowArray(const RowType& type, int column);

  void add(Values columns);

  /// The added rows as an array; '{}' without rows.
  Datum value() const;

 private:
  Oid item_;
  std::optional<RowType> type_;  ///< looked up for the first row: most bookings move nobody
  std::vector<Datum> rows_;
};

/// The first of `rows` as a value that outlives the connection.
Datum returned_row(const Rows& rows);

}  // namespace jb::pg
