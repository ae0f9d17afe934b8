// SPDX-License-Identifier: PostgreSQL
#include "json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>

#include "input.hpp"

namespace jb {

namespace {

constexpr std::string_view kBetween = " \t\n\r,:";  ///< the characters between parts
constexpr std::string_view kEnds = " \t\n\r,:]}";   ///< the characters that end an unnested part

/// The end of the value that begins at `at`.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  const auto begin = at;
  for (int depth = 0; at < text.size();) {
    const char c = text[at];
    if (depth == 0 && at > begin && kEnds.find(c) != std::string_view::npos) break;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    at = c == '"' ? end_of_json_string(text, at) : at + 1;
  }
  return at;
}

}  // namespace

std::size_t end_of_json_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"';) at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

std::vector<std::string_view> json_parts(std::string_view text) {
  std::vector<std::string_view> parts;
  auto at = std::min(text.find_first_of("[{"), text.size());
  for (;;) {
    at = text.find_first_not_of(kBetween, at + (parts.empty() ? 1 : 0));
    if (at >= text.size() || text[at] == ']' || text[at] == '}') return parts;
    const auto end = end_of_value(text, at);
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
}

namespace {

/// Characters that are escaped by a letter after a backslash, and these letters.
constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";

/// Whether a byte needs no escape in a JSON string (RFC 8259, 7).
constexpr auto kIsPlain = [] {
  std::array<bool, 256> is_plain{};
  for (std::size_t byte = 0x20; byte < is_plain.size(); ++byte) is_plain[byte] = byte != '"' && byte != '\\';
  return is_plain;
}();

/// The number of bytes at the beginning of a text that need no escape.
std::size_t plain_length(std::string_view text) {
  const auto is_special = [](char c) { return !kIsPlain[static_cast<unsigned char>(c)]; };
  return static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_special) - text.begin());
}

}  // namespace

void append_json(std::string& to, std::string_view text) {
  to += '"';
  while (!text.empty()) {
    const auto plain = plain_length(text);
    to += text.substr(0, plain);
    if (plain == text.size()) break;
    const char c = text[plain];
    if (const auto known = kEscaped.find(c); known != std::string_view::npos) {
      to += {'\\', kLetters[known]};
    } else {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      to += code;
    }
    text.remove_prefix(plain + 1);
  }
  to += '"';
}

void append_json(std::string& to, std::int64_t number) { to += std::to_string(number); }

void append_json(std::string& to, RawJson json) { to += json.text; }

std::string joined_objects(std::string first, std::string_view second) {
  if (first.empty() || second.empty()) return first += second;
  first.back() = ',';
  return first += second.substr(1);
}

void JsonObject::begin_member(std::string_view name) {
  using namespace std::string_view_literals;
  text_ += text_.empty() ? "{\""sv : ", \""sv;
  text_ += name;
  text_ += "\" : "sv;
}

using nlohmann::json;

