// SPDX-License-Identifier: PostgreSQL
//
// A writing call: its key, its basis, its work with the scheduler, and its outcomes.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call.hpp"
#include "core/scheduling/scheduler.hpp"
#include "pg/call.hpp"
#include "store/event_row.hpp"

namespace jb::functions {

// The basis of a call (rule 2.15.7): a dry run returns one, and the call that gets it does what the dry run showed, or
// nothing. It is a digest of the request and one of the plan, so a caller learns from it only what the dry run showed.

class Basis {
 public:
  /// The basis that a call makes or gets. A dry run makes one, if the function can get one; another call gets the one
  /// in its argument `basis`, if any. `arguments` outlives this object. Errors: 22023 unless it belongs to this request
  /// of this caller in this database.
  Basis(const Arguments& arguments, bool dry_run);

  /// with_scheduler() for the call. Errors: those of `work`; Stale, with facts() as DETAIL, if the plan is not the one
  /// that the basis stands for.
  template <class Work>
  auto run(Work&& work) {
    if (request_.empty()) return with_scheduler(arguments_, dry_run_, work);
    try {
      return with_scheduler(arguments_, dry_run_, [&](Scheduler& scheduler) {
        scheduler.inspect_by([this](const std::string& plan) { return is_shown(plan); });
        return work(scheduler);
      });
    } catch (Stale& stale) {
      stale.detail = facts(std::move(stale.outcomes), stale.moves);
      throw;
    }
  }

  /// The basis of a dry run that has answered; nullopt for any other call.
  const std::optional<std::string>& made() const { return made_; }

 private:
  bool is_shown(const std::string& plan);

  /// The plan that was refused, with its own basis, as a JSON object: {"outcome": "stale", "basis", "outcomes" or
  /// "moves", whose times are in UTC}. The plan is left out where it is long.
  std::string facts(std::vector<Outcome> outcomes, const std::vector<Move>& moves) const;

  const Arguments& arguments_;
  bool dry_run_;
  std::string request_{};  ///< its digest; empty: the call neither makes nor gets a basis
  std::optional<std::string> given_{};
  std::string of_plan_{};  ///< the basis of the last plan
  std::optional<std::string> made_{};
};

// Idempotency keys (rule 4.16): a caller that repeats a call under the same key gets the first answer, and nothing
// happens twice.
//
// A call takes its key before it locks a calendar, by a row under a unique index. A second call under the same key
// waits at the index for the first call's transaction. If that transaction commits, the second call reads the kept
// answer; if it rolls back, the second call is carried out.
//
// Transactions of a single call cannot deadlock on a key: none of them holds a calendar's lock while it waits for a
// key. A transaction of several calls may hold calendars already, from a booking or from jb_lock(). If it waits for
// the key of a single call that waits for one of these calendars, one of the two gets 40P01.
//
// An error keeps no answer, since the rollback removes the key's row. A dry run takes no key.

/// How long a key and its answer are kept.
constexpr Seconds kKeyKept = 30 * kDay;

/// A key, and the request that is made under it.
struct CallKey {
  std::string principal;
  std::string key;
  std::string fingerprint;  ///< a digest of the function and its arguments: a repeated call has the same fingerprint
  std::optional<pg::Tid> row = std::nullopt;  ///< of the taken key; none if another call has taken it
};

/// The key of a writing call, its argument idempotency_key; nullopt for a dry run and when the call has no key. The
/// request's fingerprint leaves out expected_version and basis, which are conditions rather than parts of the request,
/// and no longer hold when the call is repeated. Errors: 22023 unless the key is 1 to 255 printable characters of
/// ASCII.
std::optional<CallKey> call_key(const Arguments& arguments, bool dry_run);

/// Takes the key for this transaction. Result: nullopt when the caller has to make the call; otherwise the kept
/// answer, a jb_outcome[] in the caller's memory, which is null for a function without outcomes. Waits for another
/// open transaction that has taken the key. Errors: JB422 when the key was used with another request; 40001 at
/// REPEATABLE READ when another transaction has taken the key since the caller's snapshot.
std::optional<pg::Param> take_key(CallKey& key);

/// take_key() for a function with outcomes; the result is the kept outcomes. Errors: as take_key(), and 55000 when the
/// call that took the key is still under way in this transaction, because a trigger repeats the call.
std::optional<std::vector<pg::Value>> take_outcomes(CallKey& key);

/// Keeps a jb_outcome[] as the answer under a key that this call has taken. Errors: 55000 for a key that nobody took,
/// or that has an answer.
void store_answer(const CallKey& key, Datum outcomes);

/// Keeps the outcomes, whose events are complete(), as the answer under a key that this call has taken. Result: the
/// outcomes; every repetition of the call returns the same.
std::vector<Datum> keep_answer(const CallKey& key, const std::vector<Outcome>& outcomes);

/// take_outcomes() for an import; the result is the kept rows. Errors: as take_outcomes().
std::optional<std::vector<pg::Value>> take_import(CallKey& key);

/// Keeps the rows, which are of jb_import_row, as the answer under a key that this import has taken. They hold what the
/// database cannot show again: the names of events as they were. Errors: as store_answer().
void keep_import(const CallKey& key, const std::vector<Datum>& rows);

/// The body of a writing function that returns one outcome: the result of `work`, which gets a Scheduler, or the
/// answer that is kept under the call's key.
template <class Work>
Datum keyed_outcome(const Arguments& arguments, bool dry_run, Work&& work) {
  auto key = call_key(arguments, dry_run);
  if (const auto kept = key ? take_outcomes(*key) : std::nullopt) return *kept->front();
  Basis basis(arguments, dry_run);
  Outcome outcome = basis.run([&](Scheduler& scheduler) {
    auto answer = work(scheduler);
    if (answer.event) complete(*answer.event);
    return answer;
  });
  outcome.basis = basis.made();
  return key ? keep_answer(*key, {outcome}).front() : outcome_datum(pg::RowType(arguments.info()), outcome);
}

/// The body of a function that changes an event by `edit`, at the version that the argument expected_version names.
inline Datum keyed_update(const Arguments& arguments, bool dry_run, EventId id, const Editor& edit) {
  return keyed_outcome(arguments, dry_run, [&](Scheduler& scheduler) {
    return scheduler.update(id, edit, arguments.bigint("expected_version"));
  });
}

/// The same for a function that gives an event another status.
inline Datum keyed_becoming(const Arguments& arguments, EventId id, const Becoming& wanted) {
  return keyed_outcome(arguments, arguments.flag("dry_run"), [&](Scheduler& scheduler) {
    return scheduler.become(id, wanted, arguments.bigint("expected_version"));
  });
}

/// The body of a writing function that returns many outcomes, otherwise as keyed_outcome().
template <class Work>
void keyed_outcomes(const Arguments& arguments, bool dry_run, RowSet& rows, Work&& work) {
  auto key = call_key(arguments, dry_run);
  if (const auto kept = key ? take_outcomes(*key) : std::nullopt) {
    for (const auto& outcome : *kept) rows.add_row(*outcome);
    return;
  }
  Basis basis(arguments, dry_run);
  std::vector<Outcome> outcomes = basis.run([&](Scheduler& scheduler) {
    auto answers = work(scheduler);
    for (auto& answer : answers) {
      if (answer.event) complete(*answer.event);
    }
    return answers;
  });
  for (auto& outcome : outcomes) outcome.basis = basis.made();
  if (key) {
    for (const Datum outcome : keep_answer(*key, outcomes)) rows.add_row(outcome);
  } else {
    for (const auto& outcome : outcomes) rows.add(outcome);
  }
}

}  // namespace jb::functions
