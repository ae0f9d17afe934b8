// SPDX-License-Identifier: PostgreSQL
//
// JSON: its parts as they are written, reading values, and writing text.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "time.hpp"

namespace jb {

// The parts of a JSON text as they are written. Parsing turns a number into a double, which loses the digits that a
// double cannot hold; as text a number keeps them all.

/// The items of an array, or the members of an object as alternating names (in their quotes) and values. `text` is
/// valid JSON; the parts refer to it. Cost: linear in the text.
std::vector<std::string_view> json_parts(std::string_view text);

/// The end of the string that begins at `at`: the position after its closing quote.
std::size_t end_of_json_string(std::string_view text, std::size_t at);

// A value that the copies of its owner share in memory, or that is loaded only when it is needed.

/// A value that copies share until one of them is given another value. So a value common to the thousand occurrences of
/// a series is in memory once. A value may also be left where it is stored; each get() then loads it. A loaded value is
/// not kept: a caller that visits a thousand large values in turn must not hold all of them.
template <class T>
class Shared {
 public:
  using Load = std::function<T()>;

  Shared() : value_(none()) {}
  Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}  // NOLINT: reads as the value

  /// A value left in storage, which `load` returns; `load` must stay callable.
  static Shared left_there(Load load) {
    Shared shared;
    shared.value_ = nullptr;
    shared.load_ = std::make_shared<const Load>(std::move(load));
    return shared;
  }

  ~Shared() = default;
  // No moves: a moved-from object would hold nothing.
  Shared(const Shared&) = default;
  Shared& operator=(const Shared&) = default;

  bool is_left_there() const { return value_ == nullptr; }

  /// Never null.
  std::shared_ptr<const T> get() const { return value_ != nullptr ? value_ : std::make_shared<const T>((*load_)()); }

  friend bool operator==(const Shared& a, const Shared& b) {
    const bool are_one = a.value_ == b.value_ && a.load_ == b.load_;
    return are_one || *a.get() == *b.get();
  }

 private:
  static const std::shared_ptr<const T>& none() {
    static const auto empty = std::make_shared<const T>();
    return empty;
  }

  std::shared_ptr<const T> value_;  // null if left in storage
  std::shared_ptr<const Load> load_{};
};

// Writes JSON in the layout of PostgreSQL's json_build_object, {"id" : 5, "calendars" : ["a","b"]}, so that clients see
// the same bytes whichever part of the program wrote them.

/// Text that is JSON already.
struct RawJson {
  std::string_view text;
};

/// Appends a value. A string is escaped only as RFC 8259 (7) requires; it must be UTF-8, which is not checked here.
/// nullopt is null.
void append_json(std::string& to, std::string_view text);
void append_json(std::string& to, std::int64_t number);
void append_json(std::string& to, RawJson json);
void append_json(std::string& to, std::same_as<bool> auto value) { to += value ? "true" : "false"; }

template <class T>
void append_json(std::string& to, const std::vector<T>& items) {
  const auto* separator = "[";
  for (const auto& item : items) append_json(to += std::exchange(separator, ","), item);
  to += items.empty() ? "[]" : "]";
}

template <class T>
void append_json(std::string& to, const Shared<T>& value) {
  append_json(to, *value.get());
}

template <class T>
void append_json(std::string& to, const std::optional<T>& value) {
  value ? append_json(to, *value) : append_json(to, RawJson{"null"});
}

/// One object with the members of both. An empty text has none.
std::string joined_objects(std::string first, std::string_view second);

/// One object, its members in the order in which they are added. Duplicate names are not detected.
class JsonObject {
 public:
  JsonObject() { text_.reserve(1'024); }

  template <class T>
  void add(std::string_view name, const T& value) {
    begin_member(name);
    append_json(text_, value);
  }

  /// The object, complete: no more members may be added.
  std::string finished() && { return std::move(text_ += text_.empty() ? "{}" : "}"); }

 private:
  void begin_member(std::string_view name);

  std::string text_;
};

// Reads single JSON values into the types of core; a value of the wrong type is refused under its field.
//
// nullopt always means refused, with an entry in the Validation. JSON's null is refused like any other wrong value:
// only the callers of these functions know where null clears a field. The ranges of an event's fields are checked not
// here but by check_values, since they apply to SQL arguments too.

/// Parses a text that PostgreSQL has accepted as jsonb, so that only a number can still be too large. Errors: 22P02 for
/// a number too large for a double.
nlohmann::json parse_json(const std::string& text);

/// A value as an error shows it: text without its quotes, anything else as JSON.
std::string shown(const nlohmann::json& value);

/// The members that an object may have, each with its reader. `field` is the name of the member in a refusal.
using MemberReaders = std::vector<
    std::pair<std::string_view, std::function<void(const std::string& field, const nlohmann::json& value)>>>;

/// Reads the members of an object. Refuses a value that is not an object, under `field` with the message `otherwise`,
/// and each member that is not in `members`, with the message `unknown`. A member is named by `prefix` and its own
/// name; the hint for the field that begins the prefix lists the valid members. Result: whether the value is an object.
bool read_object(Validation&, std::string_view field, const nlohmann::json&, std::string_view unknown,
                 const MemberReaders& members, const std::string& prefix = "",
                 std::string_view otherwise = "it must be a JSON object");

/// A JSON string, the empty one included.
std::optional<std::string> read_text(Validation&, std::string_view field, const nlohmann::json&);

/// A JSON array of strings, in its order; the array may be empty. An item that is not a string is refused under
/// field[i] and is "?" in the result, so that the other items keep their places and are checked in the same call.
std::optional<std::vector<std::string>> read_texts(Validation&, std::string_view field, const nlohmann::json&);

/// true or false; neither 0 nor "true". The front end reads the bodies of Body::members itself (checks::is_flag in
/// fcgi/arguments.cpp), and asks_for_dry_run() looks at that option before it is read.
std::optional<bool> read_bool(Validation&, std::string_view field, const nlohmann::json&);

/// A whole number that fits an int. 50.0 is one: JSON does not distinguish it from 50 (RFC 8259, 6).
std::optional<int> read_int(Validation&, std::string_view field, const nlohmann::json&);

/// A string as parse_date reads it: a day of a wall clock in years 0001 to 9999, in no zone.
std::optional<Date> read_date(Validation&, std::string_view field, const nlohmann::json&);

/// A string as parse_time_of_day reads it: 0 to 86,399 seconds of a wall clock. 24:00 is refused, since no event starts
/// then; read_end_of_day accepts it as the end of a span.
std::optional<Seconds> read_time_of_day(Validation&, std::string_view field, const nlohmann::json&);
std::optional<Seconds> read_end_of_day(Validation&, std::string_view field, const nlohmann::json&);

/// A string as parse_timestamp reads it: an instant within kRepresentable, floored to its second.
std::optional<Instant> read_timestamp(Validation&, std::string_view field, const nlohmann::json&);

/// Whole seconds as a number, or interval text; within [least, most]. 1800.0 is 1,800 s. Months, which have no fixed
/// length, and fractions of a second are refused (check_duration). Errors: those that `intervals` throws.
std::optional<Seconds> read_duration(Validation&, std::string_view field, const nlohmann::json&, const IntervalReader&,
                                     Seconds least = kShortest, Seconds most = kLongest);

}  // namespace jb