namespace {

/// `value` as a whole number, if it fits an int64; 1800.0 is a whole number.
std::optional<std::int64_t> whole(const json& value) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  constexpr double exact = 9007199254740992.0;  // 2^53: up to here a double counts without gaps
  const auto number = value.is_number_float() ? value.get<double>() : exact;
  if (std::abs(number) >= exact || number != std::floor(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

/// Feeds the parser the bytes of a text, which may be long, and checks for interrupts on the way. The parser's own
/// callbacks will not do: with a callback it scans all earlier items of an array at each object of the array.
class CheckedBytes {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  explicit CheckedBytes(const char* at) : at_(at) {}
  reference operator*() const { return *at_; }
  CheckedBytes& operator++() {
    constexpr std::uintptr_t often = 4096;
    if (reinterpret_cast<std::uintptr_t>(++at_) % often == 0) step();
    return *this;
  }
  friend bool operator==(const CheckedBytes&, const CheckedBytes&) = default;

 private:
  const char* at_;
};

/// Returns `read`; refuses the value if it is empty.
template <class T>
std::optional<T> read_or_refused(Validation& validation, std::string_view field, const json& value,
                                 std::optional<T> read, std::string_view expected) {
  if (!read) validation.refuse(field, shown(value), expected);
  return read;
}

template <class Parse>
auto parsed(const json& value, Parse parse) -> decltype(parse(std::string_view{})) {
  return value.is_string() ? parse(value.get_ref<const std::string&>()) : std::nullopt;
}

}  // namespace

json parse_json(const std::string& text) {
  try {
    return json::parse(CheckedBytes(text.data()), CheckedBytes(text.data() + text.size()));
  } catch (const json::exception&) {
    throw Failure(Error::unparsable_value, "could not read the JSON value: a number in it is out of range", "",
                  "Write numbers that a double precision value can hold.");
  }
}

std::string shown(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool read_object(Validation& validation, std::string_view field, const json& value, std::string_view unknown,
                 const MemberReaders& members, const std::string& prefix, std::string_view otherwise) {
  if (!value.is_object()) {
    validation.refuse(field, shown(value), otherwise);
    return false;
  }
  for (const auto& [name, member] : value.items()) {
    const auto reader =
        std::find_if(members.begin(), members.end(), [&](const auto& each) { return each.first == name; });
    if (reader == members.end())
      validation.refuse(prefix + name, shown(member), unknown, prefix.empty() ? kNotTaken : std::string_view{});
    else
      reader->second(prefix + name, member);
  }
  return true;
}

std::optional<std::string> read_text(Validation& validation, std::string_view field, const json& value) {
  const auto text = [](std::string_view given) { return std::optional<std::string>(given); };
  return read_or_refused(validation, field, value, parsed(value, text), "it must be a text");
}

std::optional<std::vector<std::string>> read_texts(Validation& validation, std::string_view field, const json& value) {
  if (!value.is_array()) {
    validation.refuse(field, shown(value), "it must be a list of texts");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto text = read_text(validation, std::string(field) + "[" + std::to_string(i) + "]", value[i]);
    texts.push_back(text.value_or("?"));
  }
  return texts;
}

std::optional<bool> read_bool(Validation& validation, std::string_view field, const json& value) {
  std::optional<bool> flag;
  if (value.is_boolean()) flag = value.get<bool>();
  return read_or_refused(validation, field, value, flag, "it must be true or false");
}

std::optional<int> read_int(Validation& validation, std::string_view field, const json& value) {
  const auto number = whole(value);
  const bool fits = number && *number == static_cast<int>(*number);
  return read_or_refused(validation, field, value, fits ? std::optional(static_cast<int>(*number)) : std::nullopt,
                         "it must be a whole number");
}

std::optional<Date> read_date(Validation& validation, std::string_view field, const json& value) {
  return read_or_refused(validation, field, value, parsed(value, parse_date),
                         "it must be an existing date written YYYY-MM-DD");
}

std::optional<Seconds> read_time_of_day(Validation& validation, std::string_view field, const json& value) {
  return read_or_refused(validation, field, value, parsed(value, parse_time_of_day),
                         "it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS");
}

std::optional<Seconds> read_end_of_day(Validation& validation, std::string_view field, const json& value) {
  return value == "24:00" || value == "24:00:00" ? kDay : read_time_of_day(validation, field, value);
}

std::optional<Instant> read_timestamp(Validation& validation, std::string_view field, const json& value) {
  return read_or_refused(validation, field, value, parsed(value, parse_timestamp),
                         "it must be an RFC 3339 time with its offset");
}

std::optional<Seconds> read_duration(Validation& validation, std::string_view field, const json& value,
                                     const IntervalReader& intervals, Seconds least, Seconds most) {
  std::optional<Interval> interval;
  if (value.is_string()) interval = intervals(value.get<std::string>());
  if (value.is_number_float() && !whole(value) && std::abs(value.get<double>()) < 1e12) {
    validation.refuse(field, shown(value), "fractions of a second are not allowed");
    return std::nullopt;
  }
  // More seconds than any limit allows, but few enough to keep microseconds within 64 bits.
  constexpr std::int64_t beyond = 1'000'000'000'000;
  if (value.is_number()) {
    const auto number = whole(value);
    const auto seconds = number ? std::clamp(*number, -beyond, beyond) : beyond;
    interval = Interval{0, 0, seconds * 1'000'000};
  }
  if (!interval) {
    validation.refuse(field, shown(value), "it must be whole seconds as a number, or a length such as 30 minutes");
    return std::nullopt;
  }
  return check_duration(validation, field, shown(value), *interval, least, most);
}

}  // namespace jb
