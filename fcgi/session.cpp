// SPDX-License-Identifier: PostgreSQL
#include "session.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "pg/scheduler.hpp"

namespace jb::gateway {

namespace {

constexpr int most_retries = 3;

/// For how long a standby is read from before the primary is looked for again. Where that one's machine is gone rather
/// than its server, each look takes as long as a connection may.
constexpr std::chrono::seconds away_from_primary{10};

std::string to_setting(const char* name, std::chrono::milliseconds time) {
  return std::string(name) + " = '" + std::to_string(time.count()) + "ms'";
}

/// Idle in a transaction is only a session whose COMMIT is on its way: if it is not, its locks must not outlive us. Nor
/// shall a statement: the server looks now and then whether we are still there, for we may have been killed. Plans are
/// generic: each statement calls a function or two, and its arguments could only make the planner work anew for every
/// request.
std::string session_settings(const Limits& limits) {
  return "SET " + to_setting("lock_timeout", limits.lock_wait) + "; SET " +
         to_setting("statement_timeout", limits.work) +
         "; SET idle_in_transaction_session_timeout = '10s'; SET client_connection_check_interval = '1s'"
         "; SET plan_cache_mode = force_generic_plan";
}

/// Writes do not ask for READ WRITE: a standby refuses that with 0A000, where the write itself says 25006, and a server
/// that was told to take none (default_transaction_read_only) would be overruled.
constexpr const char* begin(Access access) {
  return access == Access::read ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
                                : "BEGIN ISOLATION LEVEL READ COMMITTED";
}

constexpr const char* take_role(Role role) {
  switch (role) {
    case Role::manager:
      return "SET LOCAL ROLE jb_manager";
    case Role::secretary:
      return "SET LOCAL ROLE jb_secretary";
    case Role::viewer:
      return "SET LOCAL ROLE jb_viewer";
    case Role::guest:
      break;
  }
  return "SET LOCAL ROLE jb_guest";
}

}  // namespace

Session::Session(const Limits& limits)
    : limits_(limits), take_time_("SET LOCAL " + to_setting("statement_timeout", limit(Access::write))) {}

pg::Connection Session::connect() const {
  std::vector<std::pair<std::string, std::string>> options = {{"fallback_application_name", "jb_fcgi"},
                                                              {"client_encoding", "UTF8"}};
  if (!std::getenv("PGCONNECT_TIMEOUT")) options.emplace_back("connect_timeout", "3");
  pg::Connection connection = pg::Connection::open(options);
  connection.set_patience(limit(Access::read) + limits_.grace);
  connection.script(session_settings(limits_).c_str());
  if (!pg::find_scheduler(connection)) throw pg::Error("57P03", "the database has no extension jb_scheduler");
  return connection;
}

std::chrono::milliseconds Session::limit(Access access) const {
  return access == Access::read ? limits_.work : limits_.lock_wait + limits_.work;
}

bool may_retry(const pg::Error& error, Access access, int tries) {
  if (error.is_retryable()) return tries <= most_retries;
  if (error.is_stale_statement()) return tries <= 1;
  // 08001: no connection could be made; trying at once will not help.
  return error.is_connection_lost() && error.sqlstate() != "08001" && access == Access::read && tries <= 1;
}

pg::Result Session::run(const Statement& statement, const pg::Parameters& values, Access access,
                        std::optional<Role> role) {
  for (int tries = 1;; ++tries) {
    try {
      return attempt(statement, values, access, role);
    } catch (const pg::Abandoned&) {
      connection_.reset();
      throw;
    } catch (const pg::Unanswered&) {
      connection_.reset();
      throw;
    } catch (const pg::Error& error) {
      recover(error);
      if (!may_retry(error, access, tries)) throw;
      if (error.is_retryable()) pause(tries);
    }
  }
}

/// Whether the session is fit for a transaction. Not, if the server has ended it while it was idle: then nothing is
/// risked on it. On a standby a write makes it look for the primary, which may be back, and a reading does now and
/// then: what it reads may be late.
bool Session::is_usable(Access access) noexcept {
  if (!connection_ || connection_->is_lost()) return false;
  if (!connection_->is_on_standby()) return true;
  return access == Access::read && Clock::now() - connected_at_ < away_from_primary;
}

pg::Connection& Session::connected(Access access) {
  if (!is_usable(access)) {
    connection_.reset();
    prepared_.clear();
    connection_ = connect();
    connected_at_ = Clock::now();
  }
  connection_->set_client(client_);
  connection_->set_patience(limit(access) + limits_.grace);
  return *connection_;
}

pg::Result Session::attempt(const Statement& statement, const pg::Parameters& values, Access access,
                            std::optional<Role> role) {
  pg::Connection& connection = connected(access);
  if (!prepared_.contains(statement.name)) {
    connection.prepare(statement.name, statement.sql);
    prepared_.insert(statement.name);
  }
  std::vector<pg::Command> commands = {{begin(access)}};
  if (role) commands.push_back({take_role(*role)});
  if (access == Access::write) commands.push_back({take_time_.c_str()});
  const std::size_t position = commands.size();
  commands.push_back({statement.name, true, &values});
  commands.push_back({"COMMIT"});
  return std::move(connection.pipeline(commands)[position]);
}

/// Leaves a session that is fit for the next statement, or none.
void Session::recover(const pg::Error& error) noexcept {
  try {
    if (!connection_) return;
    if (error.is_connection_lost() || error.is_stale_statement() || connection_->is_lost())
      connection_.reset();
    else if (connection_->in_transaction())
      connection_->script("ROLLBACK");
  } catch (const std::exception&) {
    connection_.reset();
  }
}

/// Two that met once should not meet again: 10 to 20 ms at first, then twice as long each time.
void Session::pause(int attempt) {
  const auto most = 20 << (attempt - 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(most / 2, most)(random_)));
}

}  // namespace jb::gateway
