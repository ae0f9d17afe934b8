// SPDX-License-Identifier: PostgreSQL
//
// What a long poll waits for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace jb::gateway {

/// A sequence that grows, and how far its reader has read.
struct Watch {
  std::optional<std::string> calendar;  ///< whose changes; none: the rejections
  std::int64_t seen = 0;                ///< the last seq, or id, that is known
  std::chrono::seconds wait{0};         ///< how long from the request's arrival, 1 to 50 s
  friend bool operator==(const Watch&, const Watch&) = default;
};

}  // namespace jb::gateway
