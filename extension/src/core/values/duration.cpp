// SPDX-License-Identifier: PostgreSQL
#include "duration.hpp"

#include "time_text.hpp"

namespace jb {

namespace {
constexpr std::int64_t kMicroseconds = 1'000'000;
}

std::optional<Seconds> check_duration(Validation& validation, std::string_view field, std::string_view value,
                                      const Interval& interval, Seconds least, Seconds most) {
  const Seconds length = interval.days * kDay + Seconds{interval.microseconds / kMicroseconds};
  if (interval.is_infinite)
    validation.refuse(field, value, "it must not be infinite");
  else if (interval.months != 0)
    validation.refuse(field, value, "months and years have no fixed length");
  else if (interval.microseconds % kMicroseconds != 0)
    validation.refuse(field, value, "fractions of a second are not allowed");
  else if (length < least || length > most)
    validation.refuse(field, value, "it must be from " + format_duration(least) + " to " + format_duration(most));
  else
    return length;
  return std::nullopt;
}

std::string format_duration(Seconds duration) {
  const auto days = duration / kDay;
  const auto rest = duration % kDay;
  if (days == 0 && rest < Seconds{60})
    return std::to_string(rest.count()) + (rest.count() == 1 ? " second" : " seconds");
  auto text = days == 0 ? "" : std::to_string(days) + (days == 1 ? " day" : " days");
  if (rest.count() == 0) return text;
  return text + (text.empty() ? "" : " ") + format_time_of_day(rest);
}

}  // namespace jb
