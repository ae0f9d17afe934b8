// SPDX-License-Identifier: PostgreSQL
//
// Values as the server takes them for a row: an array of values, and an array that tells which of them are null.
#pragma once

#include "param.hpp"

namespace jb::pg {

struct Columns {
  static constexpr std::size_t kMost = 32;

  Columns() = default;

  /// Errors: std::logic_error for more than kMost.
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
