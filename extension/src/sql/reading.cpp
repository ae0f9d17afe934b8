// SPDX-License-Identifier: PostgreSQL
#include "reading.hpp"

#include "core/validation.hpp"

extern "C" {
#include "funcapi.h"
}

namespace jb::sql {

Calendar require_calendar(const std::string& name, std::string_view argument) {
  if (auto calendar = find_calendar(name)) return *calendar;
  Validation validation;
  validation.refuse(argument, name, "there is no such calendar");
  throw validation.failure();
}

Calendar require_named_calendar(const std::string& name) {
  if (auto calendar = find_calendar(name)) return *calendar;
  throw no_such_calendar(name);
}

Failure no_such_calendar(const std::string& name) {
  return {Error::not_found, "calendar \"" + shorten(name, 200) + "\" does not exist", "",
          "List the calendars with jb_calendars(), or make one with jb_calendar_set()."};
}

Datum returned_row(const pg::Rows& rows) {
  return pg::guarded([&] {
    return PointerGetDatum(SPI_returntuple(rows.tuple(0), BlessTupleDesc(CreateTupleDescCopy(rows.descriptor()))));
  });
}

}  // namespace jb::sql
