// SPDX-License-Identifier: PostgreSQL
//
// The news for which a long poll waits.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jb::gateway {

/// In place of a calendar's name: the changes of every calendar. Their number differs when changes have come.
inline constexpr std::string_view every_calendar;

/// A number that no sequence has: the first look makes the request be answered once more, and tells the number.
inline constexpr std::int64_t unknown = -1;

/// A sequence that grows, and how far its reader has read.
struct Watch {
  std::optional<std::string> calendar;  ///< whose changes; none: the poll's, or the rejections
  std::int64_t seen = 0;                ///< the last seq, id or version that is known
  std::chrono::seconds wait{0};         ///< how long from the request's arrival, 1 to 50 s
  /// How long from the handler's look until the clock alone makes news, which no sequence tells.
  std::optional<std::chrono::milliseconds> due = std::nullopt;
  std::optional<std::int64_t> poll = std::nullopt;  ///< whose version
  friend bool operator==(const Watch&, const Watch&) = default;
};

/// Watch::due of so many milliseconds, cut to more than a request may wait: a deadline may be years away.
inline std::chrono::milliseconds due_in(const std::string& milliseconds) {
  constexpr long long longest = 60'000;
  return std::chrono::milliseconds{std::min(std::stoll(milliseconds), longest)};
}

}  // namespace jb::gateway
