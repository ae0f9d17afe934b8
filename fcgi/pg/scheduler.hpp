// SPDX-License-Identifier: PostgreSQL
//
// Where a session finds the functions of the extension.
#pragma once

#include "connection.hpp"

namespace jb::pg {

/// From now on the session looks names up in the extension's schema and the server's own, nowhere else: in "$user" and
/// public, where the search would begin, others may be able to put what has our names. False when the database has no
/// extension jb_scheduler. Throws Error.
bool find_scheduler(Connection& connection);

}  // namespace jb::pg
