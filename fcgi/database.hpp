// SPDX-License-Identifier: PostgreSQL
//
// The gateway's way to PostgreSQL: an interface, and the connection behind it that comes back by itself.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <utility>

#include "pg/connection.hpp"

namespace jb::gateway {

// What the gateway may ask of PostgreSQL, as an interface, so that tests need no server. show.hpp is the
// real thing.

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

// One thread's way to PostgreSQL: a libpq connection with prepared statements that comes back by itself after the
// database was away, from a standby too. Each statement is one transaction in one round trip.

/// How long a statement may take. The server gives up before the front end does, since the server says why.
struct Limits {
  std::chrono::milliseconds lock_wait{5'000};  ///< a write's wait for a calendar that another transaction has locked
  std::chrono::milliseconds work{10'000};      ///< all of a read; a write may wait for a lock besides
  std::chrono::milliseconds grace{5'000};      ///< what the server has beyond these to say so, before we give it up
};

/// Used by one thread. Connects when first asked, by libpq's PG* environment.
class RetryingConnection final : public Backend {
 public:
  /// With `staleness` it only reads, from a standby where one is at most so far behind, else from the primary.
  explicit RetryingConnection(const Limits& limits, std::optional<std::chrono::seconds> staleness = std::nullopt)
      : limits_(limits), staleness_(staleness) {}

  /// The socket of the client for whom the session asks from now on; -1 for a client that cannot hang up.
  void set_client(int client) noexcept { client_ = client; }

  /// The statement alone is one transaction, run with the role. Tries again, at most three times, where the first try
  /// has certainly changed nothing: after 40001 or 40P01, after a stale prepared statement, and after a lost connection
  /// for a read (rule 7.5). A write whose connection was lost is not tried again: it may be committed. Nor is a
  /// statement that was not answered in time (pg::Unanswered): it would take as long again. Throws pg::Abandoned too.
  pg::Result run(const Statement& statement, const pg::Parameters& values, Access access,
                 std::optional<Role> role) override;

  std::optional<std::chrono::seconds> take_age() override { return std::exchange(age_, std::nullopt); }

 private:
  /// What a connection's session has taken for its transactions.
  struct Taken {
    std::optional<Role> role;
    Access access;  ///< whose statements its statement_timeout is for
  };

  bool is_usable(Access access) noexcept;
  pg::Connection connect(bool to_primary) const;
  std::chrono::milliseconds limit(Access access) const;
  pg::Connection& connected(Access access);
  void prepare(pg::Connection& connection, const Statement& statement);
  pg::Result attempt(const Statement& statement, const pg::Parameters& values, Access access, std::optional<Role> role);
  void note_age(const pg::Result& answer);

  const Limits limits_;
  const std::optional<std::chrono::seconds> staleness_;
  std::optional<pg::Connection> connection_;
  Clock::time_point connected_at_{};
  bool wants_primary_ = false;  ///< for the next connection: a standby was too far behind
  std::optional<std::chrono::seconds> age_;
  int client_ = -1;
  std::set<std::string_view> prepared_;
  std::optional<Taken> taken_;  ///< none where it is not known
  std::minstd_rand random_{std::random_device{}()};
};

/// Whether run may try once more after `tries` attempts that ended in this error.
bool may_retry(const pg::Error& error, Access access, int tries);

}  // namespace jb::gateway
