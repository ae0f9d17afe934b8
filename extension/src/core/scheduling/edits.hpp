// SPDX-License-Identifier: PostgreSQL
//
// Changes to one event, to several at once, and to the rule of a series.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "../event/fields.hpp"
#include "../event/shown.hpp"
#include "../values/time.hpp"
#include "place.hpp"
#include "plan.hpp"

namespace jb {

// Changes to an existing event in a plan: its fields, its time by the rules of placing (rule 2.9.1), its status by the
// transitions of rules 3.3 to 3.8.

/// What a caller asks for an existing event.
struct Edit {
  Fields fields;
  bool place_waiting = false;              ///< try to place a waiting event even if nothing about its time changes
  bool if_still_free = false;              ///< also confirm an ended hold if its time is free (rule 3.11)
  FieldNames names{};                      ///< the caller's names for the fields
  std::optional<Instant> recurrence_id{};  ///< the event becomes this occurrence of its series
};

inline Edit cancelling() {
  Edit edit;
  edit.fields.status.set(Status::cancelled);
  return edit;
}

/// Makes the edit from the event as the plan shows it. A call that plans more than once runs the editor for each plan;
/// only the written plan counts. The editor throws to refuse.
using Editor = std::function<Edit(const Event& current, Instant now)>;

/// An edit laid over one event: the event as it is, and the event as the edit wants it. Later steps read no fields.
struct Intent {
  Event before;  ///< as the plan has it
  Event wanted;
  std::vector<std::string> changed{};  ///< the fields that differ
  std::optional<Status> status{};      ///< another status that the edit asks for
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

/// Whether the event may have the time that the intent, a move, asks for. An event in progress may only change its end
/// (rule 2.9.7).
bool may_move(Plan& plan, const Intent& intent);

/// Carries the intent out. If the intent is rejected, the event stays exactly as it was (rule 2.9.2). The events that
/// it displaces stay set aside until place_displaced(). Errors: 55000 where the event's status does not allow it.
Outcome carry_out(Plan& plan, const Intent& intent);

// Changes to several events at once: the reach of a change within a series (rule 2.14.6), and lists of changes (rule
// 2.9.9).
//
// What must stay true: all events that move together are set aside before the first of them is judged. Events that stay
// are changed before events that move, since an automatic event that stays may have to give way. Displaced events are
// placed again after the last event has its place.

/// The events in the scope of `event`'s series, by start, including `event`. Events that the caller neither may read
/// nor has proposed are left out, and their calendars are not locked. Errors: NotLocked.
std::vector<Event> in_scope(Plan& plan, const Event& event, Scope scope);

/// The edit for a sibling of the event that `intent` changes (rule 2.14.7): the sibling moves by as many days, and to
/// the same time of day if that changed. Each is read on the clock of its event's first calendar, before and after. A
/// sibling that waits for any day has no date to move from, and keeps its wish. Errors: NotLocked.
Edit transposed(Plan& plan, Edit edit, const Intent& intent, const Event& sibling);

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
/// were: the outcomes of the others are `undone`. The resulting events do not depend on the order of the list. Result:
/// an outcome for each edit, in the order of the list. Errors: as apply_to_scope; 22023, under the index of the edit,
/// for an event that two edits reach.
std::vector<Outcome> apply_all(Plan& plan, const std::vector<EditOf>& edits);

/// Whether a rejection is recorded for one of the outcomes.
bool has_rejection(const std::vector<Outcome>& outcomes);

/// Takes back what the plan has done since `before`, because some of the outcomes are rejected. The plan records these
/// rejections once more, and every other outcome becomes `undone`.
void take_back(Plan& plan, const Plan::Mark& before, std::vector<Outcome>& outcomes);

// Another rule for the events of a series, or a first rule for an event of no series (rules 2.14.8 and 2.14.9).

/// Gives the edit's rule to `event` and the later events of its series, or with scope all to every event of it, as far
/// as they have not begun. The rule begins with the first of these events. An event at a start of the rule keeps its
/// time. The others go, in order, to the starts without an event; surplus events are cancelled, and missing ones are
/// booked like `event`. Together they form a series of their own. The rule of the series that they leave ends with its
/// last remaining event. If one event finds no place, all stay as they were. Cost: linear in the events before and
/// after. Errors: as intent_of and occurrences_of; 22023 for scope one, and for an event without a start; 55000 where
/// the event has begun or ended.
Outcome repeat_from(Plan& plan, const Event& event, const Edit& edit);

}  // namespace jb
