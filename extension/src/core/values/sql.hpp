// SPDX-License-Identifier: PostgreSQL
//
// The text of SQL statements, put together at compile time. The source has it as a script would, with line breaks,
// comments and named parameters (:name). The server gets one line, with numbers ($1) in place of the names.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace jb::sql {

/// A text that can be an argument of a template. Literals convert to it, and `+` joins the two.
template <std::size_t N>
struct Text {
  constexpr Text(const char (&text)[N]) { std::copy_n(text, N, value); }  // NOLINT: reads as its text
  constexpr explicit Text(std::string_view text) { std::copy_n(text.data(), N - 1, value); }
  constexpr std::string_view view() const { return {value, N - 1}; }
  char value[N]{};  ///< zero-terminated
};

template <std::size_t N, std::size_t M>
constexpr Text<N + M - 1> operator+(const Text<N>& before, const Text<M>& after) {
  char both[N + M - 1]{};
  std::copy_n(after.value, M, std::copy_n(before.value, N - 1, both));
  return both;
}
template <std::size_t N>
constexpr auto operator+(const Text<N>& before, const auto& after) {
  return before + Text(after);
}
template <std::size_t N>
constexpr auto operator+(const auto& before, const Text<N>& after) {
  return Text(before) + after;
}

/// The number of a name in a list such as "event,calendars,", counted from 1; 0 if it is not there.
constexpr int number_in(std::string_view names, std::string_view name) {
  for (int number = 1; !names.empty(); ++number) {
    const auto end = names.find(',');
    if (names.substr(0, end) == name) return number;
    names.remove_prefix(end + 1);
  }
  return 0;
}

/// A text of fewer than N characters as the server gets it, and the names of its parameters in the order of their
/// first appearance, each with a comma behind it. A name has small letters and underscores. A colon before a space is
/// no parameter, as in a[1 : n]. White space and comments outside of quotes become one space, or nothing where none is
/// needed.
template <std::size_t N>
struct Bound {
  struct Draft {
    constexpr void add(std::string_view text) {
      std::copy_n(text.data(), text.size(), value + size);
      size += text.size();
    }
    constexpr std::string_view view() const { return {value, size}; }
    char value[2 * N]{};
    std::size_t size = 0;
  };

  constexpr explicit Bound(std::string_view source) {
    const auto is_letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); };
    bool is_apart = false;
    char last = '(';
    for (std::size_t i = 0; i < source.size();) {
      const auto from = i;
      const char c = source[i++];
      const bool is_comment = source.substr(from, 2) == "--";
      if (is_comment) i = std::min(source.find('\n', i), source.size());
      if (is_comment || c == ' ' || c == '\n') {
        is_apart = true;
        continue;
      }
      if (is_apart && last != '(' && c != ')' && c != ',') text.add(" ");
      is_apart = false;
      if (c == '\'' || c == '"') {
        i = source.find(c, i) + 1;
        if (i == 0 || source[i - 2] == '\\') throw "a quote that does not end, or that a backslash escapes";
      }
      const bool is_name = c == ':' && last != ':' && i < source.size() && is_letter(source[i]);
      while (is_name && i < source.size() && is_letter(source[i])) ++i;
      if (is_name)
        add_number(source.substr(from + 1, i - from - 1));
      else
        text.add(source.substr(from, i - from));
      last = source[i - 1];
    }
  }

  Draft text;
  Draft names;

 private:
  constexpr void add_number(std::string_view name) {
    if (number_in(names.view(), name) == 0) {
      names.add(name);
      names.add(",");
    }
    const int number = number_in(names.view(), name);
    const char digits[] = {'$', static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
    text.add({digits, number < 10 ? std::size_t{1} : 2});
    text.add({digits + 2, 1});
  }
};

template <Text text>
inline constexpr auto kParsed = Bound<sizeof text.value>(text.view());

/// A text as the server gets it, and the names of its parameters (Bound).
template <Text text>
inline constexpr auto kBound = Text<kParsed<text>.text.size + 1>(kParsed<text>.text.view());
template <Text text>
inline constexpr auto kNames = Text<kParsed<text>.names.size + 1>(kParsed<text>.names.view());

/// The value of the parameter of this name: "event"_arg = id.
template <Text name, class Value>
struct Argument {
  Value value;
};
template <Text name, class Value>
struct ArgumentName {
  Argument<name, Value> operator=(Value value) const { return {std::move(value)}; }  // NOLINT: it assigns nothing
};

/// The values of the parameters of these names (kNames). Each needs one argument, in any order.
template <Text names, class Value, Text... given>
std::array<Value, sizeof...(given)> in_order(const Argument<given, Value>&... arguments) {
  static constexpr std::array<int, sizeof...(given)> numbers{number_in(names.view(), given.view())...};
  static_assert(std::ranges::count(numbers, 0) == 0, "an argument is for none of the statement's parameters");
  static_assert(std::ranges::all_of(numbers, [](int number) { return std::ranges::count(numbers, number) == 1; }),
                "a parameter has two arguments");
  static_assert(sizeof...(given) == std::ranges::count(names.view(), ','), "a parameter has no argument");
  std::array<Value, sizeof...(given)> values;
  [[maybe_unused]] auto number = numbers.begin();
  ((values[static_cast<std::size_t>(*number++ - 1)] = arguments.value), ...);
  return values;
}

}  // namespace jb::sql
