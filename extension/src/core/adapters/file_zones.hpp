// SPDX-License-Identifier: PostgreSQL
//
// The time zones of which an iCalendar file speaks: what a TZID means there, and in which zone a time without one is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../ical/icalendar_blocks.hpp"
#include "../values/zone.hpp"

namespace jb {

/// The calendar and the zones against which a file is read.
struct ImportContext {
  std::string calendar;
  std::string time_zone;                                                     ///< the name of the calendar's zone
  std::shared_ptr<const Zone> zone;                                          ///< the calendar's
  Instant latest{};                                                          ///< no occurrence of a series ends later
  std::function<std::shared_ptr<const Zone>(const std::string&)> find_zone;  ///< nullptr for a name that is none
  /// The names that find_zone may know for a zone that Windows names; none for any other name.
  std::function<std::vector<std::string>(const std::string&)> windows_names = [](const std::string&) {
    return std::vector<std::string>{};
  };
  bool may_cancel = false;  ///< the file may also be one that cancels its events (METHOD:CANCEL)
  Instant now{};            ///< what has ended by then is past
};

/// The zones of one VCALENDAR, each worked out once.
class FileZones {
 public:
  /// Both outlive this object.
  FileZones(const Block& calendar, const ImportContext& context);

  /// A zone, or the reason why there is no zone, as a sentence's end.
  struct Found {
    std::shared_ptr<const Zone> zone;
    std::string problem;
  };

  /// The zone of a TZID. Cost: Budget::file_zones, zone_blocks.
  const Found& find(const std::string& id);

  /// The line that names the zone of times without a zone (X-WR-TIMEZONE); nullptr where none does.
  const ContentLine* line_of_floating() const { return floating_; }

 private:
  Found look_up(const std::string& id) const;
  std::shared_ptr<const Zone> named(std::string_view id, bool has_slash) const;

  const ImportContext& context_;
  const ContentLine* floating_;
  std::map<std::string, const Block*, std::less<>> described_;
  std::map<std::string, Found> found_;
};

}  // namespace jb
