// SPDX-License-Identifier: PostgreSQL
//
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
#pragma once

#include <limits>

#include "core/values/time.hpp"
#include "spi.hpp"

extern "C" {
#include "storage/itemptr.h"
}

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
