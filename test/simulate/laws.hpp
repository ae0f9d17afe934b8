// SPDX-License-Identifier: PostgreSQL
//
// What must be true of each call, however calls meet: its answer and what it leaves are those of the same call alone,
// on the tables as they were when it committed, or when its answer was proved. The calls alone are tested in test/core.
// A call that has chosen among calendars chooses by what it saw, so less is asked of it.
#pragma once

#include <optional>
#include <string>

#include "core/random_calls.hpp"
#include "session.hpp"

namespace jb::simulate {

/// A call, as a session makes it.
struct Task {
  test::Call call;
  int who = 0;
  EventId ids = 0;  ///< its new events get the ids after this one
  test::MemoryStore::Zones zones{};
};

/// Makes the call on either kind of store.
test::Answer make(const Task& task, test::MemoryStore& store);

/// Checks an answer of the task. `before`: the tables without its writes, if it has committed some; `after`: with them.
/// Errors: Broken.
void check(const Task& task, const test::Answer& answer, const Session::Planned& planned,
           const std::optional<test::MemoryStore>& before, const test::MemoryStore& after);

/// Checks the tables alone. Errors: Broken.
void check(const test::MemoryStore& tables);

}  // namespace jb::simulate
