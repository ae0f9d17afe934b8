// SPDX-License-Identifier: PostgreSQL
//
// A row of a user's own table, as a trigger BEFORE INSERT OR UPDATE OR DELETE FOR EACH ROW reads and changes the row.
#pragma once

#include <functional>
#include <memory>

#include "datum.hpp"
#include "guard.hpp"

extern "C" {
#include "commands/trigger.h"
}

namespace jb::pg {

/// The row that is inserted, updated or deleted. Its values are read and set by the names of the table's columns; the
/// caller passes no other name. The object refers to the call and must not outlive the call.
class TriggerRow {
 public:
  /// Errors: 39P01 unless the function is called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW, or if a
  /// partition has such a trigger on DELETE, and none on UPDATE without columns and WHEN.
  explicit TriggerRow(FunctionCallInfo info);

  bool is_inserted() const { return TRIGGER_FIRED_BY_INSERT(trigger_.tg_event); }
  bool is_updated() const { return TRIGGER_FIRED_BY_UPDATE(trigger_.tg_event); }

  /// Reads the part of a row by which its trigger recognises the row in another partition.
  using Mark = std::function<std::string()>;

  /// Whether a row that is deleted or inserted only moves between partitions. For such an UPDATE the server also
  /// deletes the row in one partition and inserts it in another, and the triggers run on all three, or on some. Call it
  /// once for each row.
  bool changes_partition(const Mark& mark);

  /// Remembers a row that is updated, as it is written, since the UPDATE may move it.
  void may_change_partition(const Mark& mark);

  /// Whether an UPDATE of the object Telling fired the trigger.
  bool is_told() const;

  /// The trigger's arguments: the texts in the parentheses of CREATE TRIGGER.
  std::vector<std::string> arguments() const;

  std::string table() const;

  /// The table's columns; those that the server computes from others after the trigger are `generated`.
  std::vector<std::string> columns() const { return columns(false); }
  std::vector<std::string> generated() const { return columns(true); }
  Oid type_of(const std::string& column) const;

  /// The column's value, for an updated row the new one; nullopt for null.
  Value value(const std::string& column) const { return value_in(row_, column); }

  /// The value before the update; nullopt for null.
  Value old_value(const std::string& column) const { return value_in(trigger_.tg_trigtuple, column); }

  /// Whether the update changes the column's value. Values that are written differently, such as a text's 60 minutes
  /// and 1 hour, differ.
  bool differs(const std::string& column) const;

  /// A JSON object of some columns; each pair is a name in the object and the column that has the value. Numbers keep
  /// all their digits.
  std::string json(const std::vector<std::pair<std::string, std::string>>& fields) const {
    return json_of(row_, fields);
  }

  /// The same before the update.
  std::string old_json(const std::vector<std::pair<std::string, std::string>>& fields) const {
    return json_of(trigger_.tg_trigtuple, fields);
  }

  /// Sets the column in the row that is written.
  void set(const std::string& column, Param value);

  /// Lets the functions above read the values that set() has set. The row is copied, and may be large. Call it with no
  /// SpiConnection open, whose end would free the copy.
  void apply();

  /// The trigger's result: the row with all values that set() has changed.
  Datum written() {
    apply();
    return PointerGetDatum(row_);
  }

 private:
  std::string json_of(HeapTuple row, const std::vector<std::pair<std::string, std::string>>& fields) const;
  std::vector<std::string> columns(bool generated) const;
  Value value_in(HeapTuple row, const std::string& column) const;
  int number(const std::string& column) const;

  const TriggerData& trigger_;
  MemoryContext query_;  ///< the statement's, unique while it runs
  TupleDesc descriptor_;
  HeapTuple row_;
  std::vector<int> numbers_;
  std::vector<Datum> values_;
  std::vector<char> nulls_;  // not of bool: the server takes an array of bytes
};

/// Calls `work` with `argument` when the memory context ends.
void at_end_of(MemoryContext memory, void* argument, MemoryContextCallbackFunction work);

/// The result of `make`, kept for the statement whose rows the trigger sees: made for the first row, destroyed with the
/// statement. A function keeps one such object.
template <class Make>
auto& kept_for_statement(FunctionCallInfo info, Make make) {
  using Kept = std::decay_t<decltype(make())>;
  FmgrInfo& function = *info->flinfo;
  if (function.fn_extra == nullptr) {
    auto kept = std::make_unique<Kept>(make());
    at_end_of(function.fn_mcxt, kept.get(), [](void* object) { delete static_cast<Kept*>(object); });
    function.fn_extra = kept.release();
  }
  return *static_cast<Kept*>(function.fn_extra);
}

/// While this object lives, TriggerRow::is_told() is true in row triggers that the caller's own UPDATE of the table
/// fires, but not in those that the writes of other triggers, functions or rules fire.
class Telling : Unmovable {
 public:
  explicit Telling(Oid table);
  ~Telling() { current_ = outer_; }

 private:
  friend class TriggerRow;
  inline static const Telling* current_ = nullptr;
  Oid row_type_;  ///< of the table; a partition's row type inherits it
  int depth_;     ///< how many triggers enclose the caller
  const Telling* outer_;
};

}  // namespace jb::pg
