// SPDX-License-Identifier: PostgreSQL
//
// Values that may be null: parameters of statements, and columns of tables and rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/values/time.hpp"
#include "postgres.hpp"

extern "C" {
#include "catalog/pg_type.h"
}

namespace jb::pg {

/// The SQL type of a C++ value. The functions of datum.hpp that return a Param make the other types.
template <class T>
inline constexpr Oid kTypeOf = InvalidOid;
template <>
inline constexpr Oid kTypeOf<bool> = BOOLOID;
template <>
inline constexpr Oid kTypeOf<std::int32_t> = INT4OID;
template <>
inline constexpr Oid kTypeOf<std::int64_t> = INT8OID;
template <>
inline constexpr Oid kTypeOf<std::string> = TEXTOID;
template <>
inline constexpr Oid kTypeOf<std::string_view> = TEXTOID;
template <>
inline constexpr Oid kTypeOf<Instant> = TIMESTAMPTZOID;
template <>
inline constexpr Oid kTypeOf<WallTime> = TIMESTAMPOID;
template <>
inline constexpr Oid kTypeOf<Date> = DATEOID;
template <>
inline constexpr Oid kTypeOf<Span> = TSTZRANGEOID;
template <>
inline constexpr Oid kTypeOf<std::vector<std::string>> = TEXTARRAYOID;
template <>
inline constexpr Oid kTypeOf<std::vector<std::int64_t>> = INT8ARRAYOID;
template <>
inline constexpr Oid kTypeOf<std::vector<Instant>> = TIMESTAMPTZARRAYOID;
template <>
inline constexpr Oid kTypeOf<std::vector<Span>> = TSTZMULTIRANGEOID;

/// A value that may be null; null by default. A C++ value is the SQL value of its kind; a Datum has no type, unless one
/// is named with it.
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

  /// The value that a row has already. Only for Table::update; elsewhere it is null.
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

/// The values of neighbouring columns. Refers to the caller's values, so it is good for the length of the call only.
struct Values {
  template <std::size_t N>
  Values(const std::array<Param, N>& array) : first(array.data()), count(N) {}  // NOLINT: reads as its values
  Values(const std::vector<Param>& vector) : first(vector.data()), count(vector.size()) {}  // NOLINT: the same
  Values(std::initializer_list<Param> list) : count(list.size()) { first = list.begin(); }
  const Param* first;
  std::size_t count;
};

}  // namespace jb::pg
