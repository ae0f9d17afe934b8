// SPDX-License-Identifier: PostgreSQL
//
// A SQL-callable function from its arguments to its result.
#pragma once

#include <span>
#include <string>
#include <tuple>
#include <type_traits>

#include "core/event/event.hpp"
#include "core/event/fields.hpp"
#include "core/event/shown.hpp"
#include "core/scheduling/explanation.hpp"
#include "core/scheduling/scheduler.hpp"
#include "core/scheduling/search.hpp"
#include "core/values/input.hpp"
#include "pg/call.hpp"
#include "pg/datum.hpp"
#include "pg/spi.hpp"
#include "store/calendar.hpp"
#include "store/event_row.hpp"
#include "store/pg_store.hpp"
#include "store/reading.hpp"
#include "store/rights.hpp"

// The arguments of a SQL-callable function as C++ values. A value that its type allows but that has no meaning here (a
// duration with months, a null in an array) is refused under the argument's name.

namespace jb::functions {

/// The arguments of one call, by their names in the SQL declaration; nullopt is null. The types that the caller asks
/// for must be those of the declaration in schema/, which nothing here can check. The object refers to the call and
/// must not outlive it.
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

  /// A text; null becomes empty, which names nothing.
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
  /// is refused. A refused interval becomes kShortest in the result.
  std::vector<Seconds> durations(Validation& validation, std::string_view name, std::size_t most) const;

  /// A text[] in order, its dimensions flattened. A null in the array is refused under name[i] and becomes "?" in the
  /// result, so that the other texts keep their places and are checked in the same call.
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

  /// The argument `last`: how many rows before the end a feed begins, from 0 to 1000, 0 for null. Errors: 22023.
  int last() const;

 private:
  template <class Read>
  auto optional(std::string_view name, Read read) const -> std::optional<decltype(read(Datum{}))> {
    const int i = index(name);
    return pg::Call::is_null(i) ? std::nullopt : std::optional{read(pg::Call::datum(i))};
  }
};

// The results of SQL-callable functions: values, and outcomes, moves and verdicts as rows. Rows are allocated in the
// caller's memory context, so make them after the pg::SpiConnection has been finished.

/// The result of a function: a Datum as it is, a C++ value as a Param, a tuple as a row of Params.
inline Datum result(FunctionCallInfo, Datum value) { return value; }
template <class... T>
Datum result(FunctionCallInfo info, const std::tuple<T...>& columns) {
  return std::apply([&](const T&... each) { return pg::RowType(info).row({pg::Param(each)...}); }, columns);
}
template <class T>
Datum result(FunctionCallInfo info, const T& value) {
  return pg::returned(info, value);
}

/// One jb_outcome; `type` is the row type jb_outcome. Its lists may be empty and are never null; reason and detail are
/// null when the outcome has none. The outcome's event is complete().
Datum outcome_datum(const pg::RowType& type, const Outcome& outcome);

/// One jb_move; `type` is that row type, or one that continues with these columns.
Datum move_datum(const pg::RowType& type, const Move& move, std::initializer_list<pg::Param> after = {});

/// The JSON of an outcome, as jb_outcome_json() writes it, and of a move.
std::string outcome_json(const Outcome& outcome);
std::string move_json(const Move& move, const Zone& zone);

/// A row of `type`: the columns `before`, then the columns of the outcome without `event` and `basis`.
Datum row_with(const pg::RowType& type, std::initializer_list<pg::Param> before, const Outcome& outcome);

/// The rows of a set-returning function. It also takes moves, outcomes and verdicts as rows.
class RowSet : public pg::RowSet {
 public:
  using pg::RowSet::add;
  using pg::RowSet::RowSet;

  void add(const Outcome& outcome);
  void add(const Move& move, std::initializer_list<pg::Param> after = {});
  void add(const Verdict& verdict);
};

// The frame of every SQL-callable function: its arguments, asker, SPI connection and result, and for every writing
// function and its dry run the scheduler.

/// A function's call. While it lives, rights are checked for the principal that its argument `principal` names. Errors:
/// 42501 for a writing function where nobody asks.
class Frame {
 public:
  explicit Frame(FunctionCallInfo info) : arguments(info) {
    arguments.require_asker_to_write();
    if (arguments.has("principal")) asking_.emplace(arguments.text("principal"));
  }
  const Arguments arguments;

