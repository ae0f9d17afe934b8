// SPDX-License-Identifier: PostgreSQL
//
// A call of a SQL-callable function, as the server sees it: its arguments, its caller, its clock and its result.
#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/scheduling/timetable.hpp"
#include "core/values/input.hpp"
#include "core/values/time.hpp"
#include "datum.hpp"
#include "guard.hpp"
#include "spi.hpp"

extern "C" {
#include "commands/trigger.h"
#include "utils/tuplestore.h"
}

namespace jb::pg {

// The clock and the zones, as the server knows them.

/// The clock, floored to seconds; jb_scheduler.now where it is set.
/// Errors: 22007 when that setting is not a timestamp.
Instant now();

/// The time that the machine's clock shows when the scheduler's clock shows `instant`. Both are the same, unless a test
/// has set the scheduler's clock.
Instant machine_time(Instant instant);

/// The zone of this name; nullptr when the server knows no such zone. Names match regardless of case, as in PostgreSQL.
/// POSIX rules such as "UTC+3", which PostgreSQL accepts as zones, are not IANA names and are refused (rule 2.1.4).
std::shared_ptr<const Zone> find_zone(const std::string& name);

/// The zone's name as the server's list spells it, for clients that match case: "europe/BERLIN" is Europe/Berlin.
/// nullopt where find_zone finds none, and for localtime, posixrules, posix/… and right/…, which no browser knows.
std::optional<std::string> zone_name(const std::string& name);

// The asker: the principal and the role behind a call or, outside a call, behind a query on a view.

/// Somebody whose rights are checked: a principal with the privileges of a database user. An invalid user has none.
struct Asker {
  std::string principal;
  Oid role = 0;
  Oid login = 0;  ///< the user who logged in, if it has set another role; invalid for a superuser, and over HTTPS
  auto operator<=>(const Asker&) const = default;
};

/// While this object lives, this principal is the asker of the current call. A nested call (a trigger's, or the
/// extension's own) has the same asker unless it names another.
class Asking : Unmovable {
 public:
  /// `named`: the principal that the call names (rule 4.3), its argument `principal`. Errors: as principal().
  explicit Asking(const std::optional<std::string>& named);
  ~Asking() { current_ = outer_; }

 private:
  friend std::string asking_principal();
  friend Oid asking_login(Oid role);
  inline static const Asking* current_ = nullptr;
  const Asking* outer_;
  std::optional<std::string> named_;
};

/// While this object lives, no rights are checked: the extension reads for itself, or for the bearer of a token. No
/// statement of a user may run meanwhile.
class Unasked : Unmovable {
 public:
  Unasked() { ++count_; }
  ~Unasked() { --count_; }
  static bool is_so() { return count_ > 0; }

 private:
  friend class OnBehalf;
  inline static int count_ = 0;
};

/// While this object lives, the rights of somebody other than the caller are checked: those of a principal with the
/// privileges of a database role. An empty role, or one that no longer exists, has none. `login`: the user who logged
/// in, if not over HTTPS. No statement of a user may run meanwhile.
class OnBehalf : Unmovable {
 public:
  OnBehalf(std::string principal, std::string role, std::string login);
  ~OnBehalf();

  static const OnBehalf* current() { return current_; }  ///< the innermost; nullptr where there is none
  const std::string principal, role, login;

 private:
  inline static const OnBehalf* current_ = nullptr;
  const OnBehalf* outer_;
  int unasked_;
};

/// The name of the session's current role: the user who called the function, not the function's owner.
std::string calling_role();

/// The asking principal: the one that the innermost call names, or the session's user. Empty in a security-restricted
/// operation, where there is no asker.
std::string asking_principal();

/// Everybody who needs a right to the current operation (rule 13.11). These are the asker and, if code runs as another
/// user on the asker's behalf, that user: the owner of a SECURITY DEFINER function, or of a table whose foreign key
/// cascades. The extension's owner, `owner`, does not count, because the extension's own functions run as that user.
/// Inside them the server no longer shows as whom the code before them ran. In a security-restricted operation there is
/// no asker, and the only one here is Asker{}, nobody.
std::vector<Asker> askers(Oid owner);

/// The roles whose privileges the user has, by name.
std::vector<std::string> roles_of(Oid user);

/// A number that changes when a result of roles_of() may change. A backend learns of it as it does of a schema change.
unsigned roles_version();

/// Whether the caller has the privileges of the role of this name; false where there is none. The caller is the
/// session's current role, not the function's owner. In a security-restricted operation (ANALYZE, autovacuum, REFRESH
/// MATERIALIZED VIEW) nobody has any, because there a table's owner can have functions called in another user's
/// backend, most often a superuser's.
bool caller_has_privileges_of(const std::string& role);

/// The owner of the table.
Oid owner_of(Oid table);

/// Whether the user is a superuser, or has the privileges of the other.
bool has_privileges_of(Oid user, Oid other);

/// While this object lives, the extension's own tables are read and written with their owner's rights. It serves
/// functions that run with their caller's rights: those that a view calls, and those that grant rights. No code of a
/// user may run meanwhile, so the caller's search_path, which may hold the caller's own operators, is replaced too. The
/// asker stays the same. Unless `is_for_all`, the caller alone is asked meanwhile, not the user as whom the code before
/// ran (askers()).
class AsOwner : Unmovable {
 public:
  explicit AsOwner(Oid owner, bool is_for_all = true);
  ~AsOwner();

