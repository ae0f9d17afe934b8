// SPDX-License-Identifier: PostgreSQL
#include "reading.hpp"

extern "C" {
#include "funcapi.h"
}

namespace jb::sql {

Calendar require_calendar(const std::string& name, std::string_view argument) {
  if (auto calendar = find_calendar(name)) return *calendar;
  throw unknown_calendar(argument, name);
}

Calendar require_named_calendar(const std::string& name) {
  if (auto calendar = find_calendar(name)) return *calendar;
  throw no_such_calendar(name);
}

Datum returned_row(const pg::Rows& rows) {
  return pg::guarded([&] {
    return PointerGetDatum(SPI_returntuple(rows.tuple(0), BlessTupleDesc(CreateTupleDescCopy(rows.descriptor()))));
  });
}

}  // namespace jb::sql
