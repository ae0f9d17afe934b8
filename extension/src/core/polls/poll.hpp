// SPDX-License-Identifier: PostgreSQL
//
// Polls: their frame, the schedules that participants leave, and both in JSON.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "../event/calendar.hpp"
#include "../free/hours.hpp"
#include "../values/input.hpp"
#include "../values/time.hpp"

namespace jb {

// A poll asks when people could meet: its frame, and the schedules that its participants leave (rules 9.1 to 9.4 and
// 9.8).

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

// The recommendation of a poll, and the sweep that finds it.

// A set of participants as bits, one for each participant's number. Many sets can be kept, and are compared a word at a
// time.

class Members {
 public:
  /// The empty set of `count` possible members.
  explicit Members(std::size_t count) : words_((count + 63) / 64) {}

  /// Puts the member into the set, or takes it out if it is there.
  void flip(std::size_t member) { words_[member / 64] ^= std::uint64_t{1} << member % 64; }

  bool has(std::size_t member) const { return (words_[member / 64] >> member % 64 & 1U) != 0; }

  bool includes(const Members& other) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if ((other.words_[i] & ~words_[i]) != 0) return false;
    return true;
  }

  /// Calls `work` with each number, in ascending order.
  template <class Work>
  void each(Work&& work) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (auto word = words_[i]; word != 0; word &= word - 1)
        work(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
  }

  /// Compares the sets as ascending lists of their members' numbers. Both sets must have the same size.
  friend bool operator<(const Members& a, const Members& b) {
    const auto [left, right] = std::mismatch(a.words_.begin(), a.words_.end(), b.words_.begin());
    if (left == a.words_.end()) return false;
    const auto lowest_difference = (*left ^ *right) & -(*left ^ *right);
    return (*left & lowest_difference) != 0;
  }
  friend bool operator==(const Members&, const Members&) = default;

 private:
  std::vector<std::uint64_t> words_;
};

// Intervals as runs of starts: an event fits [a, b) when it starts in [a, b - duration].

using Time = std::int64_t;

inline Time count(Instant instant) { return instant.time_since_epoch().count(); }

/// Starts from `begin` to before `end`.
struct Run {
  Time begin;
  Time end;
  /// One comparison in place of `begin <= start && start < end`: the processor could not predict the branch on the
  /// first half, since starts lie on both sides of `begin`.
  bool holds(Time start) const {
    return static_cast<std::uint64_t>(start - begin) < static_cast<std::uint64_t>(end - begin);
  }
};

/// Calls `add` with the run of each span that is long enough: the starts that leave room for the event in the span.
template <class Add>
void each_run(const std::vector<Span>& spans, Seconds duration, Add&& add) {
  for (const Span& span : spans) {
    if (span.length() >= duration) add(Run{count(span.start), count(span.end) - duration.count() + 1});
  }
}

/// The runs of all members, one after the other.
class Runs {
 public:
  void add(const std::vector<Span>& spans, Seconds duration) {
    each_run(spans, duration, [&](Run run) {
      runs_.push_back(run);
      owners_.push_back(static_cast<std::uint32_t>(members()));
    });
    first_.push_back(static_cast<std::uint32_t>(runs_.size()));
  }

  std::size_t members() const { return first_.size() - 1; }

  /// The member's run that holds `start`; nullptr when none does.
  const Run* find(std::size_t member, Time start) const {
    const Run* const begin = runs_.data() + first_[member];
    const Run* const end = runs_.data() + first_[member + 1];
    const Run* const after = std::upper_bound(begin, end, start, [](Time t, const Run& run) { return t < run.begin; });
    return after != begin && start < after[-1].end ? after - 1 : nullptr;
  }

  Members at(Time start) const {
    Members found(members());
    for (std::size_t i = 0; i < runs_.size(); ++i)
      if (runs_[i].holds(start)) found.flip(owners_[i]);
    return found;
  }

