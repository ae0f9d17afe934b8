// SPDX-License-Identifier: PostgreSQL
//
// The arguments of a SQL-callable function as C++ values. A value that its type allows and that has no meaning here (a
// duration with months, a null in an array) is refused under the argument's name.
#pragma once

#include "core/event/attachment_json.hpp"
#include "core/event/event.hpp"
#include "core/event/fields.hpp"
#include "core/values/validation.hpp"
#include "pg/caller.hpp"
#include "pg/datum.hpp"
#include "pg/function.hpp"

namespace jb::sql {

/// The arguments of one call, by their place in the SQL declaration, counted from 0; nullopt stands for null. The
/// caller names types and places as the declaration in schema/ has them: nothing here can check this. The object
/// refers to the call and must not outlive the call.
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

  /// A date, refused under `name` unless it lies in the years 0001 to 9999 (rule 2.1.10).
  std::optional<Date> date(Validation& validation, int i, std::string_view name) const;
  /// A date in the years 0001 to 9999. Another date, or null, is refused under `name`.
  std::optional<Date> required_date(Validation& validation, int i, std::string_view name) const;

  /// The text of a jsonb; "null" for SQL's null.
  std::string json(int i) const { return is_null(i) ? std::string("null") : pg::jsonb_text(datum(i)); }

  /// The requests of a jsonb that is not null: an array of at most 1,000 objects, or one object (read_requests).
  std::vector<Fields> requests(Validation& validation, int i) const;

  /// An interval as elapsed time in whole seconds (rule 2.1.6). nullopt for null, and for an interval that is refused
  /// under `name`: with months, which have no fixed length, with a fraction of a second, or outside 1 second to 366
  /// days (check_duration).
  std::optional<Seconds> duration(Validation& validation, int i, std::string_view name) const;

  /// An interval[] in order, at most `most` intervals. Each interval is read as by duration() under name[i], and null
  /// is refused. A refused interval stands as kShortest in the result.
  std::vector<Seconds> durations(Validation& validation, int i, std::string_view name, std::size_t most) const;

  /// A text[] in order, its dimensions flattened. A null in the array is refused under name[i] and stands as "?" in
  /// the result: so the other texts keep their places and are checked in the same call.
  std::optional<std::vector<std::string>> texts(Validation& validation, int i, std::string_view name) const;

  /// A jsonb[] of attachments; empty for null. An invalid attachment is refused under name[i].
  std::vector<Attachment> attachments(Validation& validation, int i, std::string_view name) const;

  /// The scope of a change: `one`, `following` or `all`; null is `one`. Any other word is refused under `scope`.
  Scope scope(Validation& validation, int i) const;

  /// The scope of a change, for a call without other arguments that can be refused. Errors: 22023.
  Scope scope(int i) const;

  /// An event's id. Errors: P0002 for null, which names no event.
  EventId event_id(int i) const;

  /// A limit from 1 to 1000, 100 for null. Errors: 22023.
  int max_rows(int i) const;

  /// How many rows before the end a feed begins: `last`, from 0 to 1000, 0 for null. Errors: 22023.
  int last(int i) const;

 private:
  template <class Read>
  auto optional(int i, Read read) const -> std::optional<decltype(read(Datum{}))> {
    if (is_null(i)) return std::nullopt;
    return read(datum(i));
  }
};

}  // namespace jb::sql
