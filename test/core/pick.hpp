// SPDX-License-Identifier: PostgreSQL
//
// Random choices inside a rapidcheck property, from the whole range in every case. rapidcheck's own inRange begins with
// small values, which would spend half of the cases on calendars without events.
#pragma once

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>

namespace jb::test {

/// A number from `low` to `high`, both included; shrinks towards `low`.
inline std::int64_t pick(std::int64_t low, std::int64_t high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::int64_t>(low, high + 1));
}

/// True once in `times`; shrinks towards false.
inline bool once_in(int times) { return pick(1, times) == times; }

template <typename Range>
const auto& pick_from(const Range& range) {
  return range[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(std::size(range)) - 1))];
}

}  // namespace jb::test
