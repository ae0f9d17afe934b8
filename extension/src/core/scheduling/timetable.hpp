// SPDX-License-Identifier: PostgreSQL
//
// When the background worker looks at a database next. Pure, so that the tests run on a clock of their own.
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
  broken_off,  ///< it did not say
  done,        ///< nothing is due any more
  blocked,     ///< something is due whose calendar somebody else has locked
  failed       ///< something is due that could not be done
};

/// The visits to one database: the last one, and how it ended.
class Timetable {
 public:
  void begin(MachineTime now);
  void end(VisitEnd end, MachineTime now);

  /// When the next visit begins. `due`: when something falls due there; none: nothing that is known of. `interval`: the
  /// longest time from one visit to the next, for what nobody told of.
  ///
  /// What was left blocked or failed is tried again after a while that grows, and delays nothing else; where the visit
  /// itself was broken off, nothing is tried before.
  MachineTime next(std::optional<MachineTime> due, Milliseconds interval) const;

 private:
  MachineTime began_{};
  MachineTime not_before_{};
  std::optional<MachineTime> again_;
  int failures_ = 0;  ///< in a row
};

}  // namespace jb
