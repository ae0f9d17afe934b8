// SPDX-License-Identifier: PostgreSQL
//
// Collects what is wrong with a request, so that a caller hears of all of it at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "failure.hpp"

namespace jb {

/// The invalid fields of one call, in the order in which they were found.
class Validation {
 public:
  /// Notes that `field` may not be `value`. message says what is wrong, as the end of a sentence, without a full stop.
  /// After a thousand it notes no more.
  void refuse(std::string_view field, std::string_view value, std::string_view message);

  /// What is refused from now on belongs to the item of this index in a batch.
  void at_index(std::size_t index) { index_ = index; }

  bool ok() const { return errors_.empty(); }

  /// Whether `field` of the present item was refused: what follows from its value need not be looked at then.
  bool has_refused(std::string_view field) const;

  /// What was refused as one error, 22023: message and hint speak of the first field, detail holds all as a JSON list
  /// of
  /// {"field", "value", "message"}, with "index" in a batch. Only when something was refused.
  Failure failure() const;

  /// Throws failure() when anything was refused.
  void raise() const {
    if (!ok()) throw failure();
  }

 private:
  struct Entry {
    std::optional<std::size_t> index;
    FieldError error;
  };
  std::optional<std::size_t> index_;
  std::vector<Entry> errors_;
};

/// Of a field or a value in a refusal, in bytes: more is cut.
inline constexpr std::size_t kShownBytes = 200;

/// `text` cut to at most `bytes` bytes at the border of a UTF-8 character.
std::string shorten(std::string_view text, std::size_t bytes);

/// The number of characters of valid UTF-8 text.
std::size_t characters(std::string_view text);

}  // namespace jb
