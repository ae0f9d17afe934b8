// SPDX-License-Identifier: PostgreSQL
#include "announcement.hpp"

#include <limits>

#include <nlohmann/json.hpp>

namespace jb::cli {

long long announced_id(std::string_view payload) {
  const auto json = nlohmann::json::parse(payload, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("rejection_id")) return 0;
  if (!json["rejection_id"].is_number_unsigned()) return 0;
  const auto id = json["rejection_id"].get<unsigned long long>();
  return id <= std::numeric_limits<long long>::max() ? static_cast<long long>(id) : 0;
}

}  // namespace jb::cli
