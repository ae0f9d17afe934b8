// SPDX-License-Identifier: PostgreSQL
//
// Values that may be null: parameters of statements, and columns of tables and rows.
#pragma once

#include "postgres.hpp"

namespace jb::pg {

/// A value that may be null; null by default.
struct Param {
  Param() = default;
  Param(Datum value) : value(value), is_null(false) {}  // NOLINT: a parameter list reads as its values
  /// The value that a row has already. Only for Table::update; elsewhere it is null.
  static Param kept() {
    Param param;
    param.is_kept = true;
    return param;
  }

  Datum value = 0;
  bool is_null = true;
  bool is_kept = false;
};

/// The Param `make(*value)`; null when `value` is nullopt.
template <class T, class Make>
Param optional_param(const std::optional<T>& value, Make make) {
  return value ? Param(make(*value)) : Param();
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
