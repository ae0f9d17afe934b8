// SPDX-License-Identifier: PostgreSQL
//
// A row of somebody's own table as a request for an event, by the arguments of the trigger jb_place_row.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/time.hpp"

namespace jb {

/// Which column of the table, or which constant, stands for what of an event. Without an argument a column stands for
/// the field whose name it has.
class RowMapping {
 public:
  /// `arguments`: the columns of duration, calendars, start and end by their place, or `field=column`, `field=` for
  /// none, `field:=constant`. `columns`: those of the table. Errors: 22023, naming each argument that is wrong.
  RowMapping(const std::vector<std::string>& arguments, const std::vector<std::string>& columns);

  /// The column that stands for a field, or that a result is written to; nullptr when there is none.
  const std::string* column(std::string_view field) const;

  /// Whether an argument says so, and not the column's name.
  bool is_named(std::string_view field) const;

  /// The fields of the wish that the row says something of, each with its column.
  std::vector<std::pair<std::string, std::string>> wished() const;

  /// Whether a constant says something of the field.
  bool is_constant(std::string_view field) const { return constants_.contains(field); }

  /// Whether the row says of itself that it was asked for before: it comes from a dump, and to ask anew would book what
  /// was rejected, or book twice. `outcome` and `reason` are what its columns of these hold. One that has an event's id
  /// says so by that.
  bool is_answered(const std::optional<std::string>& outcome, const std::optional<std::string>& reason) const;

  /// The request as POST /events takes it, of what the row says, as JSON by field; null says nothing, and a text stands
  /// for a list of one. `name` is the event's where no column and no constant is, `duration` its length where that
  /// follows from something else.
  std::string request(const std::string& said, const std::string& name, std::optional<Seconds> duration) const;

 private:
  std::map<std::string, std::string, std::less<>> columns_;    // by field; an empty one: none
  std::map<std::string, std::string, std::less<>> constants_;  // by field
  std::map<std::string, bool, std::less<>> named_;
};

}  // namespace jb
