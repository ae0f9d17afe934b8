// SPDX-License-Identifier: PostgreSQL
//
// Values in the server's form and in C++, null or not: parameters of statements, columns of tables and rows.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/values/time.hpp"
#include "guard.hpp"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_type.h"
}

namespace jb::pg {

// Values that may be null: parameters of statements, and columns of tables and rows.

template <class T>
using Type = std::type_identity<T>;
constexpr Oid type_of(Type<bool>) { return BOOLOID; }
constexpr Oid type_of(Type<std::int32_t>) { return INT4OID; }
constexpr Oid type_of(Type<std::int64_t>) { return INT8OID; }
constexpr Oid type_of(Type<std::string>) { return TEXTOID; }
constexpr Oid type_of(Type<std::string_view>) { return TEXTOID; }
constexpr Oid type_of(Type<Instant>) { return TIMESTAMPTZOID; }
constexpr Oid type_of(Type<WallTime>) { return TIMESTAMPOID; }
constexpr Oid type_of(Type<Date>) { return DATEOID; }
constexpr Oid type_of(Type<Span>) { return TSTZRANGEOID; }
constexpr Oid type_of(Type<std::vector<std::string>>) { return TEXTARRAYOID; }
constexpr Oid type_of(Type<std::vector<std::int64_t>>) { return INT8ARRAYOID; }
constexpr Oid type_of(Type<std::vector<Instant>>) { return TIMESTAMPTZARRAYOID; }
constexpr Oid type_of(Type<std::vector<Span>>) { return TSTZMULTIRANGEOID; }
template <class T>
constexpr Oid type_of(T) {
  return InvalidOid;
}

/// The SQL type of a C++ value. For other types, use the functions below that return a Param.
template <class T>
inline constexpr Oid kTypeOf = type_of(Type<T>());

/// A value that was read and may be null: an optional whose `*` checks. Errors: std::logic_error at `*` of a null.
struct Value : std::optional<Datum> {
  using std::optional<Datum>::optional;
  Datum operator*() const { return has_value() ? value() : throw std::logic_error("a value that is null was used"); }
};

/// A value that may be null; null by default. A C++ value becomes the SQL value of its type; a Datum has no type unless
/// one is given with it.
struct Param {
  Param() = default;
  explicit Param(Datum value) : value(value), is_null(false) {}
  Param(Datum value, Oid type) : value(value), type(type), is_null(false) {}
  template <class T>
    requires(kTypeOf<T> != InvalidOid)
  Param(const T& value) : Param(made(value), kTypeOf<T>) {}     // NOLINT: the same
  Param(const char* value) : Param(std::string_view(value)) {}  // NOLINT: the same
  template <class T>
    requires(kTypeOf<T> != InvalidOid)
  Param(const std::optional<T>& value) : Param(value ? Param(*value) : null(kTypeOf<T>)) {}  // NOLINT: the same

  static Param null(Oid type) {
    Param param;
    param.type = type;
    return param;
  }

  /// The value that the row already has. Only for Table::update; elsewhere it is null.
  static Param kept() {
    Param param;
    param.is_kept = true;
    return param;
  }

  Datum value = 0;
  Oid type = InvalidOid;
  bool is_null = true;
  bool is_kept = false;

 private:
  static Datum made(bool value) { return BoolGetDatum(value); }
  static Datum made(std::int32_t value) { return Int32GetDatum(value); }
  static Datum made(std::int64_t value) { return Int64GetDatum(value); }
  static Datum made(std::string_view value);
  static Datum made(const std::string& value) { return made(std::string_view(value)); }
  static Datum made(Instant value);
  static Datum made(WallTime value);
  static Datum made(Date value);
  static Datum made(Span value);
  static Datum made(const std::vector<std::string>& values);
  static Datum made(const std::vector<std::int64_t>& values);
  static Datum made(const std::vector<Instant>& values);
  static Datum made(const std::vector<Span>& values);
};

/// The Param `make(*value)`; null when `value` is nullopt.
template <class T, class Make>
Param optional_param(const std::optional<T>& value, Make make) {
  return value ? Param(make(*value)) : Param::null(kTypeOf<std::decay_t<decltype(make(*value))>>);
}

/// The values of neighbouring columns. Refers to the caller's values, so it is valid only during the call.
struct Values {
  template <std::size_t N>
  Values(const std::array<Param, N>& array) : first(array.data()), count(N) {}  // NOLINT: reads as its values
  Values(const std::vector<Param>& vector) : first(vector.data()), count(vector.size()) {}  // NOLINT: the same
  Values(std::initializer_list<Param> list) : count(list.size()) { first = list.begin(); }
  const Param* first;
  std::size_t count;
};

// The values of a row in the server's form: an array of values and an array of null flags.

struct Columns {
  static constexpr std::size_t kMost = 40;

  Columns() = default;

