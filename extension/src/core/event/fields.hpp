// SPDX-License-Identifier: PostgreSQL
//
// What a call says about an event. A new event and a change to one are the same thing here: fields laid over what is
// there, which for a new event is nothing.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../ical/recurrence.hpp"
#include "../values/duration.hpp"
#include "../values/validation.hpp"
#include "attachment.hpp"
#include "calendar.hpp"
#include "event.hpp"

namespace jb {

/// One field of a change. Not named: it stays. Named without a value: it is cleared. Named with one: it is set.
template <class T>
struct Field {
  bool named = false;
  std::optional<T> value;

  /// Names it; nullopt clears.
  void set(std::optional<T> to) {
    named = true;
    value = std::move(to);
  }

  /// Back to not named, for a value that is the present one already: left in, it would count as a change, and ask for
  /// another placing. Not the same as set(nullopt), which clears.
  void drop() { *this = {}; }

  /// Names it when there is a value: an argument that is null says nothing.
  void set_if_given(std::optional<T> to) {
    if (to) set(std::move(to));
  }
  bool has_value() const { return named && value.has_value(); }
};

/// What becomes of a new event that finds no place; skip: of an occurrence of a series.
enum class OnNoSlot { reject, wait, skip };

/// Which events of a series a change reaches; following: the event itself and those that start later.
enum class Scope { one, following, all };

/// The inverse of the words that users write; nullopt for any other one.
std::optional<Scope> scope_from(std::string_view word);

/// reject or wait; nullopt for any other word.
std::optional<OnNoSlot> on_no_slot_from(std::string_view word);

/// What a field holds where an Event keeps it as T.
template <class T>
struct ValueOf {
  using type = T;
};
template <class T>
struct ValueOf<std::optional<T>> {
  using type = T;
};

/// The fields and options of a call as they were read, extension/fields.def's first: of the right type, but in their
/// range only once check_values has found nothing to refuse. Of a duration its reader has judged that already
/// (check_duration). event_name and calendars cannot be cleared; a cleared duration is the calendar's default.
struct Fields {
#define JB_FIELD(name, kind, member, column, argument, left_out) \
  Field<ValueOf<decltype(std::declval<Event>().member)>::type> name;
#define JB_OPTION(name, type, otherwise) type name = otherwise;
#include "../../../fields.def"
  Field<std::string> status;            ///< by the clock: pending, in_progress, completed; or cancelled, waiting
  std::vector<Attachment> attachments;  ///< of a new event, checked when they were read; the store's affair, not core's
  std::size_t attached_bytes = 0;       ///< of their data; a series multiplies them
  std::vector<std::string> guests;  ///< of a new event: attendees who chose their names themselves, and claim nothing
  std::optional<std::size_t> item;  ///< of a new event: its place in the batch that it came in
  std::optional<Recurrence> recurrence;  ///< of a new event: it is the first of a series
  Scope scope = Scope::one;              ///< of this call: how far a change to an event of a series reaches
};

/// What SQL calls the date argument differs from what JSON does.
struct FieldNames {
  std::string_view date = "date";

  /// A field as the caller knows it.
  std::string_view of(std::string_view field) const { return field == "date" ? date : field; }
};

/// Refuses values out of their range, one by one: lengths, counts, names, representable times, priority.
void check_values(Validation& validation, const Fields& fields, const FieldNames& names = {});

/// Refuses what is missing or contradictory in a new event.
void check_new(Validation& validation, const Fields& fields, const FieldNames& names = {});

/// `fields` laid over `event`, judged or not. A start_timestamp replaces date and start_time, and the other way round.
/// Status stays: it is a result, which only the scheduler may move.
Event apply(const Fields& fields, Event event, Seconds default_duration);

/// Drops the fields that `event` has as they say: laid over it, they would change nothing.
void drop_unchanged(Fields& fields, const Event& event);

/// The fields in which two events differ, as a change names them: by their columns, in the order of fields.def.
std::vector<std::string> changed_fields(const Event& a, const Event& b);

/// The bytes of an event's texts, which each event of a series stores; without those that were left in their row.
std::size_t text_bytes(const Event& event);

/// Refuses a wish that contradicts itself once `fields` have been applied: a start_time without a date, a start
/// wished twice, a window that is empty or that was named for a fixed event.
void check_wish(Validation& validation, const Fields& fields, const Wish& wish, const FieldNames& names = {});

}  // namespace jb
