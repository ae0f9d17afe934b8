// SPDX-License-Identifier: PostgreSQL
//
// The frame of every writing function, and of its dry run.
#pragma once

#include "core/scheduling/scheduler.hpp"
#include "pg/caller.hpp"
#include "pg/transaction.hpp"
#include "store/pg_store.hpp"
#include "store/snapshot_store.hpp"

namespace jb::sql {

/// Runs `work` with a Scheduler for the named principal, writes everything, and returns the result of `work`.
template <class Work>
auto with_scheduler(const std::optional<std::string>& principal, Work&& work) {
  const pg::Asking asking(principal);
  PgStore store(pg::principal(principal));
  pg::Session session;
  Scheduler scheduler(store);
  auto result = work(scheduler);
  store.settle();
  session.finish();
  return result;
}

/// Runs `work` as a dry run (rule 2.15.2): everything that `work` reads is read as of the moment when the call begins,
/// and the call needs no right but the right to read.
template <class Work>
auto with_trial(const std::optional<std::string>& principal, Work&& work) {
  pg::principal(principal);
  const pg::Asking asking(principal);
  pg::Session session;
  session.freeze_all();
  SnapshotStore store;
  Scheduler scheduler(store, true);
  auto result = work(scheduler);
  session.thaw();
  session.finish();
  return result;
}

template <class Work>
auto with_scheduler(const std::optional<std::string>& principal, bool dry_run, Work&& work) {
  return dry_run ? with_trial(principal, work) : with_scheduler(principal, work);
}

}  // namespace jb::sql
