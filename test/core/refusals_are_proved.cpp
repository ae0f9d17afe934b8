// SPDX-License-Identifier: PostgreSQL
//
// Promise: whoever is refused can be given a proof (rule 2.19): facts that are true by the written rules, and that
// together forbid every start which the request leaves. On one calendar no proof has fewer facts, on several none can
// be left out. What is placed has no proof, and a proof gives the reason that the call gives.
//
// Why it could break: a fact forbids more starts than it may, or is about an event that would give way; the starts that
// are listed lack one; a fact of one candidate counts for another; the last facts make earlier ones needless.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/event/event.hpp"
#include "core/values/input.hpp"
#include "plain_rules.hpp"
#include "random_calls.hpp"

namespace jb::test {
namespace {

/// What a checker does with the proof, written after rule 2.19.
bool is_refuted(const Proof& proof, const std::vector<Fact>& facts, Instant start) {
  const auto forbids = [&](const std::string& name) {
    return std::ranges::any_of(facts, [&](const Fact& fact) {
      return fact.refusal.calendar == name && fact.starts.start <= start && start < fact.starts.end;
    });
  };
  return forbids("") || std::ranges::any_of(proof.needs, [&](const Need& need) {
           return std::ranges::count_if(need.calendars, std::not_fn(forbids)) < static_cast<std::ptrdiff_t>(need.count);
         });
}

bool is_accepted(const Proof& proof, const std::vector<Fact>& facts) {
  return std::ranges::all_of(proof.allowed, [&](Instant start) { return is_refuted(proof, facts, start); });
}

std::string told(const Fact& fact) {
  return std::string(name_of(fact.refusal.reason)) + " of " + fact.refusal.calendar + " for starts in " +
         written(fact.starts) + (fact.event_id ? ", event " + std::to_string(*fact.event_id) : "");
}

/// The event on this calendar alone, with no window of its own.
Event alone_on(const Event& wanted, const std::string& name, const std::optional<Instant>& fixed) {
  auto alone = wanted;
  alone.calendars = {name};
  alone.attendee_calendars.clear();
  alone.one_of.reset();
  alone.wish = {};
  alone.wish.duration = wanted.wish.duration;
  alone.wish.days = wanted.wish.days;
  alone.wish.wished_start = fixed;
  return alone;
}

/// The event that the request wants, on all of its candidates.
std::optional<Event> wide(const MemoryStore& store, const Fields& fields) {
  if (!fields.one_of.has_value()) return wanted(store, fields);
  auto named = fields;
  if (!fields.calendars.has_value()) named.calendars.set(fields.one_of.value->front().calendars);
  auto event = wanted(store, named);
  if (!event) return event;
  if (!fields.calendars.has_value()) event->calendars.clear();
  jb::widen(*event);
  return event;
}

/// What is wrong with the facts by the written rules.
std::string untrue(const MemoryStore& store, const PlainRules& rules, const Event& wanted, const Proof& proof,
                   bool allow_past) {
  const bool is_fixed = wanted.wish.is_fixed();
  for (const auto& fact : proof.facts) {
    const auto& name = fact.refusal.calendar;
    for (const auto start : proof.allowed) {
      if (start < fact.starts.start || start >= fact.starts.end) continue;
      const bool is_false = name.empty() ? (is_fixed ? start >= store.clock() - Seconds{300}
                                                     : rules.is_asked(wanted, {start, start + proof.duration}))
                            : is_fixed   ? rules.is_allowed(alone_on(wanted, name, start), start, allow_past)
                                         : rules.is_open(alone_on(wanted, name, {}), start);
      if (is_false) return utc(start) + " is not forbidden by " + told(fact);
    }
    if (!fact.event_id) continue;
    const auto& grid = rules.calendar(name).grid();
    const auto claims = store.claims_on(rules.calendar(name).id);
    const auto claim = std::ranges::find(claims, *fact.event_id, &Claim::event_id);
    if (claim == claims.end() || claim->during != *fact.refusal.span) return "there is no such claim: " + told(fact);
    if (store.events().at(*fact.event_id).version != fact.version) return "another version: " + told(fact);
    const Span whole{claim->during.start - grid.buffer_after - proof.duration + Seconds{1},
                     claim->during.end + grid.buffer_before};
    if (fact.starts.start < whole.start || fact.starts.end > whole.end) return "it reaches too far: " + told(fact);
  }
  return {};
}

/// The fewest ranges that hold all of the allowed starts of an automatic event on one calendar.
std::size_t fewest(const MemoryStore& store, const PlainRules& rules, const Event& wanted, const Proof& proof) {
  const auto& name = proof.needs.front().calendars.front();
  const auto& on = rules.calendar(name);
  std::vector<Span> ranges{{Instant::min(), store.clock() + on.min_notice},
                           {store.clock() + on.horizon - proof.duration + Seconds{1}, Instant::max()}};
  const auto add = [&](Span closed) { ranges.push_back({closed.start - proof.duration + Seconds{1}, closed.end}); };
  const auto add_between = [&](const std::vector<Span>& open) {
    for (std::size_t i = 1; i < open.size(); ++i)
      if (open[i - 1].end < open[i].start) add({open[i - 1].end, open[i].start});
    if (!open.empty()) add({open.back().end, Instant::max()});
    if (!open.empty()) add({Instant::min() + proof.duration, open.front().start});
  };
  add_between(rules.hours(name));
  for (const auto& day : rules.full_days(name)) add(day);
  for (const auto& event : rules.standing_on(name))
    for (const auto& claim : store.claims_on(on.id))
      if (claim.event_id == event.id)
        add({claim.during.start - on.grid().buffer_after, claim.during.end + on.grid().buffer_before});
  if (wanted.wish.within && !proof.allowed.empty()) {  // minute by minute
    constexpr auto minute = std::chrono::minutes{1};
    const auto end = proof.allowed.back() + proof.duration;
    for (auto at = proof.allowed.front(), first = at;; at += minute) {
      if (at < end && !rules.is_asked(wanted, {at, at + minute})) continue;
      if (at > first) add({first, at});
      if (at >= end) break;
      first = at + minute;
    }
  }
  constexpr std::size_t none = 1'000'000;
  std::vector<std::size_t> best(proof.allowed.size() + 1, none);
  best.back() = 0;
  for (auto i = proof.allowed.size(); i-- > 0;) {
    for (const auto& range : ranges) {
      if (proof.allowed[i] < range.start || proof.allowed[i] >= range.end) continue;
      const auto next = std::ranges::lower_bound(proof.allowed, range.end) - proof.allowed.begin();
      best[i] = std::min(best[i], best[static_cast<std::size_t>(next)] + 1);
    }
  }
  return best.front();
}

/// The starts by the rules that are missing among those listed.
std::string unlisted(const PlainRules& rules, const Event& wanted, const Proof& proof) {
  const auto span = rules.starts(wanted);
  const auto& leading = proof.needs.front();
  const auto count = leading.count == leading.calendars.size() ? 1 : leading.calendars.size();
  for (auto start = std::chrono::ceil<std::chrono::minutes>(span.start) + Seconds{0}; start <= span.end;
       start += std::chrono::minutes{1}) {
    const auto is_on = [&](const auto& name) { return PlainRules::is_on_increment(rules.calendar(name), start); };
    if (std::any_of(leading.calendars.begin(), leading.calendars.begin() + static_cast<std::ptrdiff_t>(count), is_on) &&
        !std::ranges::binary_search(proof.allowed, start))
      return utc(start) + " is not listed";
  }
  return {};
}

struct Counts {
  Tally automatic, fixed, several, chosen, within, placed;
};

std::string wrong(const Step& step, Counts& count) {
  if (step.call.kind != Call::Kind::schedule || step.answer.failure) return {};
  const auto& fields = step.call.requests.front();
  auto snapshot = step.before.snapshot();
  const auto proof = Scheduler(snapshot, true).prove(fields);
  const auto& outcome = *step.answer.outcome();
  if (proof.outcome != outcome.outcome) return "the call answers otherwise than the proof";
  count.placed(!proof.reason);
  if (!proof.reason) return proof.facts.empty() ? "" : "what is placed has a proof";
  if (!outcome.refusal || proof.reason != outcome.refusal->reason) return "the proof has another reason than the call";
  if (!proof.is_proved) return fields.recurrence ? "" : "it is refused without a proof";
  if (!is_accepted(proof, proof.facts)) return "the facts do not forbid every start";
  for (std::size_t i = 0; i < proof.facts.size(); ++i) {
    auto others = proof.facts;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    if (is_accepted(proof, others)) return "it can do without " + told(proof.facts[i]);
  }
  const auto event = wide(step.before, fields);
  if (!event || fields.recurrence || event->wish.days) return {};
  // Where a clock change swallows the midnight that the hours asked for pass, the plain rules see one stretch, and core
  // two halves of it (rule 2.3.9 does not say).
  if (event->wish.within && event->wish.within->to <= event->wish.within->from) return {};
  const auto is_known = [&](const auto& name) { return step.before.calendars().contains(name); };
  for (const auto& need : proof.needs)
    if (!std::ranges::all_of(need.calendars, is_known)) return {};  // the call makes ceo
  if (!fields.calendars.named && has_choice(*event) && !have_one_clock(step.before, event->one_of->front().calendars))
    return {};
  PlainRules rules(step.before);
  if (fields.preempt && !has_choice(*event) && !event->wish.is_fixed())
    for (const auto& lower : rules.lower_ones(*event)) rules.leave(lower.id);
  if (auto text = untrue(step.before, rules, *event, proof, fields.allow_past); !text.empty()) return text;
  const bool is_one = proof.needs.size() == 1 && proof.needs.front().calendars.size() == 1;
  count.fixed(event->wish.is_fixed());
  count.several(!is_one);
  count.chosen(has_choice(*event));
  if (event->wish.is_fixed()) return is_one && proof.facts.size() != 1 ? "one fact is enough for one start" : "";
  count.automatic(true);
  count.within(event->wish.within.has_value());
  if (auto text = unlisted(rules, *event, proof); !text.empty()) return text;
  if (!is_one || rules.calendar(proof.needs.front().calendars.front()).max_source_age) return {};
  const auto least = fewest(step.before, rules, *event, proof);
  if (proof.facts.size() == least) return {};
  std::string text = "where " + std::to_string(least) + " facts are enough, there are";
  for (const auto& fact : proof.facts) text += "\n" + told(fact);
  return text;
}

TEST(Refusals, AreProved) {
  Counts count;
  expect([&](const Step& step) { return wrong(step, count); }, 8'000, Requests::with_lists);
  RecordProperty("proofs", count.automatic.count + count.fixed.count);
  EXPECT_GT(count.automatic.count, 200);
  EXPECT_GT(count.fixed.count, 200);
  EXPECT_GT(count.several.count, 100);
  EXPECT_GT(count.chosen.count, 20);
  EXPECT_GT(count.within.count, 20);
  EXPECT_GT(count.placed.count, 200);
}

}  // namespace
}  // namespace jb::test
