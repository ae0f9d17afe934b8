// SPDX-License-Identifier: PostgreSQL
//
// The values of a row in the server's form: an array of values, and an array that says which values are null.
#pragma once

#include "param.hpp"

extern "C" {
#include "access/htup_details.h"
}

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

  /// Takes the values of a row over, which stay in the row's memory. Only within guarded(): the server reports more
  /// than kMost columns.
  void read(HeapTuple row, TupleDesc descriptor) {
    if (static_cast<std::size_t>(descriptor->natts) > kMost) elog(ERROR, "a row of ours has too many columns");
    heap_deform_tuple(row, descriptor, values.data(), nulls.data());
  }

  std::array<Datum, kMost> values{};
  std::array<bool, kMost> nulls{};
};

}  // namespace jb::pg
