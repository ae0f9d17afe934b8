// SPDX-License-Identifier: PostgreSQL
//
// Promise: the last row of an explanation is the answer of the booking (rule 2.16.1). The starts passed over follow one
// another without a gap, from the first possible start to the event's start. No start passed over can be booked, and
// the reason in its row forbids it. An event that was just placed is explained at its place (rule 4.21).
//
// Why it could break: the explanation reads claims, hours, notice and limits, start by start, while booking reads the
// free time.
#include <gtest/gtest.h>

#include <algorithm>

#include "oracle.hpp"
#include "plain_rules.hpp"
#include "random_calls.hpp"
#include "reasons.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

constexpr std::size_t kMost = 40;

struct Explanation {
  std::optional<Failure> failure;
  std::vector<Verdict> rows;
};

Explanation explained(const Step& step) {
  auto snapshot = step.before.snapshot();
  try {
    const auto& fields = step.call.requests.front();
    Validation validation;
    check_values(validation, fields);
    check_new(validation, fields);
    validation.raise();
    return {{}, Scheduler(snapshot, true).explain(fields, kMost)};
  } catch (const Failure& failure) {
    return {failure, {}};
  }
}

std::string told(const Verdict& row) {
  return std::string(row.verdict) + " " + (row.candidate ? written(*row.candidate) : "") + " " + reason_of(row) +
         " on " + calendar_of(row);
}

/// Compares the last row with the answer of the booking.
std::string answer_differs(const Verdict& row, const Outcome& outcome) {
  const bool is_same = row.verdict == name_of(outcome.outcome) && reason_of(row) == reason_of(outcome) &&
                       conflicts_of(row) == conflicts_of(outcome) && written(row.moves) == written(outcome.moves) &&
                       (!outcome.time || row.candidate == outcome.time);
  return is_same ? std::string{} : "the answer is " + written(outcome) + ", explained as " + told(row);
}

bool is_off_increment(const PlainRules& rules, const std::string& name, Instant start) {
  const auto& calendar = rules.calendar(name);
  return !rules.is_on_increment(calendar, start);
}

/// Whether the reason in the row forbids the start. Starts that are merely off an increment belong to the previous row.
bool forbids(const Verdict& row, const PlainRules& rules, const Event& event, Instant start) {
  const auto reason = reason_of(row);
  const Span time{start, start + *event.wish.duration};
  const auto names = event.booked_on();
  if (std::any_of(names.begin(), names.end(), [&](const auto& name) { return is_off_increment(rules, name, start); }))
    return true;
  if (reason == "in_the_past") return start < rules.now();
  if (reason == "outside_window") return start < rules.starts(event).start;
  if (reason == "too_soon") return start < rules.now() + rules.calendar(calendar_of(row)).min_notice;
  if (reason == "outside_hours") return !oracle::is_covered(time, rules.hours(calendar_of(row)));
  if (reason == "over_limit") {
    const auto full = rules.full_days(calendar_of(row));
    return std::any_of(full.begin(), full.end(), [&](const Span& day) { return day.overlaps(time); });
  }
  if (reason == "conflict") {
    const auto standing = rules.in_the_way(event, start);
    return std::any_of(standing.begin(), standing.end(),
                       [&](const Event& each) { return each.id == conflicts_of(row).at(0); });
  }
  return reason.empty();  // rows ran out
}

