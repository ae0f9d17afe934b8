// SPDX-License-Identifier: PostgreSQL
//
// What an answer of the scheduler says of its reason. Whatever the laws ask about a reason they ask here.
#pragma once

#include <string>
#include <vector>

#include "core/scheduling/scheduler.hpp"

namespace jb::test {

inline std::string reason_of(const Outcome& outcome) { return std::string(outcome.reason); }
inline std::string reason_of(const Verdict& row) { return std::string(row.reason); }
inline std::string reason_of(const Rejection& rejection) { return std::string(rejection.reason); }

/// The events in the way.
inline std::vector<EventId> conflicts_of(const Outcome& outcome) { return outcome.conflicts; }
inline std::vector<EventId> conflicts_of(const Verdict& row) { return row.conflicts; }

/// Whose rule or claim it was; empty: no calendar's alone.
inline std::string calendar_of(const Verdict& row) { return row.calendar; }

/// The record of an outcome that was rejected; 0: there is none.
inline std::int64_t rejection_of(const Outcome& outcome) { return outcome.rejection_id.value_or(0); }

}  // namespace jb::test
