// SPDX-License-Identifier: PostgreSQL
//
// An event: what was wished, and what it led to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/failure.hpp"
#include "../values/shared.hpp"
#include "../values/time.hpp"

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

/// How a wish is meant.
struct PlacingOptions {
  bool allow_past = false;   ///< a fixed one records or imports: the past is no reason
  bool has_begun = false;    ///< it is in progress where it is, and only its end moves
  bool keeps_start = false;  ///< a fixed one stays where it begins, whatever its wish says by the zone of now
  bool preempt = false;      ///< an automatic one may set aside automatic events of lower priority
};

/// The status as it is stored; users see `scheduled` by the clock (status_at). A held event past its deadline is
/// expired for every reader before a writer has made it so.
enum class Status { scheduled, held, waiting, cancelled, denied, expired };

/// The word for a status in SQL, in JSON and in the table; a literal.
std::string_view name_of(Status status);

/// The inverse; nullopt for any other word, pending, in_progress and completed among them: those are never stored.
std::optional<Status> status_from(std::string_view name);

/// An event as a value: one that is stored, or one in the making, whose id, version and times of writing are not yet
/// known.
struct Event {
  EventId id = 0;  ///< from 1; 0: not stored
  std::string event_name;
  Shared<std::vector<std::string>> attendees{};  ///< of a stored event they may be left in its row, where they are long
  std::string event_location;
  std::vector<std::string> calendars;             ///< names, as wished; the first gives the zone of the wish
  std::vector<std::string> attendee_calendars{};  ///< the attendees' that it claims as well: none of `calendars`
  std::optional<bool> check_attendees{};          ///< none: as the calendars' settings say
  std::optional<Seconds> hold_for{};              ///< as wished; none: as the calendars' confirm_within says
  std::optional<EventId> series{};                ///< the first event of the series that it belongs to
  std::string recurrence{};                       ///< of a series in the making, its rule; stored with the first event
  std::optional<std::string> wish_zone{};         ///< in which the wish was read, by name; none: the first calendar's
  Wish wish;
  Status status = Status::scheduled;
  std::optional<Span> time;             ///< the result; none while waiting, nor when cancelled while it waited
  std::optional<Instant> expires_at{};  ///< the deadline of a hold, also of one that has ended
  Instant created_at{};
  Instant updated_at{};
  std::int64_t version = 0;  ///< how often it was written, 1 at first; 0: not stored

  /// Holds its time on its calendars: it has claims, and `time` is there.
  bool is_claiming() const { return status == Status::scheduled || status == Status::held; }

  /// All that it claims, or would claim: calendars, then attendees'.
  std::vector<std::string> booked_on() const;

  /// A hold whose deadline has come.
  bool is_due(Instant now) const { return status == Status::held && expires_at && *expires_at <= now; }
  /// A hold that was not confirmed in time; what waited until its own time had passed is expired too, and has none.
  bool is_ended_hold(Instant now) const { return is_due(now) || (status == Status::expired && expires_at && time); }
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
