// SPDX-License-Identifier: PostgreSQL
//
// The database as the scheduler needs it: locks, claims, events, history. store/ implements this interface over
// PostgreSQL's tables; the scheduler knows neither SQL nor transactions.
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

/// One entry of a calendar's history. Ranges and statuses are the stored ones. Without old_status the event was not on
/// the calendar before the change; without new_status the event is not on it after.
struct Change {
  EventId event_id = 0;
  std::int64_t version = 0;  ///< the event's version after the change; a deletion counts as one version more
  std::string_view kind;
  std::optional<Span> old_range;
  std::optional<Span> new_range;
  std::optional<Status> old_status;
  std::optional<Status> new_status;
  std::vector<std::string> fields;
  bool keeps_image = false;  ///< a deletion: the event's last image is stored with it
};

/// The time that an event occupies on one calendar, its buffers included.
struct Claim {
  int calendar = 0;  ///< the calendar's id
  EventId event_id = 0;
  Span during;
};

/// All that a call writes, as core has decided it, in the order in which it is stored. Old claims are deleted before
/// new claims are stored, since two events may change places.
struct Writes {
  Instant at{};                                 ///< the call's now
  std::vector<EventId> unclaimed;               ///< events that lose their claims on every calendar
  std::vector<const Event*> added;              ///< new events, with ids from new_event_id
  std::vector<const Event*> changed;            ///< events that replace the rows of their ids
  std::vector<Claim> claims;                    ///< on locked calendars, of events without stored claims there by then
  std::vector<std::pair<int, Change>> changes;  ///< with locked calendar's id; each gets the calendar's next seq
  std::vector<EventId> erased;                  ///< deleted events; `changes` have taken their last images
  std::map<int, int> watched;                   ///< what to add to `watched` of each calendar, by calendar id
};

/// The database as one call needs it. An error of the database itself passes through each of these functions and ends
/// the call; core catches no such error.
class Store {
 public:
  virtual ~Store() = default;

  /// Locks calendars until the transaction ends, in the order of their ids, and makes `ceo` if it is named and absent
  /// (rule 1.3). Every reading after the lock sees what all earlier writers on these calendars wrote. To lock a locked
  /// calendar again is free. Result: the calendars in the order of `names`, without names that do not exist.
  virtual std::vector<Calendar> lock(const std::vector<std::string>& names) = 0;

  /// Reads a calendar ahead of its lock. Until write() or forget(), lock() of this name locks nothing and waits for
  /// nobody, and every reading sees the database as it was at this moment. Result: false, with nothing read, where
  /// there is no such calendar or the transaction sees an older snapshot.
  virtual bool read_ahead(const std::string& name) = 0;

  /// Whether no other transaction has changed the calendar since read_ahead(), or is about to change it. If so, all
  /// that was read since belongs together, and still holds.
  virtual bool is_as_read() = 0;

  /// Forgets the calendar that was read ahead, and all that was planned in its timeline.
  virtual void forget() = 0;

  /// The clock, floored to seconds. A plan reads the clock after lock() (rule 2.1.8).
  virtual Instant now() = 0;

  /// The stored event; nullopt when no event has this id. This takes no lock: until the event's calendars are locked
  /// the event may change, and the caller must read it again under their locks.
  virtual std::optional<Event> find(EventId id) = 0;

  /// The events that claim time within `within` on the calendar, in any order.
  virtual std::vector<Event> occupants(const Calendar& calendar, Span within) = 0;

  /// The stored events of a series, in any order.
  virtual std::vector<Event> series(EventId series) = 0;

  /// The stored claims of the event, on all its calendars.
  virtual std::vector<Claim> claims(EventId id) = 0;

  /// The events that are held or wait on any of the calendars.
  virtual std::vector<Event> watched(const std::vector<std::string>& calendars) = 0;

  /// How many events that claim time on the calendar start within `day`.
  virtual int starts_within(const Calendar& calendar, Span day) = 0;

  /// The free time of the calendar, which is locked: one object for the length of the call. settle() stores what the
  /// call takes, gives, closes and reopens in this object, which must agree with the claims that are written.
  virtual std::shared_ptr<Timeline> timeline(const Calendar& calendar) = 0;

  /// Makes the free time of the calendar, which is locked, anew from its claims, after the rules of its zone changed.
  virtual void rebuild(const std::string& calendar) = 0;

  /// An id that no other event has or will have.
  virtual EventId new_event_id() = 0;

  /// Stores all of `writes`. The calendars in `writes` are locked; a calendar that was read ahead is locked here.
  /// Result: false, with nothing stored, when another transaction has changed or locked the calendar since
  /// read_ahead().
  /// Errors: 23P01 when the time of a claim is not free: a mistake in core, which the tables do not let through.
  virtual bool write(const Writes& writes) = 0;

  /// Stores what was planned in the timelines, and what the calendars' rows count of changes and of watched events.
  /// The locks stay, but a calendar has to be named in lock() again before it is used again.
  virtual void settle() = 0;

  /// Stores the rejection and announces it when the transaction commits. Result: its id.
  virtual std::int64_t reject(const Rejection& rejection) = 0;

  /// Announces that something on the locked calendars is due at `at`. The worker hears of it when the transaction
  /// commits.
  virtual void falls_due(Instant at) = 0;

  /// A savepoint whose writes and locks vanish unless keep() is called. A call leaves a savepoint to give its locks
  /// back when it needs other calendars. Savepoints nest: the savepoint opened last ends first.
  class Savepoint {
   public:
    virtual ~Savepoint() = default;

    /// Settles the store, and hands the savepoint's writes and locks to the surrounding savepoint, or to the
    /// transaction. At most once. Only the end of the surrounding savepoint or transaction can undo the writes after
    /// that.
    virtual void keep() = 0;
  };
  virtual std::unique_ptr<Savepoint> savepoint() = 0;
};

}  // namespace jb
