// SPDX-License-Identifier: PostgreSQL
#include "wish_time.hpp"

#include <algorithm>

namespace jb {

Span window_of(const Wish& wish, const Calendar& first) {
  Span window = kRepresentable;
  if (wish.date) window = intersection(window, first.zone().day(*wish.date));
  if (wish.not_before) window.start = std::max(window.start, *wish.not_before);
  if (wish.not_after) window.end = std::min(window.end, *wish.not_after);
  return window;
}

Instant wished_start(const Wish& wish, const Zone& zone) {
  return wish.wished_start ? *wish.wished_start : zone.to_instant(*wish.date + *wish.start_time);
}

}  // namespace jb
