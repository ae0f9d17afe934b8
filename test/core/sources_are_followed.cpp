// SPDX-License-Identifier: PostgreSQL
//
// Promise: events that follow a source are where the source has them, however many of them must swap places (rule
// 4.24). If the source, or an event that was booked here, leaves no room, an event stays exactly as it was. A trial
// shows what the call will do.
//
// Why it could break: all events that move are set aside before the first is placed. If an event can go neither to its
// new time nor back to its old one, the plan has to begin anew, and nothing of the first attempt may remain.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/scheduling/scheduler.hpp"
#include "memory_store.hpp"
#include "table_zone.hpp"

namespace jb::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr int kSlots = 14;  // of half an hour each
constexpr int kEvents = 6;

Instant monday() { return at("2026-06-01T00:00:00Z"); }

Span slots(int first, int count) { return {monday() + first * minutes{30}, monday() + (first + count) * minutes{30}}; }

Calendar anna() {
  Calendar anna;
  anna.name = "anna";
  anna.time_zone = "UTC";
  Hours open;
  for (auto& day : open.week) day = {{Seconds{0}, kDay}};
  anna.pattern = std::make_shared<Pattern>(Grid{std::make_shared<TableZone>(Seconds{0}), open});
  return anna;
}

Fields request_for(Span time) {
  Fields fields;
  fields.event_name.set("an event");
  fields.calendars.set(std::vector<std::string>{"anna"});
  fields.start_timestamp.set(time.start);
  fields.duration.set(time.length());
  return fields;
}

/// The time that the source gives each of its events; nullopt if cancelled.
using Source = std::vector<std::optional<Span>>;

bool share_time(const Span& a, const Span& b) { return a.start < b.end && b.start < a.end; }

bool has_room(const Source& source, const std::vector<Span>& booked) {
  for (std::size_t i = 0; i < source.size(); ++i) {
    for (std::size_t j = 0; source[i] && j < i; ++j)
      if (source[j] && share_time(*source[i], *source[j])) return false;
    for (const auto& span : booked)
      if (source[i] && share_time(*source[i], span)) return false;
  }
  return true;
}

class Mirroring {
 public:
  explicit Mirroring(unsigned seed)
      : dice_(seed), store_([](const std::string&) { return std::make_shared<TableZone>(Seconds{0}); }, anna()) {
    store_.begin(monday() - kDay);
    store_.set_calendar(anna());
    for (const int slot : {3, 9}) {
      booked_.push_back(slots(slot, 1));
      store_.begin(store_.clock());
      Scheduler(store_).schedule(request_for(booked_.back()));
    }
  }

  /// Follows another state of the source. Result: what is wrong.
  std::string step(bool leaves_room) {
    Source source;
    do {
      source.assign(kEvents, std::nullopt);
      for (auto& time : source)
        if (pick(6) > 0) time = slots(pick(kSlots), 1 + pick(2));
    } while (leaves_room && !has_room(source, booked_));
    const auto before = store_;
    auto trial = store_.snapshot();
    const auto tried = Scheduler(trial, true).follow("anna", News::whole, [&] { return asked(source); });
    store_.begin(store_.clock());
    store_.is_outrun = [this] { return pick(4) == 0; };
    const auto followed = Scheduler(store_).follow("anna", News::whole, [&] { return asked(source); });
    for (const auto& problem : store_.check()) return problem;
    for (std::size_t i = 0; i < source.size(); ++i) {
      if (tried[i].outcome.outcome != followed[i].outcome.outcome) return "the trial told something else";
      const auto problem = judge(i, source[i], followed[i], before);
      if (!problem.empty()) return problem;
      if (leaves_room && followed[i].outcome.outcome == Verb::rejected) return "an event with room was refused";
    }
    for (const auto& span : booked_)
      if (std::none_of(store_.events().begin(), store_.events().end(),
                       [&](const auto& event) { return event.second.time == span && event.second.is_claiming(); }))
        return "an event that was booked here has gone";
    return {};
  }

  int exchanged = 0;
  int refused = 0;

 private:
  int pick(int count) { return static_cast<int>(dice_() % static_cast<unsigned>(count)); }

  std::vector<SourceEvent> asked(const Source& source) const {
    std::vector<SourceEvent> all;
    for (std::size_t i = 0; i < source.size(); ++i) {
      SourceEvent event;
      if (ids_[i]) event.mirrors.push_back({{}, *ids_[i]});
      event.action = source[i] ? SourceEvent::Action::follow : SourceEvent::Action::cancel;
      event.returns = true;
      if (source[i]) event.fields = request_for(*source[i]);
      event.has_other_starts = event.has_other_length = true;
      all.push_back(event);
    }
    return all;
  }

  /// Compares the new state of an event with the source, or with its old state.
  std::string judge(std::size_t i, const std::optional<Span>& wanted, const Followed& followed,
                    const MemoryStore& before) {
    if (followed.first) ids_[i] = followed.first;
    const auto now = ids_[i] ? std::optional(store_.events().at(*ids_[i])) : std::nullopt;
    if (followed.outcome.outcome == Verb::rejected) {
      ++refused;
      if (!now || !before.events().contains(now->id)) return {};
      const auto& was = before.events().at(now->id);
      return was.version == now->version && was.time == now->time ? "" : "a refused event was changed";
    }
    if (!wanted) return now && now->is_claiming() ? "a cancelled event stands" : "";
    if (!now || !now->is_claiming() || now->time != wanted) return "an event is not where the source has it";
    for (const auto& [id, other] : before.events())
      exchanged += id != now->id && other.is_claiming() && share_time(*other.time, *wanted) ? 1 : 0;
    return {};
  }

