// SPDX-License-Identifier: PostgreSQL
//
// Changes of an existing event in a plan: its fields, its time by the rules of placing (rule 2.9.1), its status by the
// transitions of rules 3.3 to 3.8.
#pragma once

#include <functional>

#include "../event/fields.hpp"
#include "booking.hpp"
#include "plan.hpp"

namespace jb {

/// What a caller wants of an existing event.
struct Edit {
  Fields fields;
  bool place_waiting = false;              ///< try to place a waiting event even if nothing about its time changes
  bool if_still_free = false;              ///< confirm a hold that has ended too, where its time is free (rule 3.11)
  FieldNames names{};                      ///< what the caller calls the fields
  std::optional<Instant> recurrence_id{};  ///< the event stands for this occurrence of its series from now on
};

/// Makes the edit from the event as the plan shows it. A call that plans more than once asks the editor for each plan;
/// only the plan that is written counts. The editor throws what it refuses.
using Editor = std::function<Edit(const Event& current, Instant now)>;

/// An edit laid over one event: the event as it is, and the event as the edit wants it. Later steps read no fields.
struct Intent {
  Event before;  ///< as the plan has it
  Event wanted;
  std::vector<std::string> changed{};  ///< the fields that differ
  std::string status{};                ///< another status that the edit asks for; empty: none
  bool moves = false;                  ///< the edit asks for another time, or for a place for a waiting event
  PlacingOptions options{};            ///< of a move
  bool if_still_free = false;          ///< Edit::if_still_free
};

/// Lays the edit over `event`, the event as the plan has it. Errors: 22023 for a wish that contradicts itself or an
/// unknown calendar; NotLocked.
Intent intent_of(Plan& plan, const Event& event, const Edit& edit);

/// "event 5 is completed and cannot be moved", 55000; `wanted`: the end of the sentence.
Failure not_allowed_now(const Event& event, Instant now, const std::string& wanted);

/// Whether the event's status allows the time or the status that the intent asks for.
bool is_possible(const Intent& intent, Instant now);

/// Whether the event may have the time that the intent, which moves it, asks for: an event in progress may end at
/// another time (rule 2.9.7).
bool may_move(Plan& plan, const Intent& intent);

/// Carries the intent out. If the intent is rejected, the event stays exactly as it was (rule 2.9.2). The events that
/// it displaces stay set aside until place_displaced(). Errors: 55000 where the event's status does not allow it.
Outcome carry_out(Plan& plan, const Intent& intent);

}  // namespace jb
