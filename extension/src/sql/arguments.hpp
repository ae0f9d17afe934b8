// SPDX-License-Identifier: PostgreSQL
//
// The arguments of a SQL-callable function as C++ values. Values out of their type's sense (a duration with months,
// a null in an array) are refused under the argument's name.
#pragma once

#include "core/event/attachment_json.hpp"
#include "core/event/event.hpp"
#include "core/event/fields.hpp"
#include "core/values/validation.hpp"
#include "pg/datum.hpp"
#include "pg/function.hpp"

namespace jb::sql {

/// The arguments of one call, by their place in the SQL declaration, from 0; nullopt stands for null. That types and
/// places agree with the declaration (schema/) cannot be checked here. Looks into the call: lives no longer than it.
class Arguments : public pg::Call {
 public:
  using pg::Call::Call;

  std::optional<std::string> text(int i) const { return optional(i, pg::to_text); }
  std::optional<Instant> instant(int i) const { return optional(i, pg::to_instant); }
  std::optional<Date> date(int i) const { return optional(i, pg::to_date); }
  std::optional<Seconds> time_of_day(int i) const { return optional(i, pg::to_time_of_day); }
  std::optional<std::int64_t> bigint(int i) const { return optional(i, pg::to_id); }
  std::optional<int> integer(int i) const { return optional(i, pg::to_int); }
  std::optional<bool> boolean(int i) const { return optional(i, pg::to_bool); }

  /// A bool; null is false.
  bool flag(int i) const { return !is_null(i) && pg::to_bool(datum(i)); }

  /// The same, refused under `name` unless it lies in the years 0001 to 9999.
  std::optional<Date> date(Validation& validation, int i, std::string_view name) const;
  /// The same, a null one refused too.
  std::optional<Date> required_date(Validation& validation, int i, std::string_view name) const;

  /// A jsonb as its text; that of JSON's null for null.
  std::string json(int i) const { return is_null(i) ? std::string("null") : pg::jsonb_text(datum(i)); }

  /// An interval as elapsed time, 1 second to 366 days in whole seconds. nullopt also where it is refused under `name`:
  /// for months, which have no length, for a fraction of a second, or for its range (check_duration).
  std::optional<Seconds> duration(Validation& validation, int i, std::string_view name) const;

  /// An interval[] in order, each as duration(), under name[i], and required. What is refused stands as kShortest.
  std::vector<Seconds> durations(Validation& validation, int i, std::string_view name, std::size_t most) const;

  /// A text[] in order, its dimensions flattened. A null in it is refused under name[i] and stands as "?" in the
  /// result, so that the others keep their places and are judged in the same call.
  std::optional<std::vector<std::string>> texts(Validation& validation, int i, std::string_view name) const;

  /// A jsonb[] of attachments, each refused under name[i]; none for null.
  std::vector<Attachment> attachments(Validation& validation, int i, std::string_view name) const;

  /// Which events of a series are meant; null is one. Refused under `scope` when it is none of its words.
  Scope scope(Validation& validation, int i) const;

  /// The same as the only argument of a call that can be refused. Errors: 22023.
  Scope scope(int i) const;

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
};

}  // namespace jb::sql
