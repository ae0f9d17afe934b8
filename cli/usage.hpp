// SPDX-License-Identifier: PostgreSQL
//
// Command lines that cannot be understood, and the parts of command lines that several commands share.
#pragma once

#include <getopt.h>

#include <stdexcept>
#include <string>

namespace jb::cli {

/// A command line that cannot be understood; what() says why.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A whole number from `least` to `most`. Throws UsageError that names the option.
long long number(const char* name, const char* text, long long least, long long most);

/// YYYY-MM-DD of a day that exists. Throws UsageError that names the option.
std::string date(const char* name, const char* text);

/// When colours are printed.
enum class Colour { automatic, always, never };

/// auto, always or never. Throws UsageError.
Colour colour(const char* text);

/// Calls `apply(option)` for each option, `optarg` set, and gives back the place of the first word that is none. Words
/// may stand anywhere. Throws UsageError for an option that is not known, or lacks its value.
template <class Apply>
int read_options(int count, char** arguments, const option* options, Apply&& apply) {
  opterr = 0;
  optind = 0;
  for (int found; (found = getopt_long(count, arguments, "", options, nullptr)) != -1;) {
    if (found == '?')
      throw UsageError(std::string("jb ") + arguments[0] +
                       " does not know the option, or it lacks its value: " + arguments[optind - 1]);
    apply(found);
  }
  return optind;
}

}  // namespace jb::cli
