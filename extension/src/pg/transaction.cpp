// SPDX-License-Identifier: PostgreSQL
#include "transaction.hpp"

#include "core/values/principal.hpp"
#include "spi.hpp"
#include "versions.hpp"

extern "C" {
#include "access/xact.h"
#include "commands/async.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
}

namespace jb::pg {

namespace {

// PostgreSQL marks its own two kinds of advisory lock by 1 and 2 in the lock's fourth field. This value is the
// extension's mark.
constexpr std::uint16_t kLockKind = 0x6A62;

LOCKTAG tag_of(std::uint32_t key) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, key, 0, kLockKind);
  return tag;
}

}  // namespace

Subtransaction::Subtransaction() : context_(CurrentMemoryContext), owner_(CurrentResourceOwner) {
  guarded([] {
    BeginInternalSubTransaction(nullptr);
    AfterTriggerBeginQuery();
  });
  MemoryContextSwitchTo(context_);
}

void Subtransaction::keep() {
  SpiConnection::current().fire_triggers();
  guarded([] { ReleaseCurrentSubTransaction(); });
  open_ = false;
  MemoryContextSwitchTo(context_);
  CurrentResourceOwner = owner_;
}

Subtransaction::~Subtransaction() {
  if (!open_) return;
  try {
    guarded([] { RollbackAndReleaseCurrentSubTransaction(); });
  } catch (const BackendError&) {
    // The transaction is beyond repair. The error under way, or the error of the next statement, tells the caller.
  }
  MemoryContextSwitchTo(context_);
  CurrentResourceOwner = owner_;
}

AdvisoryLock::AdvisoryLock(std::uint32_t key) : key_(key) {
  guarded([&] {
    const LOCKTAG tag = tag_of(key_);
    LockAcquire(&tag, ExclusiveLock, false, false);
  });
}

void AdvisoryLock::release() {
  guarded([&] {
    const LOCKTAG tag = tag_of(key_);
    LockRelease(&tag, ExclusiveLock, false);
  });
}

bool keeps_snapshot() { return IsolationUsesXactSnapshot(); }

std::int64_t kept_since() { return keeps_snapshot() ? GetCurrentTransactionStartTimestamp() : 0; }

// Of the transactions before `next` only some end from one snapshot to a later one: their number tells which are open.
ReadAsOf read_as_of() {
  const ::Snapshot snapshot = GetActiveSnapshot();
  return {snapshot->xmin, snapshot->xmax, snapshot->xcnt, static_cast<std::uint32_t>(snapshot->subxcnt),
          snapshot->curcid};
}

void notify(const std::string& channel, const std::string& payload) {
  guarded([&] { Async_Notify(channel.c_str(), payload.c_str()); });
}

namespace {

/// Whether the caller has only the role of callers without a certificate.
bool is_guest() {
  return guarded([] {
    const Oid viewer = get_role_oid("jb_viewer", true);
    return !OidIsValid(viewer) || !has_privs_of_role(GetOuterUserId(), viewer);
  });
}

/// The name, unless it is reserved: the front end gives such a name to guests, and to them alone.
std::string checked_principal(const std::string& name) {
  Validation validation;
  if (!is_reserved_principal(name) || !is_guest()) check_principal(validation, name);
  validation.raise();
  return name;
}

}  // namespace

std::string principal(const std::optional<std::string>& named) {
  if (InSecurityRestrictedOperation()) {
    throw Failure(
        Error::not_allowed, "nobody asks for this: it is PostgreSQL that looks after a table",
        "ANALYZE, autovacuum, CREATE INDEX, REINDEX and REFRESH MATERIALIZED VIEW run the functions of a table "
        "in whichever session they are in.",
        "Call it by itself, not from an index or a materialized view.");
  }
  const Oid session_user = GetSessionUserId();
  std::string user = guarded([&] { return GetUserNameFromId(session_user, false); });
  if (!named || *named == user) return checked_principal(user);
  const bool may_name = guarded([&] {
    const Oid gateway = get_role_oid("jb_gateway", true);
    return OidIsValid(gateway) && is_member_of_role(session_user, gateway);
  });
  if (!may_name) {
    throw Failure(Error::not_allowed, "role \"" + user + "\" may not name principal \"" + shorten(*named, 200) + "\"",
                  "Only a session user that is a member of jb_gateway may name another principal.",
                  "Leave principal out: it is the session's user then.");
  }
  return checked_principal(*named);
}

void require_schema_of(FunctionCallInfo info) {
  guarded([&] {
    const Oid schema = get_func_namespace(info->flinfo->fn_oid);
    const AclResult may = versions::may_use_schema(schema, GetUserId());
    if (may != ACLCHECK_OK) aclcheck_error(may, OBJECT_SCHEMA, get_namespace_name(schema));
  });
}

}  // namespace jb::pg
