// SPDX-License-Identifier: PostgreSQL
//
// Promise: a dry run changes nothing, works on a read-only database, and gives the answer that the call itself would
// give (rule 2.15.2). A request in a batch that is only tried leaves no trace for later requests.
//
// Why it could break: a dry run plans on a snapshot, in which ended holds are still stored as held, and it takes no
// ids. A trial inside a batch must be undone in the plan that it shares with the other requests.
#include <gtest/gtest.h>

#include "plain_rules.hpp"
#include "random_calls.hpp"
#include "reasons.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

/// An answer without the ids of new events, which a dry run cannot know.
std::string told(const Call& call, const Answer& answer) {
  if (answer.failure) return written(answer);
  std::string text;
  const auto tell = [&](const std::vector<Move>& moves) {
    for (const auto& move : moves) text += written(std::vector{Move{0, move.from, move.to}});
  };
  for (const auto& outcome : answer.outcomes) {
    text +=
        std::string(name_of(outcome.outcome)) + (outcome.time ? " " + written(*outcome.time) : "") + reason_of(outcome);
    if (call.kind != Call::Kind::schedule_all) {
      for (const auto id : conflicts_of(outcome)) text += " " + std::to_string(id);
    }
    for (const auto& span : outcome.alternatives) text += " or " + utc(span.start);
    for (const auto& skipped : outcome.skipped) text += " without " + utc(skipped.time.start);
    tell(outcome.moves);
    text += '\n';
  }
  tell(answer.moves);
  return text;
}

/// The answer stripped of what happened to waiting events, which a trial does not try.
Answer without_waiting(Answer answer, const Answer& trial) {
  const auto cut = [](std::vector<Move>& moves, const std::vector<Move>& told) {
    if (moves.size() > told.size()) moves.resize(told.size());
    for (std::size_t i = 0; i < moves.size(); ++i)
      if (!told[i].to) moves[i].to.reset();
  };
  for (std::size_t i = 0; i < std::min(answer.outcomes.size(), trial.outcomes.size()); ++i) {
    cut(answer.outcomes[i].moves, trial.outcomes[i].moves);
    if (!trial.outcomes[i].time) answer.outcomes[i].time.reset();
  }
  cut(answer.moves, trial.moves);
  return answer;
}

bool can_be_tried(const Call& call) {
  return call.kind != Call::Kind::tend && call.kind != Call::Kind::retune && call.kind != Call::Kind::remove;
}

TEST(DryRuns, ChangeNothingAndAnswerTheTruth) {
  expect(
      [](const Step& step) -> std::string {
        if (!can_be_tried(step.call)) return {};
        auto snapshot = step.before.snapshot();
        const auto answer = make(step.call, snapshot, true);
        const auto changed = difference(step.before.image(), snapshot.image());
        return changed.empty()
                   ? difference(told(step.call, without_waiting(step.answer, answer)), told(step.call, answer))
                   : changed;
      },
      2'500);
}

/// Whether anything is due on the calendars of the call. If so, the answer depends on what the call tended first.
bool is_something_due(const Step& step) {
  auto store = step.before;
  const auto& names = step.after.planned_with();
  make({.kind = Call::Kind::tend, .calendars = {names.begin(), names.end()}}, store);
  return store.image() != step.before.image();
}

std::string claimed(const MemoryStore& store) {
  std::string text;
  for (const auto& [name, calendar] : store.calendars()) {
    for (const auto& claim : store.claims_on(calendar.id)) text += name + " " + written(claim.during) + "\n";
  }
  return text;
}

TEST(TrialsInABatch, LeaveNoTrace) {
  Tally tried;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::schedule_all || step.answer.failure) return {};
        auto without = step.call;
        std::erase_if(without.requests, [](const Fields& fields) { return fields.dry_run; });
        if (without.requests.empty() || without.requests.size() == step.call.requests.size()) return {};
        if (is_something_due(step)) return {};
        tried(true);
        auto store = step.before;
        const auto answer = make(without, store);
        auto expected = answer.outcomes.begin();
        for (std::size_t i = 0; i < step.call.requests.size(); ++i) {
          if (step.call.requests[i].dry_run) continue;
          const auto& found = step.answer.outcomes[i];
          if (found.outcome != expected->outcome || found.time != expected->time ||
              reason_of(found) != reason_of(*expected))
            return "request " + std::to_string(i) + " would be " + written(*expected) + " without the trials";
          ++expected;
        }
        return difference(claimed(store), claimed(step.after));
      },
      8'000);
  EXPECT_GT(tried.count, 50);
}

}  // namespace
}  // namespace jb::test
