// SPDX-License-Identifier: PostgreSQL
//
// The arguments of a SQL-callable function as C++ values. Values out of their type's sense (a duration with months,
// a null in an array) are refused under the argument's name.
#pragma once

#include "core/event.hpp"
#include "core/validation.hpp"
#include "pg/datum.hpp"

namespace jb::sql {

class Arguments {
 public:
  explicit Arguments(FunctionCallInfo info) : info_(info) {}

  bool is_null(int i) const { return info_->args[i].isnull; }
  Datum datum(int i) const { return info_->args[i].value; }

  std::optional<std::string> text(int i) const { return optional(i, pg::to_text); }
  std::optional<Instant> instant(int i) const { return optional(i, pg::to_instant); }
  std::optional<Date> date(int i) const { return optional(i, pg::to_date); }
  std::optional<Seconds> time_of_day(int i) const { return optional(i, pg::to_time_of_day); }
  std::optional<std::int64_t> bigint(int i) const {
    return is_null(i) ? std::nullopt : std::optional{DatumGetInt64(datum(i))};
  }
  std::optional<int> integer(int i) const { return is_null(i) ? std::nullopt : std::optional{DatumGetInt32(datum(i))}; }
  bool flag(int i) const { return !is_null(i) && DatumGetBool(datum(i)); }

  std::optional<Seconds> duration(Validation& validation, int i, std::string_view name) const;
  std::optional<std::vector<std::string>> texts(Validation& validation, int i, std::string_view name) const;

  /// An event's id; a null one names no event. Errors: P0002.
  EventId event_id(int i) const;

  /// A limit from 1 to 1000, 100 for null. Errors: 22023.
  int max_rows(int i) const;

 private:
  template <class Read>
  auto optional(int i, Read read) const -> std::optional<decltype(read(Datum{}))> {
    if (is_null(i)) return std::nullopt;
    return read(datum(i));
  }

  FunctionCallInfo info_;
};

}  // namespace jb::sql
