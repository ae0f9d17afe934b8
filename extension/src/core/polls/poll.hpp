// SPDX-License-Identifier: PostgreSQL
//
// Polls: their frame, the schedules that participants leave, and both in JSON.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../event/calendar.hpp"
#include "../free/hours.hpp"
#include "../values/input.hpp"
#include "../values/time.hpp"

namespace jb {

// A poll asks when people could meet: its frame, and the schedules that its participants leave (rules 9.1 to 9.4 and
// 9.8). poll_ranking works out what the poll recommends.

/// A frame is at most as long as the longest event, so that a poll covers a few hundred days at most.
inline constexpr Seconds kLongestFrame = 366 * kDay;
inline constexpr std::size_t kMostIntervals = 1'000;  ///< of one schedule
/// Of one schedule of a guest; otherwise a few strangers could fill all the room left to guests.
inline constexpr std::int64_t kMostIntervalsOfGuest = 100;
/// Limits of one poll, since a poll is read as a whole. Uninvited participants have lower limits, since a guest may
/// come under many names, and the remaining places are for invited participants.
inline constexpr std::int64_t kMostParticipants = 10'000;
inline constexpr std::int64_t kMostUninvited = 5'000;
inline constexpr std::int64_t kMostIntervalsOfPoll = 100'000;
inline constexpr std::int64_t kMostIntervalsOfUninvited = 50'000;

/// A poll's settings as a value, in the ranges that check_poll accepts.
struct Poll {
  std::string title;
  Span frame;                       ///< recommendations lie within; at most kLongestFrame
  Seconds duration{0};              ///< of the event in question
  DaySpan daily{Seconds{0}, kDay};  ///< wall clock, on each day of the frame
  std::shared_ptr<const Zone> zone;
};

/// What a call says about a new poll. The reader of the call has already checked the duration.
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
  bool shows_answers = false;
};

/// The names of the frame's ends, which differ between SQL and JSON.
struct PollFieldNames {
  std::string_view from = "from";
  std::string_view to = "to";
};

/// Refuses fields that are missing, out of range, or contradictory.
void check_poll(Validation& validation, const PollFields& fields, const PollFieldNames& names = {});

/// The poll that checked fields make, in its zone.
Poll make_poll(const PollFields& fields, std::shared_ptr<const Zone> zone);

/// Refuses under "duration" a poll whose duration does not fit into its frame and daily hours.
void check_room(Validation& validation, const Poll& poll);

/// When the event may take place: the frame within the daily hours, sorted, and joined across midnight where they
/// adjoin. On the day of a clock change the hours of a day may be an hour longer or shorter. Cost: linear in the days
/// of the frame.
std::vector<Span> open_time(const Poll& poll);

/// The intervals in which a participant is free. Each list is sorted; its intervals neither overlap nor touch.
struct PollSchedule {
  std::vector<Span> yes;
  std::vector<Span> if_need_be;  ///< does not overlap `yes`

  std::int64_t intervals() const { return static_cast<std::int64_t>(yes.size() + if_need_be.size()); }
};

/// The intervals as a schedule: intervals that overlap or touch are joined; where `yes` and `if_need_be` overlap, `yes`
/// wins (rule 9.4).
PollSchedule make_schedule(std::vector<Span> yes, std::vector<Span> if_need_be);

/// Refuses an uninvited participant's schedule without intervals, since a guest who never has time takes no part (rule
/// 9.16), and one with more than kMostIntervalsOfGuest (rule 9.8). Errors: 22023.
void check_guests_schedule(const PollSchedule& schedule);

/// How many participants, schedules and intervals a poll has.
struct PollCounts {
  std::int64_t participants = 0;
  std::int64_t answers = 0;
  std::int64_t uninvited = 0;
  std::int64_t intervals = 0;
  std::int64_t uninvited_intervals = 0;

  friend PollCounts operator+(const PollCounts& a, const PollCounts& b);
  friend PollCounts operator-(const PollCounts& a, const PollCounts& b);
};

/// One participant's part of the counts; without `intervals` the participant has left no schedule.
PollCounts counts_of(bool is_invited, std::optional<std::int64_t> intervals);

/// Throws 22023 under `field` where the poll has no place for one more participant of this name.
void check_place(std::string_view field, std::string_view name, const PollCounts& counts, bool is_invited);

/// Throws 22023 under "schedule" where the poll has no room for this schedule beside the others. A schedule without
/// intervals needs no room.
void check_intervals(const PollSchedule& schedule, const PollCounts& others, bool is_invited);

/// Refuses under `field` a name that is blank or longer than an attendee's: 200 characters.
void check_participant(Validation& validation, std::string_view field, std::string_view name);

Failure no_such_poll(std::optional<std::int64_t> id);                                ///< P0002
Failure no_such_participant(std::int64_t poll, std::string_view name);               ///< P0002: not invited
Failure no_schedule(std::int64_t poll, std::string_view name);                       ///< P0002: has not answered
Failure poll_closed(std::int64_t poll, bool is_organiser);                           ///< 55000: for whom the hint is
Failure nothing_to_book(std::int64_t poll);                                          ///< 55000: nobody is free
Failure organisers_token_wanted(std::int64_t poll);                                  ///< 42501
Failure calendars_are_gone(std::int64_t poll);                                       ///< 55000: they were deleted
Failure maker_is_gone(std::int64_t poll);                                            ///< 42501: by token
Failure maker_has_lost(std::int64_t poll, std::string_view calendar);                ///< 42501: by token
Failure participants_token_wanted(std::int64_t poll, std::string_view participant);  ///< 42501
Failure link_wanted(std::int64_t poll);                                              ///< 42501: to see the poll

// Polls and schedules from JSON.

/// A poll as POST /polls takes it: each member is read, and the whole is checked. Errors: 22P02 as parse_json; 22023
/// for JSON that is no object.
PollFields read_poll(Validation& validation, const std::string& text, const IntervalReader& intervals);

/// A schedule, [{"start", "end", "preference"}]. The preference is "yes" or "if_need_be"; left out, it is "yes". At
/// most kMostIntervals; an empty list says that no time suits. An interval that is empty, reversed or not wholly within
/// the frame is refused under schedule[i]; messages show the frame in the poll's zone. Errors: 22P02.
PollSchedule read_schedule(Validation& validation, const std::string& text, const Poll& poll);

}  // namespace jb
