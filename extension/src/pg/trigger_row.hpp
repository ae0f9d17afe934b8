// SPDX-License-Identifier: PostgreSQL
//
// A row of a user's own table, as a trigger BEFORE INSERT FOR EACH ROW reads and changes the row.
#pragma once

#include "guard.hpp"
#include "param.hpp"

extern "C" {
#include "commands/trigger.h"
}

namespace jb::pg {

/// The row that is being inserted. Its values are read and set by the names of the table's columns; the caller passes
/// no other name. The object refers to the call and must not outlive the call.
class TriggerRow {
 public:
  /// Errors: 39P01 unless the function is called by a trigger BEFORE INSERT FOR EACH ROW.
  explicit TriggerRow(FunctionCallInfo info);

  /// The trigger's arguments: the texts in the parentheses of CREATE TRIGGER.
  std::vector<std::string> arguments() const;

  std::string table() const;
  std::vector<std::string> columns() const;
  Oid type_of(const std::string& column) const;

  /// The column's value; nullopt for null.
  std::optional<Datum> value(const std::string& column) const;

  /// A JSON object of some columns; each pair is a name in the object, and the column with the value.
  std::string json(const std::vector<std::pair<std::string, std::string>>& fields) const;

  /// Gives the column another value in the row that is written.
  void set(const std::string& column, Param value);

  /// The trigger's result: the row with all values that set() has changed.
  Datum written() const;

 private:
  int number(const std::string& column) const;

  const TriggerData& trigger_;
  TupleDesc descriptor_;
  std::vector<int> numbers_;
  std::vector<Datum> values_;
  std::vector<char> nulls_;  // not of bool: the server wants an array of one byte each
};

}  // namespace jb::pg
