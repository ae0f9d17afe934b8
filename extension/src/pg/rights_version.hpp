// SPDX-License-Identifier: PostgreSQL
//
// A memory of what stands in tables that change rarely: each backend hears when it no longer holds.
#pragma once

#include "postgres.hpp"

namespace jb::pg {

/// A number that changes when somebody has changed one of the tables of rights, and tells so by tables_changed(), or
/// when such a table is made or dropped. A backend hears of it when it next takes a lock, as of a change of the schema.
unsigned rights_version();

/// Hears of what others have committed. A transaction that has all its locks would not, as long as it lasts.
void hear_of_changes();

/// Watches these two tables: rights_version() changes with them from now on.
void watch_rights(Oid grants, Oid defaults);

/// Tells every backend, when this transaction commits, that the table has changed; this one at once. Call it in a
/// transaction that has written to the table.
void table_changed(Oid table);

/// The table of the row trigger, or statement trigger, that is under way. Errors: 39P01 outside a trigger.
Oid triggering_table(FunctionCallInfo info);

}  // namespace jb::pg