 private:
  std::optional<pg::Asking> asking_;
};

/// The result of a function, made from what its body returns.
template <class Body>
Datum answer(FunctionCallInfo info, Body&& body) {
  if constexpr (std::is_void_v<decltype(body())>) {
    body();
    return 0;
  } else {
    return result(info, body());
  }
}

/// Runs `body` with an SPI connection; the result is what `body` returns, and outlives the connection.
template <class Body>
auto connected(Body&& body) {
  pg::SpiConnection spi;
  if constexpr (std::is_void_v<decltype(body())>) {
    body();
    spi.finish();
  } else {
    auto result = body();
    spi.finish();
    return result;
  }
}

/// The ways to run a body: with nothing around it, for a function without a principal that each row of a query may
/// call; as a call; as a call with an SPI connection. A body may take rows for its answer.
template <auto body>
Datum plain(FunctionCallInfo info) {
  return answer(info, [&] { return body(Arguments(info)); });
}

template <auto body, bool connects = false>
Datum call(FunctionCallInfo info) {
  const Frame frame(info);
  const auto run = [](const auto& work) {
    if constexpr (connects)
      return connected(work);
    else
      return work();
  };
  if constexpr (std::is_invocable_v<decltype(body), const Arguments&, RowSet&>) {
    RowSet rows(info);
    run([&] { body(frame.arguments, rows); });
    return 0;
  } else {
    return answer(info, [&] { return run([&] { return body(frame.arguments); }); });
  }
}

template <auto body>
Datum connected_call(FunctionCallInfo info) {
  return call<body, true>(info);
}

/// Like connected_call(), for a function that runs with its caller's privileges. It checks the rights of all askers
/// (pg::askers()), and reads and writes the tables as their owner.
template <auto body>
Datum lent_call(FunctionCallInfo info) {
  const pg::AsOwner as_owner(owner_of_tables());
  return connected_call<body>(info);
}

/// Runs `work` with a Scheduler for the principal of the call, writes everything, and returns the result of `work`.
template <class Work>
auto with_scheduler(const Arguments& arguments, Work&& work) {
  PgStore store(pg::principal(arguments.principal()));
  pg::SpiConnection spi;
  Scheduler scheduler(store);
  auto result = work(scheduler);
  store.settle();
  spi.finish();
  return result;
}

/// The same or, on a dry run (rule 2.15.2), without writing: `work` then reads everything as of the beginning of the
/// call, and needs no right but the right to read.
template <class Work>
auto with_scheduler(const Arguments& arguments, bool dry_run, Work&& work) {
  if (!dry_run) return with_scheduler(arguments, work);
  auto principal = pg::principal(arguments.principal());
  pg::SpiConnection spi;
  spi.freeze_all();
  SnapshotStore store(std::move(principal));
  Scheduler scheduler(store, true);
  auto result = work(scheduler);
  spi.thaw();
  spi.finish();
  return result;
}

}  // namespace jb::functions

/// Defines the SQL-callable function `name`. Its body follows: it has `arguments`, and returns a C++ value of the named
/// type, from which the result is made (call.hpp). The definition must stand outside an anonymous namespace, which
/// would hide the function.
#define JB_DEFINE(way, name, parameters, ...)                                                  \
  static __VA_ARGS__ name##_body parameters;                                                   \
  extern "C" {                                                                                 \
  PG_FUNCTION_INFO_V1(name);                                                                   \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS) { return jb::pg::entry<way<name##_body>>(fcinfo); } \
  }                                                                                            \
  __VA_ARGS__ name##_body parameters