 private:
  friend std::vector<Asker> askers(Oid owner);
  inline static const AsOwner* outermost_ = nullptr;
  Oid user_ = 0;
  int context_ = 0;
  int settings_ = 0;
  int errors_;
};

// SQL-callable functions: how the server enters them, and their arguments.

/// The frame of one call: holds the account of the call's budgets (rule 14.2), and returns freed memory to the system
/// when the call ends.
class CallFrame : Unmovable {
 public:
  CallFrame();
  ~CallFrame();

 private:
  bool has_filled_pages() const;  ///< megabytes of them since a long call last ended
  static char* heap_end();
  static bool heap_has_grown();  ///< by megabytes since the last call began or ended

  Account account_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  inline static char* heap_end_ = nullptr;
  inline static bool arguments_grew_ = false;
  inline static long faults_ = 0;
};

/// The entry point of a SQL-callable function: runs `body`, and reports an exception of `body` as an error of the
/// server.
template <Datum (*body)(FunctionCallInfo)>
Datum entry(FunctionCallInfo info) {
  Datum result = 0;
  entered_function = info->flinfo->fn_oid;
  const auto report = reported([&] {
    const CallFrame frame;
    result = body(info);
  });
  if (report) raise(*report);
  return result;
}

/// The arguments of one call as Datums, by their names in the SQL declaration. The object refers to the call and must
/// not outlive the call.
class Call {
 public:
  explicit Call(FunctionCallInfo info) : info_(info) {}

  /// The names of the arguments in their order, as this database declares them; an empty name for an argument without a
  /// name.
  const std::vector<std::string>& names() const { return declared().names; }

  /// Refuses a writing function, one that is declared VOLATILE, where nobody asks. Errors: as pg::require_asker().
  void require_asker_to_write() const;

  /// Whether the function has an argument of this name.
  bool has(std::string_view name) const { return find(name) >= 0; }

  bool is_null(std::string_view name) const { return is_null(index(name)); }
  /// The argument's value. Do not call it for a null argument.
  Datum datum(std::string_view name) const { return datum(index(name)); }
  /// The type of the argument in this call, for an argument of a polymorphic type. Errors: 42P18 where it is unknown.
  Oid type(std::string_view name) const;
  /// The argument, null or not, as a parameter of a statement.
  Param param(std::string_view name) const;

  /// The function and its arguments as bytes, except the arguments named in `without`. Equal calls give equal bytes,
  /// however the server stores the values.
  std::string as_bytes(std::initializer_list<std::string_view> without) const;

  FunctionCallInfo info() const { return info_; }

 protected:
  /// The index of the argument, counted from 0. Errors: std::logic_error where the function has none of this name.
  int index(std::string_view name) const;
  bool is_null(int i) const { return info_->args[i].isnull; }
  Datum datum(int i) const { return info_->args[i].value; }

 private:
  struct Declared {
    std::vector<std::string> names;
    std::vector<Oid> types;
  };
  static Declared declared_by(Oid function, int count);
  const Declared& declared() const;
  int find(std::string_view name) const;  ///< -1: the function has none of this name

