// SPDX-License-Identifier: PostgreSQL
//
// People's words as a search compares them.
#include "call.hpp"
#include "pg/folded_text.hpp"

namespace jb::functions {

JB_PLAIN(jb_folded, std::optional<std::string>) {
  const auto words = arguments.text("words");
  return words ? std::optional(pg::folded_text(*words)) : std::nullopt;
}

}  // namespace jb::functions
