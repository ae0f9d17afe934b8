// SPDX-License-Identifier: PostgreSQL
//
// The wall between PostgreSQL's errors and C++ exceptions.
//
// PostgreSQL reports an error by longjmp; C++ frames that are jumped over would never run their destructors. C++ throws
// exceptions; an exception that left an entry point would end the server. So every call into the backend goes through
// guarded(), which turns a jump into BackendError. And every SQL-callable function is an entry<> (call.hpp), which
// turns an exception into an ereport after the catch block has been left: a jump out of a catch block would leak the
// exception.
//
// Invariant: inside guarded() nothing with a destructor is alive in the lambda's own frame, and the lambda returns
// something trivial. Cost: about 3 ns. PG_TRY appears nowhere in the C++ files.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/scheduling/timetable.hpp"
#include "core/values/input.hpp"

// The only way to include the server's headers. They come after C++'s own headers, which their macros would break.

// Up to PostgreSQL 15 the server leaves this empty, and -fvisibility=hidden would hide the entry points.
#if !defined(PGDLLEXPORT)
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

extern "C" {
#include "postgres.h"
// Not sorted: fmgr.h needs postgres.h.
#include "fmgr.h"
#include "utils/elog.h"
#include "utils/memutils.h"
}

// port.h defines these as macros, and nlohmann/json.hpp calls std::snprintf.
#undef fprintf
#undef printf
#undef snprintf
#undef sprintf
#undef vfprintf
#undef vprintf
#undef vsnprintf
#undef vsprintf

namespace jb::pg {

// Scope objects: what they begin ends with them.

/// A base for classes whose objects are neither copied nor moved.
struct Unmovable {
  Unmovable() = default;
  Unmovable(const Unmovable&) = delete;
  Unmovable& operator=(const Unmovable&) = delete;
};

/// While this object lives, a variable of the server or of the extension has another value.
template <class T>
class Holding : Unmovable {
 public:
  Holding(T& variable, T value) : variable_(variable), before_(std::exchange(variable, value)) {}
  ~Holding() { variable_ = before_; }

 private:
  T& variable_;
  T before_;
};

/// An error that the backend reported. It is not a std::exception, since only entry<> may swallow it: the transaction
/// must be rolled back. `data` lives in the memory context that was current at the call.
struct BackendError {
  ErrorData* data;

  std::string_view sqlstate() const { return unpack_sql_state(data->sqlerrcode); }
};

/// Restores the state that error handling must restore, even when the call succeeds.
class ExceptionStack : Unmovable {
 public:
  ExceptionStack() : jump_(PG_exception_stack), callbacks_(error_context_stack) {}
  ~ExceptionStack() { restore(); }
  void restore() const {
    PG_exception_stack = jump_;
    error_context_stack = callbacks_;
  }

 private:
  sigjmp_buf* jump_;
  ErrorContextCallback* callbacks_;
};

/// Takes over the backend's error and throws it as a BackendError in `context`. Only for guarded(), after a jump.
[[noreturn]] void throw_backend_error(MemoryContext context);

/// Calls `body`, which calls the backend. Throws BackendError where the backend reports an error.
template <class Body>
auto guarded(Body&& body) -> decltype(body()) {
  using Result = decltype(body());
  static_assert(std::is_void_v<Result> || std::is_trivially_destructible_v<Result>);
  const ExceptionStack saved;
  const MemoryContext context = CurrentMemoryContext;
  sigjmp_buf here;
  if (sigsetjmp(here, 0) != 0) {
    saved.restore();
    throw_backend_error(context);
  }
  PG_exception_stack = &here;
  return body();
}

/// Lets the backend end the call if it was cancelled or took too long. Errors: 57014, 57P01.
void check_for_interrupts();

/// What an exception says, in plain memory that outlives its catch block.
struct Report {
  ErrorData* backend = nullptr;
  char sqlstate[6] = "XX000";
  char* message = nullptr;
  char* detail = nullptr;
  char* hint = nullptr;
};

/// A Failure for raise(). Its texts are copied by malloc, since palloc could jump out of the caller's catch block. A
/// text for which there is no memory is left out.
Report plain(const Failure& failure) noexcept;

/// An exception that no rule foresees, for raise(): XX000, with `what` as the detail. A caller in SQL reads it; the
/// gateway logs an XX000 and shows its client nothing of it.
Report plain_unexpected(const char* what) noexcept;

/// Runs `body` and returns what it throws as a report for raise().
template <class Body>
std::optional<Report> reported(Body&& body) noexcept {
  Report report;
  try {
    body();
    return std::nullopt;
  } catch (const BackendError& error) {
    report.backend = error.data;
  } catch (const Failure& failure) {
    report = plain(failure);
  } catch (const std::exception& error) {
    report = plain_unexpected(error.what());
  } catch (...) {
    report = plain_unexpected("unknown exception");
  }
  return report;
}

/// Raises the report as an ERROR, and a backend error as it came. This function jumps: no catch block may be open, and
/// nothing with a destructor may be alive in the frames above the entry point. It frees the copies that plain() made.
[[noreturn]] void raise(Report report);

// The work of a background process of the server: its transactions and its reports.
//
// The main function of such a process is an entry point like a SQL-callable function: process<body> catches exceptions,
// leaves the catch block, and only then reports. After the report the process ends.

/// Writes a WARNING of this process to the server's log.
void warn(const std::string& message, const std::string& detail, const std::string& hint);

/// The main function of a background process. An error ends the process, with status 1; the postmaster starts a
/// registered process again (server/launcher.cpp).
template <void (*body)(Datum)>
void process(Datum argument) {
  if (const auto report = reported([&] { body(argument); })) raise(*report);
}

/// Changes a setting in this process.
void set_option(const char* name, const char* value);

/// The machine's clock.
MachineTime machine_clock();

/// What went wrong in a transaction.
struct Trouble {
  std::string sqlstate;
  std::string message;
  std::string detail;
};

/// Runs `work` in a transaction of its own and commits. If `work` fails, rolls back and returns the error.
std::optional<Trouble> in_transaction(const std::function<void()>& work);

}  // namespace jb::pg
