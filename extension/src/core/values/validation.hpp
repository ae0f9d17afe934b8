// SPDX-License-Identifier: PostgreSQL
//
// Collects the invalid fields of a request, so that a caller hears of all of them at once (rule 8.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "failure.hpp"

namespace jb {

/// Hints for a field that has no business where it stands, whatever it takes elsewhere.
inline constexpr std::string_view kNotTaken = "Leave it out, or correct its name: no field of this name is taken here.";
inline constexpr std::string_view kIsResult = "Leave it out: the scheduler decides it.";

/// The invalid fields of one call, in the order in which they were found.
class Validation {
 public:
  /// Notes that `field` may not be `value`. `message` says what is wrong, as the end of a sentence, without a full
  /// stop. `hint`, which outlives the object, says what to do about this fault; where it is left out, the hint says
  /// what the field takes. After a thousand fields it notes no more.
  void refuse(std::string_view field, std::string_view value, std::string_view message, std::string_view hint = {});

  /// Every field refused from now on belongs to the item of this index in a batch.
  void at_index(std::size_t index) { index_ = index; }

  bool ok() const { return errors_.empty(); }

  /// Whether `field` of the present item was refused. Then the checks that depend on its value can be left out.
  bool has_refused(std::string_view field) const;

  /// All refused fields as one error, 22023: message and hint concern the first field; detail holds all fields as a
  /// JSON list of {"field", "value", "message"}, with "index" in a batch. Only to be called when a field was refused.
  Failure failure() const;

  /// Throws failure() when a field was refused.
  void raise() const {
    if (!ok()) throw failure();
  }

 private:
  /// As problem+json shows it: {"field", "value", "message"}.
  struct Entry {
    std::optional<std::size_t> index;
    std::string field;    ///< as named in SQL and JSON, e.g. "duration"
    std::string value;    ///< as it was given, shortened to 200 bytes at a character's border
    std::string message;  ///< what is wrong with it and what is allowed
    std::string_view hint;
  };
  std::optional<std::size_t> index_;
  std::vector<Entry> errors_;
};

/// The error for one field alone, of the item of this index in a batch.
Failure invalid(std::string_view field, std::string_view value, std::string_view message,
                std::optional<std::size_t> item = {});

/// How many bytes of a field's name or value a refusal shows at most; the rest is cut off.
inline constexpr std::size_t kShownBytes = 200;

/// `text` cut to at most `bytes` bytes at the border of a UTF-8 character.
std::string shorten(std::string_view text, std::size_t bytes);

/// The number of characters of valid UTF-8 text.
std::size_t characters(std::string_view text);

/// What a text of several lines may have of the controls.
inline constexpr std::string_view kOfLines = "\n\t";

/// Whether valid UTF-8 text has a character that moves a cursor, ends a line, or overrides the direction of writing,
/// other than those of `taken`: a name with one could look like another, or like two.
bool has_control(std::string_view text, std::string_view taken = "");
inline constexpr std::string_view kControl =
    "it must have no control characters, and none that turn the direction of writing";
inline constexpr std::string_view kControlInLines =
    "it must have no control characters but line breaks and tabs, and none that turn the direction of writing";

/// The text with a blank in place of each such character.
std::string without_controls(std::string_view text, std::string_view taken = "");

/// The same as has_control of a name, or a character that nobody sees (Unicode's Default_Ignorable_Code_Point and
/// format characters). Joiners show between two letters of scripts that join them, and between two pictures (emoji).
bool has_invisible(std::string_view text);
inline constexpr std::string_view kInvisible = "it must have no control characters and none that are invisible";

/// Whether valid UTF-8 text has a character that is seen by itself: a letter, a digit, a sign, no blank and no mark.
bool has_visible(std::string_view text);
/// What is wrong with a text that has none.
constexpr std::string_view fault_of_unseen(std::string_view text) {
  return text.empty() ? "it must not be empty" : "it must have a character that is seen";
}

/// The first `most` characters of valid UTF-8 text.
std::string_view first_characters(std::string_view text, std::size_t most);

}  // namespace jb
