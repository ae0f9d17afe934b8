// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jb {

/// A media type as a header has it, in small letters.
struct MediaType {
  std::string name;     ///< such as text/plain
  std::string charset;  ///< empty where it is not named
};

/// Reads type/subtype with its parameters, each a token or a quoted string; nullopt for what is none (RFC 9110, 8.3.1
/// and 5.6.6): `text/plain; charset="utf-8` has no closing quote. Of several charsets the first counts.
std::optional<MediaType> parse_media_type(std::string_view text);

}  // namespace jb