#define JB_ARGUMENTS ([[maybe_unused]] const Arguments& arguments)
#define JB_ROWS ([[maybe_unused]] const Arguments& arguments, RowSet& rows)
#define JB_PLAIN(name, ...) JB_DEFINE(plain, name, JB_ARGUMENTS, __VA_ARGS__)
#define JB_CALL(name, ...) JB_DEFINE(call, name, JB_ARGUMENTS, __VA_ARGS__)
#define JB_CONNECTED(name, ...) JB_DEFINE(connected_call, name, JB_ARGUMENTS, __VA_ARGS__)
#define JB_LENT(name, ...) JB_DEFINE(lent_call, name, JB_ARGUMENTS, __VA_ARGS__)
/// The same for a function that returns rows: its body adds them to `rows`.
#define JB_CALL_ROWS(name) JB_DEFINE(call, name, JB_ROWS, void)
#define JB_CONNECTED_ROWS(name) JB_DEFINE(connected_call, name, JB_ROWS, void)
#define JB_LENT_ROWS(name) JB_DEFINE(lent_call, name, JB_ROWS, void)

// Checks and look-ups that the reading functions share. All need an open pg::SpiConnection, except those that read only
// arguments or a zone.

namespace jb::functions {

/// The zone of this name. Errors: 22023 under `time_zone` when there is no such zone.
std::shared_ptr<const Zone> require_zone(const std::string& name);

/// The same; null without a name.
std::shared_ptr<const Zone> zone_of(const std::optional<std::string>& name);

/// The calendar of this name if the caller has a right on it; otherwise nullopt, as if it did not exist.
std::optional<Calendar> find_seen_calendar(const std::string& name);

/// The calendar that an argument names. Errors: 22023 under `argument` when there is no such calendar, or the caller
/// has no right on it. The same holds for all functions below that name calendars.
Calendar require_calendar(const std::string& name, std::string_view argument);

/// The names in the text[] argument `calendars`, whose calendars must all be free at once; `ceo` for null. Refuses
/// names that an event could not have in its `calendars`.
std::vector<std::string> calendar_names(const Arguments& arguments, Validation& validation);

/// The calendars of these names, in their order; refuses each unknown name under `calendars`.
std::vector<Calendar> calendars_of(Validation& validation, const std::vector<std::string>& names);

/// A Search in the free time of the calendars that are needed, as the calling query's snapshot shows them. Errors:
/// 22023, which lists each unknown calendar.
Search search_in(const Needs& needs, Instant now, const std::optional<Within>& within);
Search search_in(const std::string& name, Instant now);

/// Adds the first `most` spans of this length that are open within a span.
void add_slots(RowSet& rows, Search& search, Seconds duration, Span within, int most);

/// The calendar that a call is about. Errors: P0002 when there is no calendar of this name, or the caller has no right
/// on it; 42501 when the caller lacks this right.
Calendar require_named_calendar(const std::string& name, Right right = Right::busy);

/// Whether the caller may read the event.
bool may_read(const Event& event);

/// The event of this id, if the caller may read it. A hidden event costs the same as one that does not exist.
std::optional<Event> find_readable_event(EventId id);

/// The same. Errors: P0002 when there is none.
Event readable_event(EventId id);

/// The argument `status`, a list of statuses. Errors: 22023, with this hint, when one is not known.
std::optional<std::vector<std::string>> read_statuses(const Arguments& arguments, bool (*is_known)(std::string_view),
                                                      std::string_view hint);

/// Checks a range in which null is unbounded. Errors: 22023 under `to_time` when the end is before the beginning.
void check_range(std::optional<Instant> begin, std::optional<Instant> end);
/// The same for the arguments from_time and to_time.
void check_range(const Arguments& arguments);

/// The cursor that the argument `after` names; nullopt for null. Errors: 22023 when the text is no cursor
/// (parse_cursor).
std::optional<Cursor> cursor(const Arguments& arguments);

// An event's fields among the arguments of a call. They are found by their names in extension/fields.def, so an
// argument may stand at any place.

/// The names of an event's fields in the errors of SQL functions.
inline constexpr FieldNames kArgumentNames{.date = "event_date"};

/// The fields and options that the arguments give, including a recurrence and attachments; a null argument gives
/// nothing. An invalid argument is refused in `validation`; check_values() checks the ranges.
Fields read_arguments(const Arguments& arguments, Validation& validation);

/// Throws what `validation` has refused, together with each missing calendar that the requests name, since a plan looks
/// for calendars only if nothing else is wrong (rule 8.3).
void raise_all(Validation& validation, std::span<const Fields> requests);

/// jb_schedule's arguments, checked. Errors: 22023.
Fields schedule_arguments(const Arguments& arguments);

}  // namespace jb::functions
