// SPDX-License-Identifier: PostgreSQL
//
// Command lines: what the options of a command are, and what is told of a command line that cannot be understood.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace jb::cli {

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

}  // namespace jb::cli
