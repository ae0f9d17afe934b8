// SPDX-License-Identifier: PostgreSQL
//
// The scheduler: locks calendars, plans a call, and writes the plan. One object serves one call.
//
// What must stay true: a call writes only what it has decided under its locks, or ahead of its locks while nobody else
// changed the calendars (run_ahead). Nothing is written before everything has been decided.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "edits.hpp"
#include "explanation.hpp"
#include "plan.hpp"
#include "source_events.hpp"

namespace jb {

/// The status that a caller asks for an event.
struct Becoming {
  Status status;  ///< cancelled, denied, scheduled (a confirmation)
  Scope scope = Scope::one;
  bool if_still_free = false;  ///< Edit::if_still_free
};

/// One change of a list: which event it changes, and the version that the event must have.
struct Changing {
  EventId id;
  std::optional<std::int64_t> expected_version{};
};

/// Asked before anything is written, with a text that is the same whenever the caller would be shown the same plan.
/// Result: whether the call may go on.
using Inspector = std::function<bool(const std::string& plan)>;

/// Thrown in place of an answer when the Inspector has refused the plan. It carries what a dry run would have answered.
class Stale : public Failure {
 public:
  explicit Stale(Outcome outcome) : Stale(std::vector{std::move(outcome)}) {}
  explicit Stale(std::vector<Outcome> all) : Stale() { outcomes = std::move(all); }
  explicit Stale(std::vector<Move> all) : Stale() { moves = std::move(all); }

  std::vector<Outcome> outcomes;
  std::vector<Move> moves;

 private:
  Stale();
};

/// An Editor for the events of a list.
using EditorOfAll = std::function<std::vector<Edit>(const std::vector<Event>& current, Instant now)>;

/// The calls that write. A call whose event finds no place answers with an Outcome and its reason (rule 2.6.1). An
/// invalid call, or a call that the event's status does not allow, throws a Failure (rule 2.6.2). The store's own
/// errors pass through.
class Scheduler {
 public:
  /// `store` outlives this object. On a dry run each call gives the answer of a real run, but neither locks nor writes
  /// (rule 2.15.2), so a read-only store is enough.
  explicit Scheduler(Store& store, bool dry_run = false) : store_(store), dry_run_(dry_run) {}

  /// Has each call that answers outcomes or moves ask `inspector` before it writes, also on a dry run. A refused call
  /// throws Stale, with nothing written.
  void inspect_by(Inspector inspector) { inspector_ = std::move(inspector); }

  /// Places a new event. `fields` have passed check_values and check_new.
  /// Errors: 22023 for an unknown calendar, and for a fixed event that begins or ends outside the years 0001 to 9999.
  Outcome schedule(const Fields& fields);

  /// Places new events in the order of the requests. Each request sees the events of the requests before it. A request
  /// with a dry_run of its own is tried at its turn, and later requests do not see its event. Errors: as schedule,
  /// with every unknown calendar under the index of its request. One error undoes all requests. With `all_or_none` one
  /// rejection undoes them too (rule 4.18): the outcomes of the other requests are `undone`.
  std::vector<Outcome> schedule_all(const std::vector<Fields>& requests, bool all_or_none = false);

  /// Makes the calendar's events follow their source (follow_all), of which the call hears `news`. `read` reads what is
  /// stored; a call that plans more than once runs it for each plan. Errors: P0002 no such calendar; as follow_all.
  std::vector<Followed> follow(const std::string& calendar, News news,
                               const std::function<std::vector<SourceEvent>()>& read);

  /// What schedule would answer, and which starts are passed over; at most `most` rows. The event `aside` counts as
  /// absent. Errors: as schedule; P0002 when there is no event `aside`.
  std::vector<Verdict> explain(const Fields& fields, std::size_t most, std::optional<EventId> aside = {});

  /// explain() of a stored event's own wish, with the event counted as absent (rule 4.21). Errors: P0002.
  std::vector<Verdict> explain_event(EventId id, std::size_t most);

  /// Why what schedule() would refuse has no place; and the same of a stored event's own wish. Errors: as explain(),
  /// explain_event() and jb::prove().
  Proof prove(const Fields& fields, std::optional<EventId> aside = {});
  Proof prove_event(EventId id);

  /// The open time of the event's calendars, with the event counted as absent, as for a change of it. Errors: P0002.
  Search search_beside(EventId id);

  /// Locks calendars until the transaction ends (rule 2.15.4). Errors: 22023 for an unknown calendar.
  void lock(const std::vector<std::string>& names);

