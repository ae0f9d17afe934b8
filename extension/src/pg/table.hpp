// SPDX-License-Identifier: PostgreSQL
//
// The extension's tables: rows read and written without SQL, row locks, and reads below MVCC.
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "core/values/time.hpp"
#include "guard.hpp"
#include "spi.hpp"

extern "C" {
#include "access/tableam.h"
#include "nodes/execnodes.h"
#include "storage/itemptr.h"
}

// Reads below MVCC, of rows that SQL cannot see.

struct TupleTableSlot;

namespace jb::pg {

/// A row that the snapshot does not show. Valid only during the call that gets it.
class UnseenRow {
 public:
  explicit UnseenRow(TupleTableSlot* slot) : slot_(slot) {}
  Value at(int column) const;  ///< of the columns from 1 on; nullopt for null

 private:
  TupleTableSlot* slot_;
};

/// The least id above `after` whose row exists but is not visible yet: the transaction that wrote it is still open, or
/// committed after the active snapshot was taken. nullopt when there is no such row among the first `most` rows above
/// `after`. The caller's own rows are visible.
///
/// `table` is a table of the extension. `key` is its index on the one bigint column, or on a text column and then the
/// bigint column; the rows are then those of the text `of`. With `counts`, an unseen row counts only if that returns
/// true; the others are not among the `most`. Cost: a scan of the index over the rows passed.
std::optional<std::int64_t> first_unseen(const char* table, const char* key, std::optional<Datum> of,
                                         std::int64_t after, std::int64_t most,
                                         const std::function<bool(const UnseenRow&)>& counts = nullptr);

/// The values of a bigint column in all such rows, in no particular order. Cost: a read of the visibility map, and a
/// scan of the pages not all-visible there; nothing where no transaction has been open since the active snapshot.
std::vector<std::int64_t> all_unseen(const char* table, const char* column);

/// The greatest value of the int column that index `key` is on, including the rows of open transactions; nullopt where
/// there are no rows.
std::optional<int> greatest_int(const char* table, const char* key);

// The lock of a row, and the wait for it.
//
// If a subtransaction locked a row and was then released, PostgreSQL waits for the row until the whole transaction
// ends. But a rollback to an outer savepoint frees the row; and the caller, first in the queue for it, would then block
// the very session that it waits for. So lock_row() waits for each enclosing subtransaction in turn, from the inside
// out.

/// Locks the row as an UPDATE would, and waits for it. `slot` receives the row, and `tid` its tid. `flags` are
/// those of table_tuple_lock(). It may jump: call it within guarded().
TM_Result lock_row(Relation table, ItemPointerData* tid, TupleTableSlot* slot, std::uint8_t flags);

// Tables that are read and written without statements: rows are found by index, inserted, updated and deleted through
// the code of the server that applies a replication stream (executor/execReplication.c).
//
// That code maintains every index and the exclusion constraint. It checks constraints and fires row triggers, including
// those of a user's own foreign key to an event; after triggers fire when the connection is finished. It avoids the
// fixed cost of a statement, which is about half of a booking that writes a handful of rows. So statement triggers do
// not fire, and rights are not checked: the callers are functions of the tables' owner.
//
// A table is open as long as its SpiConnection. It is looked up by name in the extension's schema each time, so that
// the extension may be dropped and created again.

/// The condition for a column of an index.
struct Key {
  std::uint16_t strategy;
  Oid function;  ///< the operator's, as the index's operator class has it
  Datum value;
  bool is_any = false;  ///< the value is an array, of which any item matches; for a btree
  int column = 0;       ///< of the index; 0: the next one
};
Key any_id(const std::vector<std::int64_t>& values);  ///< bigint = ANY
Key equals_id(std::int64_t value);                    ///< bigint =
Key equals_int(std::int32_t value);                   ///< int =
Key equals_small(std::int16_t value);                 ///< smallint =
Key equals_text(const std::string& value);            ///< text =
Key at_least_id(std::int64_t value);                  ///< bigint >=
Key at_most_id(std::int64_t value);                   ///< bigint <=
Key at_most(Instant value);                           ///< timestamptz <=
Key overlaps(Span range);                             ///< range &&, in a GiST index
Key equals_int_in_gist(std::int32_t value);           ///< int =, in a GiST index

/// Constant-initialised: put it in a static.
class Table {
 public:
  static constexpr std::size_t kMostColumns = Columns::kMost;

