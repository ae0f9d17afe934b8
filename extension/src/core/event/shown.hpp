// SPDX-License-Identifier: PostgreSQL
//
// Events, rejections and outcomes as callers see them, as values and as JSON.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../values/input.hpp"
#include "../values/json.hpp"
#include "../values/time.hpp"
#include "event.hpp"
#include "refusal.hpp"

namespace jb {

// A field's value as a value for JsonObject::add(), by the field's kind in extension/fields.def. Times are written in
// `zone`, and are null without a zone.

inline constexpr auto text_json = [](const std::string& text, const Zone*) -> const std::string& { return text; };
inline constexpr auto texts_json = [](const auto& texts, const Zone*) -> const auto& { return texts; };
inline constexpr auto long_text_json = texts_json;
inline constexpr auto json_json = texts_json;
inline constexpr auto date_json = [](Date date, const Zone*) { return format_date(date); };
inline constexpr auto time_of_day_json = [](Seconds time, const Zone*) { return format_time_of_day(time); };
inline constexpr auto timestamp_json = [](Instant instant, const Zone* zone) {
  return zone != nullptr ? std::optional{timestamp_text(instant, *zone)} : std::nullopt;
};
inline constexpr auto duration_json = [](Seconds length, const Zone*) { return std::int64_t{length.count()}; };
inline constexpr auto int_json = [](int number, const Zone*) { return std::int64_t{number}; };
inline constexpr auto days_json = int_json, count_json = int_json;
inline constexpr auto number_json = [](std::int64_t number, const Zone*) { return number; };
inline constexpr auto names_json = texts_json;
inline constexpr auto bool_json = [](bool value, const Zone*) { return value; };
inline constexpr auto within_json = texts_json;
inline constexpr auto lists_json = texts_json;

/// Adds a member of this kind; nullopt is null.
template <class T, class Kind>
void add_shown(JsonObject& json, std::string_view name, const T& value, Kind kind, const Zone* zone) {
  json.add(name, kind(value, zone));
}

template <class T, class Kind>
void add_shown(JsonObject& json, std::string_view name, const std::optional<T>& value, Kind kind, const Zone* zone) {
  value ? json.add(name, kind(*value, zone)) : json.add(name, RawJson{"null"});
}

// The only definition of an event's JSON: in HTTPS answers, in the answers kept under idempotency keys, and for a
// stored event in jb_event_json().

class Zone;

/// An event as answers show it: the event, and what they show in addition.
struct ShownEvent {
  Event event;
  std::optional<Status> status;              ///< by the clock (status_at); none in a row that nobody stored
  std::optional<std::string> time_zone;      ///< of the first calendar; none if that calendar is gone
  std::shared_ptr<const Zone> zone;          ///< the zone of this name; none: the event is shown without its times
  std::optional<std::string> attachments{};  ///< as JSON, without their bytes; none: not read yet
  bool is_busy_time = false;                 ///< only its calendars and its time are known
  std::optional<std::string> recurrence{};   ///< the rule of the event's series
  int zone_changes = 0;                      ///< how often the calendar's zone has changed, if that was read
};

/// The event as one JSON object. Durations are whole seconds, times RFC 3339 with the zone's offset at that time, and
/// missing values null. A field of extension/fields.def has the name of its column.
std::string event_json(const ShownEvent& shown);

/// The values that a change of an event replaced, as one object: the members of the event's JSON that differ, with
/// their values in `before`, and with one that tells the wished start all that do; `whole`: every member. An empty text
/// if nothing differs. Left out are `attachments`, which core does not know, and members that a reader of the change
/// does not need: those in every change (time, status, version), and those that follow from others (`placement`,
/// `time_zone`). The plan adds the rule of the series, `recurrence`.
std::string old_values_json(const Event& before, const Event& after, const Zone* zone, bool whole);

// Writes a rejection as JSON: the request for the stored row, and the announcement for NOTIFY.

/// The fields that would request the event again, without options that were not given. A confirmed hold is no longer a
/// hold, so its hold_for is left out. A date is accompanied by its zone (rule 5.22).
std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone,
                         std::string_view zone_name);

