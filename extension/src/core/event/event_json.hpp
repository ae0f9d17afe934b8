// SPDX-License-Identifier: PostgreSQL
//
// The one definition of an event's JSON: what HTTPS answers, what is kept under an idempotency key, and what
// jb_event_json() gives of a stored event.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "event.hpp"

namespace jb {

class Zone;

/// An event as answers show it: the event, and what they show besides.
struct ShownEvent {
  Event event;
  std::string status;                        ///< by the clock (status_at)
  std::optional<std::string> time_zone;      ///< of the first calendar; none where this calendar is gone
  std::shared_ptr<const Zone> zone;          ///< the zone of this name; none: the event is shown without its times
  std::optional<std::string> attachments{};  ///< as JSON, without their bytes; none: not read yet
  bool is_busy_time = false;                 ///< nothing is known but when it takes which calendars
  std::optional<std::string> recurrence{};   ///< the rule of the event's series
  int zone_changes = 0;                      ///< how often the calendar's zone has changed, where that was read
};

/// The event as one JSON object. Durations are whole seconds, times RFC 3339 with the offset that the zone has then,
/// and what the event does not have is null. A field of extension/fields.def stands under the name of its column.
std::string event_json(const ShownEvent& shown);

/// What a change of an event replaced: the members of the event's JSON whose values differ, with those of `before`, as
/// one object; `whole`: every member. An empty text where nothing differs. Left out are `attachments`, which core does
/// not know, and what a reader of the change knows without: those that each change tells (time, status, version), and
/// those that follow from others (`placement`, `time_zone`). The rule of the series, `recurrence`, is for the plan to
/// add.
std::string old_values_json(const Event& before, const Event& after, const Zone* zone, bool whole);

}  // namespace jb
