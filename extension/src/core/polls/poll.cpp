// SPDX-License-Identifier: PostgreSQL
#include "poll.hpp"

#include <limits>
#include <numeric>
#include <set>

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

namespace {

constexpr std::size_t kStride = 256;

/// Sorts by time, digit by digit from the lowest (radix sort), since sorting by comparisons would take most of the
/// ranking's time.
void sort_by_time(std::vector<MemberTurn>& turns, Time longest, Pause& pause) {
  std::vector<MemberTurn> other(turns.size());
  for (unsigned place = 0; place == 0 || longest >> 11 * place != 0; ++place) {
    std::array<std::size_t, 0x800> next{};
    for (const MemberTurn& turn : turns) ++next[turn.digit(place)];
    std::exclusive_scan(next.begin(), next.end(), next.begin(), std::size_t{0});
    for (const MemberTurn& turn : turns) other[next[turn.digit(place)]++] = turn;
    turns.swap(other);
    pause.after(turns.size());
  }
}

}  // namespace

Sweep::Sweep(const Runs& free, const Runs& yes, Pause& pause) {
  auto first = std::numeric_limits<Time>::max();
  auto last = std::numeric_limits<Time>::min();
  free.each([&](std::size_t, Run run) { first = std::min(first, run.begin), last = std::max(last, run.end); });
  if (free.size() > 0) {
    first_ = first;
    turns_.reserve(2 * (free.size() + yes.size()));
    const auto add = [&](const Runs& runs, bool is_yes) {
      runs.each([&](std::size_t member, Run run) {
        turns_.emplace_back(run.begin - first, is_yes, true, member);
        turns_.emplace_back(run.end - first, is_yes, false, member);
      });
    };
    add(free, false);
    add(yes, true);
    sort_by_time(turns_, last - first, pause);
  }
  keep_some(free.members(), pause);
}

void Sweep::keep_some(std::size_t members, Pause& pause) {
  Pair now{Members(members), Members(members)};
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    if (i % kStride == 0) {
      kept_.push_back(now);
      pause.after(kStride);
    }
    now.flip(turns_[i]);
  }
  if (turns_.size() % kStride == 0) kept_.push_back(now);
}

std::size_t Sweep::before(Time start) const {
  const auto found = std::partition_point(turns_.begin(), turns_.end(),
                                          [&](const MemberTurn& turn) { return first_ + turn.at() < start; });
  return static_cast<std::size_t>(found - turns_.begin());
}

Pair Sweep::after(std::size_t taken) const {
  Pair now = kept_[taken / kStride];
  for (std::size_t i = taken / kStride * kStride; i < taken; ++i) now.flip(turns_[i]);
  return now;
}

// An event fits an interval [a, b) when it starts in [a, b - duration]. So each interval becomes a run of starts, and
// the question which interval holds the event becomes the question which run holds the event's start. One sweep over
// the ends of all runs gives the cells: a cell is a stretch of starts at which the same members are free. Only the
// number of these members is kept for each cell. For the wanted cells, the sweep is asked again for the members.
//
// Cells are taken in groups of equal numbers, the largest numbers first. In a group two different pairs never include
// one another. It follows:
//   1. A pair's run around one of its cells begins after the cells of all other pairs of the group that come before
//      that cell. So these runs, taken in the order of the cells, are in the order of their starts, and the first few
//      runs are enough.
//   2. A start that has more members than the pair, and is not in such a run, lies in a cell of an earlier group. These
//      better cells are few: no more than twice the recommendations made so far, since for two cells in one run of
//      their pair the stretch between them has its own recommendation. A run that begins in a better cell begins where
//      that cell begins: the cell includes the pair, and the cell next before it does not.
//
// So every group but the last is small, and the last group may hold every cell. Whatever the schedules are, the cost is
// bounded by three parts: sorting the turns; walking over all turns once for every 32 better cells; and working out the
// sets that are shown.

