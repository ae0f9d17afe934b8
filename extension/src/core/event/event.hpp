// SPDX-License-Identifier: PostgreSQL
//
// An event: what was wished, and what it led to.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../ical/length.hpp"
#include "../values/failure.hpp"
#include "../values/shared.hpp"
#include "../values/time.hpp"
#include "metadata.hpp"

namespace jb {

using EventId = std::int64_t;

/// What the caller asked of the time. A fixed wish has start_time and date, or wished_start (rule 2.2.1). An automatic
/// wish has neither; its event lies wholly on the wish's date, if there is a date (rule 2.2.2), and within the window,
/// if there is a window (rule 2.2.5).
struct Wish {
  std::optional<Date> date;             ///< in the zone of the first calendar
  std::optional<Seconds> start_time;    ///< wall clock, since midnight; only with date
  std::optional<Instant> wished_start;  ///< a start named as an instant; never with date
  std::optional<Seconds> duration;      ///< elapsed time: either this
  std::optional<int> days;              ///< or that: days of the wall clock that reads the start; only of a fixed wish
  std::optional<Instant> not_before;    ///< earliest start of an automatic event; without effect on a fixed event
  std::optional<Instant> not_after;     ///< latest end of an automatic event; without effect on a fixed event
  int priority = 50;                    ///< 0 to 100, high first

  Length length() const { return {std::chrono::days{days.value_or(0)}, duration.value_or(Seconds{0})}; }
  bool is_fixed() const { return start_time.has_value() || wished_start.has_value(); }
  friend bool operator==(const Wish&, const Wish&) = default;
};

/// How the call means a wish.
struct PlacingOptions {
  bool allow_past = false;   ///< a fixed event may begin in the past: it is a record or an import (rule 2.6.4)
  bool has_begun = false;    ///< the event is in progress; only its end moves (rule 2.9.7)
  bool keeps_start = false;  ///< a fixed event keeps its start, whatever its wish names by the zone of now
  bool keeps_end = false;    ///< likewise its end, where its length is days of the wall clock
  bool preempt = false;      ///< an automatic event may pre-empt automatic events of lower priority (rule 2.12.2)
  bool only_slots = false;   ///< a fixed event begins only where a slot is offered, and moves nobody (rule 11.12)
  /// Sorted spans, of which one holds each alternative; null: alternatives may lie anywhere (rule 2.5.2)
  std::shared_ptr<const std::vector<Span>> alternatives_in{};
};

/// The status as it is stored (rule 3.1). Users see a scheduled event by the clock (status_at). Every reader sees a
/// held event past its deadline as expired, before a writer stores that (rule 3.9).
enum class Status { scheduled, held, waiting, cancelled, denied, expired };

/// The word for a status in SQL, in JSON and in the table; a literal.
std::string_view name_of(Status status);

/// The inverse of name_of; nullopt for any other word. pending, in_progress and completed are never stored: nullopt.
std::optional<Status> status_from(std::string_view name);

/// An event as a value. The event is stored, or it is in the making: then its id, version and times of writing are not
/// known yet.
struct Event {
  EventId id = 0;  ///< from 1; 0: not stored
  std::string event_name;
  Shared<std::vector<std::string>> attendees{};  ///< a long list of a stored event may be left in the event's row
  std::string event_location;
  std::optional<Shared<std::string>> description{};  ///< a long one may be left in the row, as attendees may
  std::optional<Shared<Metadata>> metadata{};        ///< the caller's own; likewise
  std::vector<std::string> calendars;                ///< names, as wished; the first gives the zone of the wish
  std::vector<std::string> attendee_calendars{};     ///< attendees' calendars that it claims besides `calendars`
  /// Those of the attendees who claim no calendar (rule 2.7.4); likewise
  std::optional<Shared<std::vector<std::string>>> guests{};
  std::optional<bool> check_attendees{};   ///< none: the calendars' settings decide
  std::optional<Seconds> hold_for{};       ///< as wished; none: the calendars' confirm_within decides
  std::optional<EventId> series{};         ///< the id of the first event of the series that it belongs to
  std::optional<Instant> recurrence_id{};  ///< of a series: the start that its rule gives the event (RFC 5545, 3.8.4.4)
  std::string recurrence{};                ///< another rule of its series, to be stored with the event
  /// The wall clock for which it wished before its first calendar was given another zone; none: that of its wish.
  std::optional<WallTime> wished_wall{};
  Wish wish;
  Status status = Status::scheduled;
  std::optional<Span> time;             ///< start and end; none while the event waits, or when it never had a place
  std::optional<Instant> expires_at{};  ///< the deadline of a hold; stays when the hold has ended
  Instant created_at{};
  Instant updated_at{};
  std::int64_t version = 0;  ///< how often the event was written, 1 at first; 0: not stored

  /// Whether the event has claims on its calendars; then `time` is set.
  bool is_claiming() const { return status == Status::scheduled || status == Status::held; }
  /// Whether the event has, or waits for, its time.
  bool stands() const { return is_claiming() || status == Status::waiting; }

  /// The names of all calendars that the event claims, or would claim: `calendars`, then `attendee_calendars`.
  std::vector<std::string> booked_on() const;
  /// Whether the calendar of this name is one of them.
  bool is_on(const std::string& calendar) const;

  /// Whether the event is a hold whose deadline has come (rule 3.9).
  bool is_due(Instant now) const { return status == Status::held && expires_at && *expires_at <= now; }
  /// Whether the event is a hold that was not confirmed in time. An event that waited until its own time had passed is
  /// expired too, but has no `time`.
  bool is_ended_hold(Instant now) const { return is_due(now) || (status == Status::expired && expires_at && time); }
  bool has_begun(Instant now) const { return is_claiming() && time && time->start <= now; }
  /// Whether the event waits, or has a time that has not begun.
  bool is_ahead(Instant now) const { return stands() && !has_begun(now); }
  bool has_ended(Instant now) const { return is_claiming() && time && time->end <= now; }
};

/// The status as users see it: a scheduled event is pending, in_progress or completed by the clock (rule 3.2).
std::string_view status_at(const Event& event, Instant now);

/// Whether status_at can give a status of this name. It never gives `scheduled`.
bool is_shown_status(std::string_view name);

/// "event 5 does not exist", P0002.
Failure no_such_event(EventId id);

}  // namespace jb
