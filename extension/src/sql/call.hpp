// SPDX-License-Identifier: PostgreSQL
//
// The frame of every writing function.
#pragma once

#include "core/scheduler.hpp"
#include "pg/transaction.hpp"
#include "store/pg_store.hpp"

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

}  // namespace jb::sql
