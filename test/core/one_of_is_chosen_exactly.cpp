// SPDX-License-Identifier: PostgreSQL
//
// Promise: an event with lists (rules 2.18.1 to 2.18.6) gets the earliest start at which all of its named calendars and
// enough candidates of each list are open, and of these the candidates that come first, or on the earliest such day the
// least busy. A fixed event takes candidates that are open, else those with the fewest moves. A refusal means that no
// choice has a place. All occurrences of a series have the same of a list that asks for it (rule 2.18.8). What somebody
// fixed or confirmed does not move to another candidate.
//
// Why it could break: the search leaps over starts; a choice for one list takes what another list needs; the busy time
// counts the event itself, or the wrong period; the calendars chosen are not those that are claimed.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/values/input.hpp"
#include "plain_rules.hpp"
#include "random_calls.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using Names = std::vector<std::string>;

/// A choice as the rules give it, found by trying every start and every candidate.
class PlainChoice {
 public:
  PlainChoice(const PlainRules& rules, const Event& wanted) : rules_(rules), wanted_(wanted) {}

  /// The event at its place; none: it has none.
  std::optional<Event> automatic() const {
    const auto span = window();
    auto start = std::chrono::floor<std::chrono::minutes>(span.start) + Seconds{0};
    while (start <= span.end && !is_valid(start)) start += kMinute;
    if (start > span.end) return std::nullopt;
    auto chosen = named_of(wanted_);
    auto last = start;
    if (is_by_day()) last = std::min(span.end, zone().day_at(start).end - Seconds{1});
    for (const auto& list : *wanted_.one_of) {
      int left = list.count;
      for (const auto& name : in_order(list, start)) {
        if (left == 0) break;
        auto tried = chosen;
        tried.push_back(name);
        if (!earliest_with(tried, list, left - 1, start, last)) continue;
        chosen = tried;
        --left;
      }
    }
    auto event = wanted_;
    event.calendars = chosen;
    const auto at = *earliest_with(chosen, {}, 0, start, last);
    event.time = Span{at, at + *wanted_.wish.duration};
    return event;
  }

  /// Whether the automatic event may start then, on some choice; and on this candidate alone.
  bool is_valid(Instant start) const {
    const auto is_free = [&](const auto& name) { return is_open(name, start); };
    return is_asked(start) && std::ranges::all_of(named_of(wanted_), is_free) &&
           std::ranges::all_of(*wanted_.one_of, [&](const auto& list) {
             return std::ranges::count_if(list.calendars, is_free) >= list.count;
           });
  }
  bool is_open(const std::string& name, Instant start) const {
    const auto found = open_.find({name, start});
    if (found != open_.end()) return found->second;
    return open_[{name, start}] = rules_.is_open(on(name), start);
  }

  /// The calendars of the fixed event; empty: it has no place.
  Names fixed(Instant start) const {
    auto chosen = named_of(wanted_);
    for (const auto& name : chosen)
      if (!rules_.is_allowed(on(name), start)) return {};
    for (const auto& list : *wanted_.one_of) {
      std::vector<std::pair<std::size_t, std::string>> open;
      for (const auto& name : in_order(list, start))
        if (rules_.is_allowed(on(name), start)) open.emplace_back(rules_.in_the_way(on(name), start).size(), name);
      std::ranges::stable_sort(open, {}, [](const auto& each) { return each.first; });
      if (open.size() < static_cast<std::size_t>(list.count)) return {};
      for (int i = 0; i < list.count; ++i) chosen.push_back(open[static_cast<std::size_t>(i)].second);
    }
    return chosen;
  }

 private:
  static constexpr Seconds kMinute{60};

  const Zone& zone() const { return rules_.calendar(wanted_.calendars.front()).zone(); }

  Event on(const std::string& name) const {
    auto event = wanted_;
    event.one_of.reset();
    event.calendars = {name};
    event.wish.within.reset();
    return event;
  }

  bool is_by_day() const {
    return std::ranges::any_of(*wanted_.one_of, [](const auto& list) { return list.choose == Choose::least_busy; });
  }

  bool is_asked(Instant start) const { return rules_.is_asked(wanted_, {start, start + *wanted_.wish.duration}); }

