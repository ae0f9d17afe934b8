// SPDX-License-Identifier: PostgreSQL
//
// Helpers that read the reason in an answer of the scheduler.
#pragma once

#include <string>
#include <vector>

#include "core/scheduling/scheduler.hpp"

namespace jb::test {

inline std::string reason_of(const std::optional<Refusal>& refusal) {
  return refusal ? std::string(name_of(refusal->reason)) : std::string();
}
inline std::string reason_of(const Outcome& outcome) { return reason_of(outcome.refusal); }
inline std::string reason_of(const Verdict& row) { return reason_of(row.refusal); }
inline std::string reason_of(const Rejection& rejection) { return std::string(name_of(rejection.refusal.reason)); }

/// The events in the way.
inline std::vector<EventId> conflicts_of(const std::optional<Refusal>& refusal) {
  return refusal ? refusal->conflicts : std::vector<EventId>{};
}
inline std::vector<EventId> conflicts_of(const Outcome& outcome) { return conflicts_of(outcome.refusal); }
inline std::vector<EventId> conflicts_of(const Verdict& row) { return conflicts_of(row.refusal); }

/// The calendar whose rule or claim refused; empty if no single calendar did.
inline std::string calendar_of(const Verdict& row) { return row.refusal ? row.refusal->calendar : std::string(); }

/// The id of a rejected outcome's rejection; 0 if it has none.
inline std::int64_t rejection_of(const Outcome& outcome) {
  return outcome.rejection ? outcome.rejection->id.value_or(0) : 0;
}

}  // namespace jb::test
