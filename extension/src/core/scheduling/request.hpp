// SPDX-License-Identifier: PostgreSQL
//
// A request for a new event, and what a caller may ask for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "plan.hpp"
#include "store.hpp"

namespace jb {

// What a caller may ask for (rules 13.3 and 13.5).
//
// Rights apply to what the caller names: the calendars of a request, the event of a change. The consequences need no
// rights: on any calendar, events give way, waiting events take newly open time, and holds end. So the scheduler checks
// rights where it reads the request, and removes from its answer the events that the caller may not read
// (scheduler.hpp).

/// The calendars that one item of a batch names.
struct NamedBy {
  std::optional<std::size_t> item;
  std::vector<std::string> names;
};

/// Requires the right to book on each of the calendars. Errors: 22023 under the index of the item, with each calendar
/// on which the caller has no right reported as unknown; 42501.
void require_booking(const std::vector<NamedBy>& all, const std::function<Rights(const std::string&)>& rights_on);

/// The same for one request. Also called before the calendars are locked, since the wait for a lock would reveal that a
/// calendar exists. The existence of a calendar on which the caller has every right is checked later.
void require_booking(Store& store, const std::vector<std::string>& names);

/// Requires that the caller may read the event. Errors: P0002.
void require_reading(Store& store, const Event& event);

/// Whether the caller has the right on each of the calendars.
bool has_right_on_each(Store& store, const std::vector<std::string>& names, Right right);

/// Requires a right on each of these calendars of an event that the caller may read. Errors: 42501.
void require_right_on_each(Store& store, const std::vector<std::string>& names, Right right);

/// Whether the caller may manage one of the calendars that the event names.
bool manages_one(Store& store, const Event& event);

/// Requires that the caller may read the event and book on each of the calendars that it names; attendees' calendars
/// need no right (rule 13.3). Errors: P0002; 42501.
void require_changing(Store& store, const Event& event);

/// Whether the caller may do what require_changing() requires.
bool may_change(Store& store, const Event& event);

/// As require_changing, but a manager of one of these calendars may cancel the event. intent_of() checks that such a
/// caller changes nothing else.
void require_cancelling(Store& store, const Event& event);

/// Requires that the caller may manage each calendar that the event names. Errors: as require_changing.
void require_deleting(Store& store, const Event& event);

/// The refusal of a file that would change an event hidden from its caller: 42501.
Failure file_changes_hidden();

/// Requires a right on a calendar that exists. Errors: P0002 where the caller has no right there; 42501.
void require_right_on(Store& store, const std::string& calendar, Right right);

// A request for a new event. It is resolved once, at the start: the calendars' settings supply what its fields leave
// out, and no later step reads the fields. A stored event is already resolved. series.hpp carries requests out.

/// A request in which everything but the event's place is known.
struct Requested {
  Event wanted;                       ///< the event, with calendars, attendees' calendars, duration and hold_for
  PlacingOptions options{};           ///< the options of the wish
  OnNoSlot on_no_slot{};              ///< what becomes of an event without a place
  std::optional<Recurrence> rule{};   ///< of a series, whose first occurrence `wanted` wishes for
  std::optional<std::size_t> item{};  ///< the request's index in its batch
  bool may_be_over = false;           ///< an occurrence that is over is left out if it has no place (rule 4.24)
};

/// The calendars that the fields name, `ceo` where they name none (rule 2.7.1). A call locks these before it resolves
/// the fields.
std::vector<std::string> named_calendars(const Fields& fields);

/// Resolves the fields, which have passed check_values and check_new. Errors: 22023 for an unknown calendar;
/// NotLocked.
Requested resolve(Plan& plan, const Fields& fields);

/// The stored event as if it were requested at `now`: its wish, on the calendars that it claims (rule 4.21). An event
/// that has begun keeps its time, and so wishes for that time.
Requested requested_again(Event event, Instant now);

/// Sets the attendees' calendars that the event claims (rule 2.7.2), by the event's check_attendees or, without it, by
/// the setting of its calendars. An attendee claims the calendar of the same name, if it exists and the attendee is not
/// one of the event's guests (rule 2.7.4). Each such calendar needs the right to book, except those that the event
/// claimed `before` (rule 13.3). Without that right, an attendee already in `before` claims no calendar. Errors: 22023
/// for an unknown calendar; 42501; NotLocked.
void resolve_attendees(Plan& plan, Event& event, const Event* before = nullptr);

/// Sets a missing hold_for, the time for which the event is first held, to the shortest confirm_within of its calendars
/// (rule 2.8.5). Without either, the event is not held. The event keeps this hold_for while it waits. The calendars are
/// consulted again only when a waiting or held event gives up its hold_for.
void resolve_hold(Plan& plan, Event& event);

}  // namespace jb
