// SPDX-License-Identifier: PostgreSQL
//
// Values of SQL types from and to C++ ones. Reading copies; making allocates in the current memory context.
#pragma once

#include "core/duration.hpp"
#include "core/time.hpp"
#include "guard.hpp"

namespace jb::pg {

std::string to_text(Datum value);                               ///< text
std::vector<std::optional<std::string>> to_texts(Datum value);  ///< text[], any dimensions, flattened
Instant to_instant(Datum value);      ///< timestamptz, floored to its second; infinity lies outside kRepresentable
Date to_date(Datum value);            ///< date; infinity lies outside the years 0001 to 9999
Seconds to_time_of_day(Datum value);  ///< time, floored to its second
Interval to_interval(Datum value);
std::string jsonb_text(Datum value);  ///< jsonb as its text
std::string interval_text(Datum value);

std::string to_bytes(Datum value);     ///< bytea
Datum from_bytes(std::string_view value);
Datum from_text(std::string_view value);
Datum from_texts(const std::vector<std::string>& values);
Datum from_id(std::int64_t value);  ///< bigint
Datum from_instant(Instant value);
Datum infinity();  ///< timestamptz 'infinity'
Datum from_date(Date value);
Datum from_time_of_day(Seconds value);
Datum from_duration(Seconds value);  ///< interval, in microseconds only
Datum from_span(Span value);         ///< tstzrange [start, end)
Datum from_jsonb_text(const std::string& value);
Datum from_ids(const std::vector<std::int64_t>& values);  ///< bigint[]

/// Interval text as the server reads it; nullopt when it is none.
std::optional<Interval> parse_interval(const std::string& text);

}  // namespace jb::pg
