// SPDX-License-Identifier: PostgreSQL
#include "rows.hpp"

namespace jb::test {

pg::Result rows(const std::vector<Row>& values) {
  PGresult* result = PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK);
  const std::size_t columns = values.empty() ? 0 : values.front().size();
  std::vector<PGresAttDesc> attributes(columns, PGresAttDesc{const_cast<char*>("column"), 0, 0, 0, 25, -1, -1});
  if (columns > 0) PQsetResultAttrs(result, static_cast<int>(columns), attributes.data());
  for (std::size_t row = 0; row < values.size(); ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      auto value = values[row].at(column);
      PQsetvalue(result, static_cast<int>(row), static_cast<int>(column), value ? value->data() : nullptr,
                 value ? static_cast<int>(value->size()) : -1);
    }
  return pg::Result(result);
}

}  // namespace jb::test
