// SPDX-License-Identifier: PostgreSQL
#include "budget.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "input.hpp"

namespace jb {

namespace {

struct Row {
  std::string_view field;
  std::size_t limit;
  std::string_view unit;
};

constexpr std::array kRows{
#define JB_BUDGET(name, field, limit, unit, what) Row{field, limit, unit},
#include "../../../budgets.def"
#undef JB_BUDGET
};

std::size_t index_of(Budget budget) { return static_cast<std::size_t>(budget); }

Failure over(const Row& row, std::size_t wanted, std::optional<std::size_t> item) {
  const auto unit = " " + std::string(row.unit);
  auto failure = invalid(row.field, std::to_string(wanted) + unit,
                         "one call may take at most " + std::to_string(row.limit) + unit, item);
  failure.hint = "Ask for less at once: split the call into several. docs/limits.md tells what is counted.";
  return failure;
}

}  // namespace

Account* Account::current_ = nullptr;

std::size_t limit_of(Budget budget) { return kRows.at(index_of(budget)).limit; }

Account::Account(void (*interrupt)()) : interrupt_(interrupt), outer_(std::exchange(current_, this)) {}

Account::~Account() { current_ = outer_; }

void Account::spend(Budget budget, std::size_t amount) {
  interrupt_();
  const auto& row = kRows[index_of(budget)];
  auto& spent = spent_[index_of(budget)];
  const auto left = row.limit - spent;
  if (amount <= left) {
    spent += amount;
    return;
  }
  const auto wanted = spent + amount;
  spent = row.limit;
  throw over(row, wanted, item_);
}

std::size_t Account::spent(Budget budget) const { return spent_[index_of(budget)]; }

bool has_left(Budget budget, std::size_t amount) {
  return Account::current() == nullptr || limit_of(budget) - spent(budget) >= amount;
}

std::size_t spent(Budget budget) {
  const auto* account = Account::current();
  return account == nullptr ? 0 : account->spent(budget);
}

OfItem::OfItem(std::optional<std::size_t> item) : account_(Account::current()) {
  if (account_ != nullptr) before_ = std::exchange(account_->item_, item);
}

OfItem::~OfItem() {
  if (account_ != nullptr) account_->item_ = before_;
}

}  // namespace jb
