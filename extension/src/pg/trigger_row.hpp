// SPDX-License-Identifier: PostgreSQL
//
// A row of somebody's own table, as a trigger BEFORE INSERT FOR EACH ROW reads and changes it.
#pragma once

#include "guard.hpp"
#include "param.hpp"

extern "C" {
#include "commands/trigger.h"
}

namespace jb::pg {

/// The row that is being inserted, by the names of its columns; no other name may be asked for. Looks into the call:
/// lives no longer than the call.
class TriggerRow {
 public:
  /// Errors: 39P01 unless such a trigger calls.
  explicit TriggerRow(FunctionCallInfo info);

  /// What CREATE TRIGGER says in the function's parentheses.
  std::vector<std::string> arguments() const;

  std::string table() const;
  std::vector<std::string> columns() const;
  Oid type_of(const std::string& column) const;

  /// What the column holds; nullopt for null.
  std::optional<Datum> value(const std::string& column) const;

  /// Some columns as a JSON object: each pair is a name there, and the column.
  std::string json(const std::vector<std::pair<std::string, std::string>>& fields) const;

  /// Gives the column another value in the row that is written.
  void set(const std::string& column, Param value);

  /// What the trigger returns: the row with what was set.
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
