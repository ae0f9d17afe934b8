// SPDX-License-Identifier: PostgreSQL
#include "timetable.hpp"

#include <algorithm>

namespace jb {

namespace {

// The least time from one visit to the next. Deadlines are whole seconds, so this pause makes nothing late; without
// it, announcements that never stop would keep a processor busy.
constexpr Milliseconds kPause{200};

constexpr Milliseconds kFirstRetry = std::chrono::seconds{1};
constexpr Milliseconds kLastRetry = std::chrono::minutes{1};

Milliseconds patience(int failures) {
  constexpr int kDoublings = 6;
  return std::min(kFirstRetry * (1 << std::min(failures - 1, kDoublings)), kLastRetry);
}

}  // namespace

void Timetable::begin(MachineTime now) {
  began_ = now;
  not_before_ = now + kPause;
}

void Timetable::end(VisitEnd end, MachineTime now) {
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

MachineTime Timetable::next(std::optional<MachineTime> due, Milliseconds interval) const {
  auto next = began_ + interval;
  if (due) next = std::min(next, *due);
  if (again_) next = std::min(next, *again_);
  return std::max(next, not_before_);
}

}  // namespace jb
