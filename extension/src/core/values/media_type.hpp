// SPDX-License-Identifier: PostgreSQL
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jb {

/// A media type of a header, in lower case.
struct MediaType {
  std::string name;     ///< such as text/plain
  std::string charset;  ///< empty if not given
};

/// Reads type/subtype with its parameters, each a token or a quoted string; nullopt for anything else (RFC 9110, 8.3.1
/// and 5.6.6), such as `text/plain; charset="utf-8`, which lacks the closing quote. Of several charsets the first
/// counts.
std::optional<MediaType> parse_media_type(std::string_view text);

}  // namespace jb
