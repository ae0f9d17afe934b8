// SPDX-License-Identifier: PostgreSQL
//
// A look below MVCC, where SQL cannot see.
#pragma once

#include "guard.hpp"

namespace jb::pg {

/// The least id above `after` in a table whose row exists but cannot be seen yet: the row was written by a transaction
/// that is still open, or that committed after the active snapshot was taken. nullopt when there is no such row among
/// the first `most` rows above `after`. The caller's own rows are seen.
///
/// `table` is a table of the extension, `key` its index on the one bigint column, or on a text column and then the
/// bigint column: then the rows are those of the text `of`. Cost: a scan of the index over the rows passed.
std::optional<std::int64_t> first_unseen(const char* table, const char* key, std::optional<Datum> of,
                                         std::int64_t after, std::int64_t most);

}  // namespace jb::pg
