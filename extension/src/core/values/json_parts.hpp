// SPDX-License-Identifier: PostgreSQL
//
// The parts of a JSON text as they are written. Where JSON is parsed, a number becomes a double, and loses the digits
// that a double cannot hold; as text it keeps all of them.
#pragma once

#include <string_view>
#include <vector>

namespace jb {

/// The items of an array; or the members of an object, a name in its quotes and a value in turn. `text` is valid JSON;
/// the parts refer to it. Cost: linear in the text.
std::vector<std::string_view> json_parts(std::string_view text);

/// Where the string that begins at `at` ends: the place behind its closing quote.
std::size_t end_of_json_string(std::string_view text, std::size_t at);

}  // namespace jb