  /// `columns` names the columns that are read and written, counted from 1 and separated by ", ", each with an optional
  /// alias and dot. Every named column must exist: where one is missing, each use throws std::logic_error. The table's
  /// other columns stay as they are, and are null in a new row.
  constexpr Table(const char* name, const char* columns) : name_(name), columns_(columns) {}

  static constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

  /// Copies of the first `most` rows whose first index columns meet `keys`, in the order of the index. Errors: the
  /// backend's.
  Rows find(const char* index, std::initializer_list<Key> keys, Snapshot snapshot = Snapshot::fresh,
            std::uint64_t most = kAll);

  /// The last of them, or no row.
  Rows find_last(const char* index, std::initializer_list<Key> keys, Snapshot snapshot = Snapshot::fresh);

  /// A copy of the row at this tid, if the snapshot shows one: any row, since places are reused. Dead versions of the
  /// row do not slow this down, as they do in an index until their transaction ends.
  Rows at(Tid tid, Snapshot snapshot = Snapshot::fresh);

  /// Locks the row as an UPDATE does, after waiting for the transaction that holds it, and reads the row as it is then.
  /// Returns no row when the row is gone. Errors: 40001 at REPEATABLE READ for a row that was changed since the
  /// snapshot; 25006, as of every function below that writes.
  Rows lock(Tid tid);

  /// Result: the row's tid. Errors: 23505, 23P01, 23502 by the table's constraints.
  Tid insert(Values row);

  /// The same, if no row has the key in the unique index, or may get it from another transaction at present, and no
  /// constraint or user trigger needs the slow path. Otherwise returns nullopt and does nothing.
  std::optional<Tid> try_insert(Values row, const char* unique);

  /// Locks the row like lock(), if no other transaction has changed or locked it since it was read. Result: whether it
  /// is locked.
  bool try_lock(Tid tid);

  /// Changes the columns from `first` on, except those that are Param::kept(). Result: the row's new tid. Errors: as
  /// insert; XX000 when another transaction has changed the row meanwhile.
  Tid update(Tid tid, int first, Values values);

  /// As update(), if no other transaction has changed or locked the row since it was read, and no constraint or user
  /// trigger needs the slow path. Otherwise returns nullopt and does nothing.
  std::optional<Tid> try_update(Tid tid, int first, Values values);

  /// Locks the row by rewriting it unchanged, after waiting for the transaction that holds it; a row that this
  /// transaction has written is locked already. Result: the row's tid; nullopt when another transaction has changed
  /// the row since it was read. A call in a subtransaction uses this in place of lock(): PostgreSQL keeps a list of the
  /// subtransactions that have locked a row with each version of the row, as long as their transaction lasts. Every
  /// further call of the transaction would lengthen that list.
  std::optional<Tid> take(Tid tid);

  /// The version that this call has just written at this tid.
  Version written(Tid tid);

  /// Whether the row is still as it was read, and no other transaction has a change to it under way.
  /// `and_free`: and has not locked it either.
  bool is_current(Tid tid, bool and_free = false);

  void erase(Tid tid);

 private:
  Rows scan(const char* index, std::initializer_list<Key> keys, Snapshot snapshot, std::uint64_t most,
            bool is_backward);
  OpenTable& opened(int lock_mode);
  OpenTable& writable(const char* command);
  void fill_new(OpenTable& open, Values row);
  void fill_over(OpenTable& open, int first, Values values);
  std::optional<Tid> rewrite(OpenTable& open, Tid tid, int first, Values values);
  static void open_indexes(OpenTable& open);
  static bool is_plain(const OpenTable& open);
  OpenTable* open(SpiConnection& connection, int lock_mode) const;
  void know(OpenTable& open);
  void fill(OpenTable& open, int first, Values values);

  const char* name_;
  const char* columns_;
  Oid known_ = 0;  ///< the table of the numbers below
  int count_ = 0;
  std::array<std::int16_t, kMostColumns> numbers_{};
};

/// The next value of a sequence of the extension.
std::int64_t next_value(const char* sequence);

}  // namespace jb::pg
