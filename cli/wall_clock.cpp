// SPDX-License-Identifier: PostgreSQL
#include "wall_clock.hpp"

#include <algorithm>

namespace jb::cli {

namespace {

constexpr std::string_view kForm = "0000-00-00T00:00:00";
constexpr std::size_t kDate = 10;

/// The offset behind the wall time: Z, or +01:00.
std::string_view offset_of(std::string_view timestamp) {
  return timestamp.substr(std::min(kForm.size(), timestamp.size()));
}

}  // namespace

bool begins_like(std::string_view text, std::string_view form) {
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  return true;
}

std::string wall_time(std::string_view timestamp) {
  if (!begins_like(timestamp, kForm)) return std::string(timestamp);
  const auto time = timestamp.substr(kDate + 1, kForm.size() - kDate - 1);
  return std::string(timestamp.substr(0, kDate)) + " " +
         std::string(time.ends_with(":00") ? time.substr(0, time.size() - 3) : time);
}

std::string wall_span(std::string_view from, std::string_view to) {
  std::string start = wall_time(from), end = wall_time(to);
  if (start.compare(0, kDate, end, 0, kDate) == 0 && end.size() > kDate) end.erase(0, kDate + 1);
  if (offset_of(from) != offset_of(to)) start += offset_of(from), end += offset_of(to);
  return start + "–" + end;
}

}  // namespace jb::cli
