// SPDX-License-Identifier: PostgreSQL
#include "event.hpp"

#include <algorithm>
#include <array>

namespace jb {

namespace {

/// By Status.
constexpr std::array<std::string_view, 6> kNames{"scheduled", "held", "waiting", "cancelled", "denied", "expired"};

}  // namespace

std::string_view name_of(Status status) { return kNames.at(static_cast<std::size_t>(status)); }

std::optional<Status> status_from(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Status>(found - kNames.begin());
}

bool is_shown_status(std::string_view name) {
  const auto status = status_from(name);
  return status ? *status != Status::scheduled : name == "pending" || name == "in_progress" || name == "completed";
}

std::vector<std::string> Event::booked_on() const {
  auto names = calendars;
  names.insert(names.end(), attendee_calendars.begin(), attendee_calendars.end());
  return names;
}

bool Event::is_on(const std::string& calendar) const {
  const auto is_it = [&](const std::string& name) { return name == calendar; };
  return std::any_of(calendars.begin(), calendars.end(), is_it) ||
         std::any_of(attendee_calendars.begin(), attendee_calendars.end(), is_it);
}

std::string_view status_at(const Event& event, Instant now) {
  if (event.is_due(now)) return name_of(Status::expired);
  if (event.status != Status::scheduled) return name_of(event.status);
  if (now < event.time->start) return "pending";
  return now < event.time->end ? "in_progress" : "completed";
}

Failure no_such_event(EventId id) {
  return {Error::not_found, "event " + std::to_string(id) + " does not exist", "",
          "jb_events() lists the events of a calendar."};
}

}  // namespace jb
