// SPDX-License-Identifier: PostgreSQL
//
// Values of SQL types from and to C++ ones. Reading copies; making allocates in the current memory context.
//
// A value to be read is not null and has the type named here: a Datum does not know its type. SQL counts microseconds
// and core seconds: the fraction of a time is floored on the way in, and no fraction comes out. Ranges are checked
// elsewhere (check_values): a value that passed there fits SQL's types, whose ranges are wider.
#pragma once

#include "core/values/duration.hpp"
#include "core/values/time.hpp"
#include "guard.hpp"
#include "param.hpp"

namespace jb::pg {

/// The ends of a range; none where the range is unbounded, or empty.
struct Bounds {
  std::optional<Instant> lower;
  std::optional<Instant> upper;
};

inline bool to_bool(Datum value) { return DatumGetBool(value); }
inline std::int16_t to_small(Datum value) { return DatumGetInt16(value); }  ///< smallint
inline std::int32_t to_int(Datum value) { return DatumGetInt32(value); }    ///< int
inline std::int64_t to_id(Datum value) { return DatumGetInt64(value); }     ///< bigint
inline Oid to_oid(Datum value) { return DatumGetObjectId(value); }
std::size_t stored_size(Datum value);  ///< of any type of varying length: its bytes, uncompressed; nothing is fetched
std::string to_text(Datum value);      ///< text
std::vector<std::optional<Datum>> to_items(Datum value);                 ///< any array, any dimensions, flattened
std::vector<std::optional<std::string>> to_optional_texts(Datum value);  ///< text[], any dimensions, flattened
std::vector<std::string> to_texts(Datum value);  ///< text[], any dimensions, flattened; empty for null
Instant to_instant(Datum value);          ///< timestamptz, floored to its second; infinity lies outside kRepresentable
WallTime to_wall(Datum value);            ///< timestamp, likewise
Date to_date(Datum value);                ///< date; infinity lies outside the years 0001 to 9999
Seconds to_time_of_day(Datum value);      ///< time, floored to its second
Interval to_interval(Datum value);        ///< interval, in its three units: no month becomes days, no day hours
Seconds to_duration(Datum value);         ///< a stored length, floored to its second; months do not count
bool is_array(Oid type);                  ///< whether values of the type are arrays
Oid item_type(Datum array);               ///< the type of an array's items
Bounds to_bounds(Datum value);            ///< tstzrange
Span to_span(Datum value);                ///< tstzrange [start, end), not empty, both ends finite
std::vector<Span> to_spans(Datum value);  ///< tstzmultirange; its ranges as to_span
std::string jsonb_text(Datum value);      ///< jsonb as its text
std::size_t jsonb_size(Datum value);      ///< how many items a jsonb array has, or members an object; 1 for other jsonb
std::string interval_text(Datum value);   ///< interval in the caller's IntervalStyle: for messages only

std::string to_bytes(Datum value);  ///< bytea
// What a C++ value is not by itself (param.hpp).
Param from_bytes(std::string_view value);                                                ///< bytea
inline Param from_small(std::int16_t value) { return {Int16GetDatum(value), INT2OID}; }  ///< smallint
inline Param from_oid(Oid value) { return {ObjectIdGetDatum(value), OIDOID}; }
Param infinity();                       ///< timestamptz 'infinity'
Param from_time_of_day(Seconds value);  ///< time; 0 to 86,400 s (24:00:00)

/// interval, in microseconds only: PostgreSQL adds an interval's days by the calendar, and across a clock change such a
/// day would be 23 or 25 hours.
Param from_duration(Seconds value);

Param from_ranges(const std::vector<Span>& values);  ///< tstzrange[], in their order
Param from_jsonb_text(const std::string& value);     ///< jsonb. Errors: 22P02 when it is no JSON

/// An array of one dimension of values of this type, none of them null.
Datum array_of(const std::vector<Datum>& items, Oid type);

/// Interval text as the server reads it, ISO 8601's included; nullopt when the text is no interval, or an interval out
/// of range. Any other error is thrown.
std::optional<Interval> parse_interval(const std::string& text);

}  // namespace jb::pg
