// SPDX-License-Identifier: PostgreSQL
//
// A calendar: its settings, what it grants to whom, and both in JSON.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../free/hours.hpp"
#include "../values/input.hpp"
#include "../values/time.hpp"

namespace jb {

// The rights on a calendar, and the grantees that have them (rules 13.1 and 13.2).

/// busy: when the calendar is taken. read: its events. propose: to hold events that a booker confirms. book: to place,
/// change and cancel events. manage: everything.
enum class Right : unsigned { busy = 1, read = 2, book = 4, manage = 8, propose = 16 };

/// A set of rights. Every right includes busy, and manage includes all. book does not include read: to book, a caller
/// need not see what is booked already.
class Rights {
 public:
  static Rights none() { return Rights(); }
  static Rights all() { return Rights().with(Right::manage); }

  bool any() const { return bits_ != 0; }
  bool has(Right right) const { return (bits_ & static_cast<unsigned>(right)) != 0; }
  /// Whether events may be placed, if only as proposals.
  bool may_place() const { return has(Right::book) || has(Right::propose); }
  /// When the caller's last grant ended; none if the caller has a right, or never had one.
  std::optional<Instant> ended_at() const { return ended_at_; }
  void end_at(Instant at) { ended_at_ = at; }
  Rights with(Right right) const;
  Rights with(Rights others) const { return Rights(bits_ | others.bits_); }
  Rights in_common(Rights others) const { return Rights(bits_ & others.bits_); }
  friend bool operator==(Rights, Rights) = default;

 private:
  Rights() = default;
  explicit Rights(unsigned bits) : bits_(bits) {}
  unsigned bits_ = 0;
  std::optional<Instant> ended_at_{};
};

// The bounds of a grant (rule 13.14).

/// What a grant leaves out of its rights. Defaults bound nothing.
struct Bounds {
  std::optional<int> max_priority{};  ///< 0 to 100: the highest priority of an event
  std::optional<bool> may_preempt{};  ///< false: events do not pre-empt others
  std::optional<bool> may_move{};     ///< false: no event has to move for these, so they do not pre-empt either
  std::optional<int> max_held{};      ///< 0 to 1,000,000: how many events the caller may hold at a time
  std::optional<Instant> until{};     ///< the grant gives nothing from here on

  bool lets_preempt() const { return may_preempt.value_or(true) && lets_move(); }
  bool lets_move() const { return may_move.value_or(true); }
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// The names of the bounds, in this order in SQL and JSON.
inline constexpr std::array<std::string_view, 5> kBounds{"max_priority", "may_preempt", "may_move", "max_held",
                                                         "until"};

/// A grant as far as it lets a caller place events.
struct Power {
  bool only_proposes = false;
  Bounds bounds{};
};

/// What a call asks of the grants on a calendar.
struct Demand {
  std::optional<int> priority{};  ///< that it gives an event; none: it changes none
  bool preempts = false;
  std::size_t holds = 0;  ///< how many events it adds to those held
  bool books = false;     ///< a proposal is not enough
};

/// What the grants on a calendar make of an event that is placed there.
struct Permit {
  bool is_proposal = false;   ///< only its proposal is granted
  bool stands_aside = false;  ///< no other event may move for it
};

/// The highest priority that one of the powers lets a booking have or, if none lets the caller book, a proposal.
int highest_priority(const std::vector<Power>& powers);

/// What the powers permit (rule 13.14): all that is asked must be permitted by one of them. `held`: how many events the
/// caller holds on the calendar; asked for only if a bound needs it. Errors: 42501, with the bound in its facts.
Permit permitted(std::string_view calendar, const std::vector<Power>& powers, const Demand& demand,
                 const std::function<std::size_t()>& held);

/// The error for a caller whose grant has ended.
Failure grant_has_ended(std::string_view calendar, Instant at);

/// A principal, or all who have the privileges of a database role.
struct Grantee {
  bool is_role = false;
  std::string name;
};

/// One line of a list of grants.
struct Grant {
  std::string grantee;
  std::vector<std::string> rights{};  ///< from least to most, each once
  Bounds bounds{};
  std::vector<std::string_view> named{};  ///< of kBounds, those that the line gives, null included
};

/// Refuses, under `prefix` and the bound's name, a bound out of its range, and one that contradicts the rights or
/// another bound.
void check_bounds(Validation& validation, const std::string& prefix, const std::vector<std::string>& rights,
                  const Bounds& bounds);

/// The bounds of the line, with those that it does not give as they are at present.
Bounds with_unnamed(const Grant& grant, const Bounds& present);

std::string_view name_of(Right right);
/// The words of these rights, the weakest first.
std::vector<std::string> words_of(Rights rights);
std::optional<Right> right_from(std::string_view word);

/// The hint for a caller who lacks this right: whom to ask for it.
std::string right_hint(Right right);

/// The error for a caller who has some rights on the calendar, but not this one. For a caller without any, the calendar
/// does not exist.
Failure right_wanted(std::string_view calendar, Right right);

/// A grantee, principal:NAME or role:NAME. Any other text is refused under `field`.
std::optional<Grantee> read_grantee(Validation& validation, std::string_view field, const std::string& text);

/// A right's word. Any other word is refused under `field`.
std::optional<Right> read_right(Validation& validation, std::string_view field, const std::string& word);

/// The words from least to most, each once.
std::vector<std::string> rights_in_order(const std::vector<std::string>& words);

/// The most grantees that a calendar may have.
inline constexpr std::size_t kMostGrantees = 1'000;

/// A JSON list of {"grantee", "rights"} with bounds: at most 1,000 grantees, each once, with at least `fewest` rights.
/// Unreadable items are refused under grants[index]. Bounds are not checked yet (check_bounds).
std::vector<Grant> read_grants(Validation& validation, const std::string& text, std::size_t fewest = 1);

// A calendar's settings as the placing rules read them.

class Validation;

/// A calendar's settings as a value. read_settings checks their ranges (rule 2.8.2).
///
/// Id 0 is `ceo` before its first booking, as readers see it (rule 1.3): with the settings of a new calendar, and
/// without claims, since no claim names calendar 0. A store that writes creates the row of `ceo`, and never loads id 0.
struct Calendar {
  int id = 0;  ///< from 1; 0: `ceo` before its first booking
  std::string name;
  std::string time_zone;                   ///< the name of the IANA zone of the pattern
  std::shared_ptr<const Pattern> pattern;  ///< hours, increment, buffers and zone; set in every calendar read
  Seconds min_notice{0};                   ///< 0 to 366 days: least time from now to the start of an automatic event
  Seconds horizon{366 * kDay};             ///< 1 s to 3,660 days: most time from now to the end of an automatic event
  Seconds settled_within{0};  ///< 0 to 366 days: an automatic event that starts within this time is not displaced
  std::optional<int> max_events_per_day;  ///< from 1: a day on which this many events begin is full; none: no limit
  bool check_attendees = false;           ///< an event also claims its attendees' calendars (rule 2.7.2)
  std::optional<Seconds> confirm_within;  ///< 1 s to 366 days: new events are held this long; none: they are not held
  Seconds default_duration{1800};         ///< 1 s to 366 days: for a wish without a duration
  int watched = 0;                        ///< the number of held or waiting events on the calendar; writers check these
  bool strict = false;                    ///< hours, increment, notice and horizon apply to fixed events too
  std::optional<Instant> source_as_of{};  ///< when it last heard from the source that it mirrors; none: never
  std::optional<Seconds> max_source_age{};  ///< 1 s to 366 days: how long its news counts; none: for ever

