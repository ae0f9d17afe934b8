// SPDX-License-Identifier: PostgreSQL
//
// Promise: when a call ends, no event waits that would fit in time opened by the call (rule 2.11.2). The exception is a
// fixed event that would displace an event whose place the call has already answered; the next call tries it. On the
// calendars of the call no waiting event is past its own time (rule 2.11.4), and no hold outlives its deadline (rule
// 3.9).
//
// Why it could break: time opens in many ways: a cancellation, a move, an early end, the end of a hold, the
// displacement of an event by an event that waited. The scheduler has to notice each of them, and an event that takes a
// place can open time elsewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/values/input.hpp"
#include "plain_rules.hpp"
#include "random_calls.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

bool is_one_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_on_one_of(const Event& event, const std::vector<std::string>& names) {
  const auto booked_on = event.booked_on();
  return std::find_first_of(names.begin(), names.end(), booked_on.begin(), booked_on.end()) != names.end();
}

/// Whether `claims` together cover the whole span.
bool is_claimed(Span span, const std::vector<Claim>& claims) {
  for (const auto& claim : claims) {
    if (claim.during.start <= span.start && span.start < claim.during.end) span.start = claim.during.end;
  }
  return span.empty();
}

/// By calendar, the time that an event could now claim because it was claimed before, or the calendar has new settings
/// or other rules of its zone.
std::multimap<std::string, Span> opened(const Step& step) {
  std::multimap<std::string, Span> spans;
  for (const auto& [name, calendar] : step.before.calendars()) {
    const bool is_made_anew = step.call.kind == Call::Kind::retune || step.call.kind == Call::Kind::rezone;
    if (is_made_anew && is_one_of(name, step.call.calendars)) spans.emplace(name, kRepresentable);
    const auto claims = step.after.claims_on(calendar.id);
    for (const auto& claim : step.before.claims_on(calendar.id)) {
      if (is_claimed(claim.during, claims)) continue;
      auto span = claim.during;
      if (calendar.max_events_per_day) {
        const auto day = calendar.zone().day_at(step.before.events().at(claim.event_id).time->start);
        span = {std::min(span.start, day.start), std::max(span.end, day.end)};
      }
      spans.emplace(name, span);
    }
  }
  return spans;
}

/// A start at which the waiting event would claim some of the time that opened; nullopt if there is none.
std::optional<Instant> place_in(const std::multimap<std::string, Span>& opened, const Event& event,
                                const PlainRules& rules) {
  for (const auto& name : event.booked_on()) {
    const auto& grid = rules.calendar(name).grid();
    for (auto [next, end] = opened.equal_range(name); next != end; ++next) {
      const Span claimed{next->second.start - grid.buffer_after, next->second.end + grid.buffer_before};
      if (event.wish.is_fixed()) {
        const auto start = wished_instant(event, rules.calendar(event.calendars.front()));
        const auto time = rules.time_from(event, start);
        if (time.overlaps(claimed) && rules.is_allowed(event, start)) return start;
      } else if (const auto start = rules.earliest(event, claimed)) {
        return start;
      }
    }
  }
  return std::nullopt;
}

/// The event on this calendar alone, at any time.
Event alone(const Event& event, const std::string& name) {
  auto one = event;
  one.one_of.reset();
  one.calendars = {name};
  one.attendee_calendars.clear();
  one.wish = {};
  one.wish.duration = event.wish.duration;
  return one;
}

/// Whether the event, which has lists, may have this time: all of its named calendars and enough candidates are open.
bool has_place(const PlainRules& rules, const Event& event, Span time) {
  const auto is_open = [&](const std::string& name) {
    auto one = alone(event, name);
    if (!event.wish.is_fixed()) return rules.is_open(one, time.start);
    one.wish.wished_start = time.start;
    one.wish.duration = time.length();
    return rules.is_allowed(one, time.start);
  };
  auto named = named_of(event);
  named.insert(named.end(), event.attendee_calendars.begin(), event.attendee_calendars.end());
  return std::ranges::all_of(named, is_open) && std::ranges::all_of(*event.one_of, [&](const OneOf& list) {
           return std::ranges::count_if(pool_of(event, list), is_open) >= list.count;
         });
}

