// SPDX-License-Identifier: PostgreSQL
//
// What somebody may do with a calendar, and to whom a calendar grants it (rules 13.1 and 13.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/validation.hpp"

namespace jb {

/// busy: when the calendar is taken. read: its events. book: to place, change and cancel events. manage: everything.
enum class Right : unsigned { busy = 1, read = 2, book = 4, manage = 8 };

/// A set of rights. Each right contains busy, and manage contains all. book does not contain read: whoever books need
/// not see what is booked already.
class Rights {
 public:
  static Rights none() { return Rights(); }
  static Rights all() { return Rights().with(Right::manage); }

  bool any() const { return bits_ != 0; }
  bool has(Right right) const { return (bits_ & static_cast<unsigned>(right)) != 0; }
  Rights with(Right right) const;
  Rights with(Rights others) const { return Rights(bits_ | others.bits_); }
  Rights in_common(Rights others) const { return Rights(bits_ & others.bits_); }
  friend bool operator==(Rights, Rights) = default;

 private:
  Rights() = default;
  explicit Rights(unsigned bits) : bits_(bits) {}
  unsigned bits_ = 0;
};

/// Whom a calendar names: a principal, or whoever has the privileges of a database role.
struct Grantee {
  bool is_role = false;
  std::string name;
};

/// One line of a list of grants.
struct Grant {
  std::string grantee;
  std::vector<std::string> rights;  ///< in the order of Right, each once
};

std::string_view name_of(Right right);
std::optional<Right> right_from(std::string_view word);

/// The error for a caller who has other rights on the calendar than this one. Where the caller has none, the calendar
/// counts as one that does not exist.
Failure right_wanted(std::string_view calendar, Right right);

/// A grantee, principal:NAME or role:NAME. Any other text is refused under `field`.
std::optional<Grantee> read_grantee(Validation& validation, std::string_view field, const std::string& text);

/// A right's word. Any other word is refused under `field`.
std::optional<Right> read_right(Validation& validation, std::string_view field, const std::string& word);

/// The words in the order of Right, each once.
std::vector<std::string> rights_in_order(const std::vector<std::string>& words);

/// So many grantees a calendar names at most.
inline constexpr std::size_t kMostGrantees = 1'000;

/// A JSON list of {"grantee", "rights"}: at most 1,000 grantees, each once, with at least `fewest` rights. What cannot
/// be read is refused under grants[index].
std::vector<Grant> read_grants(Validation& validation, const std::string& text, std::size_t fewest = 1);

}  // namespace jb
