// SPDX-License-Identifier: PostgreSQL
//
// A calendar's settings as the rules of placing read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../free/pattern.hpp"
#include "../values/failure.hpp"

namespace jb {

class Validation;

/// A calendar's settings as a value. read_settings checks their ranges (rule 2.8.2).
///
/// The id 0 stands for `ceo` before its first booking, as reading sees it (rule 1.3): with the settings of a new
/// calendar, and without claims, since no claim names a calendar 0. Store::lock makes the row of `ceo`, and so never
/// gives the id 0.
struct Calendar {
  int id = 0;  ///< from 1; 0: `ceo` before its first booking
  std::string name;
  std::string time_zone;                   ///< the name of the IANA zone whose rules stand in the pattern
  std::shared_ptr<const Pattern> pattern;  ///< hours, increment, buffers and zone; set in every calendar that was read
  Seconds min_notice{0};                   ///< 0 to 366 days: an automatic event starts no sooner after now
  Seconds horizon{366 * kDay};             ///< 1 s to 3,660 days: an automatic event ends no later after now
  Seconds settled_within{0};  ///< 0 to 366 days: an automatic event that starts sooner after now is not displaced
  std::optional<int> max_events_per_day;  ///< from 1: so many events that begin on a day make it full; none: no limit
  bool check_attendees = false;           ///< an event also claims its attendees' calendars (rule 2.7.2)
  std::optional<Seconds> confirm_within;  ///< 1 s to 366 days: events begin held for so long; none: they are not held
  Seconds default_duration{1800};         ///< 1 s to 366 days: for a wish without a duration
  int watched = 0;                        ///< how many events on the calendar are held or wait; writers look at these
  bool strict = false;                    ///< hours, increment, notice and horizon bind fixed events too

  const Grid& grid() const { return pattern->grid(); }

  /// The rules of time_zone, as long as this calendar lives.
  const Zone& zone() const { return *grid().zone; }
};

/// The calendar of the first seed, made by its first booking (rule 1.3).
inline constexpr std::string_view kCeo = "ceo";

/// How the calendars of coaches, clients (rule 10.3) and providers (rule 11.1) begin; the rest is the person's id.
inline constexpr std::string_view kCoach = "coach:";
inline constexpr std::string_view kClient = "client:";
inline constexpr std::string_view kProvider = "provider:";

/// The name as a new calendar gets it: the words above in small letters, whatever was typed (rule 1.6). So what is
/// stored begins with them, or does not, to the letter.
std::string own_words(std::string name);

/// The most calendars that an event may name, and that a call may ask for at once.
inline constexpr std::size_t kMostCalendars = 100;

/// Rule 1.2.
bool is_calendar_name(std::string_view name);
inline constexpr std::string_view kNoCalendarName =
    "a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics";

/// Refuses, under `time_zone`, a zone that the event's first calendar does not have (rule 5.22).
void refuse_zone(Validation& validation, std::string_view given, const std::string& of_first);

/// Refuses, under `calendars`, an empty list, more than kMostCalendars names, what is no name, and a name given twice,
/// in whatever case.
void check_calendar_names(Validation& validation, const std::vector<std::string>& names);

/// Refuses a request that names a calendar that does not exist, under `argument` (rule 2.7.3): 22023.
void refuse_unknown_calendar(Validation& validation, std::string_view argument, std::string_view name);
Failure unknown_calendar(std::string_view argument, std::string_view name);

/// The error of a call about a calendar that does not exist: P0002.
Failure no_such_calendar(std::string_view name);

}  // namespace jb
