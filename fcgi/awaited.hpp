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

/// A number that no sequence has: the first look makes the request be answered once more, and tells the number.
inline constexpr std::int64_t unknown = -1;

/// A sequence that grows, and how far its reader has read.
struct Awaited {
  /// Whose: the name of a calendar, "" for the changes of every calendar, whose number differs when changes have come;
  /// "poll 7" for the versions of a poll, "rejections " for all rejections. A calendar's name has no blank.
  std::string what;
  std::int64_t seen = 0;         ///< the last seq, id or version that is known
  std::chrono::seconds wait{0};  ///< how long from the request's arrival, 1 to 50 s
  /// How long from the answer's look until the clock alone makes news, which no sequence tells.
  std::optional<std::chrono::milliseconds> due = std::nullopt;
  /// Where the reader goes on, if the answer has passed over what its caller may not see.
  std::optional<std::string> cursor = std::nullopt;
  friend bool operator==(const Awaited&, const Awaited&) = default;
};

inline constexpr std::string_view every_calendar, all_rejections = "rejections ";

/// What a request awaits that was asked again because of `heard`, whose number is the one that woke the request. A
/// number that was no news to this reader, since its changes have been purged, must not wake the reader again. A reader
/// that has got on may have more to read before that number.
inline Awaited awaited_after(const Awaited& heard, Awaited now) {
  if (now.cursor || now.what != heard.what) return now;
  now.seen = now.what == every_calendar ? heard.seen : std::max(now.seen, heard.seen);
  return now;
}

}  // namespace jb::gateway