  /// The first start from `start` to `last` at which all of `chosen`, so many others of `list`, and enough of the lists
  /// after it are open.
  std::optional<Instant> earliest_with(const Names& chosen, const OneOf& list, int others, Instant start,
                                       Instant last) const {
    for (; start <= last; start += kMinute) {
      const auto is_free = [&](const auto& name) { return is_open(name, start); };
      if (!is_asked(start) || !std::ranges::all_of(chosen, is_free)) continue;
      const auto count = [&](const OneOf& of) {
        return std::ranges::count_if(
            of.calendars, [&](const auto& name) { return std::ranges::count(chosen, name) == 0 && is_free(name); });
      };
      bool is_enough = others == 0 || count(list) >= others;
      bool is_after = false;
      for (const auto& each : *wanted_.one_of) {
        if (is_after && count(each) < each.count) is_enough = false;
        if (each == list) is_after = true;
      }
      if (is_enough) return start;
    }
    return std::nullopt;
  }

  Span window() const {
    Span span{rules_.now(), rules_.now() + 5 * kDay};
    if (wanted_.wish.not_before) span.start = std::max(span.start, *wanted_.wish.not_before);
    if (wanted_.wish.not_after) span.end = std::min(span.end, *wanted_.wish.not_after);
    span.end -= *wanted_.wish.duration;
    return span;
  }

  /// The part of busy time that the list compares: the time of the events that begin in the period of `at`.
  double busy(const OneOf& list, const std::string& name, Instant at) const {
    using namespace std::chrono;
    const auto& on_clock = rules_.calendar(name).zone();
    const auto day = floor<days>(on_clock.to_wall(at));
    const auto is_in = [&](Instant start) {
      const auto other = floor<days>(on_clock.to_wall(start));
      const year_month_day a{day}, b{other};
      const auto monday = [](auto date) { return date - (weekday{date} - Monday); };
      if (list.per == Per::day) return day == other;
      return list.per == Per::week ? monday(day) == monday(other) : a.year() == b.year() && a.month() == b.month();
    };
    auto total = *wanted_.wish.duration;
    for (const auto& event : rules_.standing_on(name))
      if (is_in(event.time->start)) total += event.time->length();
    const auto place = std::ranges::find(list.calendars, name) - list.calendars.begin();
    return static_cast<double>(total.count()) / list.weight(static_cast<std::size_t>(place));
  }

  Names in_order(const OneOf& list, Instant at) const {
    auto names = list.calendars;
    if (list.choose == Choose::first) return names;
    std::ranges::stable_sort(names, {}, [&](const auto& name) { return busy(list, name, at); });
    return names;
  }

  const PlainRules& rules_;
  const Event& wanted_;
  mutable std::map<std::pair<std::string, Instant>, bool> open_;
};

/// A request with lists of the calendars that the world has; the first one named, if any, gives the zone.
Fields some_request(const Step& step) {
  auto& dice = step.dice;
  Names names;
  for (const auto& [name, calendar] : step.after.calendars()) names.push_back(name);
  for (std::size_t i = names.size(); i > 1; --i)
    std::swap(names[i - 1], names[static_cast<std::size_t>(dice.from(0, static_cast<std::int64_t>(i) - 1))]);
  Fields fields;
  fields.event_name.set("one of them");
  fields.duration.set(std::chrono::minutes{dice.one_of({30, 60, 120, 240})});
  const auto named = static_cast<std::size_t>(dice.from(0, 1));
  const bool has_two = names.size() - named >= 2 && dice.once_in(3);
  if (named > 0) fields.calendars.set(Names{names[0]});
  Lists lists(has_two ? 2 : 1);
  for (std::size_t i = named; i < names.size(); ++i) lists[i % lists.size()].calendars.push_back(names[i]);
  for (auto& list : lists) {
    list.count = static_cast<int>(dice.from(1, static_cast<std::int64_t>(list.calendars.size())));
    if (dice.once_in(2)) list.count = 1;
    if (dice.once_in(2)) list.choose = Choose::least_busy;
    list.per = dice.one_of({Per::day, Per::week, Per::month});
    for (std::size_t i = 0; dice.once_in(2) && i < list.calendars.size(); ++i)
      list.weights.resize(list.calendars.size(), static_cast<int>(dice.from(1, 3)));
  }
  fields.one_of.set(lists);
  if (dice.once_in(3))
    fields.within.set(Within{.from = std::chrono::hours{dice.from(6, 12)}, .to = std::chrono::hours{22}});
  return fields;
}

bool has_one_clock(const MemoryStore& store, const Fields& fields) {
  return fields.calendars.named || have_one_clock(store, fields.one_of.value->front().calendars);
}

