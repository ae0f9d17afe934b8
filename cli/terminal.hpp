// SPDX-License-Identifier: PostgreSQL
//
// What people type and read: command lines, and text on a terminal.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "../fcgi/pg/connection.hpp"

namespace jb::cli {

// Command lines: what the options of a command are, and what is told of a command line that cannot be understood.

/// A command line that cannot be understood; what() says why.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Somebody asked for --help, which every command has: thrown by read_options() instead of running the command.
struct HelpAsked {};

/// An option of a command. `take` is given its value, which is null where the option has none; throws UsageError.
struct Option {
  const char* name;
  bool has_value;
  std::function<void(const char*)> take;
};

Option flag(const char* name, bool& is_given);
Option text(const char* name, std::string& value);
/// A whole number from `least` to `most`.
Option number(const char* name, long long least, long long most, std::function<void(long long)> take);
/// YYYY-MM-DD of a day that exists.
Option date(std::function<void(const char*)> take);

/// Reads the options of a command, whose name is arguments[0]. Result: the words that are no option, which may stand
/// anywhere. Throws UsageError for an option that is not known, or lacks its value, and for more words than `most`.
std::vector<std::string> read_options(int count, char** arguments, const std::vector<Option>& options,
                                      std::size_t most);

/// The word at a place; `otherwise` where there are not so many.
std::string word(const std::vector<std::string>& words, std::size_t place, const std::string& otherwise = "");

// Text on a terminal: how wide it is there, cut to a width, in colours where they are wanted. The text of users can
// neither move the cursor nor change colours nor forge a line: control characters are shown as blanks, and marks that
// turn the direction of writing are left out.

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
