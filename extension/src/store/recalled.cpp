// SPDX-License-Identifier: PostgreSQL
#include "recalled.hpp"

#include <unordered_map>
#include <utility>

namespace jb {

namespace {

constexpr std::size_t kMostKept = 1'000;
constexpr std::size_t kMostBytes = 4'000'000;             // of all rows
constexpr std::size_t kMostBytesOfOne = kMostBytes / 20;  // a batch over years is larger

std::unordered_map<std::string, RecalledCalendar> kept;
std::size_t kept_bytes = 0;

}  // namespace

std::optional<RecalledCalendar> recall(const std::string& name) {
  auto found = kept.extract(name);
  if (found.empty()) return std::nullopt;
  kept_bytes -= found.mapped().rows.size();
  return std::move(found.mapped());
}

void keep(RecalledCalendar calendar) {
  const auto name = calendar.calendar.name;
  recall(name);  // a trigger's call may have kept it too
  calendar.rows.begin_again();
  const auto size = calendar.rows.size();
  if (size > kMostBytesOfOne || !calendar.lock.is_lasting()) return;
  if (kept.size() >= kMostKept || kept_bytes + size > kMostBytes) {
    kept.clear();
    kept_bytes = 0;
  }
  kept_bytes += size;
  kept.emplace(name, std::move(calendar));
}

}  // namespace jb
