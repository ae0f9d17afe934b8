// SPDX-License-Identifier: PostgreSQL
//
// A row of a user's own table as a request for an event, and its changes as changes of the event, by the arguments of
// the trigger jb_place_row (rules 4.14 and 4.22).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/time.hpp"

namespace jb {

/// The outcomes and reasons that jb_place_row writes: what became of a row's event, and why it has no place.
std::vector<std::string> row_outcomes();
std::vector<std::string> row_reasons();

/// The outcome of a row whose event has this status by the clock: `placed` if the event has or has had its time, else
/// the status itself.
std::string_view row_outcome(std::string_view status);

/// What a row says in its result columns; nullopt for null, and if there is no such column.
struct RowReply {
  std::optional<std::string> outcome{};
  std::optional<std::string> reason{};
  std::optional<std::string> detail{};
};

/// Which column of the table, or which constant, supplies which field of an event. Without an argument a column
/// supplies the field of the same name.
class RowMapping {
 public:
  /// `arguments`: the columns of duration, calendars, start and end by their place, or `field=column`, `field=` for no
  /// column, `field:=constant`, `on_delete:=cancel` or `delete`, `on_rejection:=keep` or `error`. `columns`: the
  /// table's, without `generated`, which the server computes after the trigger. Errors: 22023, which names each wrong
  /// argument.
  RowMapping(const std::vector<std::string>& arguments, const std::vector<std::string>& columns,
             const std::vector<std::string>& generated = {});

  /// The column that supplies a field, or to which a result is written; nullptr when there is no such column.
  const std::string* column(std::string_view field) const;

  /// Whether the field's column is named by an argument rather than by the column's own name.
  bool is_named(std::string_view field) const;

  /// The fields of the wish for which the row has a column, each with its column.
  std::vector<std::pair<std::string, std::string>> wished() const;

  /// Whether the field is a wish that an event keeps, not an option of one call.
  static bool is_kept(std::string_view field);

  /// Whether a constant supplies the field.
  bool is_constant(std::string_view field) const { return constants_.contains(field); }

  /// Whether the event of a deleted row is deleted too, instead of cancelled.
  bool deletes() const { return is_option("on_delete", "delete"); }

  /// Whether a rejection is an error. A rejected change is one too if no column can show the rejection.
  bool raises() const { return is_option("on_rejection", "error"); }
  bool raises_changes(const RowReply& says) const;

  /// Whether the row itself shows that it was asked for before. Such a row comes from a dump, and asking again would
  /// book what was rejected, or book twice. A row with an event's id was asked for too.
  bool is_answered(const RowReply& says) const;

  /// Whether the result `field` may overwrite what the row says: a null, one of this trigger's own words, or any word
  /// if an argument names the column. Any other word is the table's own, and stays.
  bool may_write(std::string_view field, const RowReply& says) const;

  /// Whether an update asks for the event again by setting the trigger's answer to null.
  bool asks_again(const RowReply& before, const RowReply& after) const;

  /// The request as POST /events takes it, made from the row's values, which are JSON by field. Null is left out, and a
  /// text may represent a list. `name` is the event's name if no column or constant gives one; `duration` is its length
  /// if that follows from other columns.
  std::string request(const std::string& said, const std::string& name, std::optional<Seconds> duration) const;

  /// A field with its text, or null, that completes what a row says.
  using Completion = std::optional<std::pair<std::string, std::optional<std::string>>>;

  /// The change of an event as PATCH /events/:id takes it. `said`: the row's wishes that differ; null clears a wish.
  /// `before`: the same wishes before the update. `options`: the row's options of one call. `of_series`: the change
  /// concerns the whole series.
  std::string changes(const std::string& said, const std::string& before, const std::string& options,
                      std::optional<Seconds> duration, bool of_series, const Completion& completion = {}) const;

 private:
  bool is_option(std::string_view name, std::string_view value) const;

  std::map<std::string, std::string, std::less<>> columns_;    // by field; an empty one: none
  std::map<std::string, std::string, std::less<>> constants_;  // by field
  std::map<std::string, std::string, std::less<>> options_;    // of the trigger itself, by name
  std::map<std::string, bool, std::less<>> named_;
};

}  // namespace jb