  const Grid& grid() const { return pattern->grid(); }

  /// The rules of time_zone; valid for the lifetime of this calendar.
  const Zone& zone() const { return *grid().zone; }

  /// Whether it has not heard from its source for longer than max_source_age (rule 2.6.15).
  bool has_stale_source(Instant now) const {
    return max_source_age && (!source_as_of || *source_as_of + *max_source_age < now);
  }
};

/// The calendar of the first seed, made by its first booking (rule 1.3).
inline constexpr std::string_view kCeo = "ceo";

/// The prefixes of the calendars of coaches, clients (rule 10.3) and providers (rule 11.1); the rest is the person's
/// id.
inline constexpr std::string_view kCoach = "coach:";
inline constexpr std::string_view kClient = "client:";
inline constexpr std::string_view kProvider = "provider:";

/// The name for a new calendar: the words above in lower case, however they were typed (rule 1.6), so that stored names
/// can be compared with them exactly.
std::string own_words(std::string name);

/// The most calendars that an event may name, or a call ask for at once.
inline constexpr std::size_t kMostCalendars = 100;

/// Rule 1.2.
bool is_calendar_name(std::string_view name);
inline constexpr std::string_view kNoCalendarName =
    "a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics";

/// Refuses, under `time_zone`, a zone other than that of the event's first calendar (rule 5.22).
void refuse_zone(Validation& validation, std::string_view given, const std::string& of_first);

/// Refuses, under `calendars`, an empty list, more than kMostCalendars names, an invalid name, and a name given twice,
/// in any case.
void check_calendar_names(Validation& validation, const std::vector<std::string>& names);

/// Refuses a request that names a calendar that does not exist, under `argument` (rule 2.7.3): 22023.
void refuse_unknown_calendar(Validation& validation, std::string_view argument, std::string_view name);
Failure unknown_calendar(std::string_view argument, std::string_view name);

/// The error of a call about a calendar that does not exist: P0002.
Failure no_such_calendar(std::string_view name);

// A calendar's settings from JSON.

/// The value of `slots_from` for an increment that is counted from the start of each span; the other value is
/// `midnight`.
inline constexpr std::string_view kFromOpening = "opening";

/// Finds a zone of the database. Result: the zone's name as the database spells it; nullopt when there is no such
/// zone.
using ZoneNames = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads and checks the settings of the calendar `name` (rules 2.8.2 and 2.8.10). A member "name" is accepted if its
/// value is `name`. Result: a JSON object of the named settings in their stored form: lengths in whole seconds, the
/// zone as the database spells it, hours with all seven days, null where the default is to be restored.
std::string read_settings(Validation& validation, const std::string& name, const std::string& text,
                          const IntervalReader& intervals, const ZoneNames& zones);

/// Reads the spans of one date, [{"start": "09:00", "end": "12:00"}]: at most 288; an empty list closes the day; a
/// span may end at 24:00 (rule 2.8.7). Result: the spans, sorted, and joined where they overlap or touch. Unreadable
/// spans are refused under spans[index].
DaySpans read_spans(Validation& validation, const std::string& text);

/// Reads the spans of one date as an object of starts and ends, {"09:00": "12:00"}. Spans that overlap are refused
/// under slots.start (rule 11.3); spans that touch are joined.
DaySpans read_slots(Validation& validation, const std::string& text);

/// Writes the spans in the form that read_spans reads and the database stores, with seconds.
std::string spans_json(const DaySpans& spans);

/// Reads hours in the form that read_settings gives, {"monday": [{"start": "08:00:00", "end": "12:00:00"}], …}. A day
/// that is left out has no hours. Errors: 22023.
Hours parse_hours(const std::string& text);

}  // namespace jb
