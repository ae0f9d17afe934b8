// SPDX-License-Identifier: PostgreSQL
//
// Whether what a client has read once is part of the present: the server's write-ahead log tells.
#pragma once

#include <cstdint>

#include "guard.hpp"

namespace jb::pg {

/// A place in the server's write-ahead log.
struct LogPlace {
  std::uint32_t timeline;
  std::uint64_t position;
};

/// The end of the log, on a standby of what it has replayed. Where COMMIT waits for standbys, this waits until they
/// have all that is on this server's disk: else who reads could be told what is undone with this server, or have a
/// place behind the end of what the next one goes on from.
LogPlace log_place();

/// Whether all that stood in the log up to `place` belongs to the history of this server. It does not where the server
/// was promoted, or restored, from an earlier place: then what came after that place is gone, and its numbers are given
/// anew.
bool is_kept(const LogPlace& place);

/// A number for a table of the extension that no other server and no other database has.
std::uint64_t identity_of(const char* table);

/// The id that the next transaction gets.
std::uint64_t next_transaction();

}  // namespace jb::pg
