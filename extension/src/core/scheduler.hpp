// SPDX-License-Identifier: PostgreSQL
//
// The scheduler: locks, decides by placing, and writes what follows. One object serves one call.
//
// What must stay true: nothing is read before the locks that guard it are held; nothing is written before everything
// has been decided; a rejected call writes its rejection and nothing else.
#pragma once

#include <functional>
#include <optional>

#include "fields.hpp"
#include "outcome.hpp"
#include "placing.hpp"
#include "store.hpp"

namespace jb {

/// What a caller wants of an existing event, worked out from the event as it is under the lock.
struct Edit {
  Fields fields;
  bool place_waiting = false;  ///< try to place a waiting event even if nothing about its time changes
  FieldNames names{};          ///< as the caller knows them
};

/// Asked twice: before the locks, for the calendars that the change names, and under them, when its answer counts. What
/// it refuses it throws.
using Editor = std::function<Edit(const Event& current, Instant now)>;

/// The calls that write. One that finds no place is answered, by an Outcome with its reason; one that is invalid or not
/// allowed throws a Failure. The store's own errors pass through.
class Scheduler {
 public:
  /// `store` outlives this object.
  explicit Scheduler(Store& store) : store_(store) {}

  /// Places a new event. `fields` have passed check_values and check_new.
  /// Errors: 22023 for an unknown calendar, and for a fixed event that begins or ends outside the years 0001 to 9999.
  Outcome schedule(const Fields& fields);

  /// Places new events in order, each seeing those before it; with dry_run as one trial of all. Locks first.
  /// Errors: as schedule; every unknown calendar is named, by the index of its request. One error undoes them all.
  std::vector<Outcome> schedule_all(const std::vector<Fields>& requests, bool dry_run);

  /// Locks calendars until the transaction ends. Errors: 22023 for an unknown one.
  void lock(const std::vector<std::string>& names);

  /// Changes an event: its fields, its time, its status. Rejected, it stays exactly as it was.
  /// Errors: P0002 no such event, JB412 another version than expected, 55000 a transition that its status does not
  /// allow, 22023 a wish that contradicts itself.
  Outcome update(EventId id, const Editor& edit, std::optional<std::int64_t> expected_version, bool dry_run);

  /// Frees the event's time and keeps its row. Errors: P0002, JB412, 55000 when it is completed.
  Outcome cancel(EventId id, std::optional<std::int64_t> expected_version, bool dry_run);

  /// Counts the event's version up and records `field` as changed, around `work`, which writes what only the store
  /// knows of, under the event's locks. Errors: P0002, JB412, and those of `work`.
  Outcome amend(EventId id, const std::string& field, std::optional<std::int64_t> expected_version,
                const std::function<void()>& work);

  /// Removes the event; its last image stays in the history. Errors: P0002, JB412.
  void remove(EventId id, std::optional<std::int64_t> expected_version);

 private:
  /// An event under the locks of its calendars and of those that a change names.
  struct Locked {
    Event event;
    Edit edit;
    std::vector<Calendar> calendars;
    Instant now;
    const Calendar& calendar(const std::string& name) const;
  };
  /// A displaced event and where it goes; none: it waits.
  struct Replaced {
    Event event;
    std::optional<Span> to;
  };

  Calendar lock_calendar(const std::string& name);
  Locked lock_event(EventId id, const Editor& edit, std::optional<std::int64_t> expected_version);
  Placement place(const Calendar& calendar, Timeline& timeline, const Event& wanted, Instant now, FixedOptions options);
  /// The events that claim time within `within`, the one of id `own` aside.
  std::vector<Event> others(const Calendar& calendar, Span within, EventId own);
  std::vector<Replaced> plan_moves(const Calendar& calendar, Timeline& timeline, const Placement& placement,
                                   Instant now);
  std::vector<Move> write_moves(const Calendar& calendar, const std::vector<Replaced>& moves, Instant now);
  Outcome reject(const Calendar& calendar, const Event& wanted, const Placement& placement);
  Outcome apply_edit(const Locked& locked);
  Outcome move(const Locked& locked, Event wanted, std::vector<std::string> changed);
  Outcome transition(const Locked& locked, Event wanted, const std::string& target, std::vector<std::string> changed);
  void write(const Locked& locked, Event& wanted, std::string_view kind, const std::vector<std::string>& changed);

  Store& store_;
  std::optional<std::size_t> item_;  ///< of a batch, the request that is being placed
};

}  // namespace jb
