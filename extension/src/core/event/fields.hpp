// SPDX-License-Identifier: PostgreSQL
//
// The fields of an event that a call gives. New events and changes work in the same way: the fields are laid over an
// empty event or over the current one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../ical/recurrence.hpp"
#include "../values/input.hpp"
#include "../values/time.hpp"
#include "calendar.hpp"
#include "event.hpp"

namespace jb {

/// One field of a change. A field that is not named stays; a field named without a value is cleared; a field named
/// with a value is set.
template <class T>
struct Field {
  bool named = false;
  std::optional<T> value;

  /// Names the field; nullopt clears it.
  void set(std::optional<T> to) {
    named = true;
    value = std::move(to);
  }

  /// Makes the field not named, for a value that the event already has: a named field counts as a change and causes
  /// another placing. set(nullopt), in contrast, clears.
  void drop() { *this = {}; }

  /// Names the field if there is a value; a null argument leaves it as it is.
  void set_if_given(std::optional<T> to) {
    if (to) set(std::move(to));
  }
  bool has_value() const { return named && value.has_value(); }
};

/// What to do with a new event that finds no place. `skip` leaves out an occurrence of a series (rule 2.14.4).
/// `leave_out`, which no request names, is `skip` for all events of a file: it also leaves out a single event without a
/// place, and a series none of whose occurrences has one, and records no rejection.
enum class OnNoSlot { reject, wait, skip, leave_out };

inline bool skips(OnNoSlot what) { return what == OnNoSlot::skip || what == OnNoSlot::leave_out; }

/// Which events of a series a change reaches (rule 2.14.6). `following`: the event itself and the events that start
/// later.
enum class Scope { one, following, all };

/// The scope that a user's word names; nullopt for any other word.
std::optional<Scope> scope_from(std::string_view word);

/// The value of `reject`, `wait` or `skip`. Any other word is refused under `on_no_slot`, and read as `reject`.
OnNoSlot read_on_no_slot(Validation& validation, std::string_view word);

/// The type of a field's value, for an Event member of type T.
template <class T>
struct ValueOf {
  using type = T;
};
template <class T>
struct ValueOf<std::optional<T>> {
  using type = T;
};

/// Somebody on whose behalf an event is booked, such as the maker of a poll. The functions tell the present rights.
struct Behalf {
  std::string principal;
  std::function<bool(const std::string& calendar)> may_book;
  std::function<std::vector<std::vector<Power>>(const std::string& calendar)> powers;  ///< as Store::powers
  std::function<std::size_t(const std::string& calendar, Instant now)> held;           ///< as Store::held
};

/// The fields and options of a call as they were read; first those of extension/fields.def. Their types are valid;
/// their ranges only once check_values has refused nothing. The range of a duration is checked when it is read.
/// event_name and calendars cannot be cleared; an event with neither duration nor days lasts for the calendar's
/// default_duration (rule 2.2.6).
struct Fields {
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  Field<ValueOf<decltype(std::declval<Event>().member)>::type> name;
#define JB_OPTION(name, type, otherwise) type name = otherwise;
#include "../../../fields.def"
  Field<Status> status;                 ///< by the clock, or `scheduled`, which confirms
  std::vector<Attachment> attachments;  ///< of a new event; checked when they are read, stored without core
  std::size_t attached_bytes = 0;       ///< the bytes of the attachments' data; a series multiplies them
  /// The attendees whose names claim no calendar (rule 2.7.4); none: the same as before.
  std::optional<std::vector<std::string>> guests;
  /// Of a new event: PlacingOptions::alternatives_in.
  std::shared_ptr<const std::vector<Span>> alternatives_in;
  std::optional<std::string> meant_in;   ///< of a new event: the zone that its first calendar must have; none: any
  std::shared_ptr<const Behalf> behalf;  ///< of a new event: booked by a token, not by the caller's right (rule 13.3)
  int offer = 0;                         ///< of a new event: PlacingOptions::offer
  int apart = 0;                         ///< of a new event: PlacingOptions::apart
  bool is_confirmed = false;             ///< of a new event: its calendars do not have it held (rule 2.8.5)
  /// Of a new event: the ended events in whose place it is booked (Plan::exclude_changes_of).
  std::vector<EventId> in_place_of;
  bool only_slots = false;               ///< of this call: PlacingOptions::only_slots
  std::optional<std::size_t> item;       ///< of a new event: the request's index in its batch
  std::optional<Recurrence> recurrence;  ///< the rule of the series that the event begins, or its series' new rule
  Scope scope = Scope::one;              ///< of this call: how far a change to an event of a series reaches
};

/// The names of the fields for the caller: the date is event_date in SQL functions, and date in JSON.
struct FieldNames {
  std::string_view date = "date";

