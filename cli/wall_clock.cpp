// SPDX-License-Identifier: PostgreSQL
#include "wall_clock.hpp"

#include <optional>
#include <set>
#include <vector>

namespace jb::cli {

namespace {

/// An instant in a text.
struct Found {
  std::size_t at;
  std::string_view date, time, offset;
  std::size_t end() const { return at + date.size() + 1 + time.size() + offset.size(); }
};

std::optional<Found> instant_at(std::string_view text, std::size_t at) {
  constexpr std::size_t date = 10, time = 8, both = date + 1 + time;
  const auto rest = text.substr(at);
  if (!begins_like(rest, "0000-00-00T00:00:00")) return std::nullopt;
  for (const std::string_view form : {"Z", "+00:00", "-00:00"})
    if (begins_like(rest.substr(both), form))
      return Found{at, rest.substr(0, date), rest.substr(date + 1, time), rest.substr(both, form.size())};
  return std::nullopt;
}

}  // namespace

bool begins_like(std::string_view text, std::string_view form) {
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return false;
  return true;
}

std::string on_wall_clock(std::string_view text) {
  std::vector<Found> instants;
  std::set<std::string_view> offsets;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto found = instant_at(text, at);
    if (!found) continue;
    instants.push_back(*found);
    offsets.insert(found->offset);
    at = found->end() - 1;
  }
  std::string result;
  std::size_t done = 0;
  for (const Found& instant : instants) {
    result += text.substr(done, instant.at - done);
    result += instant.date;
    result += ' ';
    result += instant.time.ends_with(":00") ? instant.time.substr(0, 5) : instant.time;
    if (offsets.size() > 1) result += instant.offset;
    done = instant.end();
  }
  return result += text.substr(done);
}

}  // namespace jb::cli
