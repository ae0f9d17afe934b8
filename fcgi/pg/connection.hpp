// SPDX-License-Identifier: PostgreSQL
//
// PostgreSQL by libpq: connections, results, and errors.
#pragma once

#include <libpq-fe.h>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/values/sql.hpp"

namespace jb::pg {

/// Ends the life of what libpq has made, by a function of libpq.
template <auto end>
struct Ends {
  void operator()(auto* made) const noexcept { end(made); }
};

// An error of PostgreSQL, or of the way to it, in place of a result. Its text may hold internals: the SQLSTATE decides
// what a client is shown (fcgi/message.hpp).

/// A failed statement or a lost connection. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
class Error : public std::runtime_error {
 public:
  Error(std::string sqlstate, const std::string& message, std::string detail = {}, std::string hint = {},
        bool is_of_last = false)
      : std::runtime_error(message),
        sqlstate_(std::move(sqlstate)),
        detail_(std::move(detail)),
        hint_(std::move(hint)),
        is_of_last_(is_of_last) {}

  /// From a failed result; 08006 if libpq itself made it, since it then has no SQLSTATE.
  static Error from(const PGresult* result, bool is_of_last = false);
  /// From a connection that could not be made (08001) or broke (08006): libpq gives only the text.
  static Error from(const PGconn* connection, const char* sqlstate);

  const std::string& sqlstate() const noexcept { return sqlstate_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::string& hint() const noexcept { return hint_; }
  /// Whether a pipeline's last command failed, or its COMMIT.
  bool is_of_last() const noexcept { return is_of_last_; }

  /// The session is over: the link broke, or the server ended it (57P01 to 57P05) or never let it begin.
  bool is_connection_lost() const noexcept { return sqlstate_.starts_with("08") || sqlstate_.starts_with("57P"); }
  /// 40001 or 40P01: the transaction was undone, and the same again may succeed.
  bool is_retryable() const noexcept { return sqlstate_ == "40001" || sqlstate_ == "40P01" || sqlstate_ == "JB503"; }
  /// The prepared statement is gone (26000), has other columns since an upgrade (0A000), or names an object that was
  /// dropped and made elsewhere (3F000, 42883, 42P01). Preparing it again in a new session helps.
  bool is_stale_statement() const noexcept {
    return sqlstate_ == "26000" || sqlstate_ == "0A000" || sqlstate_ == "3F000" || sqlstate_ == "42883" ||
           sqlstate_ == "42P01";
  }

 private:
  std::string sqlstate_;
  std::string detail_;
  std::string hint_;
  bool is_of_last_;
};

// Owner of one PGresult: rows of text, as the server wrote them.

/// Move only; a moved-from Result has no rows. Views from the accessors live as long as the Result.
class Result {
 public:
  Result() = default;
  explicit Result(PGresult* result) noexcept : result_(result) {}

  const PGresult* get() const noexcept { return result_.get(); }
  ExecStatusType status() const noexcept { return PQresultStatus(result_.get()); }
  int rows() const noexcept { return PQntuples(result_.get()); }
  bool empty() const noexcept { return rows() == 0; }
  int columns() const noexcept { return PQnfields(result_.get()); }
  bool is_null(int row, int column) const noexcept { return PQgetisnull(result_.get(), row, column) != 0; }
  /// The value as text; empty for null. Row and column count from 0 and must exist.
  std::string_view view(int row, int column) const noexcept {
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  std::string text(int row, int column) const { return std::string(view(row, column)); }
  /// A boolean column: true for 't', false for 'f' and null.
  bool is_true(int row, int column) const noexcept { return view(row, column) == "t"; }
  /// Whether the last column has this name, and is true in the first row.
  bool ends_with_true(std::string_view name) const noexcept {
    const int last = columns() - 1;
    return last >= 0 && !empty() && name == PQfname(result_.get(), last) && is_true(0, last);
  }

 private:
  std::unique_ptr<PGresult, Ends<PQclear>> result_;
};

// Owner of one PGconn. Every wait has a limit, so that a server that vanished silently cannot hold its caller for ever.
// After an Error with is_connection_lost() a Connection is unusable: make a new one.

/// The value of a statement's parameter as text; nullopt is SQL's null. Holds no NUL byte: libpq would end it there.
using Parameter = std::optional<std::string>;
using Parameters = std::vector<Parameter>;

/// A statement with named parameters (core/values/sql.hpp).
template <sql::Text text>
struct Statement {};

/// One statement of a pipeline. Owns nothing: text and parameters must outlive the call.
struct Command {
  const char* text;                    ///< SQL, or the name of a prepared statement
  bool prepared = false;               ///< which of the two
  const Parameters* values = nullptr;  ///< $1, $2, …; none when null
};

/// The client hung up. Its statement was cancelled, and the writes are undone unless it had just committed. The session
/// is unusable, since the cancellation may still be under way.
class Abandoned : public std::runtime_error {
 public:
  Abandoned() : std::runtime_error("the client hung up") {}
};

/// The server did not answer within a connection's patience. The statement was cancelled, if the server could be
/// reached; the session is unusable, and whether COMMIT succeeded is unknown.
class Unanswered : public Error {
 public:
  Unanswered() : Error("08006", "the server did not answer in time") {}
};

/// Move only. Used by one thread at a time.
class Connection {
 public:
  /// Opens a session in UTF-8 from the PG* environment and one more keyword of libpq, which is left out if its value is
  /// empty. A "dbname" that is a connection string or URI is expanded. Waits for `seconds`, unless a connect_timeout is
  /// given. Throws Error 08001 if no session could be opened.
  static Connection open(const std::string& application, const char* seconds, const char* keyword,
                         const std::string& value);

