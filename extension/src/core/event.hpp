// SPDX-License-Identifier: PostgreSQL
//
// An event: what was wished, and what it led to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "failure.hpp"
#include "time.hpp"

namespace jb {

using EventId = std::int64_t;

/// What the caller asked of the time. Fixed: start_time (with date) or wished_start is given. Automatic: neither;
/// with a date it must lie wholly on that local date, and within the window if there is one.
struct Wish {
  std::optional<Date> date;             ///< in the zone of the first calendar
  std::optional<Seconds> start_time;    ///< wall clock, since midnight; only with date
  std::optional<Instant> wished_start;  ///< a start named as an instant; never with date
  Seconds duration{0};
  std::optional<Instant> not_before;  ///< earliest start; narrows an automatic event, rests with a fixed one
  std::optional<Instant> not_after;   ///< latest end; likewise
  int priority = 50;                  ///< 0 to 100, high first

  bool is_fixed() const { return start_time.has_value() || wished_start.has_value(); }
  friend bool operator==(const Wish&, const Wish&) = default;
};

enum class Status { scheduled, held, waiting, cancelled, denied, expired };

std::string_view name_of(Status status);
std::optional<Status> status_from(std::string_view name);

struct Event {
  EventId id = 0;
  std::string event_name;
  std::vector<std::string> attendees;
  std::string event_location;
  std::vector<std::string> calendars;
  Wish wish;
  Status status = Status::scheduled;
  std::optional<Span> time;  ///< the result; none while waiting
  Instant created_at{};
  Instant updated_at{};
  std::int64_t version = 0;

  /// Holds its time on its calendars: it has claims.
  bool is_claiming() const { return status == Status::scheduled || status == Status::held; }
  bool has_begun(Instant now) const { return is_claiming() && time && time->start <= now; }
  bool has_ended(Instant now) const { return is_claiming() && time && time->end <= now; }
};

/// The status as users see it: a scheduled event answers by the clock with pending, in_progress or completed.
std::string_view status_at(const Event& event, Instant now);

/// Whether status_at can tell a status of this name: scheduled is none.
bool is_shown_status(std::string_view name);

/// "event 5 does not exist", P0002.
Failure no_such_event(EventId id);

}  // namespace jb
