// SPDX-License-Identifier: PostgreSQL
//
// Changes of several events at once: how far a change reaches in a series (rule 2.14.6), and lists of changes (rule
// 2.9.9).
//
// What must stay true: all events that move together are set aside before the first of them is judged. What stays where
// it is goes before what moves, since an automatic event that stays may have to give way. Displaced events are placed
// again after the last event has its place.
#pragma once

#include <optional>
#include <vector>

#include "../event/outcome.hpp"
#include "../values/zone.hpp"
#include "edit.hpp"
#include "plan.hpp"

namespace jb {

/// The events of `event`'s series that the scope reaches, by start, with `event` among them. Events that the caller may
/// not read are not reached, and their calendars not locked. Errors: NotLocked.
std::vector<Event> in_scope(Plan& plan, const Event& event, Scope scope);

/// The edit for a sibling of the event that `intent` changes (rule 2.14.7): the sibling moves by as many days, and to
/// the same time of day if that changed. A sibling that waits for any day has no date to move from, and keeps its wish.
Edit transposed(Edit edit, const Intent& intent, const Event& sibling, const Zone& zone);

/// Changes `event` and the other events of its series that the edit's scope names, each by as much as `event` (rule
/// 2.14.7). Other events that have begun, ended or been cancelled stay as they are. If one change is rejected, all
/// events stay as they were. Errors: as intent_of and carry_out.
Outcome apply_to_scope(Plan& plan, const Event& event, const Edit& edit);

/// An edit, and the event that it is for.
struct EditOf {
  Event event;  ///< as the plan has it
  Edit edit;
};

/// Applies the edits of a list together, each to its scope (rule 2.9.9). If one is rejected, all events stay as they
/// were: the outcomes of the others are `undone`. What becomes of the events does not depend on the order of the list.
/// Result: an outcome for each edit, in the order of the list. Errors: as apply_to_scope; 22023, under the index of the
/// edit, for an event that two edits reach.
std::vector<Outcome> apply_all(Plan& plan, const std::vector<EditOf>& edits);

/// Whether a rejection is recorded for one of the outcomes.
bool has_rejection(const std::vector<Outcome>& outcomes);

/// Takes back what the plan has done since `before`, because some of the outcomes are rejected. The plan records these
/// rejections once more, and every other outcome becomes `undone`.
void take_back(Plan& plan, const Plan::Mark& before, std::vector<Outcome>& outcomes);

}  // namespace jb
