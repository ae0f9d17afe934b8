// SPDX-License-Identifier: PostgreSQL
//
// Code shared by the fuzz targets: a promise that ends the run when broken, and the promises of every refusal.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/values/input.hpp"
#include "fcgi/message.hpp"

namespace jb::fuzz {

/// Ends the run with the text of the promise if it is broken; libFuzzer then keeps the input.
inline void promise(bool kept, std::string_view what) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

/// Whether PostgreSQL passes this on to a validator: UTF-8 without NUL.
inline bool is_text(std::string_view text) {
  return gateway::is_utf8(std::string(text)) && text.find('\0') == std::string_view::npos;
}

/// A refusal names each wrong field, its value and the error in it, and says what to do. It is UTF-8 and of bounded
/// length, whatever the input.
inline void check_refusal(const Failure& failure) {
  promise(!failure.message.empty() && !failure.hint.empty(), "an error has a message and a hint");
  promise(gateway::is_utf8(failure.message) && gateway::is_utf8(failure.detail), "an error is UTF-8");
  if (failure.error != Error::invalid_value) return;
  const auto list = nlohmann::json::parse(failure.detail, nullptr, false);
  promise(list.is_array() && !list.empty(), "the detail lists what is invalid");
  constexpr std::size_t most = 210;  // 200 bytes and an ellipsis
  for (const auto& item : list) {
    promise(item.at("field").is_string() && item.at("value").is_string(), "a refusal names its field and value");
    promise(item.at("field").get<std::string>().size() < most, "a field's name is shortened");
    promise(item.at("value").get<std::string>().size() < most, "a value is shortened");
    promise(!item.at("message").get<std::string>().empty(), "a refusal says what is wrong");
  }
  const std::string& first = list.front().at("field").get_ref<const std::string&>();
  promise(failure.message.find("invalid " + first) != std::string::npos, "the message names the first field");
}

inline void check_refused(const Validation& validation) {
  promise(!validation.ok(), "what is not read is refused");
  check_refusal(validation.failure());
}

inline void go_on() {}

/// Runs a reader within the budgets of one call. Result: nullopt if the reader refused the input with a valid refusal.
template <class Read>
auto accepted(Read read) -> std::optional<decltype(read(std::declval<Validation&>()))> {
  const Account account(go_on);
  Validation validation;
  try {
    auto value = read(validation);
    if (validation.ok()) return value;
    check_refused(validation);
  } catch (const Failure& failure) {
    check_refusal(failure);
  }
  return std::nullopt;
}

/// An input of several texts, each ended by a line "%%" except the last. Missing texts are empty.
template <std::size_t count>
std::array<std::string, count> parts(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view border = "\n%%\n";
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::array<std::string, count> texts;
  for (std::size_t i = 0; i < count; ++i) {
    const auto end = i + 1 < count ? std::min(rest.find(border), rest.size()) : rest.size();
    texts[i] = rest.substr(0, end);
    rest.remove_prefix(std::min(end + border.size(), rest.size()));
  }
  return texts;
}

}  // namespace jb::fuzz
