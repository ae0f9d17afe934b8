// SPDX-License-Identifier: PostgreSQL
#include "folds.hpp"

#include <algorithm>

namespace jb {

namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// How many bytes the character has whose first byte this is.
std::size_t size_by(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

/// How many of the bytes before `end` begin a character without ending it.
std::size_t begun_before(const std::string& text, std::size_t end) {
  for (std::size_t size = 1; size < 4 && size <= end; ++size) {
    const char c = text[end - size];
    if (!continues_character(c)) return size_by(c) > size ? size : 0;
  }
  return 0;
}

}  // namespace

std::string with_whole_characters(std::string file) {
  for (auto at = file.find('\n'); at != std::string::npos; at = file.find('\n', at + 1)) {
    if (at + 2 >= file.size() || (file[at + 1] != ' ' && file[at + 1] != '\t')) continue;
    if (!continues_character(file[at + 2])) continue;
    const std::size_t begin = at > 0 && file[at - 1] == '\r' ? at - 1 : at;
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(begin - begun_before(file, begin));
    std::rotate(from, file.begin() + static_cast<std::ptrdiff_t>(begin),
                file.begin() + static_cast<std::ptrdiff_t>(at + 2));
  }
  return file;
}

}  // namespace jb
