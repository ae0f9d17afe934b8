// SPDX-License-Identifier: PostgreSQL
//
// An event: its wish and its result.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../ical/recurrence.hpp"
#include "../values/input.hpp"
#include "../values/json.hpp"
#include "../values/time.hpp"
#include "one_of.hpp"
#include "within.hpp"

namespace jb {

// Attachments: files, and addresses of files, that go with an event. Nothing here ever fetches an address.

/// Has either `data` or `url`, as check_attachment requires.
struct Attachment {
  std::string name;                       ///< the name under which to save the file
  std::optional<std::string> media_type;  ///< application/octet-stream for data without one; often none for a url
  std::optional<std::string> data;        ///< the bytes of the file
  std::optional<std::string> url;
};

/// How many attachments an event may have at one time. A list of an event's attachments is not paginated.
constexpr std::size_t kAttachments = 100;

/// The size of the attachments' data in bytes. An address counts as 0.
std::size_t bytes_of(const std::vector<Attachment>& attachments);

/// "attachments[2].name", or the bare name when `field` is empty.
std::string member(std::string_view field, std::string_view name);

/// Refuses under `field`.name, .media_type, .data and .url (bare names when `field` is empty): a name that is not 1 to
/// 255 characters, or that could lead out of a folder or break a header; an invalid media type (RFC 9110, 8.3.1); data
/// that is empty or larger than 10 MiB; an address that is not http or https; both data and url, or neither.
void check_attachment(Validation& validation, std::string_view field, const Attachment& attachment);

/// Decodes base64 (RFC 4648, 4) with blanks and line breaks anywhere; nullopt if the text is not base64. The padding is
/// required.
std::optional<std::string> decode_base64(std::string_view text);

/// Reads and checks an attachment: a JSON object of name, media_type, and data in base64 or url. The base64 may have
/// line breaks, as PostgreSQL's encode() writes them. `bytes`, if given, is the data, and the object must have none.
/// Result: nullopt, refused, if `text` is not an object. Errors: 22P02 for a number too large for a double.
std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const std::string& text,
                                          std::optional<std::string> bytes = std::nullopt);

/// Reads and checks an attachment that is a member of a larger JSON value.
std::optional<Attachment> read_attachment(Validation& validation, std::string_view field, const nlohmann::json& value,
                                          std::optional<std::string> bytes);

/// Reads a list of at most kAttachments attachments. Faults are refused under field[i]; an element that is not an
/// object is refused and left out of the result.
std::optional<std::vector<Attachment>> read_attachments(Validation& validation, std::string_view field,
                                                        const nlohmann::json& value);

// A caller's own data on an event: a JSON object that only the caller understands. It stays text, so that it is
// returned as it was given; parsing would lose digits of its numbers.

/// A JSON object as text; in a change it may be a patch of the event's current object.
struct Metadata {
  std::string text;
  bool is_patch = false;  ///< merged into an object by RFC 7396, never stored

  /// Whether both texts are the same object, apart from blanks between members and trailing zeros of a fraction, which
  /// clients' number types do not keep.
  friend bool operator==(const Metadata& a, const Metadata& b);
};

/// Reads an object. `text` is JSON as jsonb writes it. Refuses, under `field`, anything that is not an object, and what
/// check_metadata refuses.
std::optional<Metadata> read_metadata(Validation& validation, std::string_view field, std::string_view text,
                                      bool is_patch = false);

/// Refuses an object of more than 16,384 bytes, not counting blanks between members, or nested more than 64 deep: many
/// JSON parsers are recursive, and reject the whole list that contains such an object. Result: whether the object is
/// accepted.
bool check_metadata(Validation& validation, std::string_view field, std::string_view text);

/// `present` with `patch` applied (RFC 7396, 2): a value sets its member, null removes it, and a nested object is
/// merged likewise. Without a present object the patch applies to an empty one.
Metadata patched(const std::optional<Metadata>& present, const Metadata& patch);

/// The patch that turns the object `before` into `after` (RFC 7396): the members that differ, with a null for each that
/// `after` does not have. If one of them is no object, the result is `after`.
std::string patch_between(std::string_view before, std::string_view after);

