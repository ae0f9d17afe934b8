// SPDX-License-Identifier: PostgreSQL
//
// The database as the scheduler needs it: locks, claims, events, history, and the rights of the caller. store/
// implements this interface over PostgreSQL's tables; the scheduler knows neither SQL nor transactions.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "../event/calendar.hpp"
#include "../event/refusal.hpp"

namespace jb {

/// One entry of a calendar's history. Ranges and statuses are the stored ones. Without old_status the event was not on
/// the calendar before the change; without new_status the event is not on it after.
struct Change {
  EventId event_id = 0;
  std::int64_t version = 0;  ///< the event's version after the change; a deletion counts as one version more
  Verb kind{};
  std::optional<Span> old_range{};
  std::optional<Span> new_range{};
  std::optional<Status> old_status{};
  std::optional<Status> new_status{};
  std::vector<std::string> fields{};
  bool keeps_image = false;  ///< a deletion: the event's last image is stored with it
  /// The ids of the calendars that the event names, if this one is an attendee's; empty if the event names this one.
  std::vector<std::int64_t> named{};
  std::string old_values{};        ///< the values that the change replaced (old_values_json); empty: none
  bool lacks_attachments = false;  ///< `old_values` has every member but these: the store adds them

  /// A change that makes a version divisible by this keeps every member, so that working an event out backwards takes
  /// at most this many steps, however long its history.
  static constexpr std::int64_t kStep = 32;
};

/// The time that an event occupies on one calendar, its buffers included.
struct Claim {
  int calendar = 0;  ///< the calendar's id
  EventId event_id = 0;
  Span during;
};

/// The order in which waiting events are tried: priority, high first; then age; then id (rule 2.11.3).
struct Turn {
  int rank = std::numeric_limits<int>::min();  ///< the priority, negated
  Instant since{};                             ///< created_at
  EventId event_id = 0;

  friend auto operator<=>(const Turn&, const Turn&) = default;
};

/// A held or waiting event on one of its calendars: when a call must look at the event, and which open time it could
/// use. A call that books on the calendar reads only the due events; a call that opens time there reads only the
/// waiting events that could use this time.
struct Watched {
  int calendar = 0;  ///< the calendar's id
  EventId event_id = 0;
  Instant due_at{};            ///< no call needs to look earlier; the event itself may be due later
  std::optional<Span> room{};  ///< where a waiting event could stand; none: the event is held
  Seconds needs{0};            ///< how much free time a waiting automatic event needs; 0 for any other event
  Turn turn{};

  friend bool operator==(const Watched&, const Watched&) = default;
};

/// Open time on a calendar, and which of the waiting events there to read.
struct Room {
  Span open;         ///< the events could stand here, at least in part
  Seconds shorter;   ///< an automatic event is shorter than this
  Turn after{};      ///< the events' turns come after this turn
  std::size_t most;  ///< how many events
};

/// The calendars that a call needs besides those that it has locked. This is not a std::exception, so that only the
/// code that takes locks (scheduler.cpp) catches it.
struct NotLocked {
  std::vector<std::string> names{};
  bool instead = false;  ///< the call needs only `names`, since its event has moved to them
};

/// All that a call writes, as core has decided it, in the order in which it is stored. Old claims are deleted before
/// new claims are stored, since two events may change places.
struct Writes {
  Instant at{};                                 ///< the call's now
  std::vector<EventId> unclaimed;               ///< events that lose their claims on every calendar
  std::vector<const Event*> added;              ///< new events, with ids from new_event_id
  std::vector<const Event*> changed;            ///< events that replace the rows of their ids
  std::vector<Claim> claims;                    ///< on locked calendars, of events without stored claims there then
  std::vector<std::pair<int, Change>> changes;  ///< with the locked calendar's id; each gets the calendar's next seq
  std::vector<EventId> erased;                  ///< deleted events; `changes` have taken their last images
  std::vector<EventId> unwatched;               ///< events that lose their Watched on every calendar
  std::vector<Watched> watched;                 ///< on locked calendars, of events that have no Watched then
  std::map<int, int> watched_by;  ///< by calendar id, how many more events it has to watch; its lock is written anyway
};

/// The database as one call needs it. An error of the database itself passes through each of these functions and ends
/// the call; core catches no such error.
class Store {
 public:
  virtual ~Store() = default;

  /// Whether the caller may do everything with every calendar. If so, no right is checked.
  virtual bool is_open() { return true; }

  /// What the caller may do with the calendar of this name, which exists (rule 13.1).
  virtual Rights rights(const std::string& /*calendar*/) { return Rights::all(); }

  /// What the grants on this calendar let the caller place there, for each of those whose rights the call needs; empty
  /// where none of them is bounded (rule 13.14).
  virtual std::vector<std::vector<Power>> powers(const std::string& /*calendar*/) { return {}; }