  FunctionCallInfo info_;
  mutable std::shared_ptr<const Declared> declared_;
  mutable std::size_t next_ = 0;  ///< where find() looks first, since arguments are mostly read in order
};

/// The value as the function's result, null or not. Return this function's value.
inline Datum returned(FunctionCallInfo info, const Param& value) {
  info->isnull = value.is_null;
  return value.value;
}

// Caches of tables that rarely change: each backend learns when its cache is out of date.

/// A number that changes when table_changed() announces a change to a table of rights, and when such a table is created
/// or dropped. A backend learns of it when it next takes a lock, as it does of a schema change.
unsigned rights_version();

/// Processes the invalidations that others have committed. A transaction that already holds all its locks would
/// otherwise never see them.
void hear_of_changes();

/// Watches these two tables: rights_version() changes with them from now on.
void watch_rights(Oid grants, Oid defaults);

/// Announces that the table has changed: to this backend at once, to all others when this transaction commits. Call it
/// in a transaction that has written to the table.
void table_changed(Oid table);

/// The table of the running row or statement trigger. Errors: 39P01 outside a trigger.
Oid triggering_table(FunctionCallInfo info);

// Row types, rows of these types, and sets of rows: what SQL-callable functions return.

// Row types, and rows of these types: the results of SQL-callable functions, and the values of columns that hold rows.
// Rows are allocated in the current memory context, so make the row that a function returns after the SpiConnection has
// been finished.

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

  /// A row of this type from its columns by name; nullopt where their number differs from the type's. Fast where they
  /// come roughly in the type's order. Errors: std::logic_error for a name that the type does not have.
  Value row(std::span<const std::pair<std::string_view, Param>> columns) const;

  /// The columns of a row.
  std::vector<Param> columns_of(Datum row) const;

  /// Rows as an array of this type.
  Datum array(const std::vector<Datum>& rows) const { return array_of(rows, number()); }

  /// The Oid of the type.
  Oid number() const { return descriptor_->tdtypeid; }

  int size() const { return descriptor_->natts; }  ///< how many columns it has

  /// The type of a column, counted from 1, and that of the items of one that holds an array.
  Oid column(int number) const { return TupleDescAttr(descriptor_, number - 1)->atttypid; }
  Oid item(int number) const;
  std::string_view name(int number) const { return NameStr(TupleDescAttr(descriptor_, number - 1)->attname); }

  TupleDesc descriptor() const { return descriptor_; }

 private:
  TupleDesc descriptor_;
};

/// A row passed to a function, as an argument or inside one, with its columns by name. Refers to the row's memory.
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

  /// The column of this name; null where the row has no such column. Fast where columns are read roughly in order.
  Column at(std::string_view name);

 private:
  TupleDesc descriptor_ = nullptr;  ///< pinned: it holds the columns' names
  std::vector<Column> columns_;
  std::size_t next_ = 0;
};

/// The value of a column of `type`, counted from 1, that holds rows, for instance `moves jb_move[]`: a row for each
/// item, of the columns that `columns_of` returns; '{}' without items.
template <class Item, class Make>
Param row_array(const RowType& type, int column, const std::vector<Item>& items, Make columns_of) {
  const Oid item = type.item(column);
  std::vector<Datum> rows;
  if (items.empty()) return Param(array_of(rows, item));  // most bookings move no event
  const RowType row(item);
  for (const auto& each : items) rows.push_back(row.row(Values(columns_of(each))));
  return Param(row.array(rows));
}

/// The first of `rows` as a value that outlives the connection.
Datum returned_row(const Rows& rows);

// The result of a set-returning function: rows that the server keeps, in memory or on disk, until the function is done.

/// The rows of a set-returning function. Make the RowSet before the SpiConnection whose rows are added to it.
class RowSet {
 public:
  /// Hands the executor an empty set. The set lasts as long as the executor's query; beyond work_mem it is on disk.
  /// Errors: 0A000 when the call's context cannot accept a set.
  explicit RowSet(FunctionCallInfo info);

  void add(Values columns);    ///< one row, all columns; copied
  void add(const Rows& rows);  ///< all rows; their columns are the columns of the result
  void add_row(Datum row);     ///< a row of the result's type; copied

  const RowType& type() const { return type_; }

 private:
  RowType type_;
  Tuplestorestate* store_;
};

// Work in pieces, each a transaction of its own.

/// Runs a one-row statement repeatedly, and commits each time, as long as the row's first column is true. `info` is the
/// call of a procedure, with whose rights the statement runs. Result: the sums of the other columns, which are bigint.
/// Errors: 2D000 after the first piece within a transaction block; those of the statement, after which the earlier
/// pieces stay committed.
std::vector<std::int64_t> run_in_pieces(FunctionCallInfo info, const char* sql, const std::vector<Param>& params);

// A row of a user's own table, as a trigger BEFORE INSERT OR UPDATE OR DELETE FOR EACH ROW reads and changes the row.

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
