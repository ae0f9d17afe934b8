// SPDX-License-Identifier: PostgreSQL
//
// The timetable of the background worker: when the worker visits a database next. It reads no clock, so that tests run
// on a clock of their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace jb {

/// A point in time by the machine's clock.
using MachineTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

/// How a visit to a database ended.
enum class VisitEnd : std::uint8_t {
  broken_off,  ///< the visit ended without a result
  done,        ///< nothing is due any more
  blocked,     ///< something is due on a calendar that another transaction has locked
  failed       ///< something is due that could not be done
};

/// The visits to one database: when the last visit began, and how it ended.
class Timetable {
 public:
  void begin(MachineTime now);
  void end(VisitEnd end, MachineTime now);

  /// When the next visit begins. `due`: when something falls due in the database; none: nothing known falls due.
  /// `interval`: the longest time from one visit to the next, for what is due without an announcement.
  ///
  /// After a visit that ended failed or broken_off, the next try comes after 1 second, and after each further failure
  /// twice as late, up to a minute; after a blocked visit always after 1 second. A visit that was broken off delays
  /// everything until then; a failed or blocked visit delays nothing else.
  MachineTime next(std::optional<MachineTime> due, Milliseconds interval) const;

 private:
  MachineTime began_{};
  MachineTime not_before_{};
  std::optional<MachineTime> again_;
  int failures_ = 0;  ///< in a row
};

}  // namespace jb
