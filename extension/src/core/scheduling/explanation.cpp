// SPDX-License-Identifier: PostgreSQL
//
// Judge::at() judges a start by the rules in their order of precedence (rule 2.6.3). The first rule that forbids the
// start also gives the first later start that it may allow, and that start is judged next. So the reason of a row holds
// for all starts of the row, and no start in between is judged.
#include "explanation.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "choice.hpp"
#include "rule.hpp"
#include "series.hpp"

namespace jb {

namespace {

/// The most starts judged per row. If the slot increments of several calendars rarely coincide, one row takes many
/// starts.
constexpr std::size_t kLooksPerRow = 100;

/// The work for all rows together, in the unit of Judge::work(). An answer with fewer rows is better than an answer
/// that takes a minute.
constexpr std::size_t kMostWork = 2'000'000;

/// Joins the starts of `next` to those of the last row, whose refusal is `last`, if one row can cover both. Result:
/// whether it can. Starts that are off a calendar's slot increment join any row of the same calendar. Starts that are
/// off the increments of several calendars share one row, which then names no calendar.
bool joins(Refusal& last, const Refusal& next) {
  const bool is_own = last.calendar == next.calendar;
  if (next.reason != Reason::off_increment) {
    if (last.reason != next.reason || !is_own || last.conflicts != next.conflicts) return false;
    last.limit = next.limit;
    return true;
  }
  if (is_own || (last.calendar.empty() && last.reason != Reason::off_increment)) return true;
  if (last.reason != Reason::off_increment) return false;
  last.calendar.clear();
  last.slot_increment.reset();
  return true;
}

/// The first start after this one that the rule may allow. A candidate has no later one beyond its own horizon.
Instant later(const Refusal& refusal, Instant start) {
  return *refusal.limit > start ? *refusal.limit : kRepresentable.end;
}

/// Judges the starts of an automatic event, which may have to choose: then also each candidate for itself alone.
class StartJudge {
 public:
  StartJudge(Plan& plan, const Event& event) : judge_(plan, event) {
    if (!has_choice(event)) return;
    for (const auto& list : *event.one_of) {
      auto& pool = pools_.emplace_back();
      pool.count = static_cast<std::size_t>(list.count);
      for (const auto& name : pool_of(event, list)) pool.candidates.emplace_back(plan, alone_on(event, {name}));
    }
  }

  Judge& judge() { return judge_; }

  std::size_t work() const {
    auto work = judge_.work();
    for (const auto& pool : pools_)
      for (const auto& each : pool.candidates) work += each.judge.work();
    return work;
  }

  std::optional<Refusal> at(Instant start) {
    auto found = judge_.at(start);
    if (found || pools_.empty()) return found;
    // Rules of the wish, which Judge asks of each calendar named.
    for (const auto* rule : std::array{&in_the_past_rule, &outside_window_rule})
      if ((found = rule->at(judge_, judge_.first(), start))) return found;
    for (auto pool = pools_.begin(); !found && pool != pools_.end(); ++pool) found = too_few(*pool, start);
    return found;
  }

 private:
  struct Each {
    Event event;
    Judge judge;
    Each(Plan& plan, Event alone) : event(std::move(alone)), judge(plan, event) {}
    Each(const Each&) = delete;  // the judge refers to the event
  };
  struct Pool {
    std::deque<Each> candidates{};
    std::size_t count = 0;
  };

  /// Why too few of the list are open at `start`: the refusal of those that are closed until its `limit`, before which
  /// no start has enough.
  static std::optional<Refusal> too_few(Pool& pool, Instant start) {
    std::vector<Refusal> closed;
    for (auto& each : pool.candidates)
      if (auto found = each.judge.at(start)) closed.push_back(std::move(*found));
    const auto open = pool.candidates.size() - closed.size();
    if (open >= pool.count) return std::nullopt;
    std::ranges::stable_sort(closed, {}, [&](const Refusal& refusal) { return later(refusal, start); });
    const auto first_enough = closed.begin() + static_cast<std::ptrdiff_t>(pool.count - open - 1);
    const auto until = first_enough->limit;
    std::optional<Refusal> refused;
    for (auto each = first_enough; each != closed.end(); ++each) keep_last(refused, std::move(*each));
    refused->is_one_of_several = true;
    refused->limit = until;
    return refused;
  }

