// SPDX-License-Identifier: PostgreSQL
//
// A start is judged by the rules one after the other, in their order of precedence, calendar by calendar. The first
// that forbids it also says how far it goes on forbidding, and the next start looked at is the first after that. So a
// row's reason holds for all of its starts, and nothing is asked twice.
#include "explaining.hpp"

#include <algorithm>
#include <array>

#include "../values/budget.hpp"
#include "../values/duration.hpp"
#include "../values/time_text.hpp"
#include "booking.hpp"
#include "request.hpp"

namespace jb {

namespace {

/// Why no event of the length can start from a time on, and the first time at which this may be otherwise.
struct Obstacle {
  std::string_view reason;
  const Calendar* calendar;  ///< nullptr: none's alone
  EventId event = 0;         ///< in the way of every start; 0: none
  Instant until{};
};

/// How far ahead hours are looked up at once: a weekly pattern holds nothing new after a week.
constexpr Seconds kLookAhead = 8 * kDay;

/// Claims are read in spans of this length at first: no calendar is so full that it would be many.
constexpr Seconds kClose{3'600};

/// Looks at the claims and hours for each row: where slot increments of several calendars hardly meet, there are many
/// looks for one.
constexpr std::size_t kLooksPerRow = 100;

/// The work for all rows together, in spans of hours that are read: an answer that names fewer reasons is worth more
/// than one after a minute.
constexpr std::size_t kMostWork = 2'000'000;

/// What a look at one calendar costs besides its hours, in the same unit.
constexpr std::size_t kLookCosts = 20;

class Judge {
 public:
  Judge(Plan& plan, const Event& event) : plan_(plan), event_(event), length_(event.wish.duration) {
    for (const auto& name : event.booked_on()) calendars_.push_back(&plan.calendar(name));
    window_ = window_of(event.wish, first());
    const auto open = plan.search(event.booked_on()).bounds(plan.now());
    last_start_ = std::min(window_.end, open.end) - length_;
  }

  const Calendar& first() const { return *calendars_.front(); }

  /// The first start that is looked at: none before it was asked for, or is possible.
  Instant earliest() const { return event_.wish.date ? std::min(window_.start, plan_.now()) : plan_.now(); }

  Instant last_start() const { return last_start_; }

  /// Whether all that one answer may cost has been spent.
  bool is_exhausted() const { return work_ > kMostWork; }

  std::optional<Obstacle> at(Instant start) {
    step();
    work_ += kLookCosts * calendars_.size();
    if (start < plan_.now()) return Obstacle{"in_the_past", nullptr, 0, plan_.now()};
    if (start < window_.start) return Obstacle{"outside_window", nullptr, 0, window_.start};
    for (const auto rule : {&Judge::notice, &Judge::hours, &Judge::increment, &Judge::limit, &Judge::claims}) {
      for (const auto* calendar : calendars_) {
        if (auto obstacle = (this->*rule)(*calendar, start)) return obstacle;
      }
    }
    return std::nullopt;
  }

  std::string sentence(const Obstacle& obstacle) const;

 private:
  std::optional<Obstacle> notice(const Calendar& calendar, Instant start) {
    const auto earliest = plan_.now() + calendar.min_notice;
    if (start >= earliest) return std::nullopt;
    return Obstacle{"too_soon", &calendar, 0, earliest};
  }

  std::optional<Obstacle> hours(const Calendar& calendar, Instant start) {
    const auto& grid = calendar.grid();
    const Span ahead = intersection(kRepresentable, {start, start + length_ + kLookAhead});
    const auto spans = open_spans(grid.hours, *grid.zone, ahead);
    work_ += spans.size();
    for (const auto& open : spans) {
      if (open.end - std::max(open.start, start) < length_) continue;
      if (open.start <= start) return std::nullopt;
      return Obstacle{"outside_hours", &calendar, 0, open.start};
    }
    return Obstacle{"outside_hours", &calendar, 0, start + kLookAhead};
  }

  std::optional<Obstacle> increment(const Calendar& calendar, Instant start) {
    const auto next = on_increment_from(start, calendar.grid().slot_increment, calendar.zone());
    if (next == start) return std::nullopt;
    return Obstacle{"off_increment", &calendar, 0, next};
  }

  std::optional<Obstacle> limit(const Calendar& calendar, Instant start) {
    if (!calendar.max_events_per_day) return std::nullopt;
    for (auto day = calendar.zone().day_at(start); day.start < start + length_; day = calendar.zone().day_at(day.end)) {
      if (plan_.is_full(calendar, day.start)) return Obstacle{"over_limit", &calendar, 0, day.end};
    }
    return std::nullopt;
  }

  /// Of the events in the way the last: it alone is in the way of every start until its end.
  std::optional<Obstacle> claims(const Calendar& calendar, Instant start) {
    const auto wanted = calendar.grid().claim_of({start, start + length_});
    for (auto close = kClose;; close *= 2) {
      const Span end{std::max(wanted.start, wanted.end - close), wanted.end};
      const auto events = plan_.occupants(calendar, end, event_.id);
      if (!events.empty()) {
        const auto& last = events.back();
        return Obstacle{"conflict", &calendar, last.id, end_of_claim(calendar, last) + calendar.grid().buffer_before};
      }
      if (end.start == wanted.start) return std::nullopt;
    }
  }

  Instant end_of_claim(const Calendar& calendar, const Event& event) const {
    Instant end = event.time->end;
    for (const auto& claim : plan_.claims_of(event, *event.time)) {
      if (claim.calendar == calendar.id) end = claim.during.end;
    }
    return end;
  }

  Plan& plan_;
  const Event& event_;
  Seconds length_;
  std::vector<const Calendar*> calendars_;
  Span window_{};
  Instant last_start_{};
  std::size_t work_ = 0;
};

std::string Judge::sentence(const Obstacle& obstacle) const {
  const auto until = format_timestamp(obstacle.until, first().zone());
  const auto& reason = obstacle.reason;
  if (reason == "in_the_past") return "It is " + until + " already.";
  if (reason == "outside_window") return "It was asked for from " + until + " on.";
  if (reason == "too_soon") return "The notice asked for ends at " + until + ".";
  if (reason == "outside_hours") {
    return "The hours hold no stretch of " + format_duration(length_) + " that begins before " + until + ".";
  }
  if (reason == "off_increment") {
    return "The next start on the slot increment of " + format_duration(obstacle.calendar->grid().slot_increment) +
           " is " + until + ".";
  }
  if (reason == "over_limit") {
    return "A day with " + its_events(*obstacle.calendar) + " is full, until " + until + ".";
  }
  return "Event " + std::to_string(obstacle.event) + " is in the way until " + until + ".";
}

/// The rows of the starts that were passed over.
class PassedOver {
 public:
  PassedOver(const Judge& judge, std::size_t most) : judge_(judge), most_(most) {}

  /// Result: false where there is no room for it.
  bool add(Instant from, const Obstacle& obstacle) {
    if (!rows_.empty() && (joins_increment(obstacle) || says_the_same(obstacle))) {
      rows_.back().candidate->end = obstacle.until;
      if (obstacle.reason != "off_increment") rows_.back().detail = judge_.sentence(obstacle);
      return true;
    }
    if (rows_.size() == most_) return false;
    Verdict row;
    row.candidate = Span{from, obstacle.until};
    row.verdict = "passed_over";
    row.reason = obstacle.reason;
    if (obstacle.calendar != nullptr) row.calendar = obstacle.calendar->name;
    if (obstacle.event != 0) row.conflicts = {obstacle.event};
    row.detail = judge_.sentence(obstacle);
    rows_.push_back(std::move(row));
    return true;
  }

  /// Gives up the last row for one that tells of all starts from there until `end`.
  void leave_out_until(Instant end) {
    if (rows_.empty()) return;
    auto& last = rows_.back();
    last = {.candidate = Span{last.candidate->start, end},
            .verdict = "passed_over",
            .reason = {},
            .calendar = {},
            .conflicts = {},
            .moves = {},
            .detail = "There are more reasons than rows: ask with not_before from here on."};
  }

  std::vector<Verdict> take() { return std::move(rows_); }

 private:
  /// Starts that are merely off the increment of a calendar belong to what that one said before them; those that are
  /// off one's or the other's, to nobody's alone.
  bool joins_increment(const Obstacle& obstacle) {
    auto& last = rows_.back();
    if (obstacle.reason != "off_increment") return false;
    const bool is_own = last.calendar == obstacle.calendar->name;
    if (is_own || (last.calendar.empty() && last.reason != "off_increment")) return true;
    if (last.reason != "off_increment") return false;
    last.calendar.clear();
    last.detail = "Each start is off the slot increment of one calendar or another.";
    return true;
  }

  bool says_the_same(const Obstacle& obstacle) const {
    const auto& last = rows_.back();
    return last.reason == obstacle.reason &&
           last.calendar == (obstacle.calendar != nullptr ? obstacle.calendar->name : std::string{}) &&
           last.conflicts == (obstacle.event != 0 ? std::vector{obstacle.event} : std::vector<EventId>{});
  }

  const Judge& judge_;
  std::size_t most_;
  std::vector<Verdict> rows_;
};

/// The starts after the one that was taken.
Verdict later_row(Span candidate) { return {candidate, "later", {}, {}, {}, {}, "An earlier start is open."}; }

std::vector<Verdict> passed_over(Plan& plan, const Event& event, const Outcome& outcome, std::size_t most) {
  Judge judge(plan, event);
  const bool tells_later = outcome.time && outcome.time->start < judge.last_start() && most > 1;
  if (tells_later) --most;
  const auto end = outcome.time ? outcome.time->start : judge.last_start() + Seconds{1};
  PassedOver rows(judge, most);
  auto start = judge.earliest();
  for (std::size_t looks = kLooksPerRow * (most + 1); start < end; --looks) {
    const auto obstacle = judge.at(start);
    if (!obstacle) break;
    if (looks == 0 || judge.is_exhausted() || !rows.add(start, *obstacle)) {
      rows.leave_out_until(end);
      break;
    }
    start = obstacle->until;
  }
  auto all = rows.take();
  if (tells_later) all.push_back(later_row({end + Seconds{1}, judge.last_start() + Seconds{1}}));
  return all;
}

/// Why an event that is in the way of a fixed wish stays where it is.
std::string_view why_it_stays(const Event& event, Instant now) {
  if (event.status == Status::held) return " is held.";
  if (event.has_begun(now)) return " has begun.";
  return event.wish.is_fixed() ? " is fixed." : " begins too soon to be moved.";
}

/// The first of the event's calendars on which it would overlap what the other one claims there.
std::string meeting_place(Plan& plan, const Event& event, Span wished, const Event& other) {
  const auto claims = plan.claims_of(other, *other.time);
  auto names = event.booked_on();
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    const auto& calendar = plan.calendar(name);
    const auto wanted = calendar.grid().claim_of(wished);
    return std::any_of(claims.begin(), claims.end(), [&](const Claim& claim) {
      return claim.calendar == calendar.id && claim.during.overlaps(wanted);
    });
  });
  return found == names.end() ? std::string{} : std::move(*found);
}

std::vector<Verdict> in_the_way(Plan& plan, const Event& event, const Outcome& outcome, Span wished, std::size_t most) {
  std::vector<Verdict> rows;
  for (const auto id : outcome.conflicts) {
    if (rows.size() == most) break;
    const auto other = plan.find(id);
    const auto& zone = plan.calendar(event.calendars.front()).zone();
    rows.push_back({wished,
                    "in_the_way",
                    "conflict",
                    meeting_place(plan, event, wished, *other),
                    {id},
                    {},
                    "Event " + std::to_string(id) + ", from " + format_timestamp(other->time->start, zone) + " to " +
                        format_timestamp(other->time->end, zone) + "," +
                        std::string(why_it_stays(*other, plan.now()))});
  }
  return rows;
}

std::vector<Verdict> skipped(const Outcome& outcome, std::size_t most) {
  std::vector<Verdict> rows;
  for (const auto& [time, reason, conflicts] : outcome.skipped) {
    if (rows.size() == most) break;
    rows.push_back({time, "skipped", reason, {}, conflicts, {}, "This occurrence of the series is left out."});
  }
  return rows;
}

std::string why_there(const Event& event, const Outcome& outcome) {
  if (!outcome.skipped.empty()) return "The other occurrences of the series have their places.";
  if (event.wish.is_fixed()) {
    return outcome.moves.empty() ? "Nothing is in its way." : "What is in its way is automatic and gives way.";
  }
  return outcome.moves.empty() ? "It is the earliest start that every rule allows."
                               : "It is the earliest start that every rule allows once lower priorities give way.";
}

Verdict answer_row(const Event& event, const Outcome& outcome, const std::optional<Span>& wished) {
  return {outcome.time ? outcome.time : wished,
          outcome.outcome,
          outcome.reason,
          {},
          outcome.conflicts,
          outcome.moves,
          outcome.time ? why_there(event, outcome) : outcome.detail};
}

/// Pre-emption looked at the calendars without what it may set aside, where they had no room otherwise.
void set_aside_lower(Plan& plan, const Event& event) {
  auto search = plan.search(event.booked_on());
  const auto within = intersection(window_of(event.wish, search.first()), search.bounds(plan.now()));
  if (within.empty()) return;
  for (const auto& lower : lower_ones(plan, search, event, within)) plan.set_aside(lower);
}

}  // namespace

std::vector<Verdict> explain(Plan& plan, const Fields& fields, std::size_t most) {
  const auto event = requested_event(plan, fields);
  const auto before = plan.mark();
  const auto outcome = request(plan, fields);
  std::vector<Verdict> rows;
  std::optional<Span> wished;
  if (event.wish.is_fixed()) {
    const auto start = wished_start(event.wish, plan.calendar(event.calendars.front()).zone());
    wished = outcome.failed.value_or(Span{start, start + event.wish.duration});
    rows = outcome.skipped.empty() ? in_the_way(plan, event, outcome, *wished, most - 1) : skipped(outcome, most - 1);
  } else {
    plan.back_to(before);
    if (fields.preempt && (!outcome.time || !outcome.moves.empty())) set_aside_lower(plan, event);
    rows = passed_over(plan, event, outcome, most - 1);
  }
  rows.push_back(answer_row(event, outcome, wished));
  for (auto& row : rows) row.time_zone = outcome.time_zone;
  return rows;
}

}  // namespace jb