std::string described(const std::optional<Event>& event) {
  if (!event || !event->time) return "none";
  std::string text = utc(event->time->start);
  auto names = event->calendars;
  std::ranges::sort(names);
  for (const auto& name : names) text += " " + name;
  return text;
}

/// The wish that core makes of the request, on all candidates.
Event wide(const Fields& fields) {
  Event wanted;
  wanted.calendars = fields.calendars.value.value_or(Names());
  wanted.one_of = *fields.one_of.value;
  wanted.wish.duration = fields.duration.value;
  wanted.wish.within = fields.within.value;
  wanted.wish.wished_start = fields.start_timestamp.value;
  widen(wanted);
  return wanted;
}

TEST(OneOf, IsChosenAsTheRulesSay) {
  Tally placed, refused, moved;
  expect(
      [&](const Step& step) -> std::string {
        if (!step.dice.once_in(4) || step.after.calendars().size() < 2) return {};
        auto fields = some_request(step);
        const bool is_fixed = step.dice.once_in(3);
        if (is_fixed) {
          fields.within.drop();
          fields.start_timestamp.set(std::chrono::floor<std::chrono::hours>(step.after.clock()) +
                                     std::chrono::hours{step.dice.from(1, 60)});
        }
        auto store = step.after;
        store.begin(store.clock());
        if (!has_one_clock(store, fields)) return {};
        make({.kind = Call::Kind::tend, .calendars = named_calendars(fields)}, store);
        const auto wanted = wide(fields);
        const PlainRules rules(store);
        const PlainChoice plain(rules, wanted);
        // Before the call, which changes the store that the rules look at.
        auto right = is_fixed ? std::optional(wanted) : plain.automatic();
        if (is_fixed) {
          right->calendars = plain.fixed(*wanted.wish.wished_start);
          if (right->calendars.empty())
            right.reset();
          else
            right->time = wished_time(wanted.wish, rules.calendar(right->calendars.front()).zone());
        }
        const auto answer = make({.kind = Call::Kind::schedule, .requests = {fields}}, store);
        const auto call = written(Call{.kind = Call::Kind::schedule, .at = store.clock(), .requests = {fields}});
        if (answer.outcome() == nullptr) return call + ": " + written(answer);
        const auto& outcome = *answer.outcome();
        const auto event = outcome.event_id ? store.find(*outcome.event_id) : std::nullopt;
        placed(right.has_value());
        refused(!right);
        moved(is_fixed && !outcome.moves.empty());
        if (described(right) != described(event))
          return call + ": the rules give " + described(right) + ", not " + described(event);
        if (!event) return {};
        for (const auto& list : *event->one_of)
          if (list.chosen != pool_of(*event, list)) return "what was chosen is not claimed";
        return {};
      },
      6'000);
  EXPECT_GT(placed.count, 300);
  EXPECT_GT(refused.count, 30);
  EXPECT_GT(moved.count, 5);
}

/// The candidates that are open for all occurrences of a fixed event, in the order in which the list takes them.
Names open_for_all(const MemoryStore& store, const Event& wanted, const OneOf& list,
                   const std::vector<Instant>& starts) {
  std::vector<std::pair<std::size_t, std::string>> open;
  for (const auto& name : list.calendars) {
    PlainRules rules(store);
    auto alone = wanted;
    alone.one_of.reset();
    alone.calendars = {name};
    std::size_t moves = 0;
    const bool is_open = std::ranges::all_of(starts, [&](Instant start) {
      alone.wish.wished_start = start;
      alone.time = Span{start, start + *wanted.wish.duration};
      if (!rules.is_allowed(alone, start)) return false;
      const auto gone = rules.in_the_way(alone, start);
      for (const auto& event : gone) rules.leave(event.id);
      moves += gone.size();
      rules.stand(alone);
      return true;
    });
    if (is_open) open.emplace_back(moves, name);
  }
  std::ranges::stable_sort(open, {}, [](const auto& each) { return each.first; });
  Names names;
  for (const auto& [moves, name] : open) names.push_back(name);
  return names;
}

TEST(OneOf, SameIsChosenForAllOccurrences) {
  Tally placed, second, refused;
  expect(
      [&](const Step& step) -> std::string {
        if (!step.dice.once_in(3) || step.after.calendars().size() < 2) return {};
        auto store = step.after;
        store.begin(store.clock());
        Fields fields;
        OneOf list, named;
        list.same = true;
        for (const auto& [name, calendar] : store.calendars()) list.calendars.push_back(name);
        named.calendars = {list.calendars.front()};
        list.calendars.erase(list.calendars.begin());
        fields.calendars.set(named.calendars);
        if (step.dice.once_in(2)) std::ranges::reverse(list.calendars);
        list.count = static_cast<int>(step.dice.from(1, std::min<std::int64_t>(2, std::ssize(list.calendars))));
        fields.event_name.set("a course");
        fields.duration.set(std::chrono::minutes{60});
        fields.one_of.set(Lists{list});
        const auto first =
            std::chrono::floor<std::chrono::hours>(store.clock()) + std::chrono::hours{step.dice.from(1, 12)};
        fields.start_timestamp.set(first);
        Validation validation;
        fields.recurrence = parse_recurrence("RRULE:FREQ=DAILY;COUNT=2", validation);
        make({.kind = Call::Kind::tend, .calendars = named_calendars(fields)}, store);
        const auto& zone = store.calendars().at(named.calendars.front()).zone();
        const std::vector<Instant> starts{first, zone.to_instant(zone.to_wall(first) + kDay)};
        auto right = open_for_all(store, wide(fields), list, starts);
        if (open_for_all(store, wide(fields), named, starts).empty()) right.clear();
        const auto answer = make({.kind = Call::Kind::schedule, .requests = {fields}}, store);
        if (answer.outcome() == nullptr) return {};
        const auto& outcome = *answer.outcome();
        const auto count = static_cast<std::size_t>(list.count);
        refused(right.size() < count);
        if (right.size() < count)
          return outcome.event_id ? "the rules give no choice: " + written(answer) : std::string{};
        if (!outcome.event_id)
          return outcome.refusal->reason == Reason::beyond_horizon ? std::string{}
                                                                   : "it is refused: " + written(answer);
        placed(true);
        second(right.front() != list.calendars.front());
        auto chosen = named.calendars;
        chosen.insert(chosen.end(), right.begin(), right.begin() + list.count);
        std::ranges::sort(chosen);
        for (const auto id : outcome.events) {
          auto calendars = store.find(id)->calendars;
          std::ranges::sort(calendars);
          if (calendars != chosen) return "an occurrence has others: " + written(*store.find(id));
        }
        return {};
      },
      4'000);
  EXPECT_GT(placed.count, 100);
  EXPECT_GT(second.count, 10);
  EXPECT_GT(refused.count, 30);
}

/// Two rooms, open all day, from a Monday at seven.
MemoryStore two_rooms() {
  Calendar room;
  room.time_zone = "UTC";
  Hours open;
  for (auto& day : open.week) day = {{Seconds{0}, kDay}};
  room.pattern = std::make_shared<Pattern>(Grid{std::make_shared<TableZone>(Seconds{0}), open});
  MemoryStore store([zone = room.grid().zone](const std::string&) { return zone; }, room);
  store.begin(at("2026-06-01T07:00:00Z"));
  for (const auto* name : {"room:1", "room:2"}) {
    room.name = name;
    store.set_calendar(room);
  }
  return store;
}

/// An hour on one of the rooms, the first if possible: at nine, or in a window of so many hours from nine on.
Outcome book_one(MemoryStore& store, int window, const Names& candidates = {"room:1", "room:2"}) {
  const auto nine = at("2026-06-01T09:00:00Z");
  Fields fields;
  fields.event_name.set("an hour");
  fields.duration.set(std::chrono::hours{1});
  fields.one_of.set(Lists{{.calendars = candidates}});
  (window > 0 ? fields.not_before : fields.start_timestamp).set(nine);
  if (window > 0) fields.not_after.set(nine + std::chrono::hours{window});
  fields.on_no_slot = OnNoSlot::reject;
  store.begin(store.clock());
  return make({.kind = Call::Kind::schedule, .requests = {fields}}, store).outcomes.at(0);
}

TEST(OneOf, DisplacedTakesAnotherCandidateBeforeAnotherTime) {
  auto store = two_rooms();
  const auto nine = at("2026-06-01T09:00:00Z");
  const auto id = book_one(store, 3).event_id.value();
  ASSERT_EQ(store.find(id)->calendars, Names{"room:1"});
  const auto first = book_one(store, 0, {"room:1"});
  EXPECT_EQ(store.find(id)->calendars, Names{"room:2"});
  EXPECT_EQ(store.find(id)->time->start, nine);
  ASSERT_EQ(first.moves.size(), 1U);
  EXPECT_EQ(first.moves.front().from_calendars, Names{"room:1"});
  EXPECT_EQ(first.moves.front().to_calendars, Names{"room:2"});
  // The rooms are taken at nine, and free at ten.
  ASSERT_EQ(book_one(store, 0, {"room:2"}).outcome, Verb::placed);
  EXPECT_EQ(store.find(id)->calendars, Names{"room:1"});
  EXPECT_EQ(store.find(id)->time->start, nine + std::chrono::hours{1});
}

// The store refuses a change on a calendar without its lock. After the call no event is or was on the first room, which
// has the history of a visit nevertheless.
TEST(OneOf, LeftAgainInTheSameCallIsStillLocked) {
  auto store = two_rooms();
  auto ben = store.calendars().at("room:1");
  ben.name = "ben";
  store.set_calendar(ben);
  const auto nine = at("2026-06-01T09:00:00Z");
  Fields fixed;
  fixed.event_name.set("fixed");
  fixed.duration.set(std::chrono::hours{8});
  fixed.start_timestamp.set(nine + std::chrono::hours{1});
  fixed.calendars.set(Names{"room:1"});
  store.begin(store.clock());
  make({.kind = Call::Kind::schedule, .requests = {fixed}}, store);
  Fields automatic;
  automatic.event_name.set("automatic");
  automatic.duration.set(std::chrono::hours{1});
  automatic.not_before.set(nine);
  automatic.calendars.set(Names{"ben"});
  automatic.one_of.set(Lists{{.calendars = {"room:1", "room:2"}}});
  fixed.duration = automatic.duration;
  fixed.start_timestamp.set(nine);
  fixed.calendars.set(Names{"ben"});
  store.begin(store.clock());
  const auto answer = make({.kind = Call::Kind::schedule_all, .requests = {automatic, fixed}}, store);
  ASSERT_EQ(answer.outcomes.size(), 2U);
  const auto event = store.find(answer.outcomes.front().event_id.value()).value();
  EXPECT_EQ(event.calendars, (Names{"ben", "room:2"}));
  EXPECT_EQ(store.check(), std::vector<std::string>{});
}

// A series without a place is tried at other times of its day. The trial takes no candidate that is not open: it would
// give that one's time back, though another event claims it.
TEST(OneOf, TrialsOfASeriesTakeWhatIsOpen) {
  auto store = two_rooms();
  auto ben = store.calendars().at("room:1");
  ben.name = "ben";
  store.set_calendar(ben);
  const auto nine = at("2026-06-01T09:00:00Z");
  const auto fixed = [&](const std::string& calendar, int hours) {
    Fields fields;
    fields.event_name.set("fixed");
    fields.duration.set(std::chrono::hours{1});
    fields.start_timestamp.set(nine + std::chrono::hours{hours});
    fields.calendars.set(Names{calendar});
    return fields;
  };
  auto series = fixed("ben", 0);
  series.one_of.set(Lists{{.calendars = {"room:1", "room:2"}}});
  Validation validation;
  series.recurrence = parse_recurrence("RRULE:FREQ=DAILY;COUNT=2", validation);
  store.begin(store.clock());
  const auto requests = {fixed("ben", 24), fixed("room:1", 1), series};
  const auto outcome = make({.kind = Call::Kind::schedule_all, .requests = requests}, store).outcomes.back();
  EXPECT_EQ(outcome.outcome, Verb::rejected);
  EXPECT_TRUE(
      std::ranges::any_of(outcome.alternatives, [&](Span time) { return time.start == nine + std::chrono::hours{1}; }));
  EXPECT_EQ(store.check(), std::vector<std::string>{});
}

TEST(OneOf, NothingFixedOrConfirmedMoves) {
  auto store = two_rooms();
  const auto fixed = book_one(store, 0).event_id.value();
  auto refused = book_one(store, 0, {"room:1"});
  EXPECT_EQ(refused.outcome, Verb::rejected);
  EXPECT_EQ(store.find(fixed)->calendars, Names{"room:1"});
  // One that was held and confirmed at a time that the scheduler chose.
  Fields fields;
  fields.event_name.set("held");
  fields.duration.set(std::chrono::hours{1});
  fields.one_of.set(Lists{{.calendars = {"room:1", "room:2"}}});
  fields.not_before.set(at("2026-06-01T09:00:00Z"));
  fields.hold_for.set(std::chrono::hours{1});
  store.begin(store.clock());
  const auto held = make({.kind = Call::Kind::schedule, .requests = {fields}}, store).outcomes.at(0).event_id.value();
  ASSERT_EQ(store.find(held)->calendars, Names{"room:2"});
  store.begin(store.clock());
  make({.kind = Call::Kind::become, .event = held, .becoming = {.status = Status::scheduled}}, store);
  ASSERT_EQ(store.find(held)->status, Status::scheduled);
  refused = book_one(store, 0);
  EXPECT_EQ(refused.outcome, Verb::rejected);
  EXPECT_EQ(refused.refusal->conflicts, (std::vector<EventId>{fixed, held}));
  EXPECT_EQ(store.find(held)->calendars, Names{"room:2"});
}

TEST(OneOf, IsExplainedStartByStart) {
  Tally passed, closed, later;
  expect(
      [&](const Step& step) -> std::string {
        if (!step.dice.once_in(4) || step.after.calendars().size() < 2) return {};
        const auto fields = some_request(step);
        auto store = step.after;
        store.begin(store.clock());
        if (!has_one_clock(store, fields)) return {};
        make({.kind = Call::Kind::tend, .calendars = named_calendars(fields)}, store);
        const auto wanted = wide(fields);
        const PlainRules rules(store);
        const PlainChoice plain(rules, wanted);
        std::vector<Verdict> rows;
        try {
          auto asked = store.snapshot();
          rows = Scheduler(asked, true).explain(fields, 40);
        } catch (const Failure&) {
          return {};
        }
        const auto told = [&](const Verdict& row, const std::string& what) {
          const auto call = written(Call{.kind = Call::Kind::schedule, .at = store.clock(), .requests = {fields}});
          return call + ": " + std::string(row.verdict) + " " + utc(row.candidate->start) + " " + what;
        };
        const auto& answer = rows.back();
        for (const auto& row : rows) {
          if (!row.refusal || !row.candidate) continue;
          if (row.verdict == "passed_over") {
            passed(row.refusal->reason != Reason::outside_window);
            const auto& [from, until] = *row.candidate;
            const auto minute = [&] {
              return from + std::chrono::minutes{step.dice.from(0, (until - from).count() / 60)};
            };
            for (const auto start : {from, until - Seconds{1}, minute(), minute(), minute()})
              if (start < until && plain.is_valid(start)) return told(row, "passes over " + utc(start));
          }
          if (row.verdict != "not_chosen" || !answer.candidate || !has_choice(wanted)) continue;
          const bool is_open = plain.is_open(row.refusal->calendar, answer.candidate->start);
          (is_open ? later : closed)(true);
          if (is_open != (row.refusal->reason == Reason::comes_later)) return told(row, row.refusal->calendar);
        }
        return {};
      },
      8'000);
  EXPECT_GT(passed.count, 300);
  EXPECT_GT(closed.count, 50);
  EXPECT_GT(later.count, 50);
}

/// The calendar, verdict and reason of each row.
std::vector<std::string> explained(const MemoryStore& store, const Fields& fields) {
  auto snapshot = store.snapshot();
  std::vector<std::string> rows;
  for (const auto& row : Scheduler(snapshot, true).explain(fields, 10)) {
    rows.emplace_back(row.verdict);
    if (row.refusal) rows.back() += " " + row.refusal->calendar + " " + std::string(name_of(row.refusal->reason));
  }
  return rows;
}

TEST(OneOf, IsExplainedCandidateByCandidate) {
  auto store = two_rooms();
  Fields fields;
  fields.event_name.set("an hour");
  fields.duration.set(std::chrono::hours{1});
  fields.one_of.set(Lists{{.calendars = {"room:1", "room:2"}}});
  fields.not_before.set(at("2026-06-01T09:00:00Z"));
  fields.not_after.set(at("2026-06-01T10:00:00Z"));
  EXPECT_EQ(explained(store, fields),
            (Names{"passed_over  outside_window", "not_chosen room:2 comes_later", "placed"}));
  book_one(store, 0);
  EXPECT_EQ(explained(store, fields), (Names{"passed_over  outside_window", "not_chosen room:1 conflict", "placed"}));
  book_one(store, 0);
  EXPECT_EQ(explained(store, fields),
            (Names{"passed_over  outside_window", "passed_over  conflict", "not_chosen room:1 no_open_slot",
                   "not_chosen room:2 no_open_slot", "rejected  no_open_slot"}));
}

}  // namespace
}  // namespace jb::test
