// SPDX-License-Identifier: PostgreSQL
//
// The work of a background process of the server: its transactions and its reports.
//
// The main function of such a process is an entry point like a SQL-callable function: process<body> catches exceptions,
// leaves the catch block, and only then reports. After the report the process ends.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/scheduling/timetable.hpp"
#include "guard.hpp"

namespace jb::pg {

/// Writes a WARNING of this process to the server's log.
void warn(const std::string& message, const std::string& detail, const std::string& hint);

/// The main function of a background process. An error ends the process, with status 1; the postmaster starts a
/// registered process again (server/process.hpp).
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
