// SPDX-License-Identifier: PostgreSQL
//
// What the scheduler needs of a database: locks, claims, events, history. store/ implements it over PostgreSQL's
// tables; the scheduler above it knows neither SQL nor transactions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../event/calendar.hpp"
#include "../event/rejection.hpp"

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

/// Time that an event occupies on one calendar, its buffers included.
struct Claim {
  int calendar = 0;  ///< its id
  EventId event_id = 0;
  Span during;
};

/// All that a call writes, as core has decided it. Stored in this order: claims given up first, since two events may
/// change places.
struct Writes {
  Instant at{};                                 ///< when: the call's now
  std::vector<EventId> unclaimed;               ///< on every calendar
  std::vector<const Event*> added;              ///< with the ids that new_event_id gave
  std::vector<const Event*> changed;            ///< over the rows of their ids
  std::vector<Claim> claims;                    ///< on locked calendars, of events that have none there by now
  std::vector<std::pair<int, Change>> changes;  ///< by calendar id, locked; each under its calendar's next seq
  std::vector<EventId> erased;                  ///< after their last images were taken; their history stays
  std::map<int, int> watched;                   ///< by how many more events each calendar's `watched` counts
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

  /// Reads a calendar ahead of its lock, for a plan that may turn out to need more calendars, or none: lock() of the
  /// same name then waits for nobody and locks nothing, and all that is read is as it was at this moment, until write()
  /// or forget(). False where that is of no use, and
  /// nothing is read: there is no such calendar, or the transaction sees older snapshots.
  virtual bool read_ahead(const std::string& name) = 0;

  /// Whether nobody else has changed the calendar that was read ahead, nor is about to: then everything that was read
  /// since belonged together, and still holds.
  virtual bool is_as_read() = 0;

  /// Gives up what was read ahead, and what was planned in its timeline.
  virtual void forget() = 0;

  /// The clock, floored to seconds. Read after the locks are held.
  virtual Instant now() = 0;

  /// The event as it stands; nullopt when there is none of this id. No lock is taken: until those of its calendars are
  /// held it may change, and has to be read again under them.
  virtual std::optional<Event> find(EventId id) = 0;

  /// The events that claim time within `within` on the calendar, in any order. Only these are displaced or in the way.
  virtual std::vector<Event> occupants(const Calendar& calendar, Span within) = 0;

  /// The events of a series, in any order, as find() has each.
  virtual std::vector<Event> series(EventId series) = 0;

  /// What the event claims, on all its calendars.
  virtual std::vector<Claim> claims(EventId id) = 0;

  /// The events that are held or wait on any of the calendars.
  virtual std::vector<Event> watched(const std::vector<std::string>& calendars) = 0;

  /// How many events that claim time on the calendar start within `day`.
  virtual int starts_within(const Calendar& calendar, Span day) = 0;

  /// The free time of the calendar, whose lock is held. One object for the length of the call: what is taken, given,
  /// closed and reopened in it is what write() stores of it; it must agree with the claims written.
  virtual std::shared_ptr<Timeline> timeline(const Calendar& calendar) = 0;

  /// Makes the free time of the calendar, whose lock is held, anew from its claims: the rules of its zone have changed.
  virtual void rebuild(const std::string& calendar) = 0;

  /// An id that no other event has or will have.
  virtual EventId new_event_id() = 0;

  /// Stores it all. The calendars named are locked; one that was read ahead is locked now. False, and nothing is
  /// stored, when somebody has changed or locked that one since. Errors: 23P01 were a claim's time not free: the tables
  /// are the last line of defence.
  virtual bool write(const Writes& writes) = 0;

  /// Puts right what locking took and nothing used; what was planned in the timelines is stored. The locks stay, but a
  /// calendar has to be locked anew before it is used again.
  virtual void settle() = 0;

  /// Stores the rejection and announces it when the transaction commits. Result: its id.
  virtual std::int64_t reject(const Rejection& rejection) = 0;

  /// Something on the locked calendars is due at `at`: whoever tends them of his own accord hears of it when the
  /// transaction commits.
  virtual void falls_due(Instant at) = 0;

  /// A scope whose writes and locks vanish unless it is kept: a set of locks that turned out wrong.
  /// Scopes nest; the one opened last ends first.
  class Scope {
   public:
    virtual ~Scope() = default;

    /// Settles the store, and hands the scope's writes and locks to the scope around it, or to the transaction. At most
    /// once; nothing can undo it but the end of that one.
    virtual void keep() = 0;
  };
  virtual std::unique_ptr<Scope> scope() = 0;
};

}  // namespace jb
