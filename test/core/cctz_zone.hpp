// SPDX-License-Identifier: PostgreSQL
//
// Real time zones for the tests of core, from cctz.
//
// cctz has its own way of reading repeated and skipped wall clock times. So the tests take only the two answers of a
// Zone from cctz: the offset at an instant, and the next transition. cctz knows transitions for some 400 years ahead.
#pragma once

#include <cctz/time_zone.h>

#include <array>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/values/time.hpp"

namespace jb::test {

class CctzZone final : public Zone {
 public:
  /// Throws std::invalid_argument when the machine's zone data has no zone of that name.
  explicit CctzZone(const std::string& name) {
    if (!cctz::load_time_zone(name, &zone_)) throw std::invalid_argument("time zone \"" + name + "\" is not installed");
  }

  Seconds offset_at(Instant instant) const override { return Seconds{zone_.lookup(instant).offset}; }

  // cctz returns the wall clock reading just before the change; the present offset still holds there.
  std::optional<Instant> next_transition(Instant instant) const override {
    cctz::time_zone::civil_transition change;
    if (!zone_.next_transition(instant, &change)) return std::nullopt;
    const Seconds wall{change.from - cctz::civil_second(1970, 1, 1)};
    return Instant{wall - offset_at(instant)};
  }

 private:
  cctz::time_zone zone_;
};

/// One object per name, kept for the whole run.
inline std::shared_ptr<const Zone> zone(std::string_view name) {
  static std::map<std::string, std::shared_ptr<const Zone>, std::less<>> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  return known.emplace(name, std::make_shared<CctzZone>(std::string{name})).first->second;
}

/// The zones in which the tests check their laws: some on every continent, and zones that are known to break code.
inline constexpr std::array kZones{
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",  // winter time is the exception, by its rules
    "Europe/Lisbon",  // changed its standard time twice in the 1990s
    "Europe/Moscow",
    "Europe/Istanbul",
    "Europe/Volgograd",
    "Africa/Casablanca",  // goes back for Ramadan: two changes within weeks
    "Africa/El_Aaiun",
    "Africa/Cairo",     // 2010 and 2014: a break for Ramadan; changes at midnight
    "Africa/Monrovia",  // -00:44:30 until 1972
    "Africa/Johannesburg",
    "Africa/Juba",
    "Africa/Sao_Tome",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "America/Phoenix",
    "America/St_Johns",  // -03:30; until 2011 at one minute past midnight; a double hour in 1988
    "America/Goose_Bay",
    "America/Halifax",
    "America/Havana",    // midnight is skipped in spring and shown twice in autumn
    "America/Santiago",  // midnight is skipped in spring, 23:00 is shown twice in autumn
    "America/Asuncion",
    "America/Sao_Paulo",  // the same until 2019
    "America/Caracas",    // changed by half an hour in 2007 and 2016
    "America/Bogota",
    "America/Nuuk",
    "America/Scoresbysund",
    "America/Argentina/San_Luis",  // changes weeks apart in 2007 and 2008
    "America/Resolute",
    "Antarctica/Troll",  // a summer time of two hours
    "Antarctica/Casey",  // changed by three hours at once, several times
    "Antarctica/Vostok",
    "Asia/Kathmandu",  // +05:45, a quarter of an hour skipped at midnight of 1986
    "Asia/Kolkata",
    "Asia/Tehran",  // changed at midnight, by another calendar
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Pyongyang",  // changed by half an hour in 2015 and 2018
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Asia/Dhaka",  // one summer time, at 23:00
    "Asia/Ulaanbaatar",
    "Asia/Kamchatka",
    "Australia/Lord_Howe",  // a summer time of half an hour
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Pacific/Apia",       // skipped 2011-12-30
    "Pacific/Fakaofo",    // the same, with another offset
    "Pacific/Kwajalein",  // skipped 1993-08-21
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "Pacific/Chatham",  // +12:45
    "Pacific/Easter",
    "Pacific/Norfolk",
    "Atlantic/Azores",
};

/// The transitions of `zone` within `within`, in order.
inline std::vector<Instant> transitions(const Zone& zone, Span within) {
  std::vector<Instant> found;
  for (auto next = zone.next_transition(within.start - Seconds{1}); next && *next < within.end;
       next = zone.next_transition(*next))
    found.push_back(*next);
  return found;
}

}  // namespace jb::test
