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
Date to_date(Datum value);                ///< date; infinity lies outside the years 0001 to 9999
Seconds to_time_of_day(Datum value);      ///< time, floored to its second
Interval to_interval(Datum value);        ///< interval, in its three units: no month becomes days, no day hours
bool is_array(Oid type);                  ///< whether values of the type are arrays
Oid item_type(Datum array);               ///< the type of an array's items
Bounds to_bounds(Datum value);            ///< tstzrange
Span to_span(Datum value);                ///< tstzrange [start, end), not empty, both ends finite
std::vector<Span> to_spans(Datum value);  ///< tstzmultirange; its ranges as to_span
std::string jsonb_text(Datum value);      ///< jsonb as its text
std::size_t jsonb_size(Datum value);      ///< how many items a jsonb array has, or members an object; 1 for other jsonb
std::string interval_text(Datum value);   ///< interval in the session's IntervalStyle: for messages only

std::string to_bytes(Datum value);                         ///< bytea
Datum from_bytes(std::string_view value);                  ///< bytea
Datum from_text(std::string_view value);                   ///< text; valid UTF-8 without NUL, which nobody checks
Datum from_texts(const std::vector<std::string>& values);  ///< text[] of one dimension, in order; '{}' for none
inline Datum from_bool(bool value) { return BoolGetDatum(value); }
inline Datum from_small(std::int16_t value) { return Int16GetDatum(value); }  ///< smallint
inline Datum from_int(std::int32_t value) { return Int32GetDatum(value); }    ///< int
inline Datum from_id(std::int64_t value) { return Int64GetDatum(value); }     ///< bigint
inline Datum from_oid(Oid value) { return ObjectIdGetDatum(value); }
Datum from_instant(Instant value);      ///< timestamptz; within kRepresentable, or near it
Datum infinity();                       ///< timestamptz 'infinity'
Datum from_date(Date value);            ///< date; years 0001 to 9999
Datum from_time_of_day(Seconds value);  ///< time; 0 to 86,400 s (24:00:00)

/// interval, in microseconds only: PostgreSQL adds an interval's days by the calendar, and across a clock change such a
/// day would be 23 or 25 hours.
Datum from_duration(Seconds value);

Datum from_span(Span value);  ///< tstzrange [start, end); 'empty' for end = start. Errors: 22000 for end < start
Datum from_spans(const std::vector<Span>& values);        ///< tstzmultirange; each as from_span
Datum from_ranges(const std::vector<Span>& values);       ///< tstzrange[], in their order
Datum from_jsonb_text(const std::string& value);          ///< jsonb. Errors: 22P02 when it is no JSON
Datum from_ids(const std::vector<std::int64_t>& values);  ///< bigint[]

/// An array of one dimension of values of this type, none of them null.
Datum array_of(const std::vector<Datum>& items, Oid type);

/// Interval text as the server reads it, ISO 8601's included; nullopt when the text is no interval, or an interval out
/// of range. Any other error is thrown.
std::optional<Interval> parse_interval(const std::string& text);

/// Gives back the memory of a value that is allocated by itself, before its context ends.
void release(Datum value);

}  // namespace jb::pg
