// SPDX-License-Identifier: PostgreSQL
#include "database.hpp"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

namespace jb::gateway {

namespace {

constexpr int kMostRetries = 3;

/// How long a session reads from a standby before it tries the primary again. If the primary's whole machine is gone,
/// each try takes as long as the timeout of a connection.
/// A read-only session on the primary looks for a standby again after the same time.
constexpr std::chrono::seconds kAwayFromPrimary{10};

std::string to_text(std::chrono::milliseconds time) { return "'" + std::to_string(time.count()) + "ms'"; }

/// The settings of a session.
/// - idle_in_transaction_session_timeout: a session is idle in a transaction only while the end of its pipeline is on
///   its way. If the end never comes, because this process was killed, the server ends the session and releases its
///   locks.
/// - client_connection_check_interval: the server ends a statement whose client is gone.
/// - transaction_timeout, unknown to servers before PostgreSQL 17: statement_timeout ends with the statements, and
///   other work of COMMIT, such as a deferred trigger of the database's owner, has no other limit.
/// - plan_cache_mode: each statement calls one or two functions, so a custom plan is no better than a generic plan, and
///   would be made anew for every request.
std::string session_settings(const Limits& limits) {
  return "SET lock_timeout = " + to_text(limits.lock_wait) +
         "; SET idle_in_transaction_session_timeout = '10s'; SET client_connection_check_interval = '1s'"
         "; SELECT set_config('transaction_timeout', " +
         to_text(limits.lock_wait + limits.work + limits.grace) +
         ", false) WHERE current_setting('transaction_timeout', true) IS NOT NULL"
         "; SET plan_cache_mode = force_generic_plan; SET default_transaction_isolation = 'read committed'";
}

/// Makes a transaction that has just begun READ ONLY. A write is not made READ WRITE: a standby would refuse that with
/// 0A000, but refuses the write itself with 25006; and it would overrule a server that is set to take no writes
/// (default_transaction_read_only).
constexpr Statement kReadOnly{"read_only", "SET transaction_read_only = on"};

/// How far a standby may be behind: the age of the last commit that it has replayed, before which nothing is missing.
/// Without writes the age grows although nothing is missing, and the primary is asked, which is then idle.
constexpr Statement kReplayed{
    "replayed", "SELECT ceil(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()))::bigint"};

/// Thrown when a standby is further behind than the session's `staleness`.
struct TooFarBehind {};

constexpr const char* take_role(std::optional<Role> role) {
  constexpr const char* by_role[] = {"SET ROLE jb_manager", "SET ROLE jb_secretary", "SET ROLE jb_viewer",
                                     "SET ROLE jb_guest", "SET ROLE jb_operator"};
  return role ? by_role[static_cast<std::size_t>(*role)] : "SET ROLE NONE";
}

/// The error itself, or 57P03, as without the extension, if a login or a role lacks what the extension gives it: no
/// caller is at fault then. Only the statement itself, the last command, depends on the caller's own rights.
pg::Error as_ours(const pg::Error& error, std::optional<Role> role) {
  const bool is_of_caller = error.is_of_last() && role && role != Role::operator_;
  const bool is_without_role = error.sqlstate() == "22023" && !error.is_of_last();
  if (is_of_caller || !(is_without_role || error.sqlstate() == "42501")) return error;
  return {"57P03", std::string("jb_gateway lacks a right (jb_scheduler_rights.sql gives it back): ") + error.what()};
}

}  // namespace

pg::Connection RetryingConnection::connect(bool to_primary) const {
  const char* const where = !staleness_ ? "" : to_primary ? "read-write" : "prefer-standby";
  pg::Connection connection = pg::Connection::open("jb_fcgi", "3", "target_session_attrs", where);
  connection.set_patience(limit(Access::read) + limits_.grace);
  // Before anything is looked up, since the database's owner sets the search_path with which a session begins.
  if (!connection.find_scheduler()) throw pg::Error("57P03", "the database has no extension jb_scheduler");
  connection.script(session_settings(limits_).c_str());
  // If the server has not preloaded the library, this call loads it: from then on it keeps what callers send out of the
  // server's log (jb_scheduler.log_refusals).
  connection.script("SELECT FROM jb_last_numbers('{}'::text[])");
  return connection;
}

std::chrono::milliseconds RetryingConnection::limit(Access access) const {
  return access == Access::read ? limits_.work : limits_.lock_wait + limits_.work;
}

bool may_retry(const pg::Error& error, Access access, int tries) {
  if (error.is_retryable()) return tries <= kMostRetries;
  if (error.is_stale_statement()) return tries <= 1;
  // 08001: no connection could be made. Trying again at once would not help.
  return error.is_connection_lost() && error.sqlstate() != "08001" && access == Access::read && tries <= 1;
}

pg::Result RetryingConnection::run(const Statement& statement, const pg::Parameters& values, Access access,
                                   std::optional<Role> role) {
  for (int tries = 1;; ++tries) {
    try {
      return attempt(statement, values, access, role);
    } catch (const TooFarBehind&) {
      connection_.reset();
      wants_primary_ = true;
    } catch (const pg::Abandoned&) {
      connection_.reset();
      throw;
    } catch (const pg::Error& thrown) {
      // The server has rolled back. An unusable connection is dropped.
      const pg::Error error = as_ours(thrown, role);
      if (error.is_connection_lost() || error.is_stale_statement() || (connection_ && connection_->is_lost()))
        connection_.reset();
      if (dynamic_cast<const pg::Unanswered*>(&thrown)) throw;
      if (!may_retry(error, access, tries)) throw error;
      if (!error.is_retryable()) continue;
      // A random pause, so that two conflicting sessions do not meet again: 10 to 20 ms at first, then twice as long
      // each time.
      const auto most = 20 << (tries - 1);
      std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(most / 2, most)(random_)));
    }
  }
}

