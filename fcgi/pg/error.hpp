// SPDX-License-Identifier: PostgreSQL
//
// What PostgreSQL, or the way to it, answered instead of a result. The text may hold internals: whoever shows it to a
// client decides by SQLSTATE (fcgi/problem.hpp).
#pragma once

#include <libpq-fe.h>

#include <stdexcept>
#include <string>

namespace jb::pg {

/// A failed statement or a lost connection. Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
class Error : public std::runtime_error {
 public:
  Error(std::string sqlstate, const std::string& message, std::string detail = {}, std::string hint = {})
      : std::runtime_error(message),
        sqlstate_(std::move(sqlstate)),
        detail_(std::move(detail)),
        hint_(std::move(hint)) {}

  /// From a failed result; 08006 when libpq itself made it, for it names no SQLSTATE then.
  static Error from(const PGresult* result);
  /// From a connection that could not be made (08001) or broke (08006): libpq gives the text alone.
  static Error from(const PGconn* connection, const char* sqlstate);

  const std::string& sqlstate() const noexcept { return sqlstate_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::string& hint() const noexcept { return hint_; }
  /// Whether a pipeline's last command failed, or its COMMIT.
  bool is_of_last() const noexcept { return is_of_last_; }
  Error&& of_last(bool is_of_last) && noexcept {
    is_of_last_ = is_of_last;
    return std::move(*this);
  }

  /// The session is over: the link broke, or the server ended it (57P01 to 57P05) or never let it begin.
  bool is_connection_lost() const noexcept { return sqlstate_.starts_with("08") || sqlstate_.starts_with("57P"); }
  /// 40001 or 40P01: the transaction was undone, and the same again may succeed.
  bool is_retryable() const noexcept { return sqlstate_ == "40001" || sqlstate_ == "40P01"; }
  /// The prepared statement is gone (26000), has other columns since an upgrade (0A000), or names what was dropped and
  /// made elsewhere (3F000, 42883, 42P01): preparing anew in a new session helps.
  bool is_stale_statement() const noexcept {
    return sqlstate_ == "26000" || sqlstate_ == "0A000" || sqlstate_ == "3F000" || sqlstate_ == "42883" ||
           sqlstate_ == "42P01";
  }

 private:
  std::string sqlstate_;
  std::string detail_;
  std::string hint_;
  bool is_of_last_ = false;
};

}  // namespace jb::pg
