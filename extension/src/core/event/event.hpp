// SPDX-License-Identifier: PostgreSQL
//
// An event: its wish and its result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../free/hours.hpp"
#include "../ical/recurrence.hpp"
#include "../values/input.hpp"
#include "../values/json.hpp"
#include "../values/time.hpp"

namespace jb {

// The hours within which an event whose time is left open must lie, as its request names them (rule 2.3.9): on certain
// days of the week, between two times of the day, on the wall clock of the event's first calendar.

struct Within {
  static constexpr std::uint8_t kEveryDay = 0b111'1111;

  std::uint8_t days = kEveryDay;  ///< the days on which a stretch begins; the lowest bit is Monday
  Seconds from{0};                ///< since midnight, before 24:00
  Seconds to{kDay};               ///< since midnight, up to 24:00; of the next day if it is not after `from`

  friend bool operator==(const Within&, const Within&) = default;
};

/// Reads {"days": ["monday", …], "from": "10:00", "to": "16:00"} over `present`: a member that is left out stays, and
/// null does not narrow. Refuses, under `field` and its members, any other value, no day at all, and from and to that
/// are the same.
std::optional<Within> read_within(Validation& validation, std::string_view field, const nlohmann::json& value,
                                  const Within& present = {});

/// The same for JSON as text.
std::optional<Within> read_within(Validation& validation, std::string_view field, const std::string& text);

/// Reads what json_of() has written. Errors: 22023 for any other text.
Within parse_within(const std::string& text);

/// All three members, the days in the order of the week.
std::string json_of(const Within& within);

void append_json(std::string& to, const Within& within);

/// The same stretches as weekly hours.
Hours hours_of(const Within& within);

/// Refuses, under `within`, hours of which no stretch is as long as an event of this length.
void check_holds(Validation& validation, const Within& within, Seconds length);

// Lists of calendars of which an event needs some, beside those that it needs all of (rule 2.18).

/// How a list chooses: the candidates in the order written, or those with the least time booked.
enum class Choose { first, least_busy };

/// The period in which least_busy counts the time booked, on the candidate's own clock. A week begins on Monday.
enum class Per { day, week, month };

/// One list.
struct OneOf {
  static constexpr std::size_t kMostLists = 4;
  static constexpr std::size_t kMostCandidates = 100;
  static constexpr int kMostWeight = 1'000;

  std::vector<std::string> calendars;  ///< the candidates, each once
  int count = 1;                       ///< how many of them the event needs
  Choose choose = Choose::first;
  std::vector<int> weights{};  ///< 1 to kMostWeight each, in the order of `calendars`; empty: all 1
  Per per = Per::week;
  bool same = false;                  ///< all occurrences of a series have the same
  std::vector<std::string> chosen{};  ///< the candidates that the event has; empty: none yet

  int weight(std::size_t candidate) const { return weights.empty() ? 1 : weights.at(candidate); }
  friend bool operator==(const OneOf&, const OneOf&) = default;
};

using Lists = std::vector<OneOf>;

/// Reads an array of 1 to kMostLists objects. Refuses, under `field`[i] and its members, values of another kind or out
/// of their range, a name that stands twice in all of the lists, a count above the number of candidates, and a number
/// of weights or of chosen calendars that is not that of the candidates or the count.
std::optional<Lists> read_lists(Validation& validation, std::string_view field, const nlohmann::json& value);

/// The same for JSON as text.
std::optional<Lists> read_lists(Validation& validation, std::string_view field, const std::string& text);

/// Refuses the candidates that are not known, each under its own field.
void check_candidates(Validation& validation, const Lists& lists,
                      const std::function<bool(const std::string&)>& is_known);

/// Reads what json_of() has written. Errors: 22023 for any other text.
Lists parse_lists(const std::string& text);

/// All members of each list.
std::string json_of(const Lists& lists);

void append_json(std::string& to, const OneOf& list);

/// Refuses candidates of the first list that are in other zones than its first, for an event without named calendars,
/// whose clock could be read. `zone_of` gives the zone of a candidate.
void check_zones(Validation& validation, const Lists& lists,
                 const std::function<std::string(const std::string&)>& zone_of);

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
  /// The names of those that it needs all of, then of those chosen from its lists, or of all candidates.
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
  /// Whether the event is held, or waits and was not confirmed before. A waiting event with a deadline was.
  bool is_unconfirmed() const { return status == Status::held || (status == Status::waiting && !expires_at); }
  /// Whether the event counts among those that the principal holds (rule 13.14): its hold has not ended, or it waits
  /// for a place to hold.
  bool is_held_by(const std::string& principal, Instant now) const {
    return is_unconfirmed() && !is_due(now) && held_by == principal;
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

// Which calendars an event needs, and from which it may choose.
//
// An event that has its place is on the calendars that were chosen from its lists, as on those that its request names.
// An event without a place is on all candidates, since any of them may give it one. So the calendars of a list that an
// event is on are those from which it may still choose.

/// The candidates of all lists of the event, in their order.
std::vector<std::string> candidates_of(const Event& event);

/// The calendars that the event needs all of.
std::vector<std::string> named_of(const Event& event);

/// Puts the event on its named calendars and on all candidates; an occurrence of a series keeps what was chosen of a
/// list that is `same`.
void widen(Event& event);

/// Whether the event is on more candidates of a list than it needs, so that it has yet to choose.
bool has_choice(const Event& event);

/// The candidates of `list` that the event is on, in the order of the list.
std::vector<std::string> pool_of(const Event& event, const OneOf& list);

/// What a search for the event's time needs: all calendars of `all`, and `count` of the candidates of each of `some`.
struct Needs {
  struct Some {
    std::vector<std::string> candidates;
    std::size_t count;
    friend bool operator==(const Some&, const Some&) = default;
  };
  std::vector<std::string> all;
  std::vector<Some> some{};
  friend bool operator==(const Needs&, const Needs&) = default;
};

/// The needs of the event, as far as it has yet to choose.
Needs needs_of(const Event& event);

/// Writes into the lists of the event which candidates it is on; none where it has yet to choose.
void tell_chosen(Event& event);

}  // namespace jb
