// SPDX-License-Identifier: PostgreSQL
//
// Promise: every call leaves sound calendars, whatever calls came before. No two claims overlap. Claims and events
// agree. Free time is what the claims leave of the hours. Held and waiting events are counted. The history of each
// calendar replays to the present. A call throws nothing but a Failure.
//
// Why it could break: one call sets events aside, puts some of them back, changes others twice, and undoes its own
// steps. Timelines, claims, counts and history must each follow every step, and one of them may miss a step.
//
// Promise: a rejected call writes its rejection, and its request changes nothing (rules 2.6.1 and 2.9.2). A call that
// fails writes nothing (rule 2.6.2). Anything due on the calendars of a rejected call is still written.
//
// Why it could break: a call discovers that it is rejected while the event itself, a series, or events in the way are
// set aside. All of these events have to be put back where they were.
#include <gtest/gtest.h>

#include "random_calls.hpp"

namespace jb::test {
namespace {

std::string first_problem(const Step& step) {
  const auto problems = step.after.check();
  return problems.empty() ? std::string{} : problems.front();
}

TEST(Calls, LeaveSoundCalendars) { expect(first_problem, 5'000); }

/// An event that has its place claims as many candidates of each list as it needs, and tells them; one that has none
/// may still choose among all of them, unless its series keeps the same.
TEST(CallsWithLists, LeaveSoundCalendars) {
  Tally chosen, changed, waiting;
  expect(
      [&](const Step& step) -> std::string {
        for (const auto& [id, event] : step.after.events()) {
          if (!event.one_of) continue;
          const auto before = step.before.events().find(id);
          chosen(event.is_claiming());
          waiting(event.status == Status::waiting);
          changed(before != step.before.events().end() && before->second.calendars != event.calendars);
          for (const auto& list : *event.one_of) {
            const auto open = pool_of(event, list);
            if (event.is_claiming() && (open.size() != static_cast<std::size_t>(list.count) || open != list.chosen))
              return "it claims others than it tells: " + written(event);
            const bool is_kept = list.same && event.series && open == list.chosen;
            if (event.status == Status::waiting && open != list.calendars && !is_kept)
              return "it waits for some of its candidates only: " + written(event);
          }
        }
        return first_problem(step);
      },
      6'000, Requests::with_lists);
  EXPECT_GT(chosen.count, 3'000);
  EXPECT_GT(changed.count, 50);
  EXPECT_GT(waiting.count, 300);
}

/// The database as a call that only tends would leave it.
MemoryStore tended(const Step& step) {
  auto store = step.before;
  const auto& names = step.after.planned_with();
  make({.kind = Call::Kind::tend, .calendars = {names.begin(), names.end()}}, store);
  return store;
}

TEST(RejectedCalls, LeaveNothingButTheirRejection) {
  Tally rejected;
  expect(
      [&](const Step& step) -> std::string {
        const auto* outcome = step.answer.outcome();
        if (outcome == nullptr || outcome->outcome != Verb::rejected) return {};
        rejected(true);
        if (reason_of(*outcome).empty()) return "it gives no reason";
        const auto expected = tended(step);
        // An event that waits takes no time from the one of which the call tells where it is (rule 2.11.5).
        const auto version = [&](const MemoryStore& store) { return store.events().at(*outcome->event_id).version; };
        if (outcome->event_id && version(step.before) != version(expected)) return {};
        const auto changed = difference(expected.image(), step.after.image());
        if (!changed.empty()) return changed;
        const auto& rejections = step.after.rejections();
        if (rejections.size() != expected.rejections().size() + 1) return "it does not leave one rejection";
        const auto& own = rejections.at(static_cast<std::size_t>(rejection_of(*outcome) - 1));
        const bool is_own =
            reason_of(own) == reason_of(*outcome) && own.at == step.call.at && own.event_id == outcome->event_id;
        return is_own ? std::string{} : "its rejection tells of something else";
      },
      4'000);
  EXPECT_GT(rejected.count, 300);
}

TEST(FailedCalls, LeaveNothing) {
  Tally failed;
  expect(
      [&](const Step& step) -> std::string {
        if (!step.answer.failure) return {};
        failed(true);
        if (step.after.rejections().size() != step.before.rejections().size()) return "it leaves a rejection";
        return difference(step.before.image(), step.after.image());
      },
      3'000);
  EXPECT_GT(failed.count, 100);
}

}  // namespace
}  // namespace jb::test
