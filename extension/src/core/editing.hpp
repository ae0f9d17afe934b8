// SPDX-License-Identifier: PostgreSQL
//
// What becomes of an event that a call changes: its fields, its time by the rules of placing, its status by the table
// of SPEC 3.
#pragma once

#include <functional>

#include "fields.hpp"
#include "outcome.hpp"
#include "placing.hpp"
#include "plan.hpp"

namespace jb {

/// What a caller wants of an existing event, worked out from the event as it is under the lock.
struct Edit {
  Fields fields;
  bool place_waiting = false;  ///< try to place a waiting event even if nothing about its time changes
  bool if_still_free = false;  ///< a confirmation: of a hold that has ended too, where its time is free
  FieldNames names{};          ///< as the caller knows them
};

/// Asked under the locks, when its answer counts, and possibly before. What it refuses it throws.
using Editor = std::function<Edit(const Event& current, Instant now)>;

/// Changes `event`, which is as the plan has it. Rejected, it stays exactly as it was.
/// Errors: 55000 a transition that its status does not allow, 22023 a wish that contradicts itself, NotLocked.
Outcome apply_edit(Plan& plan, const Event& event, const Edit& edit);

/// The answer that `event` gives after a call.
Outcome answer(Plan& plan, std::string_view what, const Event& event);

/// The same of one that found no place, and why.
Outcome answer(Plan& plan, std::string_view what, const Event& event, const Placement& placement);

/// The answer of a wish that found no place, and its record.
Outcome reject(Plan& plan, const Event& wanted, const Placement& placement);

}  // namespace jb
