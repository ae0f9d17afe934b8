// SPDX-License-Identifier: PostgreSQL
//
// The values of a row in the server's form: an array of values, and an array that says which values are null.
#pragma once

#include "param.hpp"

namespace jb::pg {

struct Columns {
  static constexpr std::size_t kMost = 32;

  Columns() = default;

  /// Errors: std::logic_error for more than kMost values.
  explicit Columns(Values row) {
    if (row.count > values.size()) throw std::logic_error("a row of ours has too many columns");
    for (std::size_t i = 0; i < row.count; ++i) {
      values[i] = row.first[i].value;
      nulls[i] = row.first[i].is_null;
    }
  }

  std::array<Datum, kMost> values{};
  std::array<bool, kMost> nulls{};
};

}  // namespace jb::pg
