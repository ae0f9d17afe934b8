// SPDX-License-Identifier: PostgreSQL
//
// Reads single JSON values into the types of core; a value that does not fit is refused under its field.
//
// nullopt always means refused, with an entry in the Validation. JSON's null is refused like any other wrong value:
// only the callers of these functions know where null clears a field. The ranges of an event's fields are checked not
// here but by check_values, since they bind SQL's arguments too.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duration.hpp"

namespace jb {

/// JSON from a text that PostgreSQL has accepted as jsonb: only a number can still be too large. Errors: 22P02 for a
/// number that no double holds.
nlohmann::json parse_json(const std::string& text);

/// A value as an error shows it: text without its quotes, anything else as JSON.
std::string shown(const nlohmann::json& value);

/// The members that an object may have, each with what reads it. `field` is what a refusal calls the member.
using MemberReaders = std::vector<
    std::pair<std::string_view, std::function<void(const std::string& field, const nlohmann::json& value)>>>;

/// Reads the members of an object. Refused are a value that is no object, under `field` with the message `otherwise`,
/// and members that are not among `members`, with the message `unknown`. A member is called by its name, after
/// `prefix`: the hint of the field that begins the prefix says which members there are. Result: whether the value is an
/// object.
bool read_object(Validation&, std::string_view field, const nlohmann::json&, std::string_view unknown,
                 const MemberReaders& members, const std::string& prefix = "",
                 std::string_view otherwise = "it must be a JSON object");

/// A JSON string, the empty one included.
std::optional<std::string> read_text(Validation&, std::string_view field, const nlohmann::json&);

/// A JSON array of strings, in its order; the array may be empty. An item that is no string is refused under field[i]
/// and stands as "?" in the result, so that the other items keep their places and are checked in the same call.
std::optional<std::vector<std::string>> read_texts(Validation&, std::string_view field, const nlohmann::json&);

/// true or false; neither 0 nor "true".
std::optional<bool> read_bool(Validation&, std::string_view field, const nlohmann::json&);

/// A whole number that an int holds. 50.0 is a whole number: JSON does not tell it from 50 (RFC 8259, 6).
std::optional<int> read_int(Validation&, std::string_view field, const nlohmann::json&);

/// A string as parse_date reads it: a day of a wall clock in years 0001 to 9999, in no zone.
std::optional<Date> read_date(Validation&, std::string_view field, const nlohmann::json&);

/// A string as parse_time_of_day reads it: 0 to 86,399 seconds of a wall clock. 24:00 is refused, since no event starts
/// then; as the end of a span it is read.
std::optional<Seconds> read_time_of_day(Validation&, std::string_view field, const nlohmann::json&);
std::optional<Seconds> read_end_of_day(Validation&, std::string_view field, const nlohmann::json&);

/// A string as parse_timestamp reads it: an instant within kRepresentable, floored to its second.
std::optional<Instant> read_timestamp(Validation&, std::string_view field, const nlohmann::json&);

/// Whole seconds as a number, or interval text; within [least, most]. 1800.0 is 1,800 s. Months, which have no fixed
/// length, and fractions of a second are refused (check_duration). Errors: those that `intervals` throws.
std::optional<Seconds> read_duration(Validation&, std::string_view field, const nlohmann::json&, const IntervalReader&,
                                     Seconds least = kShortest, Seconds most = kLongest);

}  // namespace jb
