// SPDX-License-Identifier: PostgreSQL
//
// The arguments of a SQL-callable function as C++ values. A value that its type allows and that has no meaning here (a
// duration with months, a null in an array) is refused under the argument's name.
#pragma once

#include "core/event/attachment.hpp"
#include "core/event/event.hpp"
#include "core/event/fields.hpp"
#include "core/values/validation.hpp"
#include "pg/caller.hpp"
#include "pg/datum.hpp"
#include "pg/function.hpp"

namespace jb::functions {

/// The arguments of one call, by their names in the SQL declaration; nullopt stands for null. The caller names types as
/// the declaration in schema/ has them: nothing here can check this. The object refers to the call and must not outlive
/// the call.
class Arguments : public pg::Call {
 public:
  using pg::Call::Call;

  std::optional<std::string> text(std::string_view name) const { return optional(name, pg::to_text); }
  std::optional<Instant> instant(std::string_view name) const { return optional(name, pg::to_instant); }
  std::optional<Date> date(std::string_view name) const { return optional(name, pg::to_date); }
  std::optional<Seconds> time_of_day(std::string_view name) const { return optional(name, pg::to_time_of_day); }
  std::optional<std::int64_t> bigint(std::string_view name) const { return optional(name, pg::to_id); }
  std::optional<int> integer(std::string_view name) const { return optional(name, pg::to_int); }
  std::optional<std::string> bytes(std::string_view name) const { return optional(name, pg::to_bytes); }
  std::optional<bool> boolean(std::string_view name) const { return optional(name, pg::to_bool); }

  /// A text; null is empty, as which nothing is named.
  std::string word(std::string_view name) const { return text(name).value_or(""); }

  /// A bool; null is false.
  bool flag(std::string_view name) const { return boolean(name).value_or(false); }

  /// The principal that the call names (rule 4.3).
  std::optional<std::string> principal() const { return has("principal") ? text("principal") : std::nullopt; }

  /// A date, or an instant, refused unless it lies in the years 0001 to 9999 (rule 2.1.10).
  std::optional<Instant> instant(Validation& validation, std::string_view name) const;
  std::optional<Date> date(Validation& validation, std::string_view name) const;
  /// A date in the years 0001 to 9999. Another date, or null, is refused.
  std::optional<Date> required_date(Validation& validation, std::string_view name) const;

  /// The text of a jsonb; `otherwise` for SQL's null.
  std::string json(std::string_view name, const char* otherwise = "null") const {
    return is_null(name) ? std::string(otherwise) : pg::jsonb_text(datum(name));
  }

  /// The requests of a jsonb that is not null: an array of at most 1,000 objects, or one object (read_requests).
  std::vector<Fields> requests(Validation& validation, std::string_view name) const;

  /// An interval as elapsed time in whole seconds (rule 2.1.6). nullopt for null, and for an interval that is refused:
  /// with months, which have no fixed length, with a fraction of a second, or outside 1 second to 366 days
  /// (check_duration).
  std::optional<Seconds> duration(Validation& validation, std::string_view name) const;

  /// An interval[] in order, at most `most` intervals. Each interval is read as by duration() under name[i], and null
  /// is refused. A refused interval stands as kShortest in the result.
  std::vector<Seconds> durations(Validation& validation, std::string_view name, std::size_t most) const;

  /// A text[] in order, its dimensions flattened. A null in the array is refused under name[i] and stands as "?" in
  /// the result: so the other texts keep their places and are checked in the same call.
  std::optional<std::vector<std::string>> texts(Validation& validation, std::string_view name) const;

  /// A jsonb[] of attachments; empty for null. An invalid attachment is refused under name[i].
  std::vector<Attachment> attachments(Validation& validation, std::string_view name) const;

  /// The argument `scope` of a change: `one`, `following` or `all`; null is `one`. Any other word is refused.
  Scope scope(Validation& validation) const;

  /// The same for a call without other arguments that can be refused. Errors: 22023.
  Scope scope() const;

  /// An event's id. Errors: P0002 for null, which names no event.
  EventId event_id(std::string_view name = "event_id") const;

  /// The argument `max_rows`, a limit from 1 to 1000, 100 for null. Errors: 22023.
  int max_rows() const;

  /// How many rows before the end a feed begins: the argument `last`, from 0 to 1000, 0 for null. Errors: 22023.
  int last() const;

 private:
  template <class Read>
  auto optional(std::string_view name, Read read) const -> std::optional<decltype(read(Datum{}))> {
    const int i = place(name);
    return pg::Call::is_null(i) ? std::nullopt : std::optional{read(pg::Call::datum(i))};
  }
};

}  // namespace jb::functions
