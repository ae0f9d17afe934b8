// SPDX-License-Identifier: PostgreSQL
#include "recalled.hpp"

#include <unordered_map>
#include <utility>

#include "core/values/folding.hpp"

namespace jb {

namespace {

constexpr std::size_t kMostBytes = 8'000'000;    // of all that is kept
constexpr std::size_t kMostBytesOfOne = 10'000;  // some 40 rows: a batch over months has more

std::unordered_map<std::string, RecalledCalendar, FoldedHash, FoldedEqual> kept;
std::size_t kept_bytes = 0;

/// What a calendar takes, about. Patterns are kept elsewhere, too, but here for longer.
std::size_t size_of(const RecalledCalendar& calendar) {
  constexpr std::size_t of_map = 64;
  return of_map + sizeof calendar + 2 * calendar.calendar.name.size() + calendar.rows.size() +
         calendar.calendar.pattern->size();
}

}  // namespace

std::optional<RecalledCalendar> recall(const std::string& name) {
  auto found = kept.extract(name);
  if (found.empty()) return std::nullopt;
  kept_bytes -= size_of(found.mapped());
  return std::move(found.mapped());
}

void forget_recalled(const std::string& name) { recall(name); }

void keep(RecalledCalendar calendar) {
  const auto name = calendar.calendar.name;
  forget_recalled(name);  // a trigger's call may have kept it too
  calendar.rows.begin_again();
  const auto size = size_of(calendar);
  if (calendar.rows.size() > kMostBytesOfOne || !calendar.lock.is_lasting()) return;
  if (kept_bytes + size > kMostBytes) {
    kept.clear();
    kept_bytes = 0;
  }
  kept_bytes += size;
  kept.emplace(name, std::move(calendar));
}

}  // namespace jb
