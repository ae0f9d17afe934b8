// SPDX-License-Identifier: PostgreSQL
//
// What the gateway may ask of PostgreSQL, as an interface, so that tests need no server. retrying_connection.hpp is the
// real thing.
#pragma once

#include <chrono>
#include <optional>

#include "pg/connection.hpp"

namespace jb::gateway {

using Clock = std::chrono::steady_clock;

/// Whether the transaction may write.
enum class Access { read, write };

/// The PostgreSQL role that a request takes: jb_manager, jb_secretary, jb_viewer, jb_guest for a caller without a
/// certificate, or jb_operator on the probe port. PostgreSQL enforces what each role may do (rule 6.3).
enum class Role { manager, secretary, viewer, guest, operator_ };

/// One SQL statement and the name under which each connection prepares it; both live as long as the program.
struct Statement {
  const char* name;
  const char* sql;
};

/// Runs statements, each as a transaction of its own.
class Backend {
 public:
  virtual ~Backend() = default;
  /// Without a role the gateway's own login asks. Values: text without a NUL byte. Throws pg::Error. Then the
  /// statement's writes are undone; but if the connection was lost, it is unknown whether COMMIT came through.
  virtual pg::Result run(const Statement& statement, const pg::Parameters& values, Access access,
                         std::optional<Role> role) = 0;
  /// How far behind the standbys may have been that answered since this was last asked, in whole seconds, the furthest
  /// of them; nullopt where none did.
  virtual std::optional<std::chrono::seconds> take_age() { return std::nullopt; }
};

}  // namespace jb::gateway
