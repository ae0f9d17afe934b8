// SPDX-License-Identifier: PostgreSQL
//
// A short word for a long text.
#pragma once

#include <string>
#include <string_view>

namespace jb {

/// Sixteen hexadecimal digits that follow from the text alone: FNV-1a of 64 bits (RFC 9923). Two texts that nobody has
/// sought out hardly have the same digest. It proves nothing: whoever wants to can write a second text for a digest.
std::string digest_of(std::string_view text);

}  // namespace jb
