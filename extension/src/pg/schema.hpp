// SPDX-License-Identifier: PostgreSQL
//
// The schema that the extension stands in, and the one way to its tables and functions.
//
// Somebody who may create in that schema could plant an operator or a function there that fits a statement better than
// the server's own, and writing functions run with the rights of the extension's owner (rule 6.5). So the schema is in
// no search_path: names that begin with jb_ are looked up in it, and everything else in pg_catalog. The schema is known
// by its Oid, since its owner may rename it and put another schema in its place.
#pragma once

#include <string>

#include "postgres.hpp"

namespace jb::pg {

/// The Oid of the extension's SQL-callable function that was entered last. The function stands in the extension's
/// schema. Invalid before the first entry.
inline Oid entered_function = 0;

/// Finds the schema of the function that was entered last. To be called before the functions below, in each session.
void find_schema();

/// Sets the extension's schema, in a process that enters no function.
void use_schema(Oid schema);

/// A number that changes when the extension's schema, or the schema's name, changes.
unsigned schema_version();

/// `sql` with the schema before each name that begins with jb_; what stands in quotes stays as it is.
std::string qualified(std::string_view sql);

/// `sql` as this database can run it: e.NAME?, a column of jb_event that a database of an earlier version lacks,
/// becomes e.NAME, or NULL where it is missing; ?{TABLE.NAME: PART} becomes PART, without braces inside, or nothing
/// where the table lacks the column; jb_sight?(…), without parentheses inside, becomes the call, or 'read'.
struct RunnableSql {
  std::string text;
  bool lacks_column = false;  ///< and is to be made anew the next time: the database may be updated meanwhile
};
RunnableSql runnable(std::string_view sql);

/// The Oid of a table or sequence of the extension. Errors: 42P01.
Oid relation(const char* name);

/// Whether the extension has a table of this name: a new table is missing until the database is updated.
bool has_relation(const char* name);

/// Whether a table of the extension has this column: a new column is missing until the database is updated.
/// Errors: 42P01.
bool has_column(const char* table, const char* column);

}  // namespace jb::pg
