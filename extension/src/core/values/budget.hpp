// SPDX-License-Identifier: PostgreSQL
//
// What one call may cost, in work and in memory (rules 14.1 and 14.2). A request of a few hundred bytes can order
// millions of times and events: each field is within its own limit, but the product of two or three fields has no
// limit. So whatever a caller orders is counted here: before the work where the amount is known, and during the work
// where it is not. Past a budget the call ends with 22023; extension/budgets.def holds every budget.
//
// A loop over something that a caller chose asks for interrupts at least every 10 ms of work, by spend() or step(). A
// call then ends soon after it is cancelled, times out or is terminated, whatever its input.
//
// The account is found by a pointer of the process and not passed as an argument: a budget concerns every function
// below an entry point, as the memory allocator does. Without an account (unit tests of single functions) nothing is
// counted.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace jb {

enum class Budget {
#define JB_BUDGET(name, field, limit, unit, what) name,
#include "../../../budgets.def"
#undef JB_BUDGET
};

/// The limit of a budget, for one call.
std::size_t limit_of(Budget budget);

/// The account of one call. Accounts nest, since a trigger's function may run inside another call of ours, and end in
/// the reverse order; the innermost account counts.
class Account {
 public:
  /// `interrupt` throws when the call is to end.
  explicit Account(void (*interrupt)());
  ~Account();
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  static Account* current() { return current_; }

  void step() const { interrupt_(); }
  void spend(Budget budget, std::size_t amount);
  std::size_t spent(Budget budget) const;

 private:
  friend class OfItem;
  static constexpr std::size_t kBudgets = 0
#define JB_BUDGET(name, field, limit, unit, what) +1
#include "../../../budgets.def"
#undef JB_BUDGET
      ;
  static Account* current_;

  void (*interrupt_)();
  Account* outer_;
  std::optional<std::size_t> item_{};
  std::array<std::size_t, kBudgets> spent_{};
};

/// Asks for interrupts.
inline void step() {
  if (const auto* account = Account::current()) account->step();
}

/// Takes `amount` from a budget of the call, and asks for interrupts. Errors: 22023, which names the field and the
/// limit; the budget is used up then.
inline void spend(Budget budget, std::size_t amount = 1) {
  if (auto* account = Account::current()) account->spend(budget, amount);
}

/// Whether at least `amount` is left of a budget.
bool has_left(Budget budget, std::size_t amount);

/// What the call has spent of a budget so far; 0 without an account.
std::size_t spent(Budget budget);

/// While this object lives, a refusal names that item of a batch; without an item it concerns the call itself.
class OfItem {
 public:
  explicit OfItem(std::optional<std::size_t> item);
  ~OfItem();
  OfItem(const OfItem&) = delete;
  OfItem& operator=(const OfItem&) = delete;

 private:
  Account* account_;
  std::optional<std::size_t> before_;
};

}  // namespace jb
