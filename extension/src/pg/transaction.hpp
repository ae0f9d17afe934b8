// SPDX-License-Identifier: PostgreSQL
//
// Scopes within the caller's transaction, locks, notifications, and who the caller is.
#pragma once

#include "guard.hpp"

extern "C" {
#include "utils/resowner.h"
}

namespace jb::pg {

/// A subtransaction: its writes and locks vanish unless keep() is called. It is ended on every way out, since a caller
/// that catches our error rolls back its own subtransaction and must find that subtransaction on top. Within a
/// SpiConnection, the after triggers of its writes run in it, or not at all.
class Subtransaction : Unmovable {
 public:
  Subtransaction();
  ~Subtransaction();

  /// Ends the subtransaction so that its writes and locks become those of the surrounding transaction. At most once,
  /// with no other Subtransaction open inside. If it throws, the destructor still rolls back.
  void keep();

 private:
  MemoryContext context_;
  ResourceOwner owner_;
  bool open_ = true;
};

/// A lock by which transactions of this database do one thing after the other. The transaction has the lock until
/// release(), or, without release(), until the transaction ends. How the lock stays out of deadlocks is said where it
/// is taken.
class AdvisoryLock {
 public:
  /// Waits for the lock. `key` names what is serialised; a kind of advisory lock of its own keeps the lock apart from
  /// the locks that SQL can take. Errors: 57014, 55P03, 40P01 while waiting.
  explicit AdvisoryLock(std::uint32_t key);

  /// Gives the lock back before the transaction ends, which may be much later. Call it once, and in the subtransaction
  /// that took the lock. No destructor calls this: after an error the backend gives the lock back by itself.
  void release();

 private:
  std::uint32_t key_;
};

/// Whether the transaction reads as of its first snapshot: REPEATABLE READ and SERIALIZABLE.
bool keeps_snapshot();

/// When such a transaction began; 0 in any other.
std::int64_t kept_since();

/// As of when the query under way reads: equal values read the same rows.
struct ReadAsOf {
  std::uint32_t oldest = 0, next = 0, open = 0, open_inner = 0, command = 0;
  auto operator<=>(const ReadAsOf&) const = default;
};
ReadAsOf read_as_of();

/// Sends `payload` on `channel` when the transaction commits.
void notify(const std::string& channel, const std::string& payload);

/// The principal of the call (rule 4.3): the session's user, or `named` where the session user is a member of
/// jb_gateway. Errors: 42501 when any other user names another principal, and in a security-restricted operation
/// (below); 22023 when the name is empty or longer than 200 characters.
std::string principal(const std::optional<std::string>& named);

/// Checks that the caller may use the schema of the function that is called, which a kept plan does not check again.
/// Errors: 42501.
void require_schema_of(FunctionCallInfo info);

}  // namespace jb::pg
