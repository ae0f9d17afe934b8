// SPDX-License-Identifier: PostgreSQL
//
// Calls over SQL, by libpq: one session, prepared statements, as a member of jb_manager.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "call.hpp"

namespace torture {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
using Text = std::optional<std::string>;

/// A session that reconnects when the server has ended its connection.
class Session {
 public:
  explicit Session(std::string options) : options_(std::move(options)) {}

  /// Null when there is no server. `fresh` returns whether the session is new.
  PGconn* connection(bool* fresh = nullptr);
  void close() { connection_.reset(); }
  bool is_open() const { return connection_ && PQstatus(connection_.get()) == CONNECTION_OK; }

 private:
  std::string options_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_{nullptr, &PQfinish};
};

class Sql final : public Way {
 public:
  Answer ask(const Call& call) override;
  bool is_there() override;
  Answer command(const std::string& sql) override;
  void hang_up(const std::string& sql) override;
  bool has_transactions() const override { return true; }
  const char* name() const override { return "sql"; }

 private:
  PGconn* ready();
  Answer failure(const PGresult* result);
  Answer read_answer(const Call& call, const PGresult* result);

  Session session_{"-c role=jb_manager -c statement_timeout=20s"};
  bool is_within_ = false;  ///< in a transaction; a new session would not be in one
};

std::string column(const PGresult* result, int row, int number);
long number_in(const PGresult* result, int row, int number);
std::string array_of(const std::vector<std::string>& names);

}  // namespace torture
