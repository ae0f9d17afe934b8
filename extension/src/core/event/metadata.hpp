// SPDX-License-Identifier: PostgreSQL
//
// Data of a caller's own on an event: a JSON object that nobody but the caller understands. It stays text, so that it
// is returned as it was given: parsed, its numbers would lose digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "../values/validation.hpp"

namespace jb {

/// A JSON object as its text; as a field of a change, perhaps a patch of the event's present object.
struct Metadata {
  std::string text;
  bool is_patch = false;  ///< laid over an object by RFC 7396, never kept

  /// Whether both texts are the same object: blanks between members do not count, nor zeros at the end of a fraction,
  /// which a client's numbers do not keep.
  friend bool operator==(const Metadata& a, const Metadata& b);
};

/// The object of this text. `text` is JSON as jsonb is written. Refused under `field`: what is no object, and what
/// check_metadata refuses.
std::optional<Metadata> read_metadata(Validation& validation, std::string_view field, std::string_view text,
                                      bool is_patch = false);

/// Refuses an object of more than 16,384 bytes, blanks between members not counted, and one that is nested more than 64
/// deep: many readers of JSON go down recursively, and give up the whole list in which such an object stands. Result:
/// whether it refused nothing.
bool check_metadata(Validation& validation, std::string_view field, std::string_view text);

/// `present` after `patch` (RFC 7396, 2): a member is set, a null removes it, and an object within is merged likewise.
/// Without a present object the patch is laid over an empty one.
Metadata patched(const std::optional<Metadata>& present, const Metadata& patch);

/// Whether the text names a value, and not just objects and arrays: an index finds objects by the values in them.
bool names_value(std::string_view text);

void append_json(std::string& to, const Metadata& metadata);

}  // namespace jb
