// SPDX-License-Identifier: PostgreSQL
#include "clock.hpp"

#include "core/ical/content_line.hpp"
#include "datum.hpp"
#include "settings.hpp"

extern "C" {
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
}

namespace jb::pg {

namespace {

/// The server's own rules of a zone. A pg_tz lives as long as the backend.
class ServerZone final : public Zone {
 public:
  explicit ServerZone(pg_tz* zone) : zone_(zone) {}

  Seconds offset_at(Instant instant) const override {
    for (const auto& period : last_) {
      if (period.span.start <= instant && instant < period.span.end) return period.offset;
    }
    const pg_time_t time = instant.time_since_epoch().count();
    const pg_tm* local = guarded([&] { return pg_localtime(&time, zone_); });
    const Seconds offset{local != nullptr ? local->tm_gmtoff : 0};
    next_ = (next_ + 1) % last_.size();
    last_[next_] = {{instant, next_transition(instant).value_or(Instant::max())}, offset};
    return offset;
  }

  std::optional<Instant> next_transition(Instant instant) const override {
    const pg_time_t time = instant.time_since_epoch().count();
    pg_time_t boundary = 0;
    long before = 0;
    long after = 0;
    int before_is_dst = 0;
    int after_is_dst = 0;
    const int found = guarded(
        [&] { return pg_next_dst_boundary(&time, &before, &before_is_dst, &boundary, &after, &after_is_dst, zone_); });
    if (found != 1 || boundary <= time) return std::nullopt;
    return Instant{Seconds{boundary}};
  }

 private:
  struct Period {
    Span span{};
    Seconds offset{};
  };

  pg_tz* zone_;
  // Two spans of one offset each. A list shows the time that an event takes and the time when it was written in turn.
  mutable std::array<Period, 2> last_{};
  mutable std::size_t next_ = 0;
};

/// The names with a digit in the zone database (tzdata's files northamerica, etcetera and backward).
bool is_name_with_a_digit(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kAmerican{"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"};
  if (std::find(kAmerican.begin(), kAmerican.end(), name) != kAmerican.end()) return true;
  if (name == "GMT0" || name == "GMT+0" || name == "GMT-0" || name == "ETC/GMT0") return true;
  const bool is_west = name.starts_with("ETC/GMT+");
  if (!is_west && !name.starts_with("ETC/GMT-")) return false;
  name.remove_prefix(8);
  for (int hours = 0; hours <= (is_west ? 12 : 14); ++hours)
    if (name == std::to_string(hours)) return true;
  return false;
}

/// Whether the server can only have such a name from the zone database. The server takes POSIX rules for names as well,
/// "AAA/3" and "UTC+3" among them, and keeps each rule that it has seen for the length of the backend: 23 kB. A POSIX
/// rule always holds a digit (POSIX.1-2017, 8.3: the offset is required), a name of the database seldom. `name` is in
/// upper case.
bool may_be_in_database(std::string_view name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-/+0123456789";
  if (name.empty() || name.size() > 100 || name.find_first_not_of(kLetters) != std::string_view::npos) return false;
  return name.find_first_of("0123456789") == std::string_view::npos || is_name_with_a_digit(name);
}

bool is_set() { return *now_setting() != '\0'; }

Instant machine_now() { return to_instant(TimestampTzGetDatum(GetCurrentTimestamp())); }

}  // namespace

Instant now() {
  if (!is_set()) return machine_now();
  return to_instant(guarded([] {
    return DirectFunctionCall3(timestamptz_in, CStringGetDatum(now_setting()), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
  }));
}

Instant machine_time(Instant instant) { return is_set() ? machine_now() + (instant - now()) : instant; }

std::shared_ptr<const Zone> find_zone(const std::string& name) {
  static std::map<std::string, std::shared_ptr<const Zone>> known;  // has at most as many entries as the zone database
  const auto in_capitals = upper(name);
  const auto found = known.find(in_capitals);
  if (found != known.end()) return found->second;
  if (!may_be_in_database(in_capitals)) return nullptr;
  pg_tz* zone = guarded([&] { return pg_tzset(name.c_str()); });
  if (zone == nullptr || !guarded([&] { return pg_tz_acceptable(zone); })) return nullptr;
  return known[in_capitals] = std::make_shared<ServerZone>(zone);
}

std::optional<std::string> zone_name(const std::string& name) {
  const auto in_capitals = upper(name);
  const auto begins = [&](std::string_view word) { return in_capitals.starts_with(word); };
  if (begins("LOCALTIME") || begins("POSIX") || begins("RIGHT/") || !find_zone(name)) return std::nullopt;
  return guarded([&] { return pg_get_timezone_name(pg_tzset(name.c_str())); });
}

}  // namespace jb::pg
