// SPDX-License-Identifier: PostgreSQL
#include "poll.hpp"

#include <algorithm>

#include "../values/json.hpp"

namespace jb {

namespace {

constexpr std::size_t kTitleLength = 500;
constexpr std::size_t kParticipantLength = 200;

std::string named(std::int64_t poll) { return "poll " + std::to_string(poll); }

void check_title(Validation& validation, const std::optional<std::string>& title) {
  if (!title) {
    if (!validation.has_refused("title")) validation.refuse("title", "", "it is required");
    return;
  }
  if (characters(*title) > kTitleLength) validation.refuse("title", *title, "it must be at most 500 characters long");
  if (!has_visible(*title))
    validation.refuse("title", *title, fault_of_unseen(*title));
  else if (has_control(*title))
    validation.refuse("title", *title, kControl);
}

void check_end(Validation& validation, std::string_view name, const std::optional<Instant>& instant) {
  if (!instant) {
    if (!validation.has_refused(name)) validation.refuse(name, "", "it is required");
  } else if (*instant < kRepresentable.start || kRepresentable.end <= *instant) {
    validation.refuse(name, format_utc(*instant), "it must lie in the years 0001 to 9999");
  }
}

void check_frame(Validation& validation, const PollFields& fields, const PollFieldNames& names) {
  check_end(validation, names.from, fields.from);
  check_end(validation, names.to, fields.to);
  if (!fields.from || !fields.to || validation.has_refused(names.from) || validation.has_refused(names.to)) return;
  if (*fields.to <= *fields.from)
    validation.refuse(names.to, format_utc(*fields.to), "it must be after " + std::string(names.from));
  else if (*fields.to - *fields.from > kLongestFrame)
    validation.refuse(names.to, format_utc(*fields.to), "the frame must be at most 366 days long");
}

void check_daily(Validation& validation, const PollFields& fields) {
  const auto from = fields.daily_from.value_or(Seconds{0});
  const auto to = fields.daily_to.value_or(kDay);
  if (to <= from) validation.refuse("daily_to", format_time_of_day(to), "it must be after daily_from");
}

}  // namespace

void check_poll(Validation& validation, const PollFields& fields, const PollFieldNames& names) {
  check_title(validation, fields.title);
  check_frame(validation, fields, names);
  if (!fields.duration && !validation.has_refused("duration")) validation.refuse("duration", "", "it is required");
  check_daily(validation, fields);
  if (fields.calendars) check_calendar_names(validation, *fields.calendars);
}

Poll make_poll(const PollFields& fields, std::shared_ptr<const Zone> zone) {
  const DaySpan daily{fields.daily_from.value_or(Seconds{0}), fields.daily_to.value_or(kDay)};
  return {*fields.title, {*fields.from, *fields.to}, *fields.duration, daily, std::move(zone)};
}

void check_room(Validation& validation, const Poll& poll) {
  const auto open = open_time(poll);
  const auto has_room = [&](const Span& span) { return span.length() >= poll.duration; };
  if (std::any_of(open.begin(), open.end(), has_room)) return;
  const bool fits_frame = poll.duration <= poll.frame.length();
  validation.refuse("duration", format_duration(poll.duration),
                    fits_frame ? "nothing so long fits into the daily hours of the frame"
                               : "it must not be longer than the frame, " + format_duration(poll.frame.length()));
}

std::vector<Span> open_time(const Poll& poll) {
  Hours hours;
  hours.week.fill({poll.daily});
  return open_spans(hours, *poll.zone, poll.frame);
}

PollSchedule make_schedule(std::vector<Span> yes, std::vector<Span> if_need_be) {
  join_adjoining(yes);
  join_adjoining(if_need_be);
  auto rest = subtract(if_need_be, yes);
  return {std::move(yes), std::move(rest)};
}

PollCounts operator+(const PollCounts& a, const PollCounts& b) {
  return {a.participants + b.participants, a.answers + b.answers, a.uninvited + b.uninvited, a.intervals + b.intervals,
          a.uninvited_intervals + b.uninvited_intervals};
}

PollCounts operator-(const PollCounts& a, const PollCounts& b) {
  return {a.participants - b.participants, a.answers - b.answers, a.uninvited - b.uninvited, a.intervals - b.intervals,
          a.uninvited_intervals - b.uninvited_intervals};
}

PollCounts counts_of(bool is_invited, std::optional<std::int64_t> intervals) {
  const auto count = intervals.value_or(0);
  return {1, intervals ? 1 : 0, is_invited ? 0 : 1, count, is_invited ? 0 : count};
}

void check_place(std::string_view field, std::string_view name, const PollCounts& counts, bool is_invited) {
  const auto check = [&](std::int64_t most, std::int64_t taken, std::string_view whom) {
    if (taken < most) return;
    throw invalid(field, name, "the poll has " + std::to_string(taken) + std::string(whom) + " already", {},
                  "Who was not invited makes room by withdrawing; half of all places are for those whom the organiser "
                  "invites.");
  };
  check(kMostParticipants, counts.participants, " participants");
  if (!is_invited) check(kMostUninvited, counts.uninvited, " participants who were not invited");
}

void check_intervals(const PollSchedule& schedule, const PollCounts& others, bool is_invited) {
  const auto count = schedule.intervals();
  const auto check = [&](std::int64_t most, std::int64_t taken, const std::string& whose) {
    if (count == 0 || count + taken <= most) return;
    throw invalid("schedule", std::to_string(count) + " intervals",
                  whose + " together hold at most " + std::to_string(most) + ", and there is room for " +
                      std::to_string(most - std::min(most, taken)),
                  {}, "Leave fewer and longer intervals, or ask the organiser to make room.");
  };
  check(kMostIntervalsOfPoll, others.intervals, "all schedules of a poll");
  if (!is_invited)
    check(kMostIntervalsOfUninvited, others.uninvited_intervals, "the schedules of those who were not invited");
}

void check_guests_schedule(const PollSchedule& schedule) {
  const auto count = schedule.intervals();
  if (count > 0 && count <= kMostIntervalsOfGuest) return;
  if (count == 0)
    throw invalid("schedule", "[]", "who was not invited leaves at least one interval", {},
                  "Name a time that suits, or withdraw the answer that was left.");
  throw invalid("schedule", std::to_string(count) + " intervals",
                "who was not invited leaves at most " + std::to_string(kMostIntervalsOfGuest) + " intervals", {},
                "Leave fewer and longer intervals, or ask the organiser for an invitation.");
}

void check_participant(Validation& validation, std::string_view field, std::string_view name) {
  if (characters(name) > kParticipantLength) validation.refuse(field, name, "it must be 1 to 200 characters long");
  if (!has_visible(name))
    validation.refuse(field, name, fault_of_unseen(name));
  else if (has_invisible(name))
    validation.refuse(field, name, kInvisible);
  const auto path = "/" + std::string(name) + "/";
  const bool has_only_slashes = path.find_first_not_of('/') == path.npos;
  if (has_only_slashes || path.find("/./") != path.npos || path.find("/../") != path.npos)
    validation.refuse(field, name, "no address could hold it");
}

Failure no_such_poll(std::optional<std::int64_t> id) {
  return {Error::not_found, "poll " + (id ? std::to_string(*id) : "NULL") + " does not exist", "",
          "Give the id that the poll's link holds."};
}

Failure no_such_participant(std::int64_t poll, std::string_view name) {
  return {Error::not_found, named(poll) + " has no participant \"" + shorten(name, 200) + "\"", "",
          "Invite the participant first, by jb_poll_invite()."};
}

Failure no_schedule(std::int64_t poll, std::string_view name) {
  return {Error::not_found, named(poll) + " has no schedule of \"" + shorten(name, 200) + "\"", "",
          "There is nothing to withdraw; jb_poll_answer() leaves a schedule."};
}

Failure poll_closed(std::int64_t poll, bool is_organiser) {
  return {Error::invalid_transition, named(poll) + " is closed", "Its event has been booked.",
          is_organiser ? "Read the poll for its event_id; cancelling that event opens the poll again."
                       : "Ask the organiser to cancel that event, which opens the poll again."};
}

Failure nothing_to_book(std::int64_t poll) {
  return {Error::invalid_transition, named(poll) + " recommends nothing that could be booked",
          "No participant is free for the whole event at any time in the frame.",
          "Wait for more schedules, or name a start_timestamp in the frame."};
}

Failure organisers_token_wanted(std::int64_t poll) {
  return {Error::not_allowed, named(poll) + " is open to a secretary, or with its organiser's token only",
          "The token was left out or is another one.",
          "Give the token of the organiser's link, in HTTP as Authorization: Bearer."};
}

Failure calendars_are_gone(std::int64_t poll) {
  return {Error::invalid_transition, named(poll) + " cannot be booked: its calendars were deleted", "",
          "Book by jb_schedule() on calendars that are there."};
}

constexpr const char* kWithoutToken = "Ask somebody with the right book on its calendars, who needs no token.";

Failure maker_is_gone(std::int64_t poll) {
  return {Error::not_allowed, named(poll) + " cannot be booked by its organiser's token",
          "Whoever made the poll is let in no more, or may not book.", kWithoutToken};
}

Failure maker_has_lost(std::int64_t poll, std::string_view calendar) {
  return {Error::not_allowed, named(poll) + " cannot be booked by its organiser's token",
          "Calendar \"" + std::string(calendar) + "\" no longer grants the right to book to whoever made the poll.",
          kWithoutToken};
}

Failure participants_token_wanted(std::int64_t poll, std::string_view participant) {
  return {Error::not_allowed,
          named(poll) + " takes the schedule of \"" + shorten(participant, 200) +
              "\" with that participant's or the organiser's token only",
          "The token was left out or is another one.",
          "Give the token of that participant's link, in HTTP as Authorization: Bearer, or answer under another name."};
}

Failure link_wanted(std::int64_t poll) {
  return {Error::not_allowed, named(poll) + " is open to its participants and its organiser only",
          "The token was left out or is another one.",
          "Give the token of your link, in HTTP as Authorization: Bearer, or ask the organiser for a link."};
}

using nlohmann::json;

namespace {

constexpr const char* kNoSuchField = "there is no such field";

struct Entry {
  std::optional<Instant> start;
  std::optional<Instant> end;
  bool is_yes = true;
};

bool read_preference(Validation& validation, const std::string& field, const json& value) {
  const auto word = read_text(validation, field, value);
  if (word && *word != "yes" && *word != "if_need_be") validation.refuse(field, *word, "it must be yes or if_need_be");
  return word == "yes";
}

Entry read_interval(Validation& validation, const std::string& field, const json& object) {
  Entry interval;
  const auto into = [&](auto& member, auto read) {
    return [&, read](const auto& name, const json& value) { member = read(validation, name, value); };
  };
  const MemberReaders members{{"start", into(interval.start, read_timestamp)},
                              {"end", into(interval.end, read_timestamp)},
                              {"preference", into(interval.is_yes, read_preference)}};
  if (!read_object(validation, field, object, kNoSuchField, members, field + ".",
                   "it must be an object of start, end and preference"))
    return interval;
  for (const auto* name : {"start", "end"}) {
    if (!object.contains(name)) validation.refuse(field + "." + name, "", "it is required");
  }
  return interval;
}

void check_interval(Validation& validation, const std::string& field, const Span& span, const Poll& poll) {
  const auto written = [&](Instant instant) { return format_timestamp(instant, *poll.zone); };
  const auto frame = written(poll.frame.start) + " to " + written(poll.frame.end);
  if (span.empty())
    validation.refuse(field + ".end", written(span.end), "it must be after start");
  else if (span.start < poll.frame.start || poll.frame.end <= span.start)
    validation.refuse(field + ".start", written(span.start), "it must lie in the frame of the poll, " + frame);
  else if (span.end > poll.frame.end)
    validation.refuse(field + ".end", written(span.end), "it must lie in the frame of the poll, " + frame);
}

}  // namespace

PollFields read_poll(Validation& validation, const std::string& text, const IntervalReader& intervals) {
  PollFields fields;
  const auto into = [&](auto& field, auto read) {
    return [&, read](const auto& name, const json& value) {  // null counts as left out
      if (!value.is_null()) field = read(validation, name, value);
    };
  };
  const auto read_length = [&](Validation& refused, std::string_view name, const json& value) {
    return read_duration(refused, name, value, intervals);
  };
  const auto read_flag = [](Validation& refused, std::string_view name, const json& value) {
    return read_bool(refused, name, value).value_or(false);
  };
  const MemberReaders members{{"title", into(fields.title, read_text)},
                              {"from", into(fields.from, read_timestamp)},
                              {"to", into(fields.to, read_timestamp)},
                              {"duration", into(fields.duration, read_length)},
                              {"daily_from", into(fields.daily_from, read_time_of_day)},
                              {"daily_to", into(fields.daily_to, read_end_of_day)},
                              {"time_zone", into(fields.time_zone, read_text)},
                              {"calendars", into(fields.calendars, read_texts)},
                              {"public", into(fields.is_public, read_flag)},
                              {"show_answers", into(fields.shows_answers, read_flag)}};
  if (!read_object(validation, "poll", parse_json(text), kNoSuchField, members)) validation.raise();
  check_poll(validation, fields);
  return fields;
}

PollSchedule read_schedule(Validation& validation, const std::string& text, const Poll& poll) {
  const auto list = parse_json(text);
  if (!list.is_array() || list.size() > kMostIntervals) {
    validation.refuse("schedule", list.is_array() ? std::to_string(list.size()) : shown(list),
                      "it must be a list of at most 1000 intervals");
    return {};
  }
  std::vector<Span> yes;
  std::vector<Span> if_need_be;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto field = "schedule[" + std::to_string(i) + "]";
    const auto interval = read_interval(validation, field, list[i]);
    if (!interval.start || !interval.end) continue;
    const Span span{*interval.start, *interval.end};
    check_interval(validation, field, span, poll);
    (interval.is_yes ? yes : if_need_be).push_back(span);
  }
  return make_schedule(std::move(yes), std::move(if_need_be));
}

}  // namespace jb