  /// Errors: std::logic_error for more than kMost values.
  explicit Columns(Values row) {
    if (row.count > values.size()) throw std::logic_error("a row of ours has too many columns");
    for (std::size_t i = 0; i < row.count; ++i) {
      values[i] = row.first[i].value;
      nulls[i] = row.first[i].is_null;
    }
  }

  /// Takes over the values of a row, which stay in the row's memory. Only within guarded(): the server raises an error
  /// for more than kMost columns.
  void read(HeapTuple row, TupleDesc descriptor) {
    if (static_cast<std::size_t>(descriptor->natts) > kMost) elog(ERROR, "a row of ours has too many columns");
    heap_deform_tuple(row, descriptor, values.data(), nulls.data());
  }

  std::array<Datum, kMost> values{};
  std::array<bool, kMost> nulls{};
};

/// Whether the present call has read a value of more than a megabyte. The server frees what it makes of such a value
/// after the call (CallFrame).
inline bool has_read_much = false;
inline void note_read(std::size_t bytes) { has_read_much = has_read_much || bytes > (std::size_t{1} << 20); }

// Conversions between SQL and C++ values. Reading copies; making allocates in the current memory context.
//
// A value to be read must be non-null and of the type named here, since a Datum does not know its type. SQL counts
// microseconds and core counts seconds, so reading floors the fraction of a time, and no fraction is written. Ranges
// are checked elsewhere (check_values): a value that has passed fits SQL's types, whose ranges are wider.

/// The lower and the upper end of a range; nullopt where the range is unbounded or empty.
using Ends = std::pair<std::optional<Instant>, std::optional<Instant>>;

inline bool to_bool(Datum value) { return DatumGetBool(value); }
inline std::int16_t to_small(Datum value) { return DatumGetInt16(value); }  ///< smallint
inline std::int32_t to_int(Datum value) { return DatumGetInt32(value); }    ///< int
inline std::int64_t to_id(Datum value) { return DatumGetInt64(value); }     ///< bigint
inline Oid to_oid(Datum value) { return DatumGetObjectId(value); }
std::size_t stored_size(Datum value);  ///< of any type of varying length: its bytes, uncompressed; nothing is fetched
std::string to_text(Datum value);      ///< text
std::vector<Value> to_items(Datum value);        ///< any array, any dimensions, flattened
std::vector<std::int64_t> to_ids(Datum value);   ///< bigint[]
std::vector<std::string> to_texts(Datum value);  ///< text[], any dimensions, flattened; empty for null
Instant to_instant(Datum value);          ///< timestamptz, floored to its second; infinity lies outside kRepresentable
WallTime to_wall(Datum value);            ///< timestamp, likewise
Date to_date(Datum value);                ///< date; infinity lies outside the years 0001 to 9999
Seconds to_time_of_day(Datum value);      ///< time, floored to its second
Interval to_interval(Datum value);        ///< interval, in its three units: no month becomes days, no day hours
Seconds to_duration(Datum value);         ///< a stored length, floored to its second; months do not count
bool is_array(Oid type);                  ///< whether values of the type are arrays
Oid item_type(Datum array);               ///< the type of an array's items
Ends to_ends(Datum value);                ///< tstzrange
Span to_span(Datum value);                ///< tstzrange [start, end), not empty, both ends finite
std::vector<Span> to_spans(Datum value);  ///< tstzmultirange; its ranges as to_span
std::string jsonb_text(Datum value);      ///< jsonb as its text
std::size_t jsonb_size(Datum value);      ///< how many items a jsonb array has, or members an object; 1 for other jsonb
std::string interval_text(Datum value);   ///< interval in the caller's IntervalStyle: for messages only

inline std::string to_bytes(Datum value) { return to_text(value); }  ///< bytea
// SQL types to which no C++ type corresponds (kTypeOf).
inline Param from_bytes(std::string_view value) { return {Param(value).value, BYTEAOID}; }  ///< bytea
inline Param from_small(std::int16_t value) { return {Int16GetDatum(value), INT2OID}; }     ///< smallint
inline Param from_oid(Oid value) { return {ObjectIdGetDatum(value), OIDOID}; }
Param from_time_of_day(Seconds value);  ///< time; 0 to 86,400 s (24:00:00)

/// interval, in microseconds only. PostgreSQL adds an interval's days by the calendar, and across a clock change such a
/// day would have 23 or 25 hours.
Param from_duration(Seconds value);

Param from_ranges(const std::vector<Span>& values);  ///< tstzrange[], in their order
Param from_jsonb_text(const std::string& value);     ///< jsonb. Errors: 22P02 when it is not JSON

/// A one-dimensional array of values of this type, none of them null.
Datum array_of(const std::vector<Datum>& items, Oid type);

/// Parses interval text as the server does, ISO 8601 included; nullopt when the text is not an interval, or is out of
/// range. Any other error is thrown.
std::optional<Interval> parse_interval(const std::string& text);

}  // namespace jb::pg