  /// `run`, which holds `start`, cut to where all of `wanted` have a run; each of `wanted` has a run at `start`.
  Run cut(Run run, Time start, const Members& wanted) const {
    wanted.each([&](std::size_t member) {
      const Run* own = find(member, start);
      run = {std::max(run.begin, own->begin), std::min(run.end, own->end)};
    });
    return run;
  }

  template <class Work>
  void each(Work&& work) const {
    for (std::size_t i = 0; i < runs_.size(); ++i) work(owners_[i], runs_[i]);
  }

  std::size_t size() const { return runs_.size(); }

 private:
  std::vector<std::uint32_t> first_{0};
  std::vector<Run> runs_;
  std::vector<std::uint32_t> owners_;
};

// Who is free at a start: found by sweeping over the ends of all runs, in order of time, up to that start.

/// Checks for interrupts, but not after every small piece of work.
class Pause {
 public:
  /// To be called after work that takes about as long as looking at `weight` turns.
  void after(std::size_t weight) {
    done_ += weight;
    if (done_ < kEnough) return;
    done_ = 0;
    step();
  }

 private:
  static constexpr std::size_t kEnough = 10'000;  // far less than 10 ms

  std::size_t done_ = 0;
};

/// One end of a run: the start from which a member is free, or no longer free. A turn is packed into one word, so that
/// many turns sort fast: the seconds since the first turn, whether the run is a yes, whether it begins, and the member.
class MemberTurn {
 public:
  MemberTurn() = default;
  MemberTurn(Time since_first, bool is_yes, bool begins, std::uint64_t member)
      : word_(static_cast<std::uint64_t>(since_first) << kTime | (is_yes ? kYes : 0) | (begins ? kBegins : 0) |
              member) {}

  Time at() const { return static_cast<Time>(word_ >> kTime); }
  bool is_yes() const { return (word_ & kYes) != 0; }
  bool begins() const { return (word_ & kBegins) != 0; }
  std::size_t member() const { return word_ & (kBegins - 1); }
  std::uint64_t digit(unsigned place) const { return word_ >> (kTime + 11 * place) & 0x7FFU; }

 private:
  static constexpr unsigned kTime = 26;
  static constexpr std::uint64_t kYes = std::uint64_t{1} << 25;
  static constexpr std::uint64_t kBegins = std::uint64_t{1} << 24;

  std::uint64_t word_ = 0;
};

/// The members who are free, P, and the members who are free with yes, Y (rule 9.5).
struct Pair {
  Members free;
  Members yes;

  void flip(MemberTurn turn) { (turn.is_yes() ? yes : free).flip(turn.member()); }
  bool includes(const Pair& other) const { return free.includes(other.free) && yes.includes(other.yes); }
  friend bool operator<(const Pair& a, const Pair& b) { return std::tie(a.free, a.yes) < std::tie(b.free, b.yes); }
  friend bool operator==(const Pair&, const Pair&) = default;
};

/// All turns of all members, in order.
class Sweep {
 public:
  Sweep(const Runs& free, const Runs& yes, Pause& pause);

  std::size_t size() const { return turns_.size(); }
  const MemberTurn& operator[](std::size_t i) const { return turns_[i]; }
  Time time(std::size_t i) const { return first_ + turns_[i].at(); }

  /// How many turns come before `start`.
  std::size_t before(Time start) const;

  /// The members who are free after the first `taken` turns. Cost: copying two sets, and going through a few hundred
  /// turns.
  Pair after(std::size_t taken) const;

 private:
  void keep_some(std::size_t members, Pause& pause);

  Time first_ = 0;
  std::vector<MemberTurn> turns_;
  std::vector<Pair> kept_;  ///< after each kStride turns, from none on
};

// Which of some pairs include a pair that changes turn by turn? Comparing them again after each turn would cost a look
// at all members. Instead, each of the fixed pairs is a lane, which counts what it lacks of the changing pair, and a
// turn updates the counts of all lanes at once, four counts to a word.

class Lanes {
 public:
  static constexpr std::size_t kMost = 64;

