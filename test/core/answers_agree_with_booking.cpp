// SPDX-License-Identifier: PostgreSQL
//
// Promise: each offered start is allowed by the rules and can be booked, and each start that the rules allow is offered
// (rule 2.16.1).
//
// Why it could break: offers come from the stored free time. Booking searches the free time of a plan, in which holds
// have ended and events are set aside.
//
// Promise: a dry run changes nothing, works on a read-only database, and gives the answer that the call itself would
// give (rule 2.15.2). A request in a batch that is only tried leaves no trace for later requests.
//
// Why it could break: a dry run plans on a snapshot, in which ended holds are still stored as held, and it takes no
// ids. A trial inside a batch must be undone in the plan that it shares with the other requests.
//
// Promise: the last row of an explanation is the answer of the booking (rule 2.16.1). The starts passed over follow one
// another without a gap, from the first possible start to the event's start. No start passed over can be booked, and
// the reason in its row forbids it. An event that was just placed is explained at its place (rule 4.21).
//
// Why it could break: the explanation reads claims, hours, notice and limits, start by start, while booking reads the
// free time.
//
// Promise: an outcome shows its event as the call leaves it in the store; the outcome of a dry run shows the event as
// it is (rules 2.15.2 and 4.16). Only an outcome without an event's id shows no event. The outcomes list every move of
// another event, and each event moves once (rules 2.4.4 and 2.4.5).
//
// Why it could break: the outcome is made when its request is planned. Later requests of the same call may move the
// event, and waiting events are placed after all requests.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "oracle.hpp"
#include "plain_rules.hpp"
#include "random_calls.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

constexpr std::size_t kMostOffered = 400;

/// The starts that a search over the stored free time offers.
std::vector<Instant> offered(MemoryStore& store, const Event& wanted) {
  const auto calendars = store.load(wanted.calendars);
  const auto asked = wanted.wish.within ? timeline_of_hours(*wanted.wish.within, calendars.front()) : nullptr;
  Search search(calendars, [&](const Calendar& calendar) { return store.timeline(calendar); }, store.clock(), asked);
  auto starts = search.open_starts(*wanted.wish.duration, kRepresentable, kMostOffered);
  store.forget();
  return starts;
}

std::vector<Instant> allowed(const PlainRules& rules, const Event& wanted) {
  std::vector<Instant> starts;
  const auto within = rules.starts(wanted);
  Instant start = std::chrono::floor<std::chrono::minutes>(within.start);
  for (; start <= within.end && starts.size() < kMostOffered; start += Seconds{60}) {
    if (rules.is_open(wanted, start)) starts.push_back(start);
  }
  return starts;
}

/// Whether an event of that length can be booked at that start and no other.
bool can_be_booked(MemoryStore store, const Event& wanted, Instant start) {
  Fields fields;
  fields.event_name.set("an event");
  fields.calendars.set(wanted.calendars);
  fields.duration.set(wanted.wish.duration);
  fields.not_before.set(start);
  fields.not_after.set(start + *wanted.wish.duration);
  if (wanted.wish.within) fields.within.set(*wanted.wish.within);
  store.begin(store.clock());
  const auto answer = make({.kind = Call::Kind::schedule, .requests = {fields}}, store);
  return answer.outcome() != nullptr && answer.outcome()->time && answer.outcome()->time->start == start;
}

Event some_wish(const Step& step) {
  Event wanted;
  for (const auto& [name, calendar] : step.after.calendars()) {
    if (step.dice.once_in(2)) wanted.calendars.push_back(name);
  }
  if (wanted.calendars.empty()) wanted.calendars.push_back(step.after.calendars().begin()->first);
  wanted.wish.duration = std::chrono::minutes{step.dice.one_of({15, 30, 60, 100, 240})};
  if (step.dice.once_in(3))
    wanted.wish.within = Within{.from = std::chrono::hours{step.dice.from(6, 12)}, .to = std::chrono::hours{22}};
  return wanted;
}