/// Whether the text has a value, not just objects and arrays: an index finds objects by the values in them.
bool names_value(std::string_view text);

void append_json(std::string& to, const Metadata& metadata);

using EventId = std::int64_t;

/// The time that the caller asked for. A fixed wish has start_time and date, or wished_start (rule 2.2.1). An automatic
/// wish has neither; its event lies wholly on the wish's date, if there is one (rule 2.2.2), and within the window, if
/// there is one (rule 2.2.5).
struct Wish {
  std::optional<Date> date;             ///< in the zone of the first calendar
  std::optional<Seconds> start_time;    ///< wall clock, since midnight; only with date
  std::optional<Instant> wished_start;  ///< a start named as an instant; never with date
  std::optional<Seconds> duration;      ///< elapsed time; never with days
  std::optional<int> days;              ///< days of the wall clock that reads the start; only in a fixed wish
  std::optional<Instant> not_before;    ///< earliest start of an automatic event; no effect on a fixed event
  std::optional<Instant> not_after;     ///< latest end of an automatic event; no effect on a fixed event
  int priority = 50;                    ///< 0 to 100, highest first
  std::optional<Within> within{};       ///< on the clock of the first calendar; no effect on a fixed event

  Length length() const { return {std::chrono::days{days.value_or(0)}, duration.value_or(Seconds{0})}; }
  bool is_fixed() const { return start_time.has_value() || wished_start.has_value(); }
  friend bool operator==(const Wish&, const Wish&) = default;
};

/// The options of a call for placing its wish.
struct PlacingOptions {
  bool allow_past = false;   ///< a fixed event may begin in the past, as a record or an import (rule 2.6.4)
  bool has_begun = false;    ///< the event is in progress; only its end moves (rule 2.9.7)
  bool keeps_start = false;  ///< a fixed event keeps its start, whatever its wish is in the current zone
  bool keeps_end = false;    ///< likewise its end, if its length is in days of the wall clock
  bool preempt = false;      ///< an automatic event may pre-empt automatic events of lower priority (rule 2.12.2)
  int offer = 0;             ///< how many times are offered (rule 3.12); 0: none
  int apart = 0;             ///< how many days lie between their dates at least
  bool only_slots = false;   ///< a fixed event begins only at an offered slot, and moves no other event (rule 11.12)
  /// Sorted spans; each alternative lies within one of them; null: alternatives may lie anywhere (rule 2.5.2)
  std::shared_ptr<const std::vector<Span>> alternatives_in{};
};

/// A status: as it is stored (rule 3.1), or, from `pending` on, as users see that of a scheduled event by the clock
/// (status_at). Readers see a held event past its deadline as expired even before a writer stores that (rule 3.9).
enum class Status { scheduled, held, waiting, cancelled, denied, expired, pending, in_progress, completed };

/// What a call did, or what a change changed: the words of verbs.def.
enum class Verb : std::uint8_t {
#define JB_VERB(name) name,
#include "../../../verbs.def"
};

/// The word for the verb in SQL and JSON; a literal.
std::string_view name_of(Verb verb);

/// The word for a status in SQL, in JSON and in the table; a literal.
std::string_view name_of(Status status);

/// The inverse of name_of; nullopt for any other word.
std::optional<Status> status_from(std::string_view name);

/// Whether status_at can return the status of this name. It never returns `scheduled`.
bool is_shown_status(std::string_view name);

