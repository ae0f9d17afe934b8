// SPDX-License-Identifier: PostgreSQL
//
// The extension's tables: rows read and written without SQL, the locks of rows, and a look below MVCC.
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "core/values/time.hpp"
#include "guard.hpp"
#include "postgres.hpp"
#include "spi.hpp"

extern "C" {
#include "access/tableam.h"
#include "nodes/execnodes.h"
#include "storage/itemptr.h"
}

// A look below MVCC, where SQL cannot see.

struct TupleTableSlot;

namespace jb::pg {

/// A row that cannot be seen, for as long as it is asked about.
class UnseenRow {
 public:
  explicit UnseenRow(TupleTableSlot* slot) : slot_(slot) {}
  std::optional<Datum> at(int column) const;  ///< of the columns from 1 on; nullopt for null

 private:
  TupleTableSlot* slot_;
};

/// The least id above `after` in a table whose row exists but cannot be seen yet: the row was written by a transaction
/// that is still open, or that committed after the active snapshot was taken. nullopt when there is no such row among
/// the first `most` rows above `after`. The caller's own rows are seen.
///
/// `table` is a table of the extension, `key` its index on the one bigint column, or on a text column and then the
/// bigint column: then the rows are those of the text `of`. Where `counts` is given, only the unseen rows
/// count of which it says so; the others are not among the `most`. Cost: a scan of the index over the rows passed.
std::optional<std::int64_t> first_unseen(const char* table, const char* key, std::optional<Datum> of,
                                         std::int64_t after, std::int64_t most,
                                         const std::function<bool(const UnseenRow&)>& counts = nullptr);

/// The values of a bigint column in all such rows, in no order. Cost: a look at the visibility map, and a scan of the
/// pages that VACUUM has not marked there; nothing where no transaction has been open since the active snapshot.
std::vector<std::int64_t> all_unseen(const char* table, const char* column);

/// The greatest value of an int column, whose index `key` is, in the rows that exist, also in those of open
/// transactions; nullopt where there are none.
std::optional<int> greatest_int(const char* table, const char* key);

}  // namespace jb::pg

// The lock of a row, and the wait for it.
//
// PostgreSQL waits for a row that a part of a transaction has locked until the whole transaction has ended, once the
// part has been kept. But a rollback to a savepoint outside the part frees the row; and the caller, who stands first in
// the queue for it, would hold up the very session that it waits for. So the wait is one for each part, from the inside
// out.

namespace jb::pg {

/// Locks the row as an UPDATE would, and waits for it. `slot` gets the row, and `place` where it is. `flags` are those
/// of table_tuple_lock(). It may jump: call it within guarded().
TM_Result lock_row(Relation table, ItemPointerData* place, TupleTableSlot* slot, std::uint8_t flags);

}  // namespace jb::pg

// Tables that are read and written without statements: rows are found by index, inserted, updated and deleted through
// the code of the server that applies a replication stream (executor/execReplication.c).
//
// That code maintains every index and the exclusion constraint. It keeps constraints and row triggers, a user's own
// foreign key to an event among them; after triggers fire when the connection is finished. It leaves out the fixed cost
// of a statement, which is about half of a booking that writes a handful of rows. So statement triggers do not fire,
// and rights are not checked: the callers are functions of the tables' owner.
//
// A table is open for the length of a SpiConnection. It is found by name in the extension's schema each time, so that
// the extension may be dropped and made again.

namespace jb::pg {

/// The condition for a column of an index.
struct Key {
  std::uint16_t strategy;
  Oid function;  ///< the operator's, as the index's operator class has it
  Datum value;
  bool is_any = false;  ///< the value is an array, and one of its items is wanted; for a btree
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
  static constexpr std::size_t kMostColumns = 32;

  /// `columns` are names separated by ", ", each perhaps after an alias and a dot: the columns of the rows that are
  /// read and written, counted from 1. Every named column must exist: where one is missing, each use throws
  /// std::logic_error. The table's other columns stay as they are, and are null in a new row.
  constexpr Table(const char* name, const char* columns) : name_(name), columns_(columns) {}

  static constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

  /// Copies of the first `most` rows whose first index columns meet `keys`, in the order of the index. Errors: the
  /// backend's.
  Rows find(const char* index, std::initializer_list<Key> keys, Snapshot snapshot = Snapshot::fresh,
            std::uint64_t most = kAll);

  /// The last of them, or no row.
  Rows find_last(const char* index, std::initializer_list<Key> keys, Snapshot snapshot = Snapshot::fresh);

  /// A copy of the row that stands at this place, if the snapshot shows one: any row, since places are used again. No
  /// versions of a row that are gone are in the way, as they are in an index until their transaction ends.
  Rows at(Place place, Snapshot snapshot = Snapshot::fresh);

  /// Locks the row as an UPDATE does, after waiting for the transaction that holds it, and reads the row as it is by
  /// then. At REPEATABLE READ a row that was changed since the snapshot is 40001. Returns no row when the row is gone.
  /// Errors of this and all following functions: 25006.
  Rows lock(Place place);

  /// Result: where the row stands. Errors: 23505, 23P01, 23502 by the table's constraints.
  Place insert(Values row);

  /// Changes the columns from `first` on, but those that are Param::kept(). Result: where the row stands now. Errors:
  /// as insert; XX000 when another transaction has changed the row meanwhile.
  Place update(Place place, int first, Values values);

  /// As above, if no other transaction has changed or locked the row since it was read, and no constraint or trigger of
  /// a user needs the longer way. Otherwise nullopt, and nothing is done.
  std::optional<Place> try_update(Place place, int first, Values values);

  /// Locks the row by writing it anew as it is, after waiting for the transaction that holds the row; a row that this
  /// transaction has written is locked already. Result: where the row stands; nullopt when another transaction has
  /// changed the row since it was read. A call in a subtransaction takes a row so, and not by lock(): PostgreSQL keeps
  /// the subtransactions that have locked a row with each version of the row, as long as their transaction lasts, and
  /// every further call of the transaction would add one to the list.
  std::optional<Place> take(Place place);

  /// The version that this call has just written at this place.
  Version written(Place place);

  /// Whether the row is still as it was read, and no other transaction has a change to it under way.
  bool is_current(Place place);

  void erase(Place place);

 private:
  Rows scan(const char* index, std::initializer_list<Key> keys, Snapshot snapshot, std::uint64_t most,
            bool is_backward);
  OpenTable& opened(int lock_mode);
  OpenTable& writable(const char* command);
  void fill_over(OpenTable& open, int first, Values values);
  std::optional<Place> rewrite(OpenTable& open, Place place, int first, Values values);
  static void open_indexes(OpenTable& open);
  static bool is_plain(const OpenTable& open);
  OpenTable* open(SpiConnection& connection, int lock_mode) const;
  void know(OpenTable& open);
  void fill(OpenTable& open, int first, Values values);

  const char* name_;
  const char* columns_;
  Oid known_ = 0;  ///< whose columns the numbers below are
  int count_ = 0;
  std::array<std::int16_t, kMostColumns> numbers_{};
};

/// The next value of a sequence of the extension.
std::int64_t next_value(const char* sequence);

}  // namespace jb::pg