  Judge judge_;
  std::deque<Pool> pools_{};
};

std::vector<Verdict> passed_over(Plan& plan, const Event& event, const Outcome& outcome, std::size_t most) {
  if (outcome.refusal && outcome.refusal->reason == Reason::source_stale) return {};  // no later start would do
  StartJudge starts(plan, event);
  auto& judge = starts.judge();
  const auto last_start = judge.within().end - *event.wish.duration;
  const bool tells_later = outcome.time && outcome.time->start < last_start && most > 1;
  if (tells_later) --most;
  const auto end = outcome.time ? outcome.time->start : last_start + Seconds{1};
  std::vector<Verdict> rows;
  // From now on, or from the beginning of the wished date's window if that is earlier.
  auto start = event.wish.date ? std::min(judge.window().start, plan.now()) : plan.now();
  for (std::size_t looks = kLooksPerRow * (most + 1); start < end; --looks) {
    auto refusal = starts.at(start);
    if (!refusal) break;
    const auto until = later(*refusal, start);
    const bool is_joined = !rows.empty() && joins(*rows.back().refusal, *refusal);
    if (looks == 0 || starts.work() > kMostWork || (!is_joined && rows.size() == most)) {
      if (!rows.empty())
        rows.back() = {.candidate = Span{rows.back().candidate->start, end},
                       .verdict = "passed_over",
                       .remark = "There are more reasons than rows: ask with not_before from here on."};
      break;
    }
    if (is_joined)
      rows.back().candidate->end = until;
    else
      rows.push_back({.candidate = Span{start, until}, .verdict = "passed_over", .refusal = std::move(refusal)});
    start = until;
  }
  if (tells_later)
    rows.push_back({.candidate = Span{end + Seconds{1}, last_start + Seconds{1}},
                    .verdict = "later",
                    .remark = "An earlier start is open."});
  return rows;
}

/// Why `event`, which is in the way of a fixed wish, may not be moved (rule 2.5.1).
Stays why_it_stays(const Event& event, const Event& wanted, Instant now) {
  if (event.status == Status::held) return Stays::held;
  if (event.has_begun(now)) return Stays::begun;
  if (event.wish.is_fixed()) return Stays::fixed;
  return wanted.stands_aside ? Stays::bound : Stays::settled;
}

/// The first of the event's calendars on which the event, at `wished`, would overlap a claim of `other`.
std::string meeting_place(Plan& plan, const Event& event, Span wished, const Event& other) {
  const auto claims = plan.claims_of(other, *other.time);
  auto names = event.booked_on();
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    const auto& calendar = plan.calendar(name);
    const auto wanted = calendar.grid().claim_of(wished);
    return std::ranges::any_of(
        claims, [&](const Claim& claim) { return claim.calendar == calendar.id && claim.during.overlaps(wanted); });
  });
  return found == names.end() ? std::string{} : std::move(*found);
}

std::vector<Verdict> in_the_way(Plan& plan, const Event& event, const Outcome& outcome, Span wished, std::size_t most) {
  std::vector<Verdict> rows;
  for (const auto id : outcome.refusal ? outcome.refusal->conflicts : std::vector<EventId>{}) {
    if (rows.size() == most) break;
    const auto other = plan.find(id);
    rows.push_back({.candidate = wished,
                    .verdict = "in_the_way",
                    .refusal = Refusal{.reason = Reason::conflict,
                                       .about = About::in_the_way,
                                       .calendar = meeting_place(plan, event, wished, *other),
                                       .span = other->time,
                                       .conflicts = {id},
                                       .stays = why_it_stays(*other, event, plan.now())}});
  }
  return rows;
}

std::vector<Verdict> skipped(const Outcome& outcome, std::size_t most) {
  std::vector<Verdict> rows;
  for (const auto& [time, refusal] : outcome.skipped) {
    if (rows.size() == most) break;
    rows.push_back({.candidate = time,
                    .verdict = "skipped",
                    .refusal = refusal,
                    .remark = "This occurrence of the series is left out."});
  }
  return rows;
}

/// The candidates that the event did not get, at `time` or, without it, at any.
std::vector<Verdict> left_out(Plan& plan, const Requested& requested, const std::optional<Span>& time,
                              const std::vector<std::string>& chosen, std::size_t most) {
  std::vector<Verdict> rows;
  if (most == 0) return rows;
  for (auto& reason : not_chosen(plan, requested.wanted, requested.options, time, chosen)) {
    if (rows.size() == most) {
      rows.back() = {.candidate = time, .verdict = "not_chosen", .remark = "There are more candidates than rows."};
      break;
    }
    auto candidate = time ? time : reason.span;
    if (candidate && candidate->empty()) candidate.reset();  // the whole window lies where no time is open
    rows.push_back({.candidate = candidate, .verdict = "not_chosen", .refusal = std::move(reason)});
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
  return {.candidate = outcome.time ? outcome.time : wished,
          .verdict = name_of(outcome.outcome),
          .refusal = outcome.refusal,
          .moves = outcome.moves,
          .remark = outcome.time ? why_there(event, outcome) : std::string{}};
}

}  // namespace

void set_aside_lower(Plan& plan, const Event& event, Instant end) {
  Judge judge(plan, event);
  const auto within = intersection(judge.within(), {kRepresentable.start, end});
  if (within.empty()) return;
  for (const auto& lower : lower_ones(plan, judge.search(), event, within)) plan.set_aside(lower);
}

std::vector<Verdict> explain(Plan& plan, const Requested& requested, std::size_t most) {
  const auto& event = requested.wanted;
  const auto before = plan.mark();
  const auto outcome = request(plan, requested);
  std::vector<Verdict> rows;
  std::optional<Span> wished;
  const auto chosen = outcome.time ? plan.find(*outcome.event_id)->calendars : std::vector<std::string>{};
  const auto of_candidates = has_choice(event) ? std::min((most - 1) / 2, candidates_of(event).size()) : 0;
  most -= of_candidates;
  if (event.wish.is_fixed()) {
    wished = outcome.failed.value_or(wished_time(event.wish, plan.first_of(event).zone()));
    rows = outcome.skipped.empty() ? in_the_way(plan, event, outcome, *wished, most - 1) : skipped(outcome, most - 1);
    plan.back_to(before);
  } else {
    plan.back_to(before);
    if (requested.options.preempt && !has_choice(event) && (!outcome.time || !outcome.moves.empty()))
      set_aside_lower(plan, event, outcome.time ? outcome.time->end : kRepresentable.end);
    rows = passed_over(plan, event, outcome, most - 1);
  }
  if (of_candidates > 0) {
    const auto time = outcome.time ? outcome.time : wished;
    std::ranges::move(left_out(plan, requested, time, chosen, of_candidates), std::back_inserter(rows));
  }
  rows.push_back(answer_row(event, outcome, wished));
  for (auto& row : rows) row.time_zone = outcome.time_zone, row.zone = outcome.zone;
  return rows;
}

}  // namespace jb
