// SPDX-License-Identifier: PostgreSQL
//
// Text on a terminal: how wide it is there, cut to a width, in colours where they are wanted. The text of users can
// neither move the cursor nor change colours nor forge a line: control characters are shown as blanks, and marks that
// turn the direction of writing are left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../fcgi/pg/result.hpp"
#include "usage.hpp"

namespace jb::cli {

/// Makes the widths of characters known: UTF-8, whatever the environment says. Once, at the start.
void prepare_terminal();

/// How many columns standard output has; 80 where it is no terminal, unless COLUMNS says.
int columns();

/// The text without characters that a terminal could obey.
std::string plain(std::string_view text);

/// JSON as it is printed: a character that a terminal could obey is written as \u and its number. Those below U+0020
/// stand escaped in JSON already.
std::string plain_json(std::string_view json);

/// How many columns the text, which is plain, takes: Chinese characters take two, combining ones none.
int width_of(std::string_view text);

/// The text cut to `width` columns, or filled up with blanks; where text is cut off, the last column is an ellipsis.
std::string cut(std::string_view text, int width);
std::string fitted(std::string_view text, int width);

/// The text as lines of at most `width` columns, broken between words where there are any.
std::vector<std::string> wrapped(std::string_view text, int width);

/// An SGR colour (ECMA-48) around the text, where colours are printed; the text itself otherwise. They are printed as
/// --color says, else on a terminal, unless NO_COLOR is set (no-color.org).
class Paint {
 public:
  Paint();
  /// --color: auto, always or never.
  Option option();
  std::string operator()(const std::string& code, const std::string& text) const;

 private:
  bool enabled_;
};

/// What the columns of a result from `first` on hold, made plain.
std::vector<std::vector<std::string>> cells(const pg::Result& rows, int first);

/// A table: a header, and rows as long as it. The last column takes what is left of the terminal and is wrapped there;
/// where that is little, it stands below its row, indented, and has no header. `colours`: a code for each row, or none.
std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows, int width,
                  const Paint& paint, const std::vector<std::string>& colours = {});

}  // namespace jb::cli