/// An event as a value: stored, or still being made and without id, version and times of writing.
struct Event {
  EventId id = 0;  ///< from 1; 0: not stored
  std::string event_name;
  Shared<std::vector<std::string>> attendees{};  ///< a long list of a stored event may be left in the event's row
  std::string event_location;
  std::optional<Shared<std::string>> description{};  ///< a long one may be left in the row, as attendees may
  std::optional<Shared<Metadata>> metadata{};        ///< the caller's own; likewise
  /// The names of those that it needs all of, then of those chosen from its lists, or of all candidates (one_of.hpp).
  /// The first gives the zone of the wish.
  std::vector<std::string> calendars;
  std::optional<Lists> one_of{};                  ///< of which it needs some; none: it has no lists
  std::vector<std::string> attendee_calendars{};  ///< attendees' calendars that it claims besides `calendars`
  /// The attendees who claim no calendar (rule 2.7.4); likewise
  std::optional<Shared<std::vector<std::string>>> guests{};
  std::optional<int> max_attendees{};      ///< 1 to 1,000 (rule 4.40); none: as many as an event may have
  std::optional<bool> check_attendees{};   ///< none: the calendars' settings decide
  std::optional<Seconds> hold_for{};       ///< as wished; none: the calendars' confirm_within decides
  std::optional<EventId> series{};         ///< the id of the first event of the series that it belongs to
  std::optional<Instant> recurrence_id{};  ///< of a series: the start that its rule gives the event (RFC 5545, 3.8.4.4)
  std::string recurrence{};                ///< a new rule for its series, to be stored with the event
  /// The wall clock time of its wish before its first calendar was given another zone; none: that of `wish`.
  std::optional<WallTime> wished_wall{};
  Wish wish;
  Status status = Status::scheduled;
  std::optional<Span> time;             ///< start and end; none while the event waits, or when it never had a place
  std::optional<Instant> expires_at{};  ///< the deadline of a hold; kept when the hold has ended
  /// The principal who held it, or had it wait for a place to hold; empty: it was never to be held.
  std::string held_by{};
  std::vector<std::string> proposed_on{};  ///< the calendars whose bookers confirm it; empty: it is no proposal (13.15)
  std::vector<EventId> offer{};  ///< the events that were offered together, by time (rule 3.12); empty: it was not
  bool stands_aside = false;     ///< no other event moves for it (rule 13.14)
  Instant created_at{};
  Instant updated_at{};
  std::int64_t version = 0;  ///< how often the event was written, 1 at first; 0: not stored

  /// Whether the event has claims on its calendars; then `time` is set.
  bool is_claiming() const { return status == Status::scheduled || status == Status::held; }
  /// Whether the event has, or waits for, its time.
  bool stands() const { return is_claiming() || status == Status::waiting; }

  /// The calendars of the event whose bookers are to confirm it, or may do so late; empty: it is no proposal (any
  /// more).
  std::vector<std::string> unanswered_on() const;
  bool is_proposal() const { return !proposed_on.empty() && !unanswered_on().empty(); }

  /// The names of all calendars that the event claims, or would claim: `calendars`, then `attendee_calendars`.
  std::vector<std::string> booked_on() const;
  /// Whether the calendar of this name is one of them.
  bool is_on(const std::string& calendar) const;

  /// Whether the event is a hold whose deadline has come (rule 3.9).
  bool is_due(Instant now) const { return status == Status::held && expires_at && *expires_at <= now; }
  /// Whether the event counts among those that the principal holds (rule 13.14): its hold has not ended, or it waits
  /// for a place to hold. A waiting event with a deadline was confirmed before.
  bool is_held_by(const std::string& principal, Instant now) const {
    const bool is_held = (status == Status::held && !is_due(now)) || (status == Status::waiting && !expires_at);
    return is_held && held_by == principal;
  }
  /// Whether the event is a hold that was not confirmed in time. An event that waited until its own time had passed is
  /// expired too, but has no `time`.
  bool is_ended_hold(Instant now) const { return is_due(now) || (status == Status::expired && expires_at && time); }
  bool has_begun(Instant now) const { return is_claiming() && time && time->start <= now; }
  /// Whether the event waits, or has a time that has not begun.
  bool is_ahead(Instant now) const { return stands() && !has_begun(now); }
  bool has_ended(Instant now) const { return is_claiming() && time && time->end <= now; }
};

/// The status as users see it: a scheduled event is pending, in_progress or completed by the clock (rule 3.2).
Status status_at(const Event& event, Instant now);

/// "event 5 does not exist", P0002.
Failure no_such_event(EventId id);

}  // namespace jb