/// The payload of NOTIFY: rejection_id, event_id, calendars, reason, at. It has no event names, since any role of the
/// database may listen. Always under 8,000 bytes: if the names of the calendars are too long, only the first are
/// listed, and calendars_left_out is the number of the others.
std::string announcement_json(std::int64_t id, const Rejection& rejection);

/// The same without a clue to whose calendar it is about: only rejection_id and at, in UTC.
std::string brief_announcement_json(std::int64_t id, const Rejection& rejection);

// The outcome: what a writing call did.

/// The move of an event that the call is not about: it gave way, or it waited and has got a place (rule 2.4.4).
struct Move {
  EventId event_id = 0;      ///< 0: an event of a request in a dry run, or one that the caller may not read
  std::optional<Span> from;  ///< none: it waited
  std::optional<Span> to;    ///< none: it waits
  std::vector<std::string> from_calendars{};  ///< if others were chosen from its lists; empty: it keeps its calendars
  std::vector<std::string> to_calendars{};
};

/// An occurrence that its series leaves out because it found no place (rule 2.14.4).
struct Skipped {
  Span time;
  Refusal refusal;
};

/// The outcome of a writing call, jb_outcome in SQL; for a dry run, the outcome that the call would have had.
struct Outcome {
  Verb outcome{};                                ///< what was done
  std::optional<EventId> event_id{};             ///< none for a new event if rejected or on a dry run
  std::optional<Span> time{};                    ///< the event's time; none if it was rejected, or has no time
  std::optional<Refusal> refusal{};              ///< why the event was rejected, or waits
  std::string remark{};                          ///< a sentence for anything that no refusal says
  std::vector<Span> alternatives{};              ///< for a rejected fixed wish: Rejection::alternatives
  std::vector<Move> moves{};                     ///< in the order in which the events got their places
  std::shared_ptr<const Rejection> rejection{};  ///< the record, which gets its id when written; none on a dry run
  std::optional<std::int64_t> version{};         ///< the event's version after the call; none without event_id
  std::string time_zone{};                       ///< the name of the first calendar's zone
  std::shared_ptr<const Zone> zone{};            ///< the first calendar's zone, for the times of the refusal
  std::vector<EventId> events{};                 ///< of a series: events placed or changed, by start; none on a dry run
  std::vector<Skipped> skipped{};                ///< of a new series, by start
  std::optional<ShownEvent> event{};   ///< as the call leaves it, on a dry run as it is; none without event_id
  std::optional<std::string> basis{};  ///< of a dry run: with it a call applies exactly this (rule 2.15.7)
  std::vector<std::string> chosen{};   ///< of a dry run: the candidates that the event would have of its lists
  std::optional<Instant> as_of{};      ///< the oldest source_as_of of its calendars; none: they mirror none
  std::optional<Span> failed{};        ///< of a new series that was rejected, the occurrence without a place
};

// Reads a list of changes (rule 2.9.9) from JSON: which events the list changes or cancels. The fields of a change are
// read later, together with the event (read_changes).

/// One item of a list of changes.
struct ListedChange {
  EventId id = 0;
  std::optional<std::int64_t> expected_version{};
  bool cancels = false;  ///< `fields` then has at most a scope and `dry_run`
  bool dry_run = false;
  std::string fields{};  ///< the other members of the item, as a JSON object
};

/// Reads a JSON array of objects, or one object. Each object names its event by `id`, and may have `expected_version`,
/// and `cancel`. Refuses, under the index of the item: an item without an id, an id that another item names, a
/// cancellation that changes fields, a dry run of only some items. Errors: 22P02 for a number too large for a double.
std::vector<ListedChange> read_change_list(Validation& validation, const std::string& text);

// The position from which a reader of a list continues.

// The cursor of a list of events: the last row that the caller has seen. The list continues after that row.

