// SPDX-License-Identifier: PostgreSQL
//
// The limits of one call, in work and in memory (rules 14.1 and 14.2). A request of a few hundred bytes can ask for
// millions of times and events: each field is within its own limit, but the product of two or three fields has no
// limit. So all requested work is counted here: in advance if the amount is known, otherwise as the work is done. A
// call that exceeds a budget ends with 22023. extension/budgets.def lists the budgets.
//
// A loop whose length depends on the caller checks for interrupts at least every 10 ms of work, by spend() or step().
// So a call ends soon after it is cancelled, times out or is terminated, whatever its input.
//
// The account is reached by a process-wide pointer instead of an argument: like the memory allocator, a budget concerns
// every function below an entry point. Without an account (unit tests of single functions) nothing is counted.
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

/// The account of one call. Accounts nest, since a trigger function may run inside another call of the extension, and
/// end in reverse order; the innermost account counts.
class Account {
 public:
  /// `interrupt` throws when the call must end.
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

/// Checks for interrupts.
inline void step() {
  if (const auto* account = Account::current()) account->step();
}

/// Takes `amount` from a budget of the call, and checks for interrupts. Errors: 22023, naming the field and the limit;
/// the budget is then exhausted.
inline void spend(Budget budget, std::size_t amount = 1) {
  if (auto* account = Account::current()) account->spend(budget, amount);
}

/// Whether at least `amount` is left of a budget.
bool has_left(Budget budget, std::size_t amount);

/// What the call has spent of a budget so far; 0 without an account.
std::size_t spent(Budget budget);

/// While this object lives, an exceeded budget is reported for this item of a batch; without an item, for the call
/// itself.
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
