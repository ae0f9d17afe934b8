// SPDX-License-Identifier: PostgreSQL
//
// A poll: when could we meet? Its frame, and the schedules that its participants leave. What it recommends is
// poll_ranking's affair.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../event/settings.hpp"
#include "../free/hours.hpp"
#include "../values/time.hpp"
#include "../values/validation.hpp"

namespace jb {

/// A frame is as long as the longest event at most, so that a poll of days stays one of some hundred days.
inline constexpr Seconds kLongestFrame = 366 * kDay;
inline constexpr std::size_t kMostIntervals = 1'000;  ///< of one schedule
/// Of a poll, since it is read as a whole; and of those who came uninvited, whom nothing keeps from coming under many
/// names: what they leave free is for those who were asked.
inline constexpr std::int64_t kMostParticipants = 10'000;
inline constexpr std::int64_t kMostUninvited = 5'000;
inline constexpr std::int64_t kMostIntervalsOfPoll = 100'000;
inline constexpr std::int64_t kMostIntervalsOfUninvited = 50'000;

/// A poll's settings as a value, in the ranges that check_poll lets through.
struct Poll {
  std::string title;
  Span frame;                       ///< recommendations lie within; at most kLongestFrame
  Seconds duration{0};              ///< of the event that it is about
  DaySpan daily{Seconds{0}, kDay};  ///< wall clock, on each day of the frame
  std::shared_ptr<const Zone> zone;
};

/// What a call says about a new poll; its reader has judged the duration by itself.
struct PollFields {
  std::optional<std::string> title;
  std::optional<Instant> from;
  std::optional<Instant> to;
  std::optional<Seconds> duration;
  std::optional<Seconds> daily_from;  ///< none: midnight
  std::optional<Seconds> daily_to;    ///< none: 24:00
  std::optional<std::string> time_zone;
  std::optional<std::vector<std::string>> calendars;
  bool is_public = false;
};

/// What SQL calls the ends of the frame differs from what JSON does.
struct PollFieldNames {
  std::string_view from = "from";
  std::string_view to = "to";
};

/// Refuses what is missing, out of its range or contradictory.
void check_poll(Validation& validation, const PollFields& fields, const PollFieldNames& names = {});

/// The poll that checked fields make, in its zone.
Poll make_poll(const PollFields& fields, std::shared_ptr<const Zone> zone);

/// Refuses under "duration" a poll in whose frame and daily hours no event of this duration fits.
void check_room(Validation& validation, const Poll& poll);

/// When the event may take place: the frame within the daily hours, sorted, joined across midnight where they adjoin.
/// On the day of a clock change a day of hours is an hour longer or shorter. Cost: linear in the days of the frame.
std::vector<Span> open_time(const Poll& poll);

/// What a participant has said. Sorted, neither overlapping nor touching.
struct Schedule {
  std::vector<Span> yes;
  std::vector<Span> if_need_be;  ///< nothing of `yes` in it

  std::int64_t intervals() const { return static_cast<std::int64_t>(yes.size() + if_need_be.size()); }
};

/// The intervals as a schedule: joined where they overlap or touch, and where both lie `yes` wins.
Schedule make_schedule(std::vector<Span> yes, std::vector<Span> if_need_be);

/// Who takes part in a poll, and what these have left.
struct PollCounts {
  std::int64_t participants = 0;
  std::int64_t answers = 0;
  std::int64_t uninvited = 0;
  std::int64_t intervals = 0;
  std::int64_t uninvited_intervals = 0;

  friend PollCounts operator+(const PollCounts& a, const PollCounts& b);
  friend PollCounts operator-(const PollCounts& a, const PollCounts& b);
};

/// One participant's part of them; without `intervals` there is no schedule.
PollCounts counts_of(bool is_invited, std::optional<std::int64_t> intervals);

/// Throws 22023 under `field` where the poll has no place for one more participant of this name.
void check_place(std::string_view field, std::string_view name, const PollCounts& counts, bool is_invited);

/// Throws 22023 under "schedule" for one that the poll has no room for besides the others; one without intervals needs
/// none.
void check_intervals(const Schedule& schedule, const PollCounts& others, bool is_invited);

/// Refuses under `field` a name that is blank or longer than an attendee's: 200 characters.
void check_participant(Validation& validation, std::string_view field, std::string_view name);

Failure no_such_poll(std::optional<std::int64_t> id);                                ///< P0002
Failure no_such_participant(std::int64_t poll, std::string_view name);               ///< P0002: not invited
Failure no_schedule(std::int64_t poll, std::string_view name);                       ///< P0002: there, without answer
Failure poll_closed(std::int64_t poll);                                              ///< 55000
Failure nothing_to_book(std::int64_t poll);                                          ///< 55000: nobody is free
Failure organisers_token_wanted(std::int64_t poll);                                  ///< 42501
Failure participants_token_wanted(std::int64_t poll, std::string_view participant);  ///< 42501

}  // namespace jb