/// The same as place_in() for an event with lists, on a minute of the time that opened.
std::optional<Instant> place_of_lists(const std::multimap<std::string, Span>& opened, const Event& event,
                                      const PlainRules& rules) {
  const auto& first = rules.calendar(event.calendars.front());
  Span window{rules.now(), rules.now() + 10 * kDay};
  const auto& wish = event.wish;
  if (wish.date)
    window = {std::max(window.start, first.zone().day(*wish.date).start), first.zone().day(*wish.date).end};
  if (wish.not_before) window.start = std::max(window.start, *wish.not_before);
  if (wish.not_after) window.end = std::min(window.end, *wish.not_after);
  for (const auto& name : event.booked_on()) {
    const auto& grid = rules.calendar(name).grid();
    for (auto [next, end] = opened.equal_range(name); next != end; ++next) {
      if (event.wish.is_fixed()) {
        const auto start = wished_instant(event, first);
        const auto time = rules.time_from(event, start);
        const Span claimed{next->second.start - grid.buffer_after, next->second.end + grid.buffer_before};
        if (time.overlaps(claimed) && has_place(rules, event, time)) return start;
        continue;
      }
      const auto from = std::max(window.start, next->second.start - grid.buffer_after - *wish.duration + Seconds{1});
      const auto last = std::min(window.end - *wish.duration, next->second.end + grid.buffer_before - Seconds{1});
      auto start = std::chrono::ceil<std::chrono::minutes>(from) + Seconds{0};
      for (; start <= last; start += Seconds{60}) {
        const Span time{start, start + *wish.duration};
        if (rules.is_asked(event, time) && has_place(rules, event, time)) return start;
      }
    }
  }
  return std::nullopt;
}

std::optional<Instant> place_of(const std::multimap<std::string, Span>& opened, const Event& event,
                                const PlainRules& rules) {
  return event.one_of ? place_of_lists(opened, event, rules) : place_in(opened, event, rules);
}

/// Whether the fixed event waits only because the call has already answered the places of the events that would give
/// way. The next call then places it (rule 2.11.5), or another one whose turn is earlier and that takes its time.
bool waits_for_next_call(const Step& step, const std::multimap<std::string, Span>& opened, const Event& event) {
  if (!event.wish.is_fixed()) return false;
  auto store = step.after;
  make({.kind = Call::Kind::tend, .calendars = event.booked_on()}, store);
  return store.events().at(event.id).is_claiming() || !place_of(opened, event, PlainRules(store));
}

