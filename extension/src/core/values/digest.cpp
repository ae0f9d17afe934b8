// SPDX-License-Identifier: PostgreSQL
#include "digest.hpp"

#include <cstdint>

namespace jb {

std::string digest_of(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::uint64_t prime = 0x100000001B3U;
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  std::string word(16, '0');
  for (auto digit = word.rbegin(); digit != word.rend(); ++digit, hash /= 16) *digit = digits[hash % 16];
  return word;
}

}  // namespace jb
