// SPDX-License-Identifier: PostgreSQL
//
// Idempotency keys: whoever repeats a call under the same key gets the first answer, and nothing happens twice.
//
// A key is taken before any calendar is locked, by a row under a unique index: who comes second waits there for the
// first one's transaction, and then reads its answer, or, where it rolled back, makes the call. Single calls cannot
// deadlock so: none of them holds a calendar's lock while it waits for a key. A transaction of several calls may (it
// has booked already, or begun with jb_lock), and then meets 40P01 where a single call under the same key waits for it.
// An error keeps nothing, since it takes the row along; a dry run takes no key. Calls without a key never come here.
#pragma once

#include "call.hpp"
#include "pg/row_type.hpp"
#include "results.hpp"

namespace jb::sql {

/// How long a key stands for its answer.
constexpr Seconds kKeyKept = 30 * kDay;

/// A key, and what is asked under it.
struct CallKey {
  std::string principal;
  std::string key;
  std::string fingerprint;  ///< of the function and its arguments; of the same call always the same
};

/// The key of a writing call, whose last arguments are idempotency_key and principal; nullopt when it has none.
/// `version_argument` is the place of expected_version, or -1: a precondition makes no other request of a call, and
/// when it is repeated it cannot hold any more. Errors: 22023 unless it is 1 to 255 printable characters of ASCII.
std::optional<CallKey> call_key(FunctionCallInfo info, int version_argument);

/// The principal that a writing call names, its last argument.
std::optional<std::string> named_principal(FunctionCallInfo info);

/// Takes the key for this transaction. Result: nullopt, and the call is to be made; or the answer that is kept,
/// jb_outcome[] in the caller's memory, null for a function without outcomes. Waits for another transaction that has
/// taken the key. Errors: JB422 when the key was used with another request; 40001 at REPEATABLE READ where another
/// transaction has taken it since the caller's snapshot.
std::optional<pg::Param> take_key(const CallKey& key);

/// The same for a function with outcomes: those that are kept. Errors besides: 55000 when the call that took the key is
/// still under way in this transaction, because a trigger makes it once more.
std::optional<std::vector<std::optional<Datum>>> take_outcomes(const CallKey& key);

/// Keeps the outcomes as the answer under a key taken before. Result: the same with the events as they stand now, as
/// every repetition gives them.
std::vector<Datum> keep_answer(const CallKey& key, const std::vector<Outcome>& outcomes);

/// A writing function that returns one outcome: what `work` gives of a Scheduler, or the answer kept under its key.
template <class Work>
Datum keyed_outcome(FunctionCallInfo info, bool dry_run, int version_argument, Work&& work) {
  const auto key = dry_run ? std::nullopt : call_key(info, version_argument);
  if (key) {
    if (const auto kept = take_outcomes(*key)) return *kept->front();
  }
  const Outcome outcome = with_scheduler(named_principal(info), dry_run, work);
  return key ? keep_answer(*key, {outcome}).front() : outcome_datum(info, outcome);
}

/// The same for one that returns many.
template <class Work>
void keyed_outcomes(FunctionCallInfo info, bool dry_run, RowSet& rows, Work&& work) {
  const auto key = dry_run ? std::nullopt : call_key(info, -1);
  if (key) {
    if (const auto kept = take_outcomes(*key)) {
      for (const auto& outcome : *kept) rows.add_row(*outcome);
      return;
    }
  }
  const std::vector<Outcome> outcomes = with_scheduler(named_principal(info), dry_run, work);
  if (key) {
    for (const Datum outcome : keep_answer(*key, outcomes)) rows.add_row(outcome);
  } else {
    for (const auto& outcome : outcomes) rows.add(outcome);
  }
}

}  // namespace jb::sql
