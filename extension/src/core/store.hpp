// SPDX-License-Identifier: PostgreSQL
//
// What the scheduler needs of a database: locks, claims, events, history. store/ implements it over PostgreSQL's
// tables; the scheduler above it knows neither SQL nor transactions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"
#include "event.hpp"

namespace jb {

/// One entry of a calendar's history. Range and status are those stored; without status the event is not on the
/// calendar.
struct Change {
  EventId event_id = 0;
  std::int64_t version = 0;  ///< the event's after the change; for a deletion the one that it would have had
  std::string_view kind;
  std::optional<Span> old_range;
  std::optional<Span> new_range;
  std::optional<Status> old_status;
  std::optional<Status> new_status;
  std::vector<std::string> fields;
  bool keeps_image = false;  ///< a deletion: the event's last image is stored with it
};

/// What is recorded where there is no place: for a request, or for an event that was displaced and now waits.
struct Rejection {
  std::optional<EventId> event_id;     ///< none for a new event: it was not made
  std::vector<std::string> calendars;  ///< names, at least one; the first is locked, and its zone writes the times
  std::string_view reason;             ///< one of docs/errors.md, as a literal
  std::string detail;                  ///< the reason in a sentence, without names of events
  Event request;                       ///< the wish that found no place
};

/// The database as one call needs it. What the database itself raises passes through each of these functions: the call
/// is lost then, and core has nothing to catch.
class Store {
 public:
  virtual ~Store() = default;

  /// Locks calendars until the transaction ends, in the order of their ids, and makes `ceo` if it is named and absent.
  /// What is read afterwards is what every earlier writer on them left. Names that do not exist are left out. Locking
  /// one again is free. Result: in the order of `names`.
  virtual std::vector<Calendar> lock(const std::vector<std::string>& names) = 0;

  /// The clock, floored to seconds. Read after the locks are held.
  virtual Instant now() = 0;

  /// The event as it stands; nullopt when there is none of this id. No lock is taken: until those of its calendars are
  /// held it may change, and has to be read again under them.
  virtual std::optional<Event> find(EventId id) = 0;

  /// The events that claim time within `within` on the calendar, by start. Only these are displaced or in the way.
  virtual std::vector<Event> occupants(const Calendar& calendar, Span within) = 0;

  /// The free time of the calendar, whose lock is held; the caller's for the length of this call. Claims are read when
  /// it is asked, so that those that this call makes or gives back show from then on.
  virtual std::unique_ptr<Timeline> timeline(const Calendar& calendar) = 0;

  virtual EventId add(const Event& event) = 0;  ///< stores a new event, its id aside
  virtual void change(const Event& event) = 0;  ///< stores the event over the one of its id

  /// Removes the event's row, once unclaim has given back its time: no foreign key does either. Its history stays.
  virtual void erase(EventId id) = 0;

  /// Occupies `during`, which is not empty, for the event on this calendar, where it has no claim yet. The lock is held
  /// and the time is free; were it not, 23P01: the tables are the last line of defence.
  virtual void claim(const Calendar& calendar, EventId id, Span during) = 0;
  virtual void unclaim(EventId id) = 0;  ///< on every calendar

  /// Writes the change into the history of the calendar, whose lock is held, under its next seq.
  virtual void record(const Calendar& calendar, const Change& change) = 0;

  /// Stores the rejection and announces it when the transaction commits. Result: its id.
  virtual std::int64_t reject(const Rejection& rejection) = 0;

  /// A scope whose writes and locks vanish unless it is kept: a dry run, or a set of locks that turned out wrong.
  /// Scopes nest; the one opened last ends first.
  class Scope {
   public:
    virtual ~Scope() = default;

    /// Hands its writes and locks to the scope around it, or to the transaction. At most once; nothing can undo it but
    /// the end of that one.
    virtual void keep() = 0;
  };
  virtual std::unique_ptr<Scope> scope() = 0;

  /// Whether rejections are recorded and announced: false on a dry run.
  bool records_rejections = true;
};

}  // namespace jb
