// SPDX-License-Identifier: PostgreSQL
#include "bearer.hpp"

#include <algorithm>

#include "problem.hpp"

namespace jb::gateway {

namespace {

constexpr std::string_view scheme = "bearer ";
constexpr std::size_t longest_token = 500;

bool has_scheme(std::string_view header) {
  const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b); };
  return header.size() > scheme.size() && std::equal(scheme.begin(), scheme.end(), header.begin(), same);
}

bool is_token(std::string_view text) {
  constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=";
  return !text.empty() && text.size() <= longest_token && text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

pg::Parameter bearer_token(const Request& request) {
  if (!request.authorization) return std::nullopt;
  std::string_view token = *request.authorization;
  if (has_scheme(token)) token.remove_prefix(scheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  if (!has_scheme(*request.authorization) || !is_token(token))
    throw bad_request("Authorization must be Bearer and a token, as it was given out");
  return std::string(token);
}

}  // namespace jb::gateway
