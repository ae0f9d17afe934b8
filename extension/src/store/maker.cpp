// SPDX-License-Identifier: PostgreSQL
#include "maker.hpp"

#include "pg/caller.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "pg/transaction.hpp"
#include "rights.hpp"

namespace jb {

namespace {

// Of several certificates of a principal the one with the most rights counts: manager, secretary, viewer.
constinit pg::Statement role_statement{"SELECT 'jb_' || min(p.role) FROM jb_principal p WHERE p.principal = $1"};

std::optional<std::string> entered_role(const std::string& principal) {
  return role_statement.run({principal}).first(pg::to_text);
}

}  // namespace

Maker maker_now(const std::optional<std::string>& named) {
  auto principal = pg::principal(named);
  const bool is_by_certificate = principal != pg::principal(std::nullopt) && entered_role(principal);
  return {std::move(principal), is_by_certificate ? std::nullopt : std::optional(pg::calling_role())};
}

MakersRights::MakersRights(const Maker& maker)
    : principal_(maker.principal),
      is_entered_(!maker.role),
      role_(maker.role ? *maker.role : entered_role(principal_).value_or("")) {}

// A database role may have called through a function of somebody else's, without privileges of its own: it is there, or
// it is not.
bool MakersRights::may_call(const std::string& as) const {
  const pg::OnBehalf asked(principal_, role_);
  return pg::caller_has_privileges_of(is_entered_ ? as : role_);
}

bool MakersRights::has(Right right, const std::vector<std::string>& calendars) const {
  const pg::OnBehalf asked(principal_, role_);
  return rights_are_open() || (pg::caller_has_privileges_of(role_) && may_any(right, calendars));
}

}  // namespace jb
