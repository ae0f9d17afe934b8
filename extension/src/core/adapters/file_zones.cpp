// SPDX-License-Identifier: PostgreSQL
#include "file_zones.hpp"

#include <vector>

#include "../ical/vtimezone.hpp"
#include "../values/budget.hpp"
#include "../values/validation.hpp"

namespace jb {

namespace {

/// Whether the server's zone of this name is whatever its machine is set to, which no file can mean.
bool is_of_machine(std::string_view id) { return same_word(id, "localtime") || same_word(id, "posixrules"); }

constexpr std::chrono::days kZonesFollowed{36'525};  // beyond the horizon, which binds no single event

}  // namespace

FileZones::FileZones(const Block& calendar, const ImportContext& context)
    : context_(context), floating_(calendar.find("X-WR-TIMEZONE")) {
  if (floating_ != nullptr && without_blanks(floating_->value).empty()) floating_ = nullptr;
  for (const auto& block : calendar.blocks) {
    const auto* id = block.name == "VTIMEZONE" ? block.find("TZID") : nullptr;
    if (id != nullptr) described_.emplace(without_blanks(id->value), &block);
  }
}

const FileZones::Found& FileZones::find(const std::string& id) {
  const auto [known, is_new] = found_.try_emplace(id);
  if (is_new) known->second = look_up(id);
  return known->second;
}

/// RFC 5545, 3.2.19: the file's VTIMEZONE says what a TZID means. Only a name such as Europe/Berlin means the same
/// everywhere, and many programs describe such a zone in part.
FileZones::Found FileZones::look_up(const std::string& id) const {
  spend(Budget::file_zones);
  const auto described = described_.find(without_blanks(id));
  const auto* block = described == described_.end() ? nullptr : described->second;
  const auto* location = block == nullptr ? nullptr : block->find("X-LIC-LOCATION");
  std::string problem;
  auto zone = named(id, true);
  if (!zone && block != nullptr) zone = read_vtimezone(*block, context_.latest + kZonesFollowed, problem);
  if (!zone && location != nullptr) zone = named(location->value, true);
  if (!zone) zone = named(id, false);
  if (!zone && location != nullptr) zone = named(location->value, false);
  for (const auto& name : zone ? std::vector<std::string>{} : context_.windows_names(id))
    for (const bool has_slash : {true, false})
      if (!zone) zone = named(name, has_slash);
  if (zone) return {std::move(zone), {}};
  const auto name = "\"" + shorten(id, 100) + "\"";
  if (block == nullptr)
    return {nullptr, "there is no time zone " + name + ", and the file describes none of this TZID"};
  return {nullptr, "the VTIMEZONE " + name + " of line " + std::to_string(block->line) + " cannot be used: " + problem};
}

/// The server's zone of this name, or of what follows a program's prefix: /example.org/20260101/Europe/Berlin. Only
/// names with a slash are sought, or only those without.
std::shared_ptr<const Zone> FileZones::named(std::string_view id, bool has_slash) const {
  for (id = without_blanks(id);;) {
    step();
    const auto slash = id.find('/');
    if ((slash != std::string_view::npos) == has_slash) {
      if (same_word(id, context_.time_zone)) return context_.zone;
      if (auto zone =
              id.empty() || id.size() > 100 || is_of_machine(id) ? nullptr : context_.find_zone(std::string(id)))
        return zone;
    }
    if (slash == std::string_view::npos) return nullptr;
    id.remove_prefix(slash + 1);
  }
}

}  // namespace jb