namespace {

/// A stretch of starts at which the same members are free, named by its first start.
struct Cell {
  Time start;
  std::uint32_t free;
  std::uint32_t yes;

  friend bool operator<(const Cell& a, const Cell& b) {  // worse than
    return std::tuple(a.free, a.yes, b.start) < std::tuple(b.free, b.yes, a.start);
  }
  bool ranks_with(const Cell& other) const { return free == other.free && yes == other.yes; }
};

/// A cell of an earlier group.
struct Better {
  Time start;
  Pair pair;
  Pair before;  ///< the pair of the cell next before it; empty where the open time begins with this cell

  friend bool operator<(const Better& a, const Better& b) { return a.start < b.start; }
};

/// The start at which a pair's run begins.
struct Begin {
  Time start;
  Pair pair;
  friend bool operator<(const Begin& a, const Begin& b) {
    return std::tie(a.start, a.pair) < std::tie(b.start, b.pair);
  }
};

/// Keeps the first `most` of all begins that are given to it, each once.
class First {
 public:
  explicit First(std::size_t most) : most_(most) {}

  /// False for a begin that is already kept or comes too late. Then any later start with this pair is also kept or too
  /// late.
  bool add(Time start, const Pair& pair) {
    const bool is_full = begins_.size() == most_;
    const auto comes_late = [&](const Begin& last) { return std::tie(last.start, last.pair) <= std::tie(start, pair); };
    if (is_full && comes_late(*begins_.rbegin())) return false;
    if (!begins_.insert({start, pair}).second) return false;
    if (is_full) begins_.erase(std::prev(begins_.end()));
    return true;
  }

  /// Whether nothing that begins at `start` or later would be added.
  bool ends_before(Time start) const { return begins_.size() == most_ && begins_.rbegin()->start < start; }

  const auto& all() const { return begins_; }

 private:
  std::size_t most_;
  std::set<Begin> begins_;
};

struct Found {
  Run run;
  Pair pair;
  friend bool operator<(const Found& a, const Found& b) {
    return a.run.begin != b.run.begin ? a.run.begin < b.run.begin : a.pair < b.pair;
  }
  friend bool operator==(const Found& a, const Found& b) { return a.run.begin == b.run.begin && a.pair == b.pair; }
};

/// The runs of all schedules: runs in which members are free, and runs in which members are free with yes.
struct AllRuns {
  AllRuns(const std::vector<PollSchedule>& schedules, Seconds duration, Pause& pause) {
    for (const auto& schedule : schedules) {
      auto all = schedule.yes;
      if (!schedule.if_need_be.empty()) {
        all.insert(all.end(), schedule.if_need_be.begin(), schedule.if_need_be.end());
        join_adjoining(all);
      }
      free.add(all, duration);
      yes.add(schedule.yes, duration);
      pause.after(1 + 10 * all.size());
    }
  }

  Runs free;
  Runs yes;
};

class Ranking {
 public:
  Ranking(const std::vector<PollSchedule>& schedules, const std::vector<Span>& open, Seconds duration)
      : runs_(schedules, duration, pause_), sweep_(runs_.free, runs_.yes, pause_) {
    each_run(open, duration, [&](Run run) { open_.push_back(run); });
    find_cells();
    std::make_heap(cells_.begin(), cells_.end());
  }

  std::vector<Found> best(std::size_t most) {
    std::vector<Found> best;
    while (!cells_.empty()) {
      const auto group = next_group();
      auto found = around_cells(group, most - best.size());
      add_begun_in_better(group, found, most - best.size());
      settle(found, most - best.size());
      std::move(found.begin(), found.end(), std::back_inserter(best));
      if (best.size() == most) break;
      add_better(group);
    }
    return best;
  }

