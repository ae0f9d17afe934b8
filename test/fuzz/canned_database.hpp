// SPDX-License-Identifier: PostgreSQL
//
// A database that answers every statement of the front end with a row of its shape, or with the error in its script.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fcgi/database.hpp"

namespace jb::fuzz {

/// The database's answer, as specified by the input.
struct Script {
  std::string outcome = "placed";  ///< of a write: placed, waiting, rejected or any other word
  std::string dry_run = "f";
  std::string role = "manager";  ///< of the principal
  int rows = 1;                  ///< of a list, or of an object that may not exist
  std::optional<pg::Error> error;
};

class CannedDatabase final : public gateway::Backend {
 public:
  explicit CannedDatabase(Script script) : script_(std::move(script)) {}

  /// Checks the interface's guarantees in every call: UTF-8 without NUL, and a role that was requested.
  pg::Result run(const gateway::Statement& statement, const pg::Parameters& values, gateway::Access access,
                 std::optional<gateway::Role> role) override;

  bool was_written() const { return written_; }

 private:
  Script script_;
  bool written_ = false;
};

}  // namespace jb::fuzz
