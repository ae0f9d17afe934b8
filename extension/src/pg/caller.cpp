// SPDX-License-Identifier: PostgreSQL
#include "caller.hpp"

#include <exception>
#include <utility>

#include "transaction.hpp"

extern "C" {
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/syscache.h"
}

namespace jb::pg {

const Asking* Asking::current_ = nullptr;
const OnBehalf* OnBehalf::current_ = nullptr;
const AsOwner* AsOwner::outermost_ = nullptr;

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

std::vector<Asker> askers(Oid owner) {
  const bool is_on_behalf = OnBehalf::current_ != nullptr;
  if (!is_on_behalf && InSecurityRestrictedOperation()) return {{}};
  std::vector<Asker> all{{asking_principal(), guarded(asking_role)}};
  const Oid user = AsOwner::outermost_ != nullptr ? AsOwner::outermost_->user_ : GetUserId();
  if (!is_on_behalf && user != GetOuterUserId() && user != owner)
    all.push_back({guarded([&] { return GetUserNameFromId(user, false); }), user});
  return all;
}

namespace {

unsigned known_roles = 1;

// The server calls it in the midst of anything, so it only counts.
void count_change(Datum, int, uint32) { ++known_roles; }

}  // namespace

unsigned roles_version() {
  static bool is_registered = false;
  if (!is_registered) {
    guarded([] {
      for (const auto cache : {AUTHOID, AUTHMEMROLEMEM, DATABASEOID})
        CacheRegisterSyscacheCallback(cache, count_change, 0);
    });
  }
  is_registered = true;
  return known_roles;
}

// The catalogue is read as the server reads it for a check of rights, and not by the transaction's snapshot.
std::vector<std::string> roles_of(Oid user) {
  static Oid last = InvalidOid;
  static unsigned as_of = 0;
  static std::vector<std::string> names;
  if (last == user && as_of == roles_version()) return names;
  names.clear();
  as_of = roles_version();
  last = InvalidOid;
  if (!OidIsValid(user)) return names;
  List* const found = guarded([&] {
    List* all = NIL;
    Relation roles = table_open(AuthIdRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(roles, InvalidOid, false, nullptr, 0, nullptr);
    for (HeapTuple row = systable_getnext(scan); HeapTupleIsValid(row); row = systable_getnext(scan)) {
      const auto* role = reinterpret_cast<Form_pg_authid>(GETSTRUCT(row));
      if (has_privs_of_role(user, role->oid)) all = lappend(all, pstrdup(NameStr(role->rolname)));
    }
    systable_endscan(scan);
    table_close(roles, AccessShareLock);
    return all;
  });
  for (int i = 0; i < list_length(found); ++i) names.emplace_back(static_cast<const char*>(list_nth(found, i)));
  last = user;
  return names;
}

Oid owner_of(Oid table) {
  return guarded([&] {
    const HeapTuple row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(row)) elog(ERROR, "table %u is gone", table);
    const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(row))->relowner;
    ReleaseSysCache(row);
    return owner;
  });
}

bool has_privileges_of(Oid user, Oid other) {
  return OidIsValid(user) && guarded([&] { return has_privs_of_role(user, other); });
}

AsOwner::AsOwner(Oid owner) : errors_(std::uncaught_exceptions()) {
  GetUserIdAndSecContext(&user_, &context_);
  SetUserIdAndSecContext(owner, context_ | SECURITY_LOCAL_USERID_CHANGE);
  guarded([&] {
    settings_ = NewGUCNestLevel();
    set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                      false);
  });
  if (outermost_ == nullptr) outermost_ = this;
}

// After an error the abort of the transaction, or of the subtransaction, puts user and search_path back.
AsOwner::~AsOwner() {
  if (outermost_ == this) outermost_ = nullptr;
  if (std::uncaught_exceptions() != errors_) return;
  AtEOXact_GUC(true, settings_);
  SetUserIdAndSecContext(user_, context_);
}

}  // namespace jb::pg
