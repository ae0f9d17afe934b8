// SPDX-License-Identifier: PostgreSQL
//
// The frame of every writing function, and of its dry run.
#pragma once

#include "core/scheduling/scheduler.hpp"
#include "pg/transaction.hpp"
#include "store/pg_store.hpp"
#include "store/snapshot_store.hpp"

namespace jb::sql {

/// Runs `work` with a Scheduler for the principal named, and gives back what it returns once all is written.
template <class Work>
auto with_scheduler(const std::optional<std::string>& principal, Work&& work) {
  PgStore store(pg::principal(principal));
  pg::Session session;
  Scheduler scheduler(store);
  auto result = work(scheduler);
  store.settle();
  session.finish();
  return result;
}

/// The same as a dry run: all that it reads is of one moment, that at which it begins, and it needs no more than
/// reading.
template <class Work>
auto with_trial(const std::optional<std::string>& principal, Work&& work) {
  pg::principal(principal);
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
