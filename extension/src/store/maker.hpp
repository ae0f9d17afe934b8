// SPDX-License-Identifier: PostgreSQL
//
// Who made what a token opens: a poll, or a public feed. The token reaches no further than its maker does at the moment
// when it is used (rules 13.3 and 13.4), so the maker's rights are asked then. The functions need an open
// pg::SpiConnection.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event/right.hpp"

namespace jb {

struct Maker {
  std::string principal;
  std::optional<std::string> role;  ///< the database role that called; none: the one that jb_principal has by then
};

/// The caller, who names this principal. Whoever calls by a certificate has the role that jb_principal gives.
Maker maker_now(const std::optional<std::string>& named);

/// What somebody who made something may do now: nothing, where nobody calls as the maker any more.
class MakersRights {
 public:
  explicit MakersRights(const Maker& maker);
  /// Whether the maker is still there, and, called by a certificate, still has at least this role.
  bool may_call(const std::string& as) const;
  /// Whether the maker has the right on one of the calendars.
  bool has(Right right, const std::vector<std::string>& calendars) const;

 private:
  std::string principal_;
  bool is_entered_;  ///< in jb_principal
  std::string role_;
};

}  // namespace jb