  /// The principal of the call.
  virtual const std::string& principal() const = 0;

  /// How many events on the calendar its principal holds at `now`.
  virtual std::size_t held(const Calendar& calendar, Instant now) = 0;

  /// Whether the caller has proposed the event, and nobody has confirmed it.
  bool has_proposed(const Event& event) const { return !event.proposed_on.empty() && event.held_by == principal(); }

  /// Whether the caller may read the event, that is, one of the calendars that it names (rule 13.4).
  bool may_read(const Event& event) {
    if (is_open()) return true;
    return std::any_of(event.calendars.begin(), event.calendars.end(),
                       [&](const auto& name) { return rights(name).has(Right::read); });
  }

  /// Loads calendars, before anything on them is read. Except ahead of the locks, this locks them until the transaction
  /// ends, in the order of their ids, and makes `ceo` if it is named and absent (rule 1.3). Every read after the lock
  /// sees what all earlier writers on these calendars wrote. A store for dry runs neither locks nor makes anything.
  /// Loading a calendar again is free. Result: the calendars in the order of `names`, without names that do not exist.
  virtual std::vector<Calendar> load(const std::vector<std::string>& names) = 0;

  /// Waits for this call's turn. Calls that could not lock the calendars that they had chosen, and whose first calendar
  /// is `first`, choose again one after another; together they would choose the same calendars again. The turn ends
  /// with end_turn(), or with the transaction.
  virtual void wait_for_turn(const std::string& /*first*/) {}
  virtual void end_turn() {}

  /// Locks these calendars until the innermost savepoint ends, in the order of their ids, after waiting for their
  /// holders. It reads nothing. The next plan, which read_ahead() begins, may choose other calendars.
  virtual void lock_ahead(const std::vector<std::string>& names) = 0;

  /// Begins to read ahead of the locks. Until confirm(), write() or forget(), load() locks nothing and waits for
  /// nobody, and every read sees the database as it is at this moment. load() then throws NotLocked where it would have
  /// to make `ceo`. Result: false, with nothing begun, where the call cannot read ahead.
  virtual bool read_ahead() = 0;

  /// Whether no other transaction has changed, or is about to change, a calendar read since read_ahead(). If so,
  /// everything read since is consistent and still valid.
  virtual bool is_as_read() = 0;

  /// Forgets these calendars, which were read ahead and need no lock.
  virtual void leave(const std::set<int>& only_read) = 0;

  /// Locks the calendars that were read since read_ahead(), in the order of their ids, after waiting for their holders;
  /// without `may_wait`, it fails instead. Result: whether all are still as they were read, so that the plan can be
  /// written.
  virtual bool confirm(bool may_wait) = 0;

  /// Whether another transaction has changed the calendar since it was read ahead, or is about to.
  virtual bool is_changing(const Calendar& /*calendar*/) { return false; }

  /// Forgets the calendars that were read ahead, and all that was planned in their timelines.
  virtual void forget() = 0;

  /// The clock, floored to seconds. A plan reads it once, after load() or read_ahead() (rule 2.1.8). After the wait of
  /// confirm() the scheduler reads it again, to check that it still shows the plan's now.
  virtual Instant now() = 0;

  /// The stored event; nullopt when no event has this id. This takes no lock. The event may change until its calendars
  /// are locked, so the caller must read it again under their locks.
  virtual std::optional<Event> find(EventId id) = 0;

  /// The events that claim time within `within` on the calendar, in any order.
  virtual std::vector<Event> occupants(const Calendar& calendar, Span within) = 0;

  /// The stored events of a series, in any order.
  virtual std::vector<Event> series(EventId series) = 0;

  /// The stored rule of a series; nullopt when there is no such series.
  virtual std::optional<std::string> rule(EventId series) = 0;

  /// The other events that this event's poll was booked as, and that stand or may stand again, the newest first. At
  /// most one of a poll's events may stand (rule 9.7). Called under the locks of this event's calendars. Booking the
  /// poll writes these locks.
  virtual std::vector<EventId> rivals(EventId id) = 0;

  /// The stored claims of the event, on all its calendars.
  virtual std::vector<Claim> claims(EventId id) = 0;

  /// The events on the calendar whose Watched is due at `now`, in any order.
  virtual std::vector<Event> due(const Calendar& calendar, Instant now) = 0;

  /// The first `room.most` waiting events on the calendar that could use the room, in the order of their turns.
  virtual std::vector<Event> waiting(const Calendar& calendar, const Room& room) = 0;

  /// How many events that claim time on the calendar start within `day`.
  virtual int starts_within(const Calendar& calendar, Span day) = 0;

  /// The total length of the events that claim time on the calendar, start within `period`, and are counted. Cost:
  /// linear in the events that claim time within `period`.
  virtual Seconds booked(const Calendar& calendar, Span period, const std::function<bool(EventId)>& is_counted) = 0;

