// SPDX-License-Identifier: PostgreSQL
#include "clock.hpp"

#include "datum.hpp"

extern "C" {
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
}

namespace jb::pg {

namespace {

char* now_setting = nullptr;

/// The server's own rules of a zone. A pg_tz lives as long as the backend.
class ServerZone final : public Zone {
 public:
  explicit ServerZone(pg_tz* zone) : zone_(zone) {}

  Seconds offset_at(Instant instant) const override {
    const pg_time_t time = instant.time_since_epoch().count();
    const pg_tm* local = guarded([&] { return pg_localtime(&time, zone_); });
    return Seconds{local != nullptr ? local->tm_gmtoff : 0};
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
  pg_tz* zone_;
};

/// PostgreSQL takes almost any word for a POSIX zone of offset zero. An IANA zone is one that its own list shows;
/// a look at that list reads every file, so the rule here is by form: a POSIX rule holds a digit after letters and no
/// slash, but for the IANA names of that form.
bool is_posix_rule(const std::string& name) {
  static constexpr std::array<std::string_view, 10> kExceptions{"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT+0",
                                                                "GMT-0",   "GMT0",    "NZ-CHAT", "GB-Eire", "W-SU"};
  if (std::find(kExceptions.begin(), kExceptions.end(), name) != kExceptions.end()) return false;
  return name.find('/') == std::string::npos && name.find_first_of("0123456789<>,+-") != std::string::npos;
}

bool is_set() { return now_setting != nullptr && *now_setting != '\0'; }

Instant machine_now() { return to_instant(TimestampTzGetDatum(GetCurrentTimestamp())); }

}  // namespace

void define_clock_setting() {
  DefineCustomStringVariable("jb_scheduler.now", "The time that the scheduler takes for now, in tests.",
                             "Empty: the clock of the machine.", &now_setting, "", PGC_SUSET, GUC_NOT_IN_SAMPLE,
                             nullptr, nullptr, nullptr);
}

Instant now() {
  if (!is_set()) return machine_now();
  return to_instant(guarded([] {
    return DirectFunctionCall3(timestamptz_in, CStringGetDatum(now_setting), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
  }));
}

Instant machine_time(Instant instant) { return is_set() ? machine_now() + (instant - now()) : instant; }

std::shared_ptr<const Zone> find_zone(const std::string& name) {
  static std::map<std::string, std::shared_ptr<const Zone>> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  if (name.empty() || name.size() > 100 || is_posix_rule(name)) return nullptr;
  pg_tz* zone = guarded([&] { return pg_tzset(name.c_str()); });
  if (zone == nullptr || !guarded([&] { return pg_tz_acceptable(zone); })) return nullptr;
  return known[name] = std::make_shared<ServerZone>(zone);
}

std::optional<std::string> zone_name(const std::string& name) {
  if (!find_zone(name)) return std::nullopt;
  return guarded([&] { return pg_get_timezone_name(pg_tzset(name.c_str())); });
}

}  // namespace jb::pg
