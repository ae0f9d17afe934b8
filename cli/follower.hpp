// SPDX-License-Identifier: PostgreSQL
//
// What jb listen and jb relay have in common: a program that follows the database until it is told to end, and comes
// back to a database that was away.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "../fcgi/pg/connection.hpp"

namespace jb::cli {

/// A pause before the next attempt: twice as long after each, up to a limit, and of that a random part: programs that
/// failed together do not come back together. `attempt` counts from 1.
std::chrono::milliseconds pause_after(long long attempt, std::chrono::milliseconds longest);

/// Used by one thread.
class Follower {
 public:
  /// `command`: listen or relay. With `once` a database that is away is not waited for. `patience` is that of a
  /// statement.
  Follower(std::string command, std::string conninfo, bool once, std::chrono::milliseconds patience);
  virtual ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  /// Follows until SIGINT or SIGTERM, or what follow() throws; connects anew while the database is away.
  void run();

 protected:
  /// Called with each new connection, which listens to jb_rejected: what commits after the first reading is announced,
  /// and then read. Returns when all is done.
  virtual void follow() = 0;

  pg::Connection& connection() { return *connection_; }
  /// Waits for a signal, or for the server; whether one of them came before the time was over.
  bool rest(std::chrono::milliseconds time, bool server_too);
  /// Whether a signal has come.
  bool is_ending();
  void listen() { connection_->execute("LISTEN jb_rejected"); }
  void say(const std::string& what) const;
  /// That the database answers: the next pause is short again.
  void has_answered() { attempt_ = 0; }

 private:
  const std::string command_, conninfo_;
  const bool once_;
  const std::chrono::milliseconds patience_;
  const int signals_;
  bool ending_ = false;
  long long attempt_ = 0;
  std::optional<pg::Connection> connection_;
};

}  // namespace jb::cli
