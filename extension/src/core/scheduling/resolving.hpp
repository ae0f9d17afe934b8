// SPDX-License-Identifier: PostgreSQL
//
// A request for a new event, resolved once, at its beginning: what its fields leave to the calendars is asked of them
// here, and no later step goes back to the fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../event/fields.hpp"
#include "plan.hpp"

namespace jb {

/// A request with nothing left open but its place.
struct Requested {
  Event wanted;                       ///< its calendars, its attendees', duration and hold are known
  PlacingOptions options{};           ///< how the wish is meant
  OnNoSlot on_no_slot{};              ///< what becomes of it without a place
  std::optional<Recurrence> rule{};   ///< of a series: `wanted` is as each of its occurrences
  std::optional<std::size_t> item{};  ///< its place in the batch that it came in
};

/// The calendars that the fields name, `ceo` where they name none: what has to be locked before anything is resolved.
std::vector<std::string> named_calendars(const Fields& fields);

/// The request that the fields make. They have passed check_values and check_new.
/// Errors: 22023 for an unknown calendar, NotLocked.
Requested resolve(Plan& plan, const Fields& fields);

/// Sets the attendees' calendars that the event claims, by its check_attendees or its calendars' setting. An attendee
/// names a calendar when there is one of that name, and is none of the `guests`. Errors: 22023 for an unknown calendar;
/// NotLocked.
void resolve_attendees(Plan& plan, Event& event, const std::vector<std::string>& guests = {});

/// How long the event is held at first: as wished, else the shortest confirm_within of its calendars, else not at all.
/// What is found stays with the event, so that it is asked once, also of one that waits first; and again where one that
/// waits or is held gives up its own.
void resolve_hold(Plan& plan, Event& event);

}  // namespace jb
