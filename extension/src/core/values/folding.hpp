// SPDX-License-Identifier: PostgreSQL
//
// Names that are the same in any case of their ASCII letters, whatever the locale: those of calendars (rule 1.6).
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace jb {

constexpr char folded(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// The text in small letters.
inline std::string folded(std::string_view text) {
  std::string small(text);
  for (auto& letter : small) letter = folded(letter);
  return small;
}

/// Both compare the bytes first: most callers spell a name as its owner does.
struct FoldedEqual {
  bool operator()(std::string_view a, std::string_view b) const {
    const auto is_same = [](char one, char other) { return folded(one) == folded(other); };
    return a == b || std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same);
  }
};
struct FoldedLess {
  bool operator()(std::string_view a, std::string_view b) const {
    const auto is_less = [](char one, char other) {
      return static_cast<unsigned char>(folded(one)) < static_cast<unsigned char>(folded(other));
    };
    return a != b && std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), is_less);
  }
};
struct FoldedHash {  // FNV-1a
  std::size_t operator()(std::string_view text) const {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(folded(letter))) * 1'099'511'628'211U;
    return hash;
  }
};

inline bool is_same_name(std::string_view a, std::string_view b) { return FoldedEqual{}(a, b); }

}  // namespace jb
