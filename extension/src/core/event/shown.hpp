// SPDX-License-Identifier: PostgreSQL
//
// What callers are shown: events, rejections and outcomes, as values and as JSON.
#pragma once

#include <cstdint>
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

// A field's value as a value for JsonObject::add(), by the kind that extension/fields.def gives the field. Times are
// written in `zone`, and are null without a zone.

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
inline constexpr auto days_json = int_json;
inline constexpr auto bool_json = [](bool value, const Zone*) { return value; };

/// Adds a member of this kind; nullopt is null.
template <class T, class Kind>
void add_shown(JsonObject& json, std::string_view name, const T& value, Kind kind, const Zone* zone) {
  json.add(name, kind(value, zone));
}

template <class T, class Kind>
void add_shown(JsonObject& json, std::string_view name, const std::optional<T>& value, Kind kind, const Zone* zone) {
  value ? json.add(name, kind(*value, zone)) : json.add(name, RawJson{"null"});
}

// The one definition of an event's JSON: what HTTPS answers, what is kept under an idempotency key, and what
// jb_event_json() gives of a stored event.

class Zone;

/// An event as answers show it: the event, and what they show besides.
struct ShownEvent {
  Event event;
  std::string status;                        ///< by the clock (status_at)
  std::optional<std::string> time_zone;      ///< of the first calendar; none where this calendar is gone
  std::shared_ptr<const Zone> zone;          ///< the zone of this name; none: the event is shown without its times
  std::optional<std::string> attachments{};  ///< as JSON, without their bytes; none: not read yet
  bool is_busy_time = false;                 ///< nothing is known but when it takes which calendars
  std::optional<std::string> recurrence{};   ///< the rule of the event's series
  int zone_changes = 0;                      ///< how often the calendar's zone has changed, where that was read
};

/// The event as one JSON object. Durations are whole seconds, times RFC 3339 with the offset that the zone has then,
/// and what the event does not have is null. A field of extension/fields.def stands under the name of its column.
std::string event_json(const ShownEvent& shown);

/// What a change of an event replaced: the members of the event's JSON whose values differ, with those of `before`, as
/// one object; `whole`: every member. An empty text where nothing differs. Left out are `attachments`, which core does
/// not know, and what a reader of the change knows without: those that each change tells (time, status, version), and
/// those that follow from others (`placement`, `time_zone`). The rule of the series, `recurrence`, is for the plan to
/// add.
std::string old_values_json(const Event& before, const Event& after, const Zone* zone, bool whole);

// Writes a rejection as JSON: the request for the stored row, and the announcement for NOTIFY.

/// The event as the fields that would request it again, without options that were not given. A hold that was confirmed
/// is no hold any more, so its hold_for is left out. With a date stands the zone that it is meant in (rule 5.22).
std::string request_json(const Event& event, const PlacingOptions& options, const Zone& zone,
                         std::string_view zone_name);

/// The payload of NOTIFY: rejection_id, event_id, calendars, reason, at. It has no names of events, since any role of
/// the database may listen. Always under 8,000 bytes: where the calendars' names are longer, the first of them stand
/// there, and calendars_left_out says how many do not.
std::string announcement_json(std::int64_t id, const Rejection& rejection);

/// The same where nobody may learn from the announcement whose calendar it is about: rejection_id and at, in UTC.
std::string brief_announcement_json(std::int64_t id, const Rejection& rejection);

// The outcome: what a writing call did.

/// The move of a displaced event. Without `to` the event waits.
struct Move {
  EventId event_id = 0;  ///< 0: an event of a request that is only tried
  Span from;
  std::optional<Span> to;
};

/// An occurrence that its series leaves out, since the occurrence found no place (rule 2.14.4).
struct Skipped {
  Span time;
  Refusal refusal;
};

/// The outcome of a writing call, which SQL gives as jb_outcome; of a dry run, the outcome that the call would have
/// had.
struct Outcome {
  Verb outcome{};                              ///< what was done
  std::optional<EventId> event_id;             ///< none for a new event that was rejected or only tried
  std::optional<Span> time;                    ///< the event's time; none if it was rejected, or has no time
  std::optional<Refusal> refusal;              ///< why the event was rejected, or waits
  std::string remark;                          ///< a sentence for what no refusal says
  std::vector<Span> alternatives;              ///< of a fixed wish that was rejected: Rejection::alternatives
  std::vector<Move> moves;                     ///< in the order in which the displaced events were placed again
  std::shared_ptr<const Rejection> rejection;  ///< the record, which gets its id when written; none on a dry run
  std::optional<std::int64_t> version;         ///< the event's version after the call; none without event_id
  std::string time_zone;                       ///< the name of the first calendar's zone
  std::shared_ptr<const Zone> zone;            ///< the first calendar's zone, for the times of the refusal
  std::vector<EventId> events;                 ///< of a series: the events placed or changed, by start; none on a trial
  std::vector<Skipped> skipped;                ///< of a new series, by start
  std::optional<ShownEvent> event;             ///< as the call leaves it, on a dry run as it is; none without event_id
  std::optional<Span> failed;                  ///< of a new series that was rejected, the occurrence without a place
};

// Reads a list of changes (rule 2.9.9) from JSON: which events the list changes or cancels. What a change says of the
// event's fields is read later, beside the event (read_changes).

/// One item of a list of changes.
struct ListedChange {
  EventId id = 0;
  std::optional<std::int64_t> expected_version{};
  bool cancels = false;  ///< `fields` then has at most a scope
  bool dry_run = false;
  std::string fields{};  ///< the other members of the item, as a JSON object
};

/// Reads a JSON array of objects, or one object. Each object names its event by `id`, and may have `expected_version`,
/// and `cancel`. Refused, under the index of the item: an item without an id, an id that another item names, a
/// cancellation that changes fields, a dry run of only some items. Errors: 22P02 for a number that no double holds.
std::vector<ListedChange> read_change_list(Validation& validation, const std::string& text);

}  // namespace jb
