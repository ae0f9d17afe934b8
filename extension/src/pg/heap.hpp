// SPDX-License-Identifier: PostgreSQL
//
// A look below MVCC, where SQL cannot see.
#pragma once

#include <functional>
#include <vector>

#include "guard.hpp"

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
