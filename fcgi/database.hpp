// SPDX-License-Identifier: PostgreSQL
//
// The gateway's access to PostgreSQL: an interface, and the self-reconnecting connection that implements it.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <utility>

#include "pg/connection.hpp"

namespace jb::gateway {

// What the gateway may ask of PostgreSQL, as an interface, so that tests need no server. RetryingConnection implements
// it.

using Clock = std::chrono::steady_clock;

/// Whether the transaction may write.
enum class Access { read, write };

/// The PostgreSQL role under which a request runs: jb_manager, jb_secretary, jb_viewer, jb_guest for a caller without a
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
  /// Without a role it runs as the gateway's own login. Values: text without a NUL byte. Throws pg::Error; the
  /// statement's writes are undone then, but after a lost connection it is unknown whether COMMIT succeeded.
  virtual pg::Result run(const Statement& statement, const pg::Parameters& values, Access access,
                         std::optional<Role> role) = 0;
  /// The greatest possible lag, in whole seconds, of the standbys that answered since the last call; nullopt if none
  /// did.
  virtual std::optional<std::chrono::seconds> take_age() { return std::nullopt; }
};

// One thread's access to PostgreSQL: a libpq connection with prepared statements, which reconnects by itself after an
// outage, and goes back from a standby to the primary. Each statement is one transaction in one round trip.

/// How long a statement may take. The server gives up before the front end does, since the server says why.
struct Limits {
  std::chrono::milliseconds lock_wait{5'000};  ///< a write's wait for a calendar that another transaction has locked
  std::chrono::milliseconds work{10'000};      ///< a whole read; a write may wait for a lock in addition
  std::chrono::milliseconds grace{5'000};      ///< how much longer the server has to report it before we give up
};

/// Used by one thread. Connects on first use, by libpq's PG* environment.
class RetryingConnection final : public Backend {
 public:
  /// With `staleness` it only reads: from a standby that is at most so far behind, else from the primary.
  explicit RetryingConnection(const Limits& limits, std::optional<std::chrono::seconds> staleness = std::nullopt)
      : limits_(limits), staleness_(staleness) {}

  /// The socket of the client for whom statements run from now on; -1 for a client that cannot hang up.
  void set_client(int client) noexcept { client_ = client; }

  /// Runs the statement as one transaction under the role. Retries at most three times, only if the failed try has
  /// certainly changed nothing: after 40001 or 40P01, a stale prepared statement, or for a read a lost connection (rule
  /// 7.5). A write whose connection was lost is not retried, since it may be committed; nor is a statement that was not
  /// answered in time (pg::Unanswered), since it would take as long again. Throws pg::Abandoned too.
  pg::Result run(const Statement& statement, const pg::Parameters& values, Access access,
                 std::optional<Role> role) override;

  std::optional<std::chrono::seconds> take_age() override { return std::exchange(age_, std::nullopt); }

 private:
  /// What the session is set to for its next transaction.
  struct Taken {
    std::optional<Role> role;
    Access access;  ///< for which its statement_timeout is set
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
  bool wants_primary_ = false;  ///< for the next connection, after a standby that was too far behind
  std::optional<std::chrono::seconds> age_;
  int client_ = -1;
  std::set<std::string_view> prepared_;
  std::optional<Taken> taken_;  ///< nullopt: unknown
  std::minstd_rand random_{std::random_device{}()};
};

/// Whether run() may try again after `tries` attempts, of which the last failed with this error.
bool may_retry(const pg::Error& error, Access access, int tries);

}  // namespace jb::gateway
