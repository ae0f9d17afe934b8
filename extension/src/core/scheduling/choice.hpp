// SPDX-License-Identifier: PostgreSQL
//
// Chooses the calendars of an event that has lists (rules 2.18.2 to 2.18.5). What is chosen is placed as if the event
// had named it.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "judge.hpp"

namespace jb {

/// The calendars chosen, or why too few can be.
struct Choice {
  std::vector<std::string> calendars{};  ///< the named ones, then those of each list; empty: refused
  std::optional<Refusal> refusal{};
};

/// Chooses for an automatic event in the part `within` of its window: those with which it has the earliest start, or,
/// where a list is least_busy, the least busy that have a start on that start's day. The refusal is left out.
Choice choose(Plan& plan, Judge& judge, const Event& wanted, Span within);

/// Why an automatic event has no start, though it may choose.
Refusal refusal_of_choice(Plan& plan, Judge& judge, const Event& wanted, const PlacingOptions& options);

/// Chooses for an event that goes to `time` or nowhere: candidates that are open then, else those whose events may be
/// moved, fewest moves first.
Choice choose_at(Plan& plan, const Event& wanted, Span time, const PlacingOptions& options);

/// Leaves all of the fixed `events`, which have the same lists and are not in the plan, on the same candidates of each
/// list that asks for it (rule 2.18.8). Of automatic events, each chooses for itself. Cost: a judgement of each event
/// on each candidate.
void choose_same(Plan& plan, const std::vector<Event*>& events, const PlacingOptions& options);

/// Judges the candidates of an automatic event's lists start by start, each for itself alone.
class Candidates {
 public:
  /// `plan` outlives this object. The event may choose.
  Candidates(Plan& plan, const Event& wanted);

  /// Why the first list of which too few are open at `start` has too few; none if each has enough. The refusal is that
  /// of the candidates that are closed until its `limit`, before which no start has enough.
  std::optional<Refusal> at(Instant start);

  /// As Judge::work().
  std::size_t work() const;

 private:
  struct Each {
    Event event;
    Judge judge;
    Each(Plan& plan, Event alone) : event(std::move(alone)), judge(plan, event) {}
    Each(const Each&) = delete;  // the judge refers to the event
    Each& operator=(const Each&) = delete;
  };
  struct Pool {
    std::deque<Each> candidates{};
    std::size_t count = 0;
  };
  std::deque<Pool> pools_;
};

/// Why each candidate that the event did not get was not chosen. At `time`, which the event has or, fixed, was refused:
/// the refusals of those that are not open then, and comes_later of those that are; `chosen` are the calendars that it
/// got. Without a time: why each has no start, though it has all that are named. Of refusals, `calendar` is the
/// candidate.
std::vector<Refusal> not_chosen(Plan& plan, const Event& wanted, const PlacingOptions& options,
                                const std::optional<Span>& time, const std::vector<std::string>& chosen);

}  // namespace jb
