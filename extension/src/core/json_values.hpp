// SPDX-License-Identifier: PostgreSQL
//
// Single JSON values into the types of core; what does not fit is refused under its field.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "duration.hpp"

namespace jb {

/// A value as an error shows it: text without its quotes, anything else as JSON.
std::string shown(const nlohmann::json& value);

std::optional<std::string> read_text(Validation&, std::string_view field, const nlohmann::json&);
std::optional<std::vector<std::string>> read_texts(Validation&, std::string_view field, const nlohmann::json&);
std::optional<bool> read_bool(Validation&, std::string_view field, const nlohmann::json&);
std::optional<int> read_int(Validation&, std::string_view field, const nlohmann::json&);
std::optional<Date> read_date(Validation&, std::string_view field, const nlohmann::json&);
std::optional<Seconds> read_time_of_day(Validation&, std::string_view field, const nlohmann::json&);
std::optional<Instant> read_timestamp(Validation&, std::string_view field, const nlohmann::json&);

/// Whole seconds as a number, or interval text; within [least, most].
std::optional<Seconds> read_duration(Validation&, std::string_view field, const nlohmann::json&, const IntervalReader&,
                                     Seconds least = kShortest, Seconds most = kLongest);

}  // namespace jb
