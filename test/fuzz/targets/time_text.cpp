// SPDX-License-Identifier: PostgreSQL
//
// Promise: dates, times of day and timestamps are read only in the forms that the header names. A value lies in the
// years 0001 to 9999, and is written as it was read. The engine can read everything that the front end accepts.
#include <map>

#include "../promise.hpp"
#include "../target.hpp"
#include "cctz_zone.hpp"
#include "core/values/time.hpp"

namespace jb::fuzz::of_time_text {
namespace {

constexpr std::array kShownIn{"Europe/Berlin", "Africa/Monrovia", "Pacific/Apia", "Asia/Kathmandu"};

void read_date(std::string_view text) {
  if (const auto date = parse_date(text)) promise(format_date(*date) == text, "a date is written as it was read");
}

void read_time_of_day(std::string_view text) {
  const auto time = parse_time_of_day(text);
  if (!time) return;
  promise(*time >= Seconds{0} && *time < kDay, "a time of day is one");
  const std::string written = format_time_of_day(*time);
  promise(parse_time_of_day(written) == time, "a time of day is read as it was written");
  promise(written.substr(0, 2) == text.substr(0, 2) && written.substr(3, 2) == text.substr(3, 2),
          "a time of day keeps its hour and minute");
}

void read_timestamp(std::string_view text) {
  const auto instant = parse_timestamp(text);
  if (!instant) return;
  promise(kRepresentable.start <= *instant && *instant < kRepresentable.end, "an instant lies in years 0001 to 9999");
  for (const char* name : kShownIn) {
    const std::string written = format_timestamp(*instant, *test::zone(name));
    promise(parse_timestamp(written) == instant, "an instant is read as it was written");
  }
  promise(parse_timestamp(format_utc(*instant)) == instant, "an instant in UTC is read as it was written");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_date(text);
  read_time_of_day(text);
  read_timestamp(text);
  return 0;
}

const Target target{"time_text", read_input};

}  // namespace
}  // namespace jb::fuzz::of_time_text
