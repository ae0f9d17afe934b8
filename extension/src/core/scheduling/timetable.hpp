// SPDX-License-Identifier: PostgreSQL
//
// The timetable of the background worker: when the worker visits a database next. It reads no clock, so that tests run
// on a clock of their own.
#pragma once

#include <algorithm>
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
  void begin(MachineTime now) {
    began_ = now;
    not_before_ = now + kPause;
  }

  void end(VisitEnd end, MachineTime now) {
    again_.reset();
    if (end == VisitEnd::done) {
      failures_ = 0;
      return;
    }
    // After a blocked visit the next try comes after a second, however often, since what is due should not wait much
    // longer than the lock.
    failures_ = end == VisitEnd::blocked ? 1 : failures_ + 1;
    again_ = now + patience(failures_);
    if (end == VisitEnd::broken_off) not_before_ = *again_;
  }

  /// When the next visit begins. `due`: when something falls due in the database; none: nothing known falls due.
  /// `interval`: the longest time from one visit to the next, for what is due without an announcement.
  ///
  /// After a visit that ended failed or broken_off, the next try comes after 1 second, and after each further failure
  /// twice as late, up to a minute; after a blocked visit always after 1 second. A visit that was broken off delays
  /// everything until then; a failed or blocked visit delays nothing else.
  MachineTime next(std::optional<MachineTime> due, Milliseconds interval) const {
    auto next = began_ + interval;
    if (due) next = std::min(next, *due);
    if (again_) next = std::min(next, *again_);
    return std::max(next, not_before_);
  }

 private:
  // The least time from one visit to the next. Deadlines are whole seconds, so this pause makes nothing late; without
  // it, announcements that never stop would keep a processor busy.
  static constexpr Milliseconds kPause{200};

  static constexpr Milliseconds kFirstRetry = std::chrono::seconds{1};
  static constexpr Milliseconds kLastRetry = std::chrono::minutes{1};

  static Milliseconds patience(int failures) {
    constexpr int kDoublings = 6;
    return std::min(kFirstRetry * (1 << std::min(failures - 1, kDoublings)), kLastRetry);
  }

  MachineTime began_{};
  MachineTime not_before_{};
  std::optional<MachineTime> again_;
  int failures_ = 0;  ///< in a row
};

}  // namespace jb
