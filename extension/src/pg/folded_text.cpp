// SPDX-License-Identifier: PostgreSQL
#include "folded_text.hpp"

#include <unicode/normalizer2.h>

#include <algorithm>

#include "core/values/folding.hpp"

namespace jb::pg {

std::string folded_text(const std::string& text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; })) return folded(text);
  auto status = U_ZERO_ERROR;
  const auto* decomposed = icu::Normalizer2::getNFDInstance(status);
  const auto* composed = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return folded(text);
  auto letters = decomposed->normalize(icu::UnicodeString::fromUTF8(text), status);
  letters = composed->normalize(letters.foldCase(), status);
  std::string result;
  return U_FAILURE(status) ? folded(text) : letters.toUTF8String(result);
}

}  // namespace jb::pg
