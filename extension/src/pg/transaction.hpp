// SPDX-License-Identifier: PostgreSQL
//
// Scopes within the caller's transaction, locks, notifications, and who the caller is.
#pragma once

#include "guard.hpp"

extern "C" {
#include "utils/resowner.h"
}

namespace jb::pg {

/// A subtransaction: what is written and locked in it vanishes unless keep() is called. Ended on every way out, since
/// a caller that catches our error rolls back its own subtransaction and must find it on top. Within a Session: after
/// triggers of what was written in it run in it, or not at all.
class Subtransaction {
 public:
  Subtransaction();
  ~Subtransaction();
  Subtransaction(const Subtransaction&) = delete;
  Subtransaction& operator=(const Subtransaction&) = delete;

  /// Ends it so that its writes and locks become those of the transaction around it, and fall with that one only. At
  /// most once, with no subtransaction of ours open inside. Should it throw, the destructor still rolls back.
  void keep();

 private:
  MemoryContext context_;
  ResourceOwner owner_;
  bool open_ = true;
};

/// Serialises what needs a total order among all writers of this database, for the microseconds between lock and
/// release; given back at the latest when the transaction ends.
class ShortLock {
 public:
  /// Waits for the lock. Last of all locks, and with nothing that waits until release(): so it is part of no deadlock.
  /// `key` names what is serialised; a kind of advisory lock of its own keeps it apart from those that SQL can take.
  /// Errors: 57014, 55P03 while waiting.
  explicit ShortLock(std::uint32_t key);

  /// Gives it back before the transaction ends, which may be long after. Once, and in the subtransaction that took it.
  /// No destructor does it: after an error the backend gives it back by itself.
  void release();

 private:
  std::uint32_t key_;
};

/// Whether the transaction reads as of its first snapshot: REPEATABLE READ and SERIALIZABLE.
bool keeps_snapshot();

/// Sends `payload` on `channel` when the transaction commits.
void notify(const std::string& channel, const std::string& payload);

/// The principal of the call: the session's user, or `named` where the session user is a member of jb_gateway.
/// Errors: 42501 when another one is named by anybody else, and where nobody asks (below); 22023 when it is empty or
/// longer than 200 characters.
std::string principal(const std::optional<std::string>& named);

/// Lets through who may use the schema of `function`, which a kept plan does not ask again. Errors: 42501.
void require_schema_of(Oid function);

/// Whether the caller holds the role `name`: not the function's owner, but who called it, by the session's present
/// role. Nobody does in a security-restricted operation (ANALYZE, autovacuum, REFRESH MATERIALIZED VIEW): there a
/// table's owner has functions called in a session that belongs to somebody else, most often a superuser.
bool caller_has_role(const char* name);

}  // namespace jb::pg