/// Whether a transaction may use the present connection. Not if the server ended it while it was idle. A write may not
/// use a standby: the session reconnects, to the primary if that is back. A read may use one for kAwayFromPrimary,
/// since a standby may lag behind. A read-only session prefers standbys, and uses the primary for the same time if no
/// standby will do.
bool RetryingConnection::is_usable(Access access) noexcept {
  if (!connection_ || connection_->is_lost()) return false;
  if (connection_->is_on_standby() == staleness_.has_value()) return true;
  return access == Access::read && Clock::now() - connected_at_ < kAwayFromPrimary;
}

pg::Connection& RetryingConnection::connected(Access access) {
  if (!is_usable(access)) {
    connection_.reset();
    prepared_.clear();
    taken_.reset();
    // Only once: if no primary answers, the next read asks the standby again, which may have caught up.
    connection_ = connect(std::exchange(wants_primary_, false));
    connected_at_ = Clock::now();
  }
  connection_->set_client(client_);
  connection_->set_patience(limit(access) + limits_.grace);
  return *connection_;
}

/// Prepares as the login, which always finds the extension's functions; a role might lack the right to their schema.
void RetryingConnection::prepare(pg::Connection& connection, const Statement& statement) {
  if (prepared_.contains(statement.name)) return;
  if (std::exchange(taken_, std::nullopt)) connection.script("SET ROLE NONE");
  connection.prepare(statement.name, statement.sql);
  prepared_.insert(statement.name);
}

// Role and timeout are set in the same transaction as the statement. So if the server refuses to set them, the
// statement does not run; and after an error the session has its previous settings.
pg::Result RetryingConnection::attempt(const Statement& statement, const pg::Parameters& values, Access access,
                                       std::optional<Role> role) {
  if (staleness_ && access == Access::write) throw pg::Error("25006", "this front end only reads (JB_STALENESS)");
  pg::Connection& connection = connected(access);
  prepare(connection, statement);
  if (access == Access::read) prepare(connection, kReadOnly);
  const bool asks_age = staleness_ && connection.is_on_standby();
  if (asks_age) prepare(connection, kReplayed);
  const auto taken = std::exchange(taken_, std::nullopt);
  std::vector<pg::Command> commands;
  if (!taken || taken->role != role) commands.push_back({take_role(role)});
  std::string take_time;
  if (!taken || taken->access != access) {
    take_time = "SET statement_timeout = " + to_text(limit(access));
    commands.push_back({take_time.c_str()});
  }
  if (access == Access::read) commands.push_back({kReadOnly.name, true});
  if (asks_age) commands.push_back({kReplayed.name, true});
  commands.push_back({statement.name, true, &values});
  auto results = connection.pipeline(commands);
  taken_ = {role, access};
  if (asks_age) note_age(results[results.size() - 2]);
  return std::move(results.back());
}

/// The clocks of two machines differ: a standby whose clock is behind seems to be ahead, and counts as up to date.
void RetryingConnection::note_age(const pg::Result& answer) {
  if (answer.is_null(0, 0)) throw TooFarBehind{};  // nothing replayed since it started
  const std::chrono::seconds behind{std::max(0LL, std::stoll(answer.text(0, 0)))};
  if (behind > *staleness_) throw TooFarBehind{};
  age_ = std::max(age_.value_or(behind), behind);
}

}  // namespace jb::gateway
