// SPDX-License-Identifier: PostgreSQL
//
// Chooses the calendars of an event that has lists (rules 2.18.2 to 2.18.5). What is chosen is placed as if the event
// had named it.
#pragma once

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

/// The event on these calendars alone, to be judged at any start: its window is not theirs.
Event alone_on(const Event& wanted, const std::vector<std::string>& calendars);

/// Keeps the refusal that comes last in the order of reasons: of several candidates, the one nearest to being open.
void keep_last(std::optional<Refusal>& last, Refusal refusal);

/// Why each candidate that the event did not get was not chosen. At `time`, which the event has or, fixed, was refused:
/// the refusals of those that are not open then, and comes_later of those that are; `chosen` are the calendars that it
/// got. Without a time: why each has no start, though it has all that are named. Of refusals, `calendar` is the
/// candidate.
std::vector<Refusal> not_chosen(Plan& plan, const Event& wanted, const PlacingOptions& options,
                                const std::optional<Span>& time, const std::vector<std::string>& chosen);

}  // namespace jb
