// SPDX-License-Identifier: PostgreSQL
#include "folded_text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>

#include "core/values/folding.hpp"

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
  // Each white space of Unicode is one unit.
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

}  // namespace jb::pg
