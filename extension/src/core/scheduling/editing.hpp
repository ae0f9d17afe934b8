// SPDX-License-Identifier: PostgreSQL
//
// What becomes of an event that a call changes: its fields, its time by the rules of placing, its status by the table
// of rule 3.
#pragma once

#include <functional>

#include "../event/fields.hpp"
#include "answering.hpp"
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

/// An edit laid over one event: what is to become of it.
struct Intent {
  Event before;  ///< as the plan has it
  Event wanted;
  Edit edit;
  std::vector<std::string> changed;  ///< the fields that differ
  bool other_status = false;         ///< it asks for another status
  bool moves = false;                ///< it asks for another time, or for one at last
};

/// What the edit means for `event`, which is as the plan has it. Errors: 22023 a wish that contradicts itself or an
/// unknown calendar, NotLocked.
Intent intent_of(Plan& plan, const Event& event, const Edit& edit);

/// Whether the event's status lets it move, or become what is asked for.
bool is_possible(const Intent& intent, Instant now);

/// Does it. Rejected, the event stays exactly as it was. Those that it displaces lie aside until place_displaced().
/// Errors: 55000 where it is not possible.
Outcome carry_out(Plan& plan, const Intent& intent);

}  // namespace jb
