// SPDX-License-Identifier: PostgreSQL
#include "usage.hpp"

#include <getopt.h>

#include <charconv>
#include <cstring>

#include "core/values/time_text.hpp"

namespace jb::cli {

namespace {

constexpr const char* kHelp = "help";

}  // namespace

Option flag(const char* name, bool& is_given) {
  return {name, false, [&](const char*) { is_given = true; }};
}

Option text(const char* name, std::string& value) {
  return {name, true, [&](const char* given) { value = given; }};
}

Option number(const char* name, long long least, long long most, std::function<void(long long)> take) {
  return {name, true, [=](const char* given) {
            long long value = 0;
            const auto [end, error] = std::from_chars(given, given + std::strlen(given), value);
            if (error != std::errc{} || *end != '\0' || value < least || value > most)
              throw UsageError(std::string("--") + name + " must be a whole number from " + std::to_string(least) +
                               " to " + std::to_string(most) + ", not \"" + given + "\"");
            take(value);
          }};
}

Option date(std::function<void(const char*)> take) {
  return {"date", true, [=](const char* given) {
            if (!parse_date(given))
              throw UsageError(std::string("--date must be a date, YYYY-MM-DD, not \"") + given + "\"");
            take(given);
          }};
}

std::vector<std::string> read_options(int count, char** arguments, const std::vector<Option>& options,
                                      std::size_t most) {
  std::vector<option> known;
  for (const Option& each : options)
    known.push_back({each.name, each.has_value ? required_argument : no_argument, nullptr, 0});
  known.push_back({kHelp, no_argument, nullptr, 0});
  known.push_back({});
  const std::string command = std::string("jb ") + arguments[0];
  opterr = 0;
  optind = 0;
  int place = 0;
  for (int found; (found = getopt_long(count, arguments, "", known.data(), &place)) != -1;) {
    if (found == '?')
      throw UsageError(command + " does not know the option, or it lacks its value: " + arguments[optind - 1]);
    if (known[static_cast<std::size_t>(place)].name == kHelp) throw HelpAsked{};
    options[static_cast<std::size_t>(place)].take(optarg);
  }
  const std::vector<std::string> words(arguments + optind, arguments + count);
  if (words.size() > most) throw UsageError(command + " does not know what to do with \"" + words[most] + "\"");
  return words;
}

std::string word(const std::vector<std::string>& words, std::size_t place, const std::string& otherwise) {
  return place < words.size() ? words[place] : otherwise;
}

}  // namespace jb::cli
