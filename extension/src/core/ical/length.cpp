// SPDX-License-Identifier: PostgreSQL
#include "length.hpp"

#include <charconv>

namespace jb {

namespace {

using std::chrono::days;

constexpr days kLongestText{100'000};  // far more than an event may last, and far from what a number holds

}  // namespace

Seconds Length::elapsed(Instant start, WallTime shown, const Zone& zone) const {
  return whole == days{0} ? rest : zone.to_instant(shown + whole) + rest - start;
}

Instant Length::latest_start(Instant end, const Zone& zone) const {
  return whole == days{0} ? end - rest : zone.to_instant(zone.to_wall(end - rest) - whole);
}

std::optional<Length> parse_length(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (!text.starts_with('P')) return {};
  text.remove_prefix(1);
  Length length;
  bool in_time = false, any = false;
  while (!text.empty()) {
    if (text.front() == 'T' && !in_time) {
      in_time = true;
      text.remove_prefix(1);
      continue;
    }
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || count < 0 || count > 10'000'000 || end == text.data() + text.size()) return {};
    if (*end == 'W' && !in_time)
      length.whole += days{7 * count};
    else if (*end == 'D' && !in_time)
      length.whole += days{count};
    else if (*end == 'H' && in_time)
      length.rest += std::chrono::hours{count};
    else if (*end == 'M' && in_time)
      length.rest += std::chrono::minutes{count};
    else if (*end == 'S' && in_time)
      length.rest += Seconds{count};
    else
      return {};
    if (length.whole > kLongestText || length.rest > kLongestText) return {};
    any = true;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  return any ? std::optional{length} : std::nullopt;
}

}  // namespace jb