  std::mt19937 dice_;
  MemoryStore store_;
  std::vector<Span> booked_;
  std::vector<std::optional<EventId>> ids_ = std::vector<std::optional<EventId>>(kEvents);
};

TEST(FollowedEvents, StandWhereTheSourceHasThem) {
  int exchanged = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    Mirroring mirroring(seed);
    for (int i = 0; i < 10; ++i) ASSERT_EQ(mirroring.step(true), "") << "seed " << seed << ", step " << i;
    exchanged += mirroring.exchanged;
    EXPECT_EQ(mirroring.refused, 0);
  }
  EXPECT_GT(exchanged, 200);
}

TEST(FollowedEvents, WithoutRoomStayAsTheyWere) {
  int refused = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    Mirroring mirroring(seed);
    for (int i = 0; i < 10; ++i) ASSERT_EQ(mirroring.step(false), "") << "seed " << seed << ", step " << i;
    refused += mirroring.refused;
  }
  EXPECT_GT(refused, 200);
}

/// Anna mirrors a source that counts for an hour, and last heard from it two hours ago.
class StaleSource : public testing::Test {
 protected:
  StaleSource() : store_([](const std::string&) { return std::make_shared<TableZone>(Seconds{0}); }, anna()) {
    store_.begin(monday());
    store_.set_calendar(mirroring(false, monday() - hours{2}));
  }

  static Calendar mirroring(bool is_strict, std::optional<Instant> as_of) {
    auto calendar = anna();
    calendar.max_source_age = hours{1};
    calendar.source_as_of = as_of;
    calendar.strict = is_strict;
    return calendar;
  }

  void keep(bool is_strict, std::optional<Instant> as_of) {
    store_.begin(monday());
    Scheduler(store_).retune("anna", [&] { store_.set_calendar(mirroring(is_strict, as_of)); });
  }

  Outcome book(std::optional<Span> time, OnNoSlot on_no_slot = OnNoSlot::reject) {
    auto fields = request_for(time.value_or(slots(4, 1)));
    if (!time) fields.start_timestamp.drop();
    fields.on_no_slot = on_no_slot;
    store_.begin(monday());
    return Scheduler(store_).schedule(fields);
  }

  /// Hears of one event of the source, or that it has been cancelled.
  std::vector<Followed> hear(News news, std::optional<EventId> cancelled = {}) {
    SourceEvent event;
    event.fields = request_for(slots(1, 1));
    if (cancelled) {
      event.mirrors.push_back({{}, *cancelled});
      event.action = SourceEvent::Action::cancel;
    }
    store_.begin(monday());
    return Scheduler(store_).follow("anna", news, [&] { return std::vector{event}; });
  }

  MemoryStore store_;
};

TEST_F(StaleSource, RefusesWhatTheSchedulerWouldPlace) {
  const auto outcome = book(std::nullopt);
  ASSERT_TRUE(outcome.refusal);
  EXPECT_EQ(outcome.refusal->reason, Reason::source_stale);
  EXPECT_EQ(outcome.refusal->limit, monday() - hours{1});
  EXPECT_EQ(outcome.as_of, monday() - hours{2});
  EXPECT_TRUE(outcome.alternatives.empty());
  keep(false, std::nullopt);
  EXPECT_EQ(sentence(*book(std::nullopt).refusal, anna().zone()),
            "The calendar mirrors a source from which it has not heard yet.");
  keep(false, monday() - hours{1});
  EXPECT_TRUE(book(std::nullopt).time) << "an hour is not too long";
}

TEST_F(StaleSource, WarnsOfAFixedTime) {
  const auto outcome = book(slots(4, 1));
  EXPECT_EQ(outcome.time, slots(4, 1));
  EXPECT_EQ(outcome.as_of, monday() - hours{2});
  EXPECT_EQ(outcome.remark,
            "The calendar mirrors a source, and the last news from it counted until 2026-05-31T23:00:00+00:00.");
  keep(true, monday() - hours{2});
  EXPECT_EQ(book(slots(6, 1)).refusal->reason, Reason::source_stale);
}

TEST_F(StaleSource, IsHeardOfBeforeItsEventsAreBooked) {
  keep(true, monday() - hours{2});
  EXPECT_EQ(hear(News::none).front().outcome.refusal->reason, Reason::source_stale);
  EXPECT_EQ(hear(News::part).front().outcome.time, slots(1, 1));
}

TEST_F(StaleSource, LetsEventsWaitUntilAllOfItIsHeard) {
  const auto waiting = *book(std::nullopt, OnNoSlot::wait).event_id;
  const auto told = hear(News::part).front().outcome.event_id;
  hear(News::part, told);
  EXPECT_EQ(store_.events().at(waiting).status, Status::waiting) << "though time has opened";
  hear(News::whole);
  EXPECT_EQ(store_.events().at(waiting).time, slots(0, 1));
  EXPECT_EQ(book(std::nullopt).as_of, monday());
}

}  // namespace
}  // namespace jb::test