/// What is wrong with the rows of the starts that were passed over. Each row is tried at five starts.
std::string passed_over_differ(const Step& step, const std::vector<Verdict>& rows, const Event& event,
                               const Outcome& outcome) {
  PlainRules rules(step.before);
  if (step.call.requests.front().preempt && !rules.earliest(event)) {
    for (const auto& lower : rules.lower_ones(event)) rules.leave(lower.id);
  }
  std::optional<Instant> reached;
  for (const auto& row : rows) {
    if (row.verdict != "passed_over") continue;
    const auto from = std::chrono::ceil<std::chrono::minutes>(row.candidate->start);
    if (reached && row.candidate->start != *reached) return "there is a gap before " + told(row);
    reached = row.candidate->end;
    for (int tries = 0; tries < 5; ++tries) {
      const auto length = (row.candidate->end - from) / Seconds{60};
      if (length <= 0) break;
      const Instant start = from + Seconds{60} * step.dice.from(0, length - 1);
      if (rules.is_open(event, start)) return utc(start) + " can be booked: " + told(row);
      if (!forbids(row, rules, event, start)) return utc(start) + " is not forbidden by " + told(row);
    }
  }
  const bool reaches_it = !outcome.time || !reached || *reached == outcome.time->start;
  return reaches_it ? std::string{} : "the starts that were passed over end at " + utc(*reached);
}

/// What is wrong with the rows of the events in the way: each event must overlap the time and be immovable.
std::string in_the_way_differ(const Step& step, const std::vector<Verdict>& rows, const Event& event) {
  const PlainRules rules(step.before);
  const auto start = wished_instant(event, rules.calendar(event.calendars.front()));
  const auto standing = rules.in_the_way(event, start);
  for (const auto& row : rows) {
    if (row.verdict != "in_the_way") continue;
    const auto found = std::find_if(standing.begin(), standing.end(),
                                    [&](const Event& each) { return each.id == conflicts_of(row).at(0); });
    if (found == standing.end() || rules.may_be_moved(*found)) return "it is in nobody's way: " + told(row);
  }
  return {};
}

TEST(Explaining, AgreesWithBooking) {
  Tally passed_over, in_the_way;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind != Call::Kind::schedule) return {};
        const auto [failure, rows] = explained(step);
        if (failure.has_value() != step.answer.failure.has_value()) return "explaining fails, or booking does";
        if (failure) return failure->message == step.answer.failure->message ? "" : "it fails otherwise";
        const auto& outcome = *step.answer.outcome();
        if (auto differs = answer_differs(rows.back(), outcome); !differs.empty()) return differs;
        const auto event = wanted(step.before, step.call.requests.front());
        if (!event) return {};
        passed_over(rows.front().verdict == "passed_over");
        in_the_way(rows.front().verdict == "in_the_way");
        if (!event->wish.is_fixed()) return passed_over_differ(step, rows, *event, outcome);
        return event->recurrence.empty() && !step.call.requests.front().recurrence
                   ? in_the_way_differ(step, rows, *event)
                   : std::string{};
      },
      4'000);
  EXPECT_GT(passed_over.count, 200);
  EXPECT_GT(in_the_way.count, 30);
}

/// Whether the step placed a single event that is, at the end of the call, where the answer says.
bool stands_as_answered(const Step& step) {
  const auto* outcome = step.answer.outcome();
  if (step.call.kind != Call::Kind::schedule || !outcome || !outcome->time || !outcome->moves.empty()) return false;
  const auto& fields = step.call.requests.front();
  if (fields.recurrence || fields.allow_past) return false;
  const auto stored = step.after.events().find(*outcome->event_id);
  return stored != step.after.events().end() && stored->second.time == outcome->time;
}

TEST(Explaining, SaysOfAnEventWhereItStands) {
  Tally placed, held;
  expect(
      [&](const Step& step) -> std::string {
        if (!stands_as_answered(step)) return {};
        const auto& outcome = *step.answer.outcome();
        auto snapshot = step.after.snapshot();
        const auto rows = Scheduler(snapshot, true).explain_event(*outcome.event_id, kMost);
        placed(outcome.outcome == Verb::placed);
        held(outcome.outcome == Verb::held);
        const bool is_same = rows.back().verdict == name_of(outcome.outcome) && rows.back().candidate == outcome.time;
        return is_same ? std::string{} : "placed as " + written(outcome) + ", explained as " + told(rows.back());
      },
      4'000);
  EXPECT_GT(placed.count, 200);
  EXPECT_GT(held.count, 30);
}

}  // namespace
}  // namespace jb::test
