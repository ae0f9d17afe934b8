// SPDX-License-Identifier: PostgreSQL
//
// A request for a new event. It is resolved once, at its beginning: the calendars' settings give what its fields leave
// out, and no later step reads these fields. A stored event is resolved already. `series` carries requests out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "plan.hpp"

namespace jb {

/// A request of which everything but the event's place is known.
struct Requested {
  Event wanted;                       ///< the event, with calendars, attendees' calendars, duration and hold_for
  PlacingOptions options{};           ///< the options of the wish
  OnNoSlot on_no_slot{};              ///< what becomes of an event without a place
  std::optional<Recurrence> rule{};   ///< of a series, whose first occurrence `wanted` wishes for
  std::optional<std::size_t> item{};  ///< the request's index in its batch
};

/// The calendars that the fields name, `ceo` where they name none (rule 2.7.1). A call locks these before it resolves
/// the fields.
std::vector<std::string> named_calendars(const Fields& fields);

/// Resolves the fields, which have passed check_values and check_new. Errors: 22023 for an unknown calendar;
/// NotLocked.
Requested resolve(Plan& plan, const Fields& fields);

/// The request that the stored event would be if it were requested at `now`: its wish, on the calendars that it claims
/// (rule 4.21). An event that has begun keeps its time, so it wishes for this time.
Requested requested_again(Event event, Instant now);

/// Sets the attendees' calendars that the event claims (rule 2.7.2), by the event's check_attendees or, without it, by
/// the setting of its calendars. An attendee claims the calendar of the same name, if there is that calendar and the
/// attendee is none of the event's guests (rule 2.7.4). Each calendar asks for the right to book, but those that the
/// event claimed `before` (rule 13.3); an attendee whom it had before, too, does not claim a calendar without that
/// right. Errors: 22023 for an unknown calendar; 42501; NotLocked.
void resolve_attendees(Plan& plan, Event& event, const Event* before = nullptr);

/// Sets hold_for, how long the event is held at first, where the event names none: the shortest confirm_within of its
/// calendars (rule 2.8.5); without that the event is not held. The event keeps this hold_for while it waits. The
/// calendars are asked again only when a waiting or held event gives up its hold_for.
void resolve_hold(Plan& plan, Event& event);

}  // namespace jb