/// The law that no event waits though it has a place in time that the call has opened, for random requests.
void expect_none_starves(Requests requests) {
  Tally waited, placed, tried_next;
  expect(
      [&](const Step& step) -> std::string {
        if (step.answer.failure) return {};
        const auto open_time = opened(step);
        const PlainRules rules(step.after);
        for (const auto& [id, event] : step.after.events()) {
          const auto before = step.before.events().find(id);
          const bool has_waited = before != step.before.events().end() && before->second.status == Status::waiting;
          placed(has_waited && event.is_claiming() && id != step.call.event);
          const auto names = event.booked_on();
          if (event.status != Status::waiting ||
              std::none_of(names.begin(), names.end(), [&](const auto& name) { return open_time.contains(name); }))
            continue;
          if (requests == Requests::with_lists && !event.one_of) continue;
          waited(true);
          if (const auto start = place_of(open_time, event, rules)) {
            const auto is_next = waits_for_next_call(step, open_time, event);
            tried_next(is_next);
            if (!is_next) return "it waits, and " + utc(*start) + " is open: " + written(event);
          }
        }
        return {};
      },
      6'000, requests);
  EXPECT_GT(waited.count, 50);
  EXPECT_GT(placed.count, 10);
}

TEST(WaitingEvents, TakeAPlaceAsSoonAsOneOpens) { expect_none_starves(Requests::without_lists); }

// Rule 2.18.2: an event with lists has a place as soon as enough of its candidates are open.
TEST(WaitingEvents, TakeAPlaceAsSoonAsACandidateOpens) { expect_none_starves(Requests::with_lists); }

TEST(WaitingEvents, AndHoldsEndWhenTheirTimeHasPassed) {
  Tally ended;
  expect(
      [&](const Step& step) -> std::string {
        if (step.answer.failure) return {};
        const auto& of_call = step.after.planned_with();
        const PlainRules rules(step.after);
        for (const auto& [id, event] : step.after.events()) {
          const auto before = step.before.events().find(id);
          ended(before != step.before.events().end() && event.status == Status::expired &&
                before->second.status != Status::expired);
          if (!is_on_one_of(event, {of_call.begin(), of_call.end()})) continue;
          if (event.status == Status::held && *event.expires_at <= step.call.at)
            return "it is held past its deadline: " + written(event);
          if (event.status == Status::waiting && has_passed(event, rules))
            return "it waits for ever: " + written(event);
        }
        return {};
      },
      4'000);
  EXPECT_GT(ended.count, 20);
}

/// Books a fixed event at that time, or an automatic event between that time and `not_after`. The event waits if no
/// place is open.
EventId book(MemoryStore& store, Instant start, Seconds duration, std::optional<Instant> not_after, int priority,
             const std::vector<std::string>& calendars = {"anna"}) {
  Fields fields;
  fields.event_name.set("an event");
  fields.calendars.set(calendars);
  fields.duration.set(duration);
  fields.priority.set(priority);
  fields.on_no_slot = OnNoSlot::wait;
  (not_after ? fields.not_before : fields.start_timestamp).set(start);
  if (not_after) fields.not_after.set(*not_after);
  store.begin(store.clock());
  return make({.kind = Call::Kind::schedule, .requests = {fields}}, store).outcomes.at(0).event_id.value();
}

/// Anna's calendar, open from nine to five each day.
Calendar nine_to_five() {
  using std::chrono::hours;
  Calendar anna;
  anna.name = "anna";
  anna.time_zone = "UTC";
  Hours open;
  for (auto& day : open.week) day = {{hours{9}, hours{17}}};
  anna.pattern = std::make_shared<Pattern>(Grid{std::make_shared<TableZone>(Seconds{0}), open});
  return anna;
}

// On Anna's calendar a fixed event has the first two hours, and automatic event A, which fits nowhere else, the next
// two. Fixed event F waits for 10:00 to 11:30, and automatic event B, of higher priority, waits for half an hour from
// 11:30 on. Event B is tried before event F, but its place opens only when event F has displaced event A.
TEST(WaitingEvents, AreTriedAgainWhenOneOfThemOpensTime) {
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto nine = at("2026-06-01T09:00:00Z");
  const auto anna = nine_to_five();
  MemoryStore store([&](const std::string&) { return anna.grid().zone; }, anna);
  store.begin(nine - hours{1});
  store.set_calendar(anna);

  const auto first = book(store, nine, hours{2}, {}, 50);
  const auto automatic = book(store, nine + hours{2}, hours{2}, nine + hours{4}, 50);
  const auto fixed = book(store, nine + hours{1}, minutes{90}, {}, 50);
  const auto short_one = book(store, nine + minutes{150}, minutes{30}, nine + hours{3}, 90);
  ASSERT_EQ(store.events().at(fixed).status, Status::waiting);
  ASSERT_EQ(store.events().at(short_one).status, Status::waiting);

  store.begin(store.clock());
  make({.kind = Call::Kind::become, .event = first, .becoming = {.status = Status::cancelled}}, store);
  EXPECT_EQ(store.events().at(fixed).status, Status::scheduled);
  EXPECT_EQ(store.events().at(automatic).status, Status::waiting);
  EXPECT_EQ(store.events().at(short_one).status, Status::scheduled);
}

// Anna's calendar is full for three days, up to its horizon. Two events, each as long as a day, wait for any day of the
// week. Nobody opens time, but the fourth day comes within the horizon. The event of higher priority gets it, although
// the other event began to wait earlier. A day later the other event gets the fifth day.
TEST(WaitingEvents, TakeTheTimeThatTheHorizonBrings) {
  using std::chrono::hours;
  const auto nine = at("2026-06-01T09:00:00Z");
  const auto end_of_week = nine + 7 * kDay;
  auto anna = nine_to_five();
  anna.horizon = 3 * kDay;
  MemoryStore store([&](const std::string&) { return anna.grid().zone; }, anna);
  store.begin(nine - hours{2});
  store.set_calendar(anna);
  for (int day = 0; day < 3; ++day) book(store, nine + day * kDay, hours{8}, {}, 50);
  const auto low = book(store, nine, hours{8}, end_of_week, 10);
  store.begin(nine - hours{1});
  const auto high = book(store, nine, hours{8}, end_of_week, 90);
  ASSERT_EQ(store.events().at(low).status, Status::waiting);
  ASSERT_EQ(store.events().at(high).status, Status::waiting);

  store.begin(nine - hours{1} + kDay);
  make({.kind = Call::Kind::tend, .calendars = {"anna"}}, store);
  ASSERT_EQ(store.events().at(high).status, Status::scheduled);
  EXPECT_EQ(store.events().at(high).time->start, nine + 3 * kDay);
  EXPECT_EQ(store.events().at(low).status, Status::waiting);

  store.begin(nine - hours{1} + 2 * kDay);
  make({.kind = Call::Kind::tend, .calendars = {"anna"}}, store);
  ASSERT_EQ(store.events().at(low).status, Status::scheduled);
  EXPECT_EQ(store.events().at(low).time->start, nine + 4 * kDay);
}

/// Booking and cancelling an event of Anna's takes so many steps.
std::size_t steps_of_an_opening(MemoryStore& store, Instant start) {
  static std::size_t steps;
  steps = 0;
  const Account account([] { ++steps; });
  const auto event = book(store, start, std::chrono::hours{1}, {}, 50);
  store.begin(store.clock());
  make({.kind = Call::Kind::become, .event = event, .becoming = {.status = Status::cancelled}}, store);
  return steps;
}

// An event waits for Anna and a room. Then the room opens a second after Anna on each day of the year, and counts its
// increment from there, so that no start is on the increments of both. When an event of Anna's is cancelled, a place
// for the waiting event is looked for near the time that opens, not at each mark of the year.
TEST(WaitingEvents, AreSoughtNearTheTimeThatOpens) {
  using std::chrono::hours;
  const auto nine = at("2026-06-01T09:00:00Z");
  const auto anna = nine_to_five();
  MemoryStore store([&](const std::string&) { return anna.grid().zone; }, anna);
  store.begin(nine - hours{1});
  store.set_calendar(anna);
  auto room = anna;
  room.name = "room";
  auto grid = anna.grid();
  grid.hours.week = {};
  grid.hours.overrides[*parse_date("2026-06-01")] = {{hours{9}, hours{10}}};
  room.pattern = std::make_shared<Pattern>(grid);
  store.set_calendar(room);
  book(store, nine, hours{1}, {}, 50);
  const auto waits = book(store, nine, hours{1}, nine + 300 * kDay, 50, {"anna", "room"});
  ASSERT_EQ(store.events().at(waits).status, Status::waiting);
  grid = anna.grid();
  grid.from_opening = true;
  for (auto& day : grid.hours.week) day.front().start += Seconds{1};
  room.pattern = std::make_shared<Pattern>(grid);
  store.begin(store.clock());
  make({.kind = Call::Kind::retune, .calendars = {"room"}, .settings = room}, store);
  ASSERT_EQ(store.events().at(waits).status, Status::waiting);

  const auto with_one = steps_of_an_opening(store, nine + 20 * kDay);
  EXPECT_GT(with_one, 20U);
  EXPECT_LT(with_one, 500U);
}

}  // namespace
}  // namespace jb::test
