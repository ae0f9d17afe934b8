// SPDX-License-Identifier: PostgreSQL
//
// Command lines, and text on a terminal.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "../fcgi/pg/connection.hpp"

namespace jb::cli {

// Command lines: the options of a command, and the errors of a command line that cannot be understood.

/// A command line that cannot be understood; what() says why.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thrown by read_options() for --help, which every command has, instead of running the command.
struct HelpAsked {};

/// An option of a command. `take` gets its value, or null if the option has none; throws UsageError.
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

/// Reads the options of a command, whose name is arguments[0]. Returns the words that are not options, which may stand
/// anywhere. Throws UsageError for an unknown option, a missing value, or more words than `most`.
std::vector<std::string> read_options(int count, char** arguments, const std::vector<Option>& options,
                                      std::size_t most);

/// The word at a place; `otherwise` if there are fewer words.
std::string word(const std::vector<std::string>& words, std::size_t place, const std::string& otherwise = "");

/// A variable of the environment; empty if it is not set.
std::string variable(const char* name);

// Text on a terminal: its width, cutting it to a width, and optional colors. The text of users cannot move the cursor,
// change colors or forge a line: control characters are shown as blanks, and marks that turn the direction of writing
// are left out.

/// Sets the locale from which character widths are known: UTF-8, whatever the environment says. Once, at the start.
void prepare_terminal();

/// The columns of standard output: COLUMNS if it is set, else those of the terminal, else 80.
int columns();

/// The text without characters that a terminal would interpret.
std::string plain(std::string_view text);

/// JSON for printing: a character that a terminal would interpret is written as \u and its number. JSON itself already
/// escapes those below U+0020.
std::string plain_json(std::string_view json);

/// How many columns a plain() text takes: Chinese characters take two, combining ones none.
int width_of(std::string_view text);

/// The text cut to `width` columns, the last of them an ellipsis; fitted() also fills up a shorter text with blanks.
std::string cut(std::string_view text, int width);
std::string fitted(std::string_view text, int width);

/// The text as lines of at most `width` columns, broken between words; a longer word is cut.
std::vector<std::string> wrapped(std::string_view text, int width);

/// Puts an SGR color (ECMA-48) around a text if colors are on; else returns the text itself. --color decides; by
/// default colors are on for a terminal, unless NO_COLOR is set (no-color.org).
class Paint {
 public:
  Paint();
  /// --color: auto, always or never.
  Option option();
  std::string operator()(const std::string& code, const std::string& text) const;

 private:
  bool enabled_;
};

/// The columns of a result from `first` on, made plain().
std::vector<std::vector<std::string>> cells(const pg::Result& rows, int first);

/// A table of a header and rows as long as it. The last column takes the rest of the width and is wrapped there; if
/// that is too narrow, it goes below its row, indented and without a header. `colors`: a code for each row, or none.
std::string table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows, int width,
                  const Paint& paint, const std::vector<std::string>& colors = {});

// The commands of jb, and how they reach the database.

/// An error that no retry mends, so that a systemd unit should not restart the program: exit status 4.
struct NeedsSomebody : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Command {
  std::string_view name;
  std::string_view does;  ///< its line in `jb --help`
  const char* usage;      ///< the text of its own --help, which ends with a line feed
  /// Runs it; arguments[0] is its name. Returns the exit status. Throws UsageError, HelpAsked, NeedsSomebody,
  /// pg::Error, and std::runtime_error if a file cannot be read or written.
  int (*run)(int count, char** arguments);
};

extern const Command week, why, import_file, listen, relay, check, mcp;

/// A session named after the command, which finds the extension in whatever schema it is. `conninfo`: libpq's
/// connection string or URI, empty for the environment alone. Throws pg::Error 08001 if no session can be opened, 3F000
/// if the database has no extension.
pg::Connection connect(const std::string& conninfo, const std::string& command);

/// The output of --json: the items, each already JSON, as an array with one item per line.
std::string json_array(const std::vector<std::string>& items);
std::string json_array(const pg::Result& rows, int column);

}  // namespace jb::cli
