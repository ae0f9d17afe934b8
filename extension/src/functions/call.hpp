// SPDX-License-Identifier: PostgreSQL
//
// The frame of every SQL-callable function: its arguments, who asks, its SPI connection and its result; and of every
// writing function, and of its dry run, the scheduler.
#pragma once

#include <type_traits>

#include "arguments.hpp"
#include "core/scheduling/scheduler.hpp"
#include "pg/caller.hpp"
#include "pg/transaction.hpp"
#include "results.hpp"
#include "store/pg_store.hpp"
#include "store/rights.hpp"
#include "store/snapshot_store.hpp"

namespace jb::functions {

/// The function's call: rights are asked of the principal that its argument `principal` names, as long as this lives.
class Frame {
 public:
  explicit Frame(FunctionCallInfo info) : arguments(info) {
    if (arguments.has("principal")) asking_.emplace(arguments.text("principal"));
  }
  const Arguments arguments;

 private:
  std::optional<pg::Asking> asking_;
};

/// The result of a function, made of what its body returns.
template <class Body>
Datum answer(FunctionCallInfo info, Body&& body) {
  if constexpr (std::is_void_v<decltype(body())>) {
    body();
    return 0;
  } else {
    return result(info, body());
  }
}

/// Runs `body` with an SPI connection; the result is what `body` returns, and outlives the connection.
template <class Body>
auto connected(Body&& body) {
  pg::SpiConnection spi;
  if constexpr (std::is_void_v<decltype(body())>) {
    body();
    spi.finish();
  } else {
    auto result = body();
    spi.finish();
    return result;
  }
}

/// The ways to run a body: with nothing around it, for a function that no principal calls and that each row of a query
/// may call; as a call; as a call with an SPI connection. A body may take rows for its answer.
template <auto body>
Datum plain(FunctionCallInfo info) {
  return answer(info, [&] { return body(Arguments(info)); });
}

template <auto body, bool connects = false>
Datum call(FunctionCallInfo info) {
  const Frame frame(info);
  const auto run = [](const auto& work) {
    if constexpr (connects)
      return connected(work);
    else
      return work();
  };
  if constexpr (std::is_invocable_v<decltype(body), const Arguments&, RowSet&>) {
    RowSet rows(info);
    run([&] { body(frame.arguments, rows); });
    return 0;
  } else {
    return answer(info, [&] { return run([&] { return body(frame.arguments); }); });
  }
}

template <auto body>
Datum connected_call(FunctionCallInfo info) {
  return call<body, true>(info);
}

/// As connected_call(), for a function that its caller's rights run: it asks who all needs a right (pg::askers()), and
/// reads and writes the tables as their owner.
template <auto body>
Datum lent_call(FunctionCallInfo info) {
  const pg::AsOwner as_owner(owner_of_tables());
  return connected_call<body>(info);
}

/// Runs `work` with a Scheduler for the principal of the call, writes everything, and returns the result of `work`.
template <class Work>
auto with_scheduler(const Arguments& arguments, Work&& work) {
  PgStore store(pg::principal(arguments.principal()));
  pg::SpiConnection spi;
  Scheduler scheduler(store);
  auto result = work(scheduler);
  store.settle();
  spi.finish();
  return result;
}

/// Runs `work` as a dry run (rule 2.15.2): everything that `work` reads is read as of the moment when the call begins,
/// and the call needs no right but the right to read.
template <class Work>
auto with_trial(const Arguments& arguments, Work&& work) {
  pg::principal(arguments.principal());
  pg::SpiConnection spi;
  spi.freeze_all();
  SnapshotStore store;
  Scheduler scheduler(store, true);
  auto result = work(scheduler);
  spi.thaw();
  spi.finish();
  return result;
}

template <class Work>
auto with_scheduler(const Arguments& arguments, bool dry_run, Work&& work) {
  return dry_run ? with_trial(arguments, work) : with_scheduler(arguments, work);
}

}  // namespace jb::functions

/// Defines the SQL-callable function `name`. Its body follows: it has `arguments`, and returns a C++ value of the type
/// that is named, from which the result is made (results.hpp). Such a definition stands outside an anonymous namespace,
/// which would hide the function.
#define JB_DEFINE(way, name, parameters, ...)                                                  \
  static __VA_ARGS__ name##_body parameters;                                                   \
  extern "C" {                                                                                 \
  PG_FUNCTION_INFO_V1(name);                                                                   \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS) { return jb::pg::entry<way<name##_body>>(fcinfo); } \
  }                                                                                            \
  __VA_ARGS__ name##_body parameters
#define JB_ARGUMENTS ([[maybe_unused]] const Arguments& arguments)
#define JB_ROWS ([[maybe_unused]] const Arguments& arguments, RowSet& rows)
#define JB_PLAIN(name, ...) JB_DEFINE(plain, name, JB_ARGUMENTS, __VA_ARGS__)
#define JB_CALL(name, ...) JB_DEFINE(call, name, JB_ARGUMENTS, __VA_ARGS__)
#define JB_CONNECTED(name, ...) JB_DEFINE(connected_call, name, JB_ARGUMENTS, __VA_ARGS__)
#define JB_LENT(name, ...) JB_DEFINE(lent_call, name, JB_ARGUMENTS, __VA_ARGS__)
/// The same for a function that returns rows: its body adds them to `rows`.
#define JB_CALL_ROWS(name) JB_DEFINE(call, name, JB_ROWS, void)
#define JB_CONNECTED_ROWS(name) JB_DEFINE(connected_call, name, JB_ROWS, void)
#define JB_LENT_ROWS(name) JB_DEFINE(lent_call, name, JB_ROWS, void)