 private:
  /// A run of a member never ends where another run of this member begins, so each turn makes another cell.
  void find_cells() {
    std::size_t next = 0;
    Cell now{0, 0, 0};
    const auto advance = [&](Time to) {
      for (; next < sweep_.size() && sweep_.time(next) <= to; ++next) {
        auto& number = sweep_[next].is_yes() ? now.yes : now.free;
        number += sweep_[next].begins() ? 1 : -1;
        pause_.after(1);
      }
      now.start = to;
      if (now.free > 0) cells_.push_back(now);
    };
    for (const Run& run : open_) {
      advance(run.begin);
      while (next < sweep_.size() && sweep_.time(next) < run.end) advance(sweep_.time(next));
    }
  }

  /// All cells of the largest numbers that are left, by start.
  std::vector<Cell> next_group() {
    std::vector<Cell> group;
    while (!cells_.empty() && (group.empty() || cells_.front().ranks_with(group.front()))) {
      std::pop_heap(cells_.begin(), cells_.end());
      group.push_back(cells_.back());
      cells_.pop_back();
      pause_.after(100);
    }
    return group;
  }

  /// The weight of one set for Pause.
  std::size_t members() const { return runs_.free.members(); }

  Pair pair_before(Time start) const { return sweep_.after(sweep_.before(start)); }
  Pair pair_at(Time start) const { return pair_before(start + 1); }

  const Run& open_around(Time start) const {
    return *std::prev(
        std::upper_bound(open_.begin(), open_.end(), start, [](Time t, const Run& run) { return t < run.begin; }));
  }

  Run run_around(Time start, const Pair& pair) {
    pause_.after(10 * members());
    return runs_.yes.cut(runs_.free.cut(open_around(start), start, pair.free), start, pair.yes);
  }

  /// The first runs that hold a cell of the group (1. above). A run that holds several cells is found by its first
  /// cell.
  std::vector<Found> around_cells(const std::vector<Cell>& group, std::size_t most) {
    std::vector<Found> found;
    Time told = std::numeric_limits<Time>::min();
    for (const Cell& cell : group) {
      if (found.size() == most) break;
      pause_.after(1);
      if (cell.start < told) continue;
      auto pair = pair_at(cell.start);
      const auto run = run_around(cell.start, pair);
      told = run.end;
      found.push_back({run, std::move(pair)});
    }
    return found;
  }

  /// The first runs of the group's pairs that begin in a cell of a better group (2. above).
  void add_begun_in_better(const std::vector<Cell>& group, std::vector<Found>& found, std::size_t most) {
    First first(most);
    // If the cells lie close together, following each turn between two cells costs less than looking at all members for
    // each cell.
    if (256 * group.size() > sweep_.size() + 4 * members())
      follow_turns(group, first);
    else
      compare_each(group, first);
    for (const auto& begin : first.all()) found.push_back({run_around(begin.start, begin.pair), begin.pair});
  }

  void compare_each(const std::vector<Cell>& group, First& first) {
    for (const Cell& cell : group) {
      const auto pair = pair_at(cell.start);
      for (const Better& better : better_) {
        pause_.after(1 + members() / 100);
        if (!better.pair.includes(pair) || better.before.includes(pair)) continue;
        if (!first.add(better.start, pair)) break;
      }
    }
  }

  /// Two lanes for each better cell. A cell whose pair has been seen is of no use to later lanes either.
  void follow_turns(const std::vector<Cell>& group, First& first) {
    constexpr std::size_t most = Lanes::kMost / 2;
    std::vector<bool> is_useless(group.size());
    for (std::size_t begin = 0; begin < better_.size() && !first.ends_before(better_[begin].start); begin += most) {
      const auto count = std::min(most, better_.size() - begin);
      std::vector<const Pair*> pairs;
      for (std::size_t i = begin; i < begin + count; ++i)
        pairs.insert(pairs.end(), {&better_[i].pair, &better_[i].before});
      Lanes lanes(pairs, members());
      pause_.after(Lanes::kMost * members());
      follow(group, is_useless, lanes,
             [&](std::size_t lane, const Pair& pair) { return first.add(better_[begin + lane / 2].start, pair); });
    }
  }

