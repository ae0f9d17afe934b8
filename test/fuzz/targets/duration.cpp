// SPDX-License-Identifier: PostgreSQL
//
// Promise: a length of time is whole seconds within its limits, whether it came as a number or as an interval, and its
// words distinguish it from every other length.
#include "../intervals.hpp"
#include "../promise.hpp"
#include "../target.hpp"
#include "core/values/json.hpp"

namespace jb::fuzz::of_duration {
namespace {

void read(const nlohmann::json& value, Seconds least, Seconds most) {
  const auto length = accepted([&](Validation& validation) {
    const auto read = read_duration(validation, "duration", value, read_interval, least, most);
    promise(read.has_value() == validation.ok(), "a length is read or refused");
    return read.value_or(least);
  });
  if (!length) return;
  promise(*length >= least && *length <= most, "a length lies within its limits");
  const nlohmann::json seconds = length->count();
  Validation again;
  promise(read_duration(again, "duration", seconds, read_interval, least, most) == length, "seconds are seconds");
  promise(format_duration(*length) != format_duration(*length + Seconds{1}), "no two lengths are said alike");
}

int read_input(const std::uint8_t* data, std::size_t size) {
  const auto value = nlohmann::json::parse(data, data + size, nullptr, false);
  if (value.is_discarded()) return -1;
  read(value, kShortest, kLongest);
  read(value, Seconds{0}, kDay);
  return 0;
}

const Target target{"duration", read_input};

}  // namespace
}  // namespace jb::fuzz::of_duration
