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

/// Finds the schema of the function that was entered last. To be called before the functions below, in each backend.
/// Errors: JB503 where the extension in this database is of another version than the library (rule 4.2).
void find_schema();

/// Whether the extension in this database is of the library's version. Without that, only what tells so answers.
bool is_served();

/// Sets the extension's schema, in a process that enters no function. Errors: as find_schema().
void use_schema(Oid schema);

/// A number that changes when the extension's schema, or the schema's name, changes.
unsigned schema_version();

/// `sql` with the schema before each name that begins with jb_; what stands in quotes stays as it is.
std::string qualified(std::string_view sql);

/// The Oid of a table or sequence of the extension. Errors: 42P01.
Oid relation(const char* name);

}  // namespace jb::pg