TEST(OfferedStarts, AreThoseThatCanBeBooked) {
  Tally booked, refused;
  expect(
      [&](const Step& step) -> std::string {
        if (!step.dice.once_in(4)) return {};
        const auto wanted = some_wish(step);
        auto store = step.after;
        store.begin(store.clock());
        make({.kind = Call::Kind::tend, .calendars = wanted.calendars}, store);
        const PlainRules rules(store);
        const auto open = offered(store, wanted);
        if (open != allowed(rules, wanted)) return "the rules allow other starts than are offered";
        for (int tries = 0; tries < 2 && !open.empty(); ++tries) {
          const auto start = step.dice.one_of(open);
          if (!can_be_booked(store, wanted, start)) return utc(start) + " is offered and cannot be booked";
          booked(true);
        }
        const auto within = rules.starts(wanted);
        const auto start = within.start + std::chrono::minutes{step.dice.from(0, 1'000)};
        if (std::find(open.begin(), open.end(), start) != open.end() || open.size() == kMostOffered) return {};
        refused(true);
        return can_be_booked(store, wanted, start) ? utc(start) + " is not offered and can be booked" : "";
      },
      2'000);
  EXPECT_GT(booked.count, 100);
  EXPECT_GT(refused.count, 100);
}

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
        return changed.empty() ? difference(told(step.call, step.answer), told(step.call, answer)) : changed;
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

constexpr std::size_t kMostExplained = 40;

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
    return {{}, Scheduler(snapshot, true).explain(fields, kMostExplained)};
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
                       conflicts_of(row) == conflicts_of(outcome) &&
                       written(row.moves) == written(of_displaced(outcome.moves)) &&
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
  if (reason == "outside_window") return start < rules.starts(event).start || !rules.is_asked(event, time);
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

/// Faults in the rows of the starts that were passed over. Each row is tried at five starts.
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

/// Faults in the rows of the events in the way, each of which must overlap the time and be immovable.
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
        const auto rows = Scheduler(snapshot, true).explain_event(*outcome.event_id, kMostExplained);
        placed(outcome.outcome == Verb::placed);
        held(outcome.outcome == Verb::held);
        const bool is_same = rows.back().verdict == name_of(outcome.outcome) && rows.back().candidate == outcome.time;
        return is_same ? std::string{} : "placed as " + written(outcome) + ", explained as " + told(rows.back());
      },
      4'000);
  EXPECT_GT(placed.count, 200);
  EXPECT_GT(held.count, 30);
}

/// Faults in the event that the outcome shows. `store` holds the event as it should be shown.
std::string fault(const Outcome& outcome, const MemoryStore& store, Instant now) {
  if (!outcome.event_id) return outcome.event ? "it shows an event that is none" : "";
  if (!outcome.event) return "it shows no event";
  const auto found = store.events().find(*outcome.event_id);
  if (found == store.events().end()) return "it shows an event that is not stored";
  const auto& stored = found->second;
  const auto zone = store.calendars().at(stored.calendars.front()).grid().zone;
  const auto& shown = *outcome.event;
  const auto expected = event_json({stored, status_at(stored, now), shown.time_zone, zone});
  return event_json(shown) == expected ? "" : "it shows " + event_json(shown) + "\nand not " + expected;
}

TEST(Outcomes, ShowTheirEventsAsStored) {
  Tally shown;
  expect(
      [&](const Step& step) -> std::string {
        for (const auto& outcome : step.answer.outcomes) {
          shown(outcome.event_id.has_value());
          if (outcome.event && !outcome.refusal && outcome.time != outcome.event->event.time)
            return "the outcome tells another time than the event that it shows";
          if (outcome.event && !outcome.refusal && outcome.version != outcome.event->event.version)
            return "the outcome tells another version than the event that it shows";
          if (auto wrong = fault(outcome, step.after, step.call.at); !wrong.empty()) return wrong;
        }
        return {};
      },
      25'000);
  EXPECT_GT(shown.count, 1'000);
}

TEST(Outcomes, OfDryRunsShowTheirEventsAsTheyAre) {
  Tally shown;
  expect(
      [&](const Step& step) -> std::string {
        if (step.call.kind > Call::Kind::become) return {};
        auto store = step.before.snapshot();
        for (const auto& outcome : make(step.call, store, true).outcomes) {
          shown(outcome.event_id.has_value());
          if (auto wrong = fault(outcome, step.before, step.call.at); !wrong.empty()) return wrong;
        }
        return {};
      },
      2'000);
  EXPECT_GT(shown.count, 200);
}

bool answers_moves(const Step& step) {
  using Kind = Call::Kind;
  const auto& answer = step.answer;
  if (step.call.kind == Kind::replan || step.call.kind == Kind::rezone) return !answer.failure;
  const auto& requests = step.call.requests;
  const bool tries = std::any_of(requests.begin(), requests.end(), [](const Fields& fields) { return fields.dry_run; });
  return !tries && !answer.failure &&
         std::any_of(answer.outcomes.begin(), answer.outcomes.end(),
                     [](const Outcome& outcome) { return !outcome.refusal && outcome.outcome != Verb::undone; });
}

/// The moves of each event that the answer lists, in order.
std::map<EventId, std::vector<std::optional<Span>>> told_moves(const Answer& answer) {
  std::map<EventId, std::vector<std::optional<Span>>> told;
  for (const auto& move : answer.moves) told[move.event_id].push_back(move.to);
  for (const auto& outcome : answer.outcomes)
    for (const auto& move : outcome.moves) told[move.event_id].push_back(move.to);
  return told;
}

TEST(Outcomes, ListEveryMoveOfAnotherEvent) {
  Tally moved, placed;
  expect(
      [&](const Step& step) -> std::string {
        if (!answers_moves(step)) return {};
        const auto told = told_moves(step.answer);
        const bool is_list = step.answer.outcomes.size() > 1;
        const auto named = subjects(step.before, step.call);
        for (const auto& [id, before] : step.before.events()) {
          const auto after = step.after.events().find(id);
          const bool is_named = std::find(named.begin(), named.end(), id) != named.end();
          const bool is_told = before.status == Status::scheduled || before.status == Status::waiting;
          if (is_named || after == step.after.events().end() || !is_told) continue;
          const auto& now = after->second;
          if (now.time == before.time && (now.status == before.status || now.status == Status::expired)) continue;
          const auto moves = told.find(id);
          (before.time ? moved : placed)(true);
          if (moves == told.end()) return "no outcome tells that event " + std::to_string(id) + " has moved";
          if (!is_list && moves->second.size() > 1) return "event " + std::to_string(id) + " moves twice";
          if (moves->second.back() != (now.status == Status::waiting ? std::nullopt : now.time))
            return "event " + std::to_string(id) + " is told to be elsewhere";
        }
        return {};
      },
      25'000);
  EXPECT_GT(moved.count, 100);
  EXPECT_GT(placed.count, 100);
}

}  // namespace
}  // namespace jb::test
