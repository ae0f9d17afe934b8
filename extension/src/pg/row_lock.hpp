// SPDX-License-Identifier: PostgreSQL
//
// The lock of a row, and the wait for it.
//
// PostgreSQL waits for a row that a part of a transaction has locked until the whole transaction has ended, once the
// part has been kept. But a rollback to a savepoint outside the part frees the row; and the caller, who stands first in
// the queue for it, would hold up the very session that it waits for. So the wait is one for each part, from the inside
// out.
#pragma once

#include "postgres.hpp"

extern "C" {
#include "access/tableam.h"
}

namespace jb::pg {

/// Locks the row as an UPDATE would, and waits for it. `slot` gets the row, and `place` where it is. `flags` are those
/// of table_tuple_lock(). It may jump: call it within guarded().
TM_Result lock_row(Relation table, ItemPointerData* place, TupleTableSlot* slot, std::uint8_t flags);

}  // namespace jb::pg
