// SPDX-License-Identifier: PostgreSQL
//
// What a backend knows of the indexes that it writes entries into.
//
// A statement works out anew for each index which columns it has, plans its expressions and its condition, and gets the
// index's own routines ready. That is a tenth of a booking, so here it is kept from call to call, until the server
// tells that one of these indexes, or a function, has changed.
#pragma once

#include "postgres.hpp"

extern "C" {
#include "nodes/execnodes.h"
}

namespace jb::pg {

/// As the server's ExecOpenIndices(): opens all indexes of the table, for entries of new rows. The server closes what
/// is open at the end of a statement. Both functions may jump: call them within guarded().
void open_all_indexes(ResultRelInfo* table);

/// Closes them, and gives their locks back.
void close_all_indexes(ResultRelInfo* table);

}  // namespace jb::pg
