// SPDX-License-Identifier: PostgreSQL
#include "usage.hpp"

#include <charconv>
#include <chrono>
#include <cstring>

namespace jb::cli {

long long number(const char* name, const char* text, long long least, long long most) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
  if (error != std::errc{} || *end != '\0' || value < least || value > most)
    throw UsageError(std::string(name) + " must be a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most) + ", not \"" + text + "\"");
  return value;
}

std::string date(const char* name, const char* text) {
  const std::string given = text;
  int year = 0;
  unsigned month = 0, day = 0;
  const auto read = [&](std::size_t at, std::size_t length, auto& value) {
    return std::from_chars(text + at, text + at + length, value).ptr == text + at + length;
  };
  const bool has_form = given.size() == 10 && given[4] == '-' && given[7] == '-' && read(0, 4, year) &&
                        read(5, 2, month) && read(8, 2, day) && year > 0;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!has_form || !date.ok())
    throw UsageError(std::string(name) + " must be a date, YYYY-MM-DD, not \"" + text + "\"");
  return given;
}

Colour colour(const char* text) {
  const std::string word = text;
  if (word == "auto") return Colour::automatic;
  if (word == "always") return Colour::always;
  if (word == "never") return Colour::never;
  throw UsageError("--color must be auto, always or never, not \"" + word + "\"");
}

}  // namespace jb::cli
