// SPDX-License-Identifier: PostgreSQL
#include "windows_zone.hpp"

#include <unicode/timezone.h>

namespace jb::pg {

namespace {

std::string utf8(const icu::UnicodeString& text) {
  std::string result;
  return text.toUTF8String(result);
}

}  // namespace

std::vector<std::string> windows_names(const std::string& name) {
  auto status = U_ZERO_ERROR;
  icu::UnicodeString zone;
  icu::TimeZone::getIDForWindowsID(icu::UnicodeString::fromUTF8(name), nullptr, zone, status);
  if (U_FAILURE(status) || zone.isEmpty()) return {};
  std::vector<std::string> names{utf8(zone)};
  for (int i = 0; i < icu::TimeZone::countEquivalentIDs(zone); ++i)
    names.push_back(utf8(icu::TimeZone::getEquivalentID(zone, i)));
  return names;
}

}  // namespace jb::pg
