// SPDX-License-Identifier: PostgreSQL
#include "origin.hpp"

#include <algorithm>

namespace jb::gateway {

namespace {

std::string authority(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (result.ends_with(":443")) result.resize(result.size() - 4);
  return result;
}

}  // namespace

bool has_foreign_origin(const Request& request) {
  if (!request.origin) return false;
  const std::string origin = authority(*request.origin);
  return !request.host || origin != "https://" + authority(*request.host);
}

}  // namespace jb::gateway
