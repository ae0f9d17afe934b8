// SPDX-License-Identifier: PostgreSQL
//
// A date or time of an iCalendar file, with the clock on which it is counted.
#pragma once

#include <memory>

#include "../values/zone.hpp"
#include "content_line.hpp"

namespace jb {

/// A date or time as a line has it, and the zone on whose wall clock it is counted.
struct Stamp {
  Moment moment;
  std::shared_ptr<const Zone> zone;
  bool is_local = false;  ///< the file names no zone for it: the calendar's clock counts, whichever zone that has
  bool is_date() const { return std::holds_alternative<Date>(moment); }
  WallTime wall() const {
    if (const auto* date = std::get_if<Date>(&moment)) return *date;
    if (const auto* time = std::get_if<WallTime>(&moment)) return *time;
    return zone->to_wall(std::get<Instant>(moment));
  }
  Instant instant() const {
    const auto* instant = std::get_if<Instant>(&moment);
    return instant != nullptr ? *instant : zone->to_instant(wall());
  }
  /// What `clock` shows then. On the stamp's own clock that is what is written, also where the clock skips it.
  WallTime on(const std::shared_ptr<const Zone>& clock) const {
    return clock == zone ? wall() : clock->to_wall(instant());
  }
  /// The date as it is written. Midnight in UTC is a date, too; any other time in UTC is a time on the clock of
  /// `local`.
  Date date(const Zone& local) const {
    const auto written = std::chrono::floor<std::chrono::days>(wall());
    const bool is_local = std::holds_alternative<Instant>(moment) && wall() != written;
    return is_local ? std::chrono::floor<std::chrono::days>(local.to_wall(std::get<Instant>(moment))) : written;
  }
};

}  // namespace jb