  /// Changes an event: its fields, its time, its status. If the change is rejected, the event stays exactly as it was.
  /// Errors: P0002 no such event, JB412 another version than expected, 55000 a change that the event's status does not
  /// allow, 22023 a wish that contradicts itself.
  Outcome update(EventId id, const Editor& edit, std::optional<std::int64_t> expected_version);

  /// Changes several events together, all or none (apply_all). `edit` makes the edits of all of them, in the order of
  /// `changes`, with the index of each in its fields. Errors: as update, with every unknown calendar under the index of
  /// its change; 22023 for an event that two changes reach. One error undoes all changes.
  std::vector<Outcome> update_all(const std::vector<Changing>& changes, const EditorOfAll& edit);

  /// Changes an event's status. Errors: as update.
  Outcome become(EventId id, const Becoming& wanted, std::optional<std::int64_t> expected_version);

  /// Runs `work` under the event's locks, increments the event's version, and records `field` as changed. `work` writes
  /// parts of the event that core does not know, such as attachments, and returns them as they were before, as a JSON
  /// object. Errors: P0002, JB412, and those of `work`.
  Outcome amend(EventId id, const std::string& field, std::optional<std::int64_t> expected_version,
                const std::function<std::string()>& work);

  /// Removes the event; its last image stays in the history (rule 2.10.2). Errors: P0002, JB412.
  void remove(EventId id, std::optional<std::int64_t> expected_version);

  /// Writes what is due on the calendars: holds that have ended (rule 3.9), and waiting events whose time has passed
  /// or that find a place (rule 2.11). Result: how many changes are recorded. Errors: 22023 for an unknown calendar.
  std::size_t tend(const std::vector<std::string>& names);

  /// The same on the calendars on which something is due, which `due_on` returns for the plan's now.
  std::size_t tend_due(const std::function<std::vector<std::string>(Instant)>& due_on);

  /// Places the calendar's automatic events again, as early as possible (rule 2.13.1). Errors: P0002 no such calendar.
  std::vector<Move> replan(const std::string& calendar);

  /// Rebuilds the calendar's free time by the present rules of its zone, and moves fixed events back to their wall
  /// clock times (rule 2.17.2). Errors: P0002 no such calendar.
  std::vector<Move> rezone(const std::string& calendar);

  /// Runs `change`, which changes the calendar's settings or hours, under the calendar's lock, and then tries its
  /// waiting events (rule 2.11.2). `change` may run more than once; only its last run counts. The caller checks the
  /// right to manage the calendar beforehand, since the lock may wait, and again in `change`.
  void retune(const std::string& name, const std::function<void()>& change);

 private:
  struct RunOptions {
    std::function<void()> before{};  ///< runs once the locks are held, before the plan reads anything
    bool writes_itself = false;      ///< the work or its caller also writes, so it always runs under the locks
  };
  template <class Work>
  auto try_out(const std::vector<std::string>& names, Work&& work);
  template <class Work>
  auto run_ahead(std::vector<std::string>& names, std::optional<std::vector<std::string>>& locks, Work&& work)
      -> std::optional<decltype(work(std::declval<Plan&>()))>;
  bool write_if_as_read(Plan& plan, const std::set<int>& only_read, bool has_locks);
  template <class Work>
  auto run_locked(std::vector<std::string>& names, const RunOptions& options, Work&& work)
      -> std::optional<decltype(work(std::declval<Plan&>()))>;
  template <class Work>
  auto run(std::vector<std::string> names, const RunOptions& options, Work&& work);
  /// Checks what the caller may do with the event. Errors: P0002 if the event must remain unknown to the caller; 42501.
  using Require = void (*)(Store&, const Event&);
  template <class Work>
  auto run_on(EventId id, Require require, std::optional<std::int64_t> expected_version, const RunOptions& options,
              Work&& work);
  template <class Work>
  auto run_with(const std::string& calendar, Right right, const RunOptions& options, Work&& work);
  Event seen(EventId id);
  template <class Work>
  auto try_new(const Fields& fields, std::optional<EventId> aside, Work&& work);
  template <class Work>
  auto try_again(EventId id, Work&& work);
  Outcome edited(EventId id, Require require, const Editor& edit, std::optional<std::int64_t> expected_version);
  template <class Result>
  void inspect(Plan& plan, Result& result);

  Store& store_;
  bool dry_run_;
  Inspector inspector_{};
};

}  // namespace jb
