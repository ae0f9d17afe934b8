// SPDX-License-Identifier: PostgreSQL
//
// Who asks: the principal and the role behind a call, or, where no call is under way, behind a query on a view.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "postgres.hpp"
#include "scope.hpp"

namespace jb::pg {

/// Somebody whose rights are asked: a principal, with the privileges of a database user; of an invalid one there are
/// none.
struct Asker {
  std::string principal;
  Oid role = 0;
  auto operator<=>(const Asker&) const = default;
};

/// While this object lives, the call under way is asked by this principal. A call within a call (a trigger's, or the
/// extension's own) is asked by the same, unless it names another.
class Asking : Unmovable {
 public:
  /// `named`: the principal that the call names (rule 4.3), its argument `principal`. Errors: as principal().
  explicit Asking(const std::optional<std::string>& named);
  ~Asking() { current_ = outer_; }

 private:
  friend std::string asking_principal();
  static const Asking* current_;
  const Asking* outer_;
  std::optional<std::string> named_;
};

/// While this object lives nobody's right is asked: the extension reads for itself, or for whoever has brought a token.
/// No statement of a user may run meanwhile.
class Unasked : Unmovable {
 public:
  Unasked() { ++count_; }
  ~Unasked() { --count_; }
  static bool is_so() { return count_ > 0; }

 private:
  friend class OnBehalf;
  inline static int count_ = 0;
};

/// While this object lives rights are asked of somebody who does not call: a principal, with the privileges of a
/// database role; of an empty role, or one that is no more, there are none. No statement of a user may run meanwhile.
class OnBehalf : Unmovable {
 public:
  OnBehalf(std::string principal, std::string role);
  ~OnBehalf();

 private:
  friend std::string asking_principal();
  friend Oid asking_role();
  friend std::vector<Asker> askers(Oid owner);
  static const OnBehalf* current_;
  const OnBehalf* outer_;
  int unasked_;
  std::string principal_;
  std::string role_;
};

/// The name of the session's present role: of the user who called the function, and not of the function's owner.
std::string calling_role();

/// The principal who asks: the one that the innermost call names, or the session's user. In a security-restricted
/// operation nobody asks: an empty text.
std::string asking_principal();

/// Everybody who needs a right for what is under way (rule 13.11): who asks, and the user as whom code runs that asks
/// for somebody else: the owner of a SECURITY DEFINER function, or of a table whose foreign key cascades. The
/// extension's owner, `owner`, counts as nobody: as whom its own functions run. So within those the server no longer
/// tells as whom the code before them ran.
std::vector<Asker> askers(Oid owner);

/// The roles whose privileges the user has, by name.
std::vector<std::string> roles_of(Oid user);

/// A number that changes when some roles_of() may have changed. A backend hears of it as of a change of the schema.
unsigned roles_version();

/// Whether the caller has the privileges of the role of this name; false where there is none. The caller is the user
/// who called the function, by the session's present role, and not the function's owner. In a security-restricted
/// operation (ANALYZE, autovacuum, REFRESH MATERIALIZED VIEW) nobody has any: there the owner of a table has functions
/// called in another user's backend, most often a superuser's.
bool caller_has_privileges_of(const std::string& role);

/// The owner of the table.
Oid owner_of(Oid table);

/// Whether the user is a superuser, or has the privileges of the other.
bool has_privileges_of(Oid user, Oid other);

/// While this object lives, the extension's own tables are read and written with the rights of their owner: a function
/// that a view calls, or that gives rights, runs with the rights of its caller. Nothing of a user's may run meanwhile,
/// so the caller's search_path, in which an operator of the caller's may stand, does not hold either. Who asks stays
/// who asked before.
class AsOwner : Unmovable {
 public:
  explicit AsOwner(Oid owner);
  ~AsOwner();

 private:
  friend std::vector<Asker> askers(Oid owner);
  static const AsOwner* outermost_;
  Oid user_ = 0;
  int context_ = 0;
  int settings_ = 0;
  int errors_;
};

}  // namespace jb::pg
