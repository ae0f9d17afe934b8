// SPDX-License-Identifier: PostgreSQL
#include "caller.hpp"

#include <exception>
#include <utility>

#include "transaction.hpp"

extern "C" {
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/syscache.h"
}

namespace jb::pg {

const Asking* Asking::current_ = nullptr;
const OnBehalf* OnBehalf::current_ = nullptr;

Asking::Asking(const std::optional<std::string>& named) : outer_(current_) {
  if (named)
    named_ = principal(named);
  else if (outer_ != nullptr)
    named_ = outer_->named_;
  current_ = this;
}

OnBehalf::OnBehalf(std::string principal, std::string role)
    : outer_(current_),
      unasked_(std::exchange(Unasked::count_, 0)),
      principal_(std::move(principal)),
      role_(std::move(role)) {
  current_ = this;
}

OnBehalf::~OnBehalf() {
  current_ = outer_;
  Unasked::count_ = unasked_;
}

std::string calling_role() {
  return guarded([] { return GetUserNameFromId(GetOuterUserId(), false); });
}

/// The role whose privileges are asked for; invalid: it is no more. It may jump: call it within guarded().
Oid asking_role() {
  return OnBehalf::current_ == nullptr ? GetOuterUserId() : get_role_oid(OnBehalf::current_->role_.c_str(), true);
}

std::string asking_principal() {
  if (OnBehalf::current_ != nullptr) return OnBehalf::current_->principal_;
  if (InSecurityRestrictedOperation()) return "";
  if (Asking::current_ != nullptr && Asking::current_->named_) return *Asking::current_->named_;
  return guarded([] { return GetUserNameFromId(GetSessionUserId(), false); });
}

bool caller_has_privileges_of(const std::string& role) {
  return guarded([&] {
    const Oid found = get_role_oid(role.c_str(), true);
    const Oid asking = asking_role();
    return !InSecurityRestrictedOperation() && OidIsValid(found) && OidIsValid(asking) &&
           has_privs_of_role(asking, found);
  });
}

namespace {

/// The owner of the table. It may jump: call it within guarded().
Oid owner_of(Oid table) {
  const HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
  if (!HeapTupleIsValid(row)) elog(ERROR, "table %u is gone", table);
  const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relowner;
  ReleaseSysCache(row);
  return owner;
}

}  // namespace

bool caller_owns(Oid table) {
  return guarded([&] {
    const Oid asking = asking_role();
    return !InSecurityRestrictedOperation() && OidIsValid(asking) && has_privs_of_role(asking, owner_of(table));
  });
}

AsOwner::AsOwner(Oid table) : errors_(std::uncaught_exceptions()) {
  GetUserIdAndSecContext(&user_, &context_);
  const Oid owner = guarded([&] { return owner_of(table); });
  SetUserIdAndSecContext(owner, context_ | SECURITY_LOCAL_USERID_CHANGE);
  guarded([&] {
    settings_ = NewGUCNestLevel();
    set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                      false);
  });
}

// After an error the abort of the transaction, or of the subtransaction, puts user and search_path back.
AsOwner::~AsOwner() {
  if (std::uncaught_exceptions() != errors_) return;
  AtEOXact_GUC(true, settings_);
  SetUserIdAndSecContext(user_, context_);
}

}  // namespace jb::pg