  /// Sets how long a statement may take; 30 s at first. A longer one is cancelled, and throws Unanswered.
  void set_patience(std::chrono::milliseconds patience) noexcept { patience_ = patience; }

  /// The socket of the client for whom statements run from now on; -1, the initial value, for a client that cannot hang
  /// up. If the client hangs up while a statement runs, the statement is cancelled and throws Abandoned.
  void set_client(int client) noexcept { client_ = client; }

  /// Runs one statement outside any explicit transaction. Throws Error.
  Result execute(const char* sql, const Parameters& values = {});
  /// The same with an argument for each of the statement's parameters, in any order.
  template <sql::Text text, sql::Text... given>
  Result execute(Statement<text>, const sql::Argument<given, Parameter>&... arguments) {
    const auto values = sql::in_order<sql::kNames<text>, Parameter>(arguments...);
    return execute(sql::kBound<text>.value, {values.begin(), values.end()});
  }
  /// Runs several statements without parameters, separated by semicolons; returns the last result. Throws Error.
  Result script(const char* sql);
  /// Restricts the session's search_path to the server's own schema, since others may create in that of the extension:
  /// from now on each statement names the extension's objects by schema. Where there are proxies, the proxy's objects
  /// come first. False if the database has no extension jb_scheduler. Throws Error.
  bool find_scheduler();
  /// Prepares a statement under a name. Throws Error.
  void prepare(const char* name, const char* sql);
  /// Sends all commands at once and returns their results in order: one round trip (libpq's pipeline mode), and one
  /// transaction, which the server commits before its last answer. The server skips what follows a failing command;
  /// throws the Error of that command, or of the commit. If the link breaks before the last answer, it is unknown
  /// whether the transaction was committed.
  std::vector<Result> pipeline(std::span<const Command> commands);

  /// Whether the session is known to be over; reads what has arrived, without waiting. Detects a session that the
  /// server ended while idle, before a statement is risked on it.
  bool is_lost() noexcept;
  /// Whether the server is a standby, by its last report: when the session began, or with an answer since it was
  /// promoted.
  bool is_on_standby() const noexcept;

  /// The payload of the next NOTIFY that has arrived, if any; call is_lost() first to read from the socket.
  std::optional<std::string> notification();
  /// For poll(2).
  int socket() const noexcept { return PQsocket(connection_.get()); }

 private:
  explicit Connection(PGconn* connection) noexcept : connection_(connection) {}

  void sent(int ok);
  void start_waiting() noexcept { deadline_ = std::chrono::steady_clock::now() + patience_; }
  void wait_readable();
  void cancel();
  Result next();
  Result answer_to(int sent_off);
  std::string with_schemas(std::string_view sql) const;

  std::unique_ptr<PGconn, Ends<PQfinish>> connection_;
  std::chrono::milliseconds patience_{30'000};
  std::chrono::steady_clock::time_point deadline_{};
  int client_ = -1;
  std::map<std::string, std::string, std::less<>>
      schemas_;  ///< the names of the extension's objects, with their schema
};

}  // namespace jb::pg

namespace jb {

/// The name of an argument, to which = gives its value.
template <sql::Text name>
constexpr sql::ArgumentName<name, pg::Parameter> operator""_arg() {
  return {};
}

}  // namespace jb
