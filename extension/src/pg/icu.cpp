// SPDX-License-Identifier: PostgreSQL
#include "icu.hpp"

#include <unicode/normalizer2.h>
#include <unicode/strenum.h>
#include <unicode/timezone.h>
#include <unicode/uchar.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/values/input.hpp"

namespace jb::pg {

namespace {

std::string folded_letters(const std::string& text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; })) return folded(text);
  auto status = U_ZERO_ERROR;
  const auto* decomposed = icu::Normalizer2::getNFDInstance(status);
  const auto* composed = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return folded(text);
  auto letters = decomposed->normalize(icu::UnicodeString::fromUTF8(text), status);
  letters = composed->normalize(letters.foldCase(), status);
  // Every white-space character of Unicode is one UTF-16 unit.
  for (std::int32_t i = 0; i < letters.length(); ++i)
    if (u_isUWhiteSpace(letters.charAt(i)) != 0) letters.setCharAt(i, u' ');
  std::string result;
  return U_FAILURE(status) ? folded(text) : letters.toUTF8String(result);
}

}  // namespace

std::string folded_text(const std::string& text) {
  std::string result;
  for (const char c : folded_letters(text)) {
    const bool is_blank = c == ' ' || ('\t' <= c && c <= '\r');
    if (!is_blank)
      result += c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  }
  if (result.ends_with(' ')) result.pop_back();
  return result;
}

namespace {

std::string utf8(const icu::UnicodeString& text) {
  std::string result;
  return text.toUTF8String(result);
}

std::vector<std::string> equivalent_names(const icu::UnicodeString& zone) {
  std::vector<std::string> names{utf8(zone)};
  for (int i = 0; i < icu::TimeZone::countEquivalentIDs(zone); ++i)
    names.push_back(utf8(icu::TimeZone::getEquivalentID(zone, i)));
  return names;
}

std::vector<std::string> names_by_id(const std::string& windows_id) {
  auto status = U_ZERO_ERROR;
  icu::UnicodeString zone;
  icu::TimeZone::getIDForWindowsID(icu::UnicodeString::fromUTF8(windows_id), nullptr, zone, status);
  return U_FAILURE(status) || zone.isEmpty() ? std::vector<std::string>{} : equivalent_names(zone);
}

/// Windows shows a zone as "(UTC-05:00) Eastern Time (US & Canada)".
struct Display {
  std::int32_t offset;    ///< without summer time, in milliseconds
  std::string_view name;  ///< Eastern Time
};

std::optional<Display> parse_display(std::string_view text) {
  if (!text.starts_with("(UTC") && !text.starts_with("(GMT")) return {};
  const auto end = std::min(text.find(") "), text.size() - 1);
  const auto offset = text.substr(4, end - 4);
  const auto name = text.substr(std::min(end + 2, text.size()));
  Display display{0, name.substr(0, name.find(" ("))};
  if (offset.empty()) return display;
  const auto digit = [&](std::size_t i) { return offset[i] - '0'; };
  const bool is_offset = offset.size() == 6 && (offset[0] == '+' || offset[0] == '-') && offset[3] == ':' &&
                         std::string{offset}.erase(3, 1).find_first_not_of("0123456789", 1) == std::string::npos;
  if (!is_offset) return {};
  display.offset = ((digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5)) * 60'000;
  if (offset[0] == '-') display.offset = -display.offset;
  return display;
}

bool has_offset(const std::string& name, std::int32_t offset) {
  const std::unique_ptr<icu::TimeZone> zone{icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name))};
  return zone->getRawOffset() == offset;
}

/// The Windows ID of a zone by its displayed name: mostly that name and "Standard Time". The table has the exceptions.
std::string windows_id_of(std::string_view shown) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kOthers{{
      {"Alaska", "Alaskan"},
      {"Arizona", "US Mountain"},
      {"Brasilia", "E. South America"},
      {"Cabo Verde Is.", "Cape Verde"},
      {"Hawaii", "Hawaiian"},
      {"Indiana", "US Eastern"},
      {"Nuku'alofa", "Tonga"},
      {"Saskatchewan", "Canada Central"},
      {"Solomon Is., New Caledonia", "Central Pacific"},
      {"West Central Africa", "W. Central Africa"},
  }};
  const auto* found = std::ranges::find(kOthers, shown, [](const auto& each) { return each.first; });
  std::string id{found == kOthers.end() ? shown : found->second};
  if (id.ends_with(" Time")) id.resize(id.size() - 5);
  return id + " Standard Time";
}

/// The names of the zone that is named after this city.
std::vector<std::string> names_by_city(std::string city) {
  std::replace(city.begin(), city.end(), ' ', '_');
  auto status = U_ZERO_ERROR;
  const std::unique_ptr<icu::StringEnumeration> all{
      icu::TimeZone::createTimeZoneIDEnumeration(UCAL_ZONE_TYPE_ANY, nullptr, nullptr, status)};
  if (U_FAILURE(status)) return {};
  while (const auto* id = all->snext(status)) {
    if (utf8(*id).ends_with("/" + city)) return equivalent_names(*id);
  }
  return {};
}

/// CLDR does not have the names that Windows displays. They are derived from the Windows ID or from the zone's cities;
/// the offset shows whether the zone found is the one that was meant.
std::vector<std::string> names_by_display(const Display& display) {
  const auto meant = [&](std::vector<std::string> names) {
    return !names.empty() && has_offset(names.front(), display.offset) ? std::move(names) : std::vector<std::string>{};
  };
  if (display.name == "Coordinated Universal Time") return {"UTC"};
  auto names = meant(names_by_id(windows_id_of(display.name)));
  for (auto rest = display.name; names.empty() && !rest.empty();) {
    const auto size = std::min(rest.find(", "), rest.size());
    names = meant(names_by_city(std::string(rest.substr(0, size))));
    rest.remove_prefix(std::min(size + 2, rest.size()));
  }
  return names;
}

/// Whether the name is one of ICU's own abbreviations, such as IST, which is also short for other zones.
bool is_ambiguous(std::string_view name) {
  constexpr std::array<std::string_view, 10> of_iana{"CET", "EET", "EST", "HST", "MET",
                                                     "MST", "PRC", "ROC", "ROK", "WET"};
  return name.size() == 3 && std::find(of_iana.begin(), of_iana.end(), name) == of_iana.end();
}

}  // namespace

std::vector<std::string> other_names(const std::string& name) {
  if (name.size() > 100) return {};  // no name is so long, and each city costs a walk over all zones
  if (const auto display = parse_display(name)) return names_by_display(*display);
  auto names = names_by_id(name);
  if (names.empty() && !is_ambiguous(name)) names = equivalent_names(icu::UnicodeString::fromUTF8(name));
  return names;
}

}  // namespace jb::pg
