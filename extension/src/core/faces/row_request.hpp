// SPDX-License-Identifier: PostgreSQL
//
// A row of a user's own table as a request for an event, by the arguments of the trigger jb_place_row (rule 4.14).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/time.hpp"

namespace jb {

/// Which column of the table, or which constant, stands for which field of an event. Without an argument a column
/// stands for the field of the same name.
class RowMapping {
 public:
  /// `arguments`: the columns of duration, calendars, start and end by their place, or `field=column`, `field=` for no
  /// column, `field:=constant`. `columns`: the columns of the table. Errors: 22023, which names each wrong argument.
  RowMapping(const std::vector<std::string>& arguments, const std::vector<std::string>& columns);

  /// The column that stands for a field, or to which a result is written; nullptr when there is no such column.
  const std::string* column(std::string_view field) const;

  /// Whether an argument, and not the column's name, says which column stands for the field.
  bool is_named(std::string_view field) const;

  /// The fields of the wish for which the row has a column, each with its column.
  std::vector<std::pair<std::string, std::string>> wished() const;

  /// Whether a constant stands for the field.
  bool is_constant(std::string_view field) const { return constants_.contains(field); }

  /// Whether the row says of itself that it was asked for before. Such a row comes from a dump, and asking anew would
  /// book what was rejected, or book twice. `outcome` and `reason` are the values of the row's columns of these names.
  /// A row that has an event's id was asked for too.
  bool is_answered(const std::optional<std::string>& outcome, const std::optional<std::string>& reason) const;

  /// The request as POST /events takes it, made from the row's values, which are JSON by field. Null says nothing, and
  /// a text may stand for a list. `name` is the event's name where no column or constant gives a name; `duration` is
  /// its length where the length follows from other columns.
  std::string request(const std::string& said, const std::string& name, std::optional<Seconds> duration) const;

 private:
  std::map<std::string, std::string, std::less<>> columns_;    // by field; an empty one: none
  std::map<std::string, std::string, std::less<>> constants_;  // by field
  std::map<std::string, bool, std::less<>> named_;
};

}  // namespace jb