/// The place of an event in a list ordered by start, then id.
struct Cursor {
  std::optional<Instant> start;  ///< none for an event without a time; such events come last
  EventId id = 0;
};

/// Reads "seconds,id", or ",id", as jb_event_cursor writes it; nullopt for anything else, and for a start outside the
/// years 0001 to 9999.
std::optional<Cursor> parse_cursor(std::string_view text);

/// The cursor of this event, as parse_cursor() reads it.
std::string cursor_text(const Event& event);

// The position of a reader of the changes of all calendars (rule 4.28).
//
// Each change has a number. Numbers are drawn from one sequence and committed in any order, so a number below the
// greatest that the reader has seen may still appear. The cursor therefore lists the missing numbers below the
// greatest. A missing number is dropped when it can no longer appear: a transaction draws a number only after getting
// its id, so once every transaction that had an id when the number was missed has ended, the number has been seen or
// was rolled back.
//
// Invariant: a number is in `open`, was given to the reader, can no longer appear, or is above `last`.

/// A range of missing numbers, both ends included.
struct OpenNumbers {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::uint64_t settles = 0;  ///< settled when all transactions below this id have ended
  friend bool operator==(const OpenNumbers&, const OpenNumbers&) = default;
};

/// The transactions of the server at the time of a read.
struct Transactions {
  std::uint64_t oldest = 0;  ///< the least id of a transaction that was open in the snapshot of the read
  std::uint64_t next = 0;    ///< the id that the server assigns next, read after the snapshot
};

/// Of each calendar, the greatest number that was purged or deleted; calendars where it is below some floor are left
/// out.
struct Purges {
  std::int64_t sum = 0;       ///< of these numbers; every purge that reaches the floor changes it
  std::int64_t greatest = 0;  ///< of these numbers
};

struct ChangeCursor {
  /// Follows the last calendar of every change.
  static constexpr int kLastRow = std::numeric_limits<int>::max();

  /// The most missing ranges that are kept; rather than keep more, the listing waits.
  static constexpr std::size_t kMostOpen = 64;

  std::uint64_t log = 0;       ///< a number that identifies the server, database and table of the changes
  std::uint32_t timeline = 0;  ///< of the server's write-ahead log, when the cursor was made
  std::uint64_t position = 0;  ///< in that log; nothing that the reader has seen lies beyond
  std::int64_t floor = 0;      ///< no number that the reader has not seen is less
  std::int64_t purged = 0;     ///< Purges::sum from there on, when the cursor was made
  std::int64_t last = 0;       ///< the greatest number seen
  std::int64_t within = 0;     ///< the number of the change seen last, which may have rows on several calendars
  int calendar = 0;            ///< the calendar of the row seen last; kLastRow: the change has no further row
  std::vector<OpenNumbers> open;
  friend bool operator==(const ChangeCursor&, const ChangeCursor&) = default;

  /// Advances to a row that the reader is given. First come the remaining rows of the change `within`, then, by number
  /// and calendar, all other rows in the snapshot of the read. (A missing change is on no calendar of a change that was
  /// seen, because its transaction still holds the locks of its calendars. So the order within a calendar is
  /// preserved.) Result: false, with the cursor unchanged, if it would have to keep too many missing ranges.
  bool pass(std::int64_t number, int row_calendar, const Transactions& transactions);

  /// The least number of which the reader may not have seen every row.
  std::int64_t first_unseen() const;

  /// Whether a purge since the cursor was made may have removed changes that the reader has not seen. `purges`: from
  /// `floor` on.
  bool has_lost(const Purges& purges) const;
};

/// The cursor as a reader keeps it: letters, digits, "-" and "." only; it begins with the number of its format.
std::string change_cursor_text(const ChangeCursor& cursor);

/// The cursor of a text; nullopt for a text that change_cursor_text() never makes.
std::optional<ChangeCursor> parse_change_cursor(std::string_view text);

}  // namespace jb
