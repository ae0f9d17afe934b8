// SPDX-License-Identifier: PostgreSQL
//
// The outcome of a call: what the call answers about an event as the plan leaves the event.
#pragma once

#include <string_view>

#include "../event/fields.hpp"
#include "../event/outcome.hpp"
#include "placing.hpp"
#include "plan.hpp"

namespace jb {

/// The outcome `what` for `event`, with the event's id, time and version.
Outcome answer(Plan& plan, std::string_view what, const Event& event);

/// The outcome `what` for an event that found no place and waits: without a time, with refusal and alternatives.
Outcome answer(Plan& plan, std::string_view what, const Event& event, const Decision& decision);

/// Records the rejection of `wanted`, for which `decision` has no time. Result: the outcome `rejected`.
Outcome reject(Plan& plan, const Event& wanted, const Decision& decision);

/// Records the rejection of `wanted`, which is refused before it is placed. Result: the outcome `rejected`.
Outcome reject(Plan& plan, const Event& wanted, Refusal refusal);

/// reject(), or, where a call leaves out what has no place, the outcome `skipped`, of which nothing is recorded.
Outcome turn_down(Plan& plan, const Event& wanted, const Decision& decision, OnNoSlot on_no_slot);

}  // namespace jb
