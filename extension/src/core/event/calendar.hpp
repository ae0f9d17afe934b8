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

/// A calendar's settings as a value. The ranges are those that read_settings lets through.
///
/// An id of 0 stands for `ceo` before its first booking, as reading sees it: with a new calendar's settings, and free
/// throughout, since no claim names a calendar 0. Store::lock never gives one: it makes the row.
struct Calendar {
  int id = 0;  ///< from 1; 0 as above
  std::string name;
  std::string time_zone;  ///< the name of the IANA zone whose rules stand in the pattern
  std::shared_ptr<const Pattern>
      pattern;                  ///< its hours, increment, buffers and zone; set in every calendar that was read
  Seconds min_notice{0};        ///< 0 to 366 days: an automatic event starts no sooner after now
  Seconds horizon{366 * kDay};  ///< 1 s to 3,660 days: it ends no later after now
  Seconds settled_within{0};    ///< 0 to 366 days: one that starts sooner after now is not displaced any more
  std::optional<int> max_events_per_day;  ///< from 1: as many events starting on a day make it full; none: no limit
  bool check_attendees = false;           ///< attendees that name a calendar are claimed too
  std::optional<Seconds> confirm_within;  ///< 1 s to 366 days: events start held, for so long; none: they do not
  Seconds default_duration{1800};         ///< 1 s to 366 days: for a wish without a duration
  int watched = 0;                        ///< events on it that are held or wait: a writer has to look at them
  bool strict = false;                    ///< hours, increment, notice and horizon bind fixed events too

  const Grid& grid() const { return pattern->grid(); }

  /// The rules of time_zone, as long as this calendar lives.
  const Zone& zone() const { return *grid().zone; }
};

/// The calendar of the first seed, made by its first booking.
inline constexpr std::string_view kCeo = "ceo";

/// An event claims no more calendars, and nobody asks for more at once.
inline constexpr std::size_t kMostCalendars = 100;

/// 1 to 200 of A-Za-z0-9._:@+-
bool is_calendar_name(std::string_view name);

/// Refuses in `calendars` less than one and more than kMostCalendars, what is no name, and one that is named twice.
void check_calendar_names(Validation& validation, const std::vector<std::string>& names);

/// A request names a calendar that does not exist: 22023 under `argument`.
void refuse_unknown_calendar(Validation& validation, std::string_view argument, std::string_view name);
Failure unknown_calendar(std::string_view argument, std::string_view name);

/// A call is about a calendar that does not exist: P0002.
Failure no_such_calendar(std::string_view name);

}  // namespace jb