  /// At most kMost pairs, in sets of `members` members. The changing pair is empty at first. Cost: a look at each
  /// member for each pair. Errors: std::length_error for more members than a poll has.
  Lanes(const std::vector<const Pair*>& pairs, std::size_t members) : rows_(2 * members) {
    if (members > kMostParticipants) throw std::length_error("more participants than a poll has");
    for (std::size_t lane = 0; lane < pairs.size(); ++lane) {
      for (std::size_t member = 0; member < members; ++member) {
        if (!pairs[lane]->free.has(member)) rows_[2 * member][lane / kInWord] += one(lane);
        if (!pairs[lane]->yes.has(member)) rows_[2 * member + 1][lane / kInWord] += one(lane);
      }
    }
  }

  void flip(MemberTurn turn) {
    const Row& row = rows_[2 * turn.member() + (turn.is_yes() ? 1 : 0)];
    for (std::size_t i = 0; i < lacking_.size(); ++i) lacking_[i] += turn.begins() ? row[i] : -row[i];
  }

  /// Whether the lane's pair includes the changing pair.
  bool includes(std::size_t lane) const { return (lacking_[lane / kInWord] >> kBits * (lane % kInWord) & 0xFFFF) == 0; }

 private:
  static constexpr std::size_t kBits = 16;
  static constexpr std::size_t kInWord = 64 / kBits;
  static_assert(2 * kMostParticipants < 1 << kBits);
  using Row = std::array<std::uint64_t, kMost / kInWord>;

  static std::uint64_t one(std::size_t lane) { return std::uint64_t{1} << kBits * (lane % kInWord); }

  std::vector<Row> rows_;  ///< for each member, free and with yes: 1 in each lane that lacks it
  Row lacking_{};
};

// What a poll recommends (rules 9.5 and 9.6): starts, and who is free at them for the whole event, best first, exact to
// the second.

/// A maximal run of starts at which at least these participants are free, and at least the participants who are not in
/// `if_need_be` are free with yes.
struct Recommendation {
  Instant earliest_start;
  Instant latest_start;                     ///< the last start of the run
  std::vector<std::uint32_t> participants;  ///< the participants who are free throughout, by their places, ascending
  std::vector<std::uint32_t> if_need_be;    ///< of `participants`, those without a yes throughout
};

/// The best `most` recommendations. For a start s with [s, s + duration) in `open`, P(s) are the participants who are
/// free for all of that time, and Y(s) the participants who are free with yes for all of it. Each pair (P, Y) that
/// occurs, and whose P is not empty, is recommended with each maximal run of starts at which at least P are free and at
/// least Y are free with yes. Order: more participants; more with yes; the earlier start; then the participants'
/// places, which the caller gives in the order of names.
///
/// `open`: sorted, neither overlapping nor touching. Cost: sorting the ends of all intervals, for each recommendation a
/// look at each participant, and at worst, whatever the schedules are, a walk over the ends of all intervals for every
/// sixteen recommendations. Errors: std::length_error for more participants than a poll has.
std::vector<Recommendation> rank(const std::vector<PollSchedule>& schedules, const std::vector<Span>& open,
                                 Seconds duration, std::size_t most);

/// The participants who are free for all of [start, start + duration), by their places.
std::vector<std::uint32_t> free_at(const std::vector<PollSchedule>& schedules, Instant start, Seconds duration);

/// Throws 22023 under "max_rows" where the recommendations would list more than `most` bytes of names. Each
/// recommendation lists all participants, and once more the participants who are free only if need be. Ten
/// recommendations of a full poll are always listed, as long as only guests have names of full length.
void check_listing(const std::vector<Recommendation>& recommendations, const std::vector<std::string>& names,
                   std::size_t most);
inline constexpr std::size_t kMostListed = std::size_t{128} << 20;

/// The same for the holder of a token. A longer answer to a guest would be refused, but only once it was made.
inline constexpr std::size_t kMostListedToGuest = std::size_t{32} << 20;

}  // namespace jb