  /// The free time of the locked calendar: one object for the whole call. settle() stores what the call takes, gives,
  /// closes and reopens in this object, which must agree with the written claims.
  virtual std::shared_ptr<Timeline> timeline(const Calendar& calendar) = 0;

  /// Rebuilds the free time of the locked calendar from its claims, after the rules of its zone have changed.
  virtual void rebuild(const std::string& calendar) = 0;

  /// Stores when the locked calendar heard from its source.
  virtual void hear(const std::string& calendar, Instant at) = 0;

  /// An id that no other event has or will have.
  virtual EventId new_event_id() = 0;

  /// Stores all of `writes`. The calendars in `writes` are locked; a single calendar that was read ahead, and that
  /// confirm() has not locked, is locked here. Result: false, with nothing stored, when another transaction has changed
  /// or locked this calendar since read_ahead().
  /// Errors: 23P01 when the time of a claim is not free, which is a mistake in core that the tables catch.
  virtual bool write(const Writes& writes) = 0;

  /// Stores the planned timelines, and the counts of changes and watched events in the calendars' locks. If write() has
  /// locked a calendar that was read ahead, it has stored the counts already. The locks stay, but a calendar must be
  /// passed to load() again before further use.
  virtual void settle() = 0;

  /// Stores the rejection and announces it when the transaction commits. Result: its id.
  virtual std::int64_t reject(const Rejection& rejection) = 0;

  /// Announces that something on the locked calendars is due at `at`. The worker hears of it when the transaction
  /// commits.
  virtual void falls_due(Instant at) = 0;

  /// A savepoint whose writes and locks vanish unless keep() is called. A call leaves a savepoint to release its locks
  /// when it needs other calendars. Savepoints nest: the last one opened ends first.
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

// What a caller may ask for (rules 13.3 and 13.5).
//
// Rights apply to what the caller names: the calendars of a request, the event of a change. The consequences need no
// rights: on any calendar, events give way, waiting events take newly open time, and holds end. So the scheduler checks
// rights where it reads the request, and removes from its answer the events that the caller may not read
// (scheduler.hpp).

/// The calendars that one item of a batch names.
struct NamedBy {
  std::optional<std::size_t> item;
  std::vector<std::string> names;
};

/// Requires the right to book on each of the calendars, or `or_propose` to propose. Errors: 22023 under the index of
/// the item, with each calendar on which the caller has no right reported as unknown; 42501.
void require_booking(const std::vector<NamedBy>& all, const std::function<Rights(const std::string&)>& rights_on,
                     bool or_propose = true);

/// The same for one request. Also called before the calendars are locked, since the wait for a lock would reveal that a
/// calendar exists. The existence of a calendar on which the caller has every right is checked later.
void require_booking(Store& store, const std::vector<std::string>& names, bool or_propose = true);

/// Requires that the caller may read the event. Errors: P0002.
void require_reading(Store& store, const Event& event);

/// Whether the caller has the right on each of the calendars.
bool has_right_on_each(Store& store, const std::vector<std::string>& names, Right right);

/// Requires a right on each of these calendars of an event that the caller may read. Errors: 42501.
void require_right_on_each(Store& store, const std::vector<std::string>& names, Right right);

/// Whether the caller may manage one of the calendars that the event names.
bool manages_one(Store& store, const Event& event);

/// Requires that the caller may read the event and book on each of the calendars that it names; attendees' calendars
/// need no right (rule 13.3), unless the event was proposed there (13.15). Errors: P0002; 42501.
void require_changing(Store& store, const Event& event);

/// The part of require_changing() about booking. Errors: 42501.
void require_booking_of(Store& store, const Event& event);

/// Whether the caller may do what require_changing() requires.
bool may_change(Store& store, const Event& event);

/// Whether the caller may confirm or deny the proposal: whoever may book on each calendar where its maker could only
/// propose, and is not the maker (rule 13.15).
bool may_answer(Store& store, const Event& event);

/// As require_changing, but a manager of one of these calendars may cancel the event, and so may whoever proposed it
/// and may read it; others may answer a proposal. intent_of() checks that such a caller changes nothing else.
void require_cancelling(Store& store, const Event& event);

/// As require_cancelling, but whoever has proposed the event need not be able to read it.
void require_withdrawing(Store& store, const Event& event);

/// Requires that the caller may manage each calendar that the event names. Errors: as require_changing.
void require_deleting(Store& store, const Event& event);

/// The refusal of a file that would change an event hidden from its caller: 42501.
Failure file_changes_hidden();

/// Requires a right on a calendar that exists. Errors: P0002 where the caller has no right there; 42501.
void require_right_on(Store& store, const std::string& calendar, Right right);

}  // namespace jb