  /// The caller's name of the field.
  std::string_view of(std::string_view field) const { return field == "date" ? date : field; }
};

/// The most characters in a field, and texts in a list.
inline constexpr std::size_t kNameLength = 500;   ///< event_name
inline constexpr std::size_t kTextLength = 1000;  ///< any other short text
inline constexpr std::size_t kLongTextLength = 8000;
inline constexpr std::size_t kTexts = 1000;
inline constexpr std::size_t kTextOfListLength = 200;

/// Refuses each value that is out of its range: lengths, counts, names, representable times, priority.
void check_values(Validation& validation, const Fields& fields, const FieldNames& names = {});

/// Refuses what is missing or contradictory in a new event.
void check_new(Validation& validation, const Fields& fields, const FieldNames& names = {});

/// Lays `fields` over `event`, without judging the result. A start_timestamp replaces date and start_time; a date or
/// start_time replaces the start_timestamp; of duration and days, each replaces the other. Guests who are no longer
/// attendees are dropped. The status is unchanged: it is a result, which only the scheduler changes.
Event apply(const Fields& fields, Event event, Seconds default_duration);

/// Drops the fields whose values `event` already has, which would change nothing.
void drop_unchanged(Fields& fields, const Event& event);

/// The fields in which two events differ, by their names in a change: their columns, in the order of fields.def.
std::vector<std::string> changed_fields(const Event& a, const Event& b);

/// The size of an event's texts in bytes, which each event of a series stores. Texts left in the event's row do not
/// count.
std::size_t text_bytes(const Event& event);

/// Why days are refused beside a duration.
inline constexpr std::string_view kContradictsDuration = "it contradicts duration: one of both says how long it lasts";

/// Whether the call names calendars of which the event needs all. Beside lists it may name none.
bool names_calendars(const Fields& fields);

/// Refuses a candidate that the call names in `calendars`, too, unless its list has chosen it; lists of one call with
/// preempt; and `same` without a series.
void check_lists(Validation& validation, const Fields& fields);

/// Refuses each candidate that is also among `named`, unless it is among those that its list has chosen.
void check_named(Validation& validation, const Lists& lists, const std::vector<std::string>& named);

/// Refuses an automatic wish that is longer than every stretch of its `within` (rule 2.3.9).
void check_within_holds(Validation& validation, const Wish& wish);

/// How many more may attend an event with max_attendees.
int seats_left(const Event& event);

/// Refuses an event of which, after `fields` have been applied, more attend than its max_attendees. Whom the file of a
/// followed source names are not counted: there the source counts (rule 4.24).
void check_seats(Validation& validation, const Fields& fields, const Event& event);

/// Refuses a wish that contradicts itself after `fields` have been applied: a start_time without a date, or a start
/// wished twice (rule 2.2.4); days without a start, or beside a duration (rule 2.1.6); a window that is empty, or that
/// the call names for a fixed event (rule 2.2.5); and what check_within_holds() refuses.
void check_wish(Validation& validation, const Fields& fields, const Wish& wish, const FieldNames& names = {});

// Reads the fields of an event from JSON: the bodies of POST, PUT and PATCH, jb_schedule_all's requests, jb_update's
// changes.
//
// These functions take and return JSON as text, since the headers of the JSON library and of the server cannot be
// included together.

/// Whether a list has more items than a call may have (1,000); if so, it is refused under `field`. Call this before the
/// items are made into text: a million bytes of empty objects take thirty times as much memory when read.
bool too_many_items(Validation& validation, std::string_view field, std::size_t count);

/// Reads the fields of new events from a JSON array of objects, or from one object. Durations are seconds or interval
/// text, instants RFC 3339. Unreadable values, unknown fields and values out of their range are refused in
/// `validation`, in an array under the request's index. Errors: 22P02 for a number too large for a double.
std::vector<Fields> read_requests(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// How to read the object of an update.
struct ChangeOptions {
  bool replace = false;  ///< the object is the whole event, as in PUT: fields left out are cleared (rule 5.6)
  /// The zone of the calendar of this name; empty if there is none. Called if the object names a zone.
  std::function<std::string(const std::string&)> zone_of;
  Instant now{};
  std::function<std::string()> attachments;  ///< the attachments as GET shows them; called if the object names them
  std::function<std::optional<std::string>()> recurrence;  ///< the rule of the event's series; called if it is named
};

/// The fields that the object in `text` changes on `current`. A value equal to the current one is not a change. Results
/// (id, end_timestamp, …) are accepted if unchanged, and refused otherwise (rule 5.6). A start_timestamp equal to the
/// current start is a result if the object also shows the wish; alone it is a wish.
Fields read_changes(Validation& validation, const std::string& text, const Event& current, const ChangeOptions& options,
                    const IntervalReader& intervals);

/// Whether the object holds "dry_run": true. Asked before the fields are read, which refuse any other value than true
/// and false.
bool asks_for_dry_run(const nlohmann::json& request);

}  // namespace jb
