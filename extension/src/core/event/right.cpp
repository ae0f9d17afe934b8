// SPDX-License-Identifier: PostgreSQL
#include "right.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "../values/json_values.hpp"
#include "../values/principal.hpp"

namespace jb {

namespace {

constexpr std::array kRights{std::pair{Right::busy, "busy"}, std::pair{Right::read, "read"},
                             std::pair{Right::book, "book"}, std::pair{Right::manage, "manage"}};

constexpr std::string_view kPrincipalPrefix = "principal:", kRolePrefix = "role:";
constexpr std::size_t kLongestRole = 63;

std::vector<std::string> read_rights(Validation& validation, const std::string& field, const nlohmann::json& value,
                                     std::size_t fewest) {
  const auto words = read_texts(validation, field, value).value_or(std::vector<std::string>{});
  if (value.is_array() && words.size() < fewest) validation.refuse(field, "[]", "there must be at least one right");
  for (std::size_t i = 0; i < words.size(); ++i)
    read_right(validation, field + "[" + std::to_string(i) + "]", words[i]);
  return rights_in_order(words);
}

std::optional<Grant> read_grant(Validation& validation, const std::string& field, const nlohmann::json& value,
                                std::size_t fewest) {
  Grant grant;
  const MemberReaders members{
      {"grantee",
       [&](const auto& where, const auto& given) { grant.grantee = read_text(validation, where, given).value_or(""); }},
      {"rights",
       [&](const auto& where, const auto& given) { grant.rights = read_rights(validation, where, given, fewest); }}};
  if (!read_object(validation, field, value, "there is no such field", members, field + ".",
                   "it must be a JSON object of grantee and rights"))
    return std::nullopt;
  if (!value.contains("rights")) validation.refuse(field + ".rights", "", "it is required");
  if (!validation.has_refused(field + ".grantee")) read_grantee(validation, field + ".grantee", grant.grantee);
  return grant;
}

}  // namespace

Rights Rights::with(Right right) const {
  const auto own = static_cast<unsigned>(right);
  constexpr auto every = static_cast<unsigned>(Right::busy) | static_cast<unsigned>(Right::read) |
                         static_cast<unsigned>(Right::book) | static_cast<unsigned>(Right::manage);
  return Rights(right == Right::manage ? every : bits_ | own | static_cast<unsigned>(Right::busy));
}

std::string_view name_of(Right right) {
  return std::find_if(kRights.begin(), kRights.end(), [&](const auto& each) { return each.first == right; })->second;
}

std::optional<Right> right_from(std::string_view word) {
  const auto found =
      std::find_if(kRights.begin(), kRights.end(), [&](const auto& each) { return each.second == word; });
  return found == kRights.end() ? std::nullopt : std::optional(found->first);
}

Failure right_wanted(std::string_view calendar, Right right) {
  return {Error::not_allowed,
          "calendar \"" + std::string(calendar) + "\" does not grant the right to " +
              (right == Right::busy ? "see when it is taken" : std::string(name_of(right))),
          "", "Ask whoever manages the calendar for the right " + std::string(name_of(right)) + "."};
}

std::optional<Grantee> read_grantee(Validation& validation, std::string_view field, const std::string& text) {
  const bool is_role = text.starts_with(kRolePrefix);
  const auto prefix = is_role ? kRolePrefix : kPrincipalPrefix;
  const auto name = text.starts_with(prefix) ? text.substr(prefix.size()) : std::string();
  const bool is_reserved = !is_role && is_reserved_principal(name);
  if (!name.empty() && !is_reserved && (is_role ? name.size() <= kLongestRole : characters(name) <= kLongestPrincipal))
    return Grantee{is_role, name};
  validation.refuse(field, text, is_reserved ? kIsReserved : "it must be principal:NAME or role:NAME");
  return std::nullopt;
}

std::optional<Right> read_right(Validation& validation, std::string_view field, const std::string& word) {
  const auto right = right_from(word);
  if (!right) validation.refuse(field, word, "it must be busy, read, book or manage");
  return right;
}

std::vector<std::string> rights_in_order(const std::vector<std::string>& words) {
  std::vector<std::string> ordered;
  for (const auto& [right, word] : kRights) {
    if (std::find(words.begin(), words.end(), word) != words.end()) ordered.emplace_back(word);
  }
  return ordered;
}

std::vector<Grant> read_grants(Validation& validation, const std::string& text, std::size_t fewest) {
  const auto json = parse_json(text);
  if (!json.is_array() || json.size() > kMostGrantees) {
    validation.refuse("grants", json.is_array() ? std::to_string(json.size()) : shown(json),
                      "it must be a list of at most 1000 objects of grantee and rights");
    return {};
  }
  std::vector<Grant> grants;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const auto field = "grants[" + std::to_string(i) + "]";
    auto grant = read_grant(validation, field, json[i], fewest);
    if (!grant) continue;
    if (!seen.insert(grant->grantee).second) validation.refuse(field + ".grantee", grant->grantee, "it is named twice");
    grants.push_back(std::move(*grant));
  }
  return grants;
}

}  // namespace jb
