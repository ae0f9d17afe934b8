// SPDX-License-Identifier: PostgreSQL
#include "rule.hpp"

namespace jb {

std::span<const Rule* const> rules() {
  static constexpr const Rule* all[] = {
#define JB_RULE(name) &name##_rule,
#include "core/scheduling/rules.def"
#undef JB_RULE
  };
  return all;
}

Span bounds_of(const Calendar& calendar, Instant now) {
  Span bounds = kRepresentable;
  for (const auto* rule : rules()) {
    if (rule->bounds != nullptr) bounds = intersection(bounds, rule->bounds(calendar, now));
  }
  return bounds;
}

}  // namespace jb
