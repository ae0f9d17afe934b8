// SPDX-License-Identifier: PostgreSQL
//
// The scheduler: locks, plans, and writes what was planned. One object serves one call.
//
// What must stay true: nothing is read before the locks that guard it are held; nothing is written before everything
// has been decided; a rejected call writes its rejection and nothing else.
#pragma once

#include <functional>
#include <optional>

#include "editing.hpp"
#include "explaining.hpp"

namespace jb {

/// What an event is asked to become.
struct Becoming {
  std::string status;  ///< cancelled, denied, scheduled (a confirmation)
  Scope scope = Scope::one;
  bool if_still_free = false;  ///< as in Edit
};

/// The calls that write. One that finds no place is answered, by an Outcome with its reason; one that is invalid or not
/// allowed throws a Failure. The store's own errors pass through.
class Scheduler {
 public:
  /// `store` outlives this object. On a dry run each call answers what it would have led to, by what the store shows,
  /// and neither locks nor writes: the store may be one that can only read.
  explicit Scheduler(Store& store, bool dry_run = false) : store_(store), dry_run_(dry_run) {}

  /// Places a new event. `fields` have passed check_values and check_new.
  /// Errors: 22023 for an unknown calendar, and for a fixed event that begins or ends outside the years 0001 to 9999.
  Outcome schedule(const Fields& fields);

  /// Places new events in order, each seeing those before it. A request with dry_run of its own is tried where it
  /// stands, and unseen by those after it. Locks first.
  /// Errors: as schedule; every unknown calendar is named, by the index of its request. One error undoes them all.
  ///
  /// `known`: asked of each request by its place when it is its turn, under the locks; the event that it names is what
  /// the request would have made, which is unchanged then.
  using Known = std::function<std::optional<EventId>(std::size_t)>;
  std::vector<Outcome> schedule_all(const std::vector<Fields>& requests, const Known& known = {});

  /// What schedule would answer, and what was passed over on the way; at most `most` rows. `aside`: an event that is
  /// left out of it all. Errors: as schedule; P0002 when there is no event `aside`.
  std::vector<Verdict> explain(const Fields& fields, std::size_t most, std::optional<EventId> aside = {});

  /// Locks calendars until the transaction ends. Errors: 22023 for an unknown one.
  void lock(const std::vector<std::string>& names);

  /// Changes an event: its fields, its time, its status. Rejected, it stays exactly as it was.
  /// Errors: P0002 no such event, JB412 another version than expected, 55000 a transition that its status does not
  /// allow, 22023 a wish that contradicts itself.
  Outcome update(EventId id, const Editor& edit, std::optional<std::int64_t> expected_version);

  /// Asks for a status. Errors: as update.
  Outcome become(EventId id, const Becoming& wanted, std::optional<std::int64_t> expected_version);

  /// Counts the event's version up and records `field` as changed, around `work`, which writes what only the store
  /// knows of, under the event's locks. Errors: P0002, JB412, and those of `work`.
  Outcome amend(EventId id, const std::string& field, std::optional<std::int64_t> expected_version,
                const std::function<void()>& work);

  /// Removes the event; its last image stays in the history. Errors: P0002, JB412.
  void remove(EventId id, std::optional<std::int64_t> expected_version);

  /// Does what is due on the calendars: holds end, events that wait are looked at. Result: how many changes that made.
  /// Errors: 22023 for an unknown one.
  std::size_t tend(const std::vector<std::string>& names);

  /// Places the calendar's automatic events again, as early as possible. Errors: P0002 no such calendar.
  std::vector<Move> replan(const std::string& calendar);

  /// Makes the calendar's free time anew, by the rules of its zone as they are now, and puts fixed events back to their
  /// wall clock times. Errors: P0002 no such calendar.
  std::vector<Move> rezone(const std::string& calendar);

  /// Runs `change`, which gives a calendar other settings or other hours, under its lock, and places what waits on it
  /// as if time had opened. `change` may be run more than once; only what it did last stays.
  void retune(const std::string& name, const std::function<void()>& change);

 private:
  struct RunOptions {
    std::function<void()> before{};  ///< once the locks are held, before anything is read
    bool writes_itself = false;      ///< the work writes to the store, which takes locks
  };
  template <class Work>
  auto try_out(std::vector<std::string> names, Work&& work);
  template <class Work>
  auto run_ahead(const std::string& name, Work&& work) -> std::optional<decltype(work(std::declval<Plan&>()))>;
  template <class Work>
  auto run(std::vector<std::string> names, const RunOptions& options, Work&& work);
  template <class Work>
  auto run_on(const Event& seen, std::optional<std::int64_t> expected_version, const RunOptions& options, Work&& work);
  Event seen(EventId id);

  Store& store_;
  bool dry_run_;
};

}  // namespace jb
