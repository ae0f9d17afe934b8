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
  /// Where the reader goes on, if the handler has passed over what its caller may not see.
  std::optional<std::string> cursor = std::nullopt;
  friend bool operator==(const Watch&, const Watch&) = default;
};

/// The Watch of a request that was asked again because of `heard`, whose number is the one that woke the request. A
/// number that was no news to this reader, since its changes have been purged, must not wake the reader again. A reader
/// that has got on may have more to read before that number.
inline Watch watch_after(const Watch& heard, Watch now) {
  if (now.cursor || now.calendar != heard.calendar || now.poll != heard.poll) return now;
  now.seen = now.calendar == every_calendar ? heard.seen : std::max(now.seen, heard.seen);
  return now;
}

/// Watch::due of so many milliseconds, cut to more than a request may wait: a deadline may be years away.
inline std::chrono::milliseconds due_in(const std::string& milliseconds) {
  constexpr long long longest = 60'000;
  return std::chrono::milliseconds{std::min(std::stoll(milliseconds), longest)};
}

}  // namespace jb::gateway
