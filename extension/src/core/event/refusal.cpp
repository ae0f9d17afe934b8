// SPDX-License-Identifier: PostgreSQL
#include "refusal.hpp"

#include <algorithm>
#include <array>

namespace jb {

namespace {

struct Row {
  std::string_view name;
  Concern concern;
  bool can_be_lifted;
};

constexpr std::array kRows{
#define JB_REASON(name, concerns, lifts, binds, facts, when) Row{#name, Concern::concerns, lifts},
#include "../../../reasons.def"
#undef JB_REASON
};

const Row& row_of(Reason reason) { return kRows.at(static_cast<std::size_t>(reason)); }

}  // namespace

std::string_view name_of(Reason reason) { return row_of(reason).name; }

Concern concern_of(Reason reason) { return row_of(reason).concern; }

bool can_be_lifted(Reason reason) { return row_of(reason).can_be_lifted; }

std::string_view name_of(Stays stays) {
  constexpr std::array<std::string_view, 4> names{"held", "begun", "fixed", "settled"};
  return names.at(static_cast<std::size_t>(stays));
}

std::optional<Reason> reason_from(std::string_view name) {
  const auto found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.name == name; });
  if (found == kRows.end()) return std::nullopt;
  return static_cast<Reason>(found - kRows.begin());
}

}  // namespace jb