  /// Calls `add` for each cell and each lane that includes the cell's pair where the next lane does not. `add` returns
  /// false when it needs no more.
  template <class Add>
  void follow(const std::vector<Cell>& group, std::vector<bool>& is_useless, Lanes& lanes, Add&& add) {
    Pair now{Members(members()), Members(members())};
    std::size_t next = 0;
    for (std::size_t i = 0; i < group.size(); ++i) {
      for (; next < sweep_.size() && sweep_.time(next) <= group[i].start; ++next) {
        now.flip(sweep_[next]);
        lanes.flip(sweep_[next]);
        pause_.after(4);
      }
      pause_.after(4);
      for (std::size_t lane = 0; lane < Lanes::kMost && !is_useless[i]; lane += 2)
        if (lanes.includes(lane) && !lanes.includes(lane + 1)) is_useless[i] = !add(lane, now);
    }
  }

  static void settle(std::vector<Found>& found, std::size_t most) {
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    if (found.size() > most) found.erase(found.begin() + static_cast<std::ptrdiff_t>(most), found.end());
  }

  void add_better(const std::vector<Cell>& group) {
    const auto count = static_cast<std::ptrdiff_t>(better_.size());
    for (const Cell& cell : group) {
      const bool is_first = open_around(cell.start).begin == cell.start;
      const Pair nobody{Members(members()), Members(members())};
      better_.push_back({cell.start, pair_at(cell.start), is_first ? nobody : pair_before(cell.start)});
    }
    std::inplace_merge(better_.begin(), better_.begin() + count, better_.end());
    pause_.after(better_.size());
  }

  Pause pause_;
  AllRuns runs_;
  Sweep sweep_;
  std::vector<Run> open_;
  std::vector<Cell> cells_;     ///< a heap, the best on top
  std::vector<Better> better_;  ///< by start
};

Recommendation told(const Found& found) {
  Recommendation recommendation{Instant{Seconds{found.run.begin}}, Instant{Seconds{found.run.end - 1}}, {}, {}};
  found.pair.free.each([&](std::size_t member) {
    recommendation.participants.push_back(static_cast<std::uint32_t>(member));
    if (!found.pair.yes.has(member)) recommendation.if_need_be.push_back(static_cast<std::uint32_t>(member));
  });
  return recommendation;
}

}  // namespace

std::vector<Recommendation> rank(const std::vector<PollSchedule>& schedules, const std::vector<Span>& open,
                                 Seconds duration, std::size_t most) {
  std::vector<Recommendation> recommendations;
  for (const Found& found : Ranking(schedules, open, duration).best(most)) {
    recommendations.push_back(told(found));
    step();
  }
  return recommendations;
}

std::vector<std::uint32_t> free_at(const std::vector<PollSchedule>& schedules, Instant start, Seconds duration) {
  Pause pause;
  std::vector<std::uint32_t> members;
  AllRuns(schedules, duration, pause).free.at(count(start)).each([&](std::size_t member) {
    members.push_back(static_cast<std::uint32_t>(member));
  });
  return members;
}

void check_listing(const std::vector<Recommendation>& recommendations, const std::vector<std::string>& names,
                   std::size_t most) {
  const auto size_of = [](const std::string& name) { return name.size() + 3; };  // its quotes, and a comma
  std::size_t of_all = 0;
  for (const auto& name : names) of_all += size_of(name);
  std::size_t listed = 0;
  for (std::size_t rows = 0; rows < recommendations.size(); ++rows) {
    listed += of_all;
    for (const auto place : recommendations[rows].if_need_be) listed += size_of(names[place]);
    if (listed <= most) continue;
    throw invalid("max_rows", std::to_string(recommendations.size()),
                  "the names in all recommendations must not be longer than " + std::to_string(most >> 20) +
                      " MiB, which leaves room for " + std::to_string(rows),
                  {}, "Ask for fewer recommendations.");
  }
}

}  // namespace jb
