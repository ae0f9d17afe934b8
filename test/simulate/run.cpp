// SPDX-License-Identifier: PostgreSQL
#include "run.hpp"

#include <algorithm>
#include <memory>

#include "core/random_world.hpp"
#include "core/table_zone.hpp"
#include "fiber.hpp"

namespace jb::simulate {

namespace {

using test::Call;
using test::Dice;
using test::written;

constexpr int kWorker = 0;
constexpr EventId kIdsOfCall = 1'000;
constexpr int kMostSteps = 200'000;  // of a run whose calls do not end

/// The kind of call that a run makes often. Some faults show only where several calls of this kind meet.
enum class Bias { none, lists, waiting };

Bias bias_of(std::uint64_t seed) {
  if (seed % 7 == 6) return Bias::lists;
  return seed % 7 == 5 ? Bias::waiting : Bias::none;
}

test::Requests requests_of(std::uint64_t seed) {
  const bool has_lists = seed % 2 == 1 || bias_of(seed) == Bias::lists;
  return has_lists ? test::Requests::with_lists : test::Requests::without_lists;
}

/// Whether some of the calls are RandomWorld::other_call().
bool has_other_calls(std::uint64_t seed) { return seed % 3 == 1; }

/// What goes on, step by step. Sessions 1 and up make the calls, session 0 is the worker.
class Run {
 public:
  Run(std::uint64_t seed, const Listener& listener)
      : dice_(seed), world_(dice_, requests_of(seed)), database_(world_.store()), listener_(listener) {
    world_.store().begin(world_.store().clock());
    database_.clock = world_.now();
  }
  virtual ~Run() = default;

  Result go(int sessions) {
    for (int who = 0; who <= sessions; ++who) places_.push_back(std::make_unique<Place>(*this, who));
    while (!result_.broken && result_.steps < kMostSteps) {
      const auto turn = next_turn();
      if (!turn) break;
      pass(turn->passes);
      step(turn->who, turn->dies);
    }
    if (!result_.broken && result_.steps == kMostSteps) result_.broken = Broken{"every call ends", ""};
    if (!result_.broken) end();
    for (auto& place : places_) place->leave();
    result_.commits = static_cast<std::size_t>(database_.commits);
    return std::move(result_);
  }

 protected:
  /// The next session's next step; none when all is done.
  virtual std::optional<Turn> next_turn() = 0;
  virtual std::optional<Task> next_task(int who) = 0;
  virtual bool has_task(int who) const = 0;

  bool can_go(int who) {
    auto& place = *places_[static_cast<std::size_t>(who)];
    if (place.is_busy) return !database_.is_waiting(who);
    return who == kWorker ? is_something_due() : has_task(who);
  }
  int sessions() const { return static_cast<int>(places_.size()) - 1; }

  Dice dice_;
  test::RandomWorld world_;
  Database database_;

 private:
  /// A session and the fiber in which it makes its calls.
  struct Place {
    Place(Run& run, int who)
        : run(run),
          who(who),
          session(run.database_, who, [this](const char* does, const std::string& what) { pause(does, what); }),
          fiber([this] { work(); }) {}

    void pause(const char* does, const std::string& what) {
      if (run.listener_) run.tell(who, std::string(does) + ' ' + what);
      fiber.pause();
      if (dies) throw Crash{};
    }

    void work() {
      while (!is_over) {
        is_busy = true;
        try {
          who == kWorker ? run.visit(session) : run.call(who, session);
        } catch (const Crash&) {
          if (run.listener_ && !is_over) run.tell(who, "dies");
          session.disconnect();
          if (who == kWorker) run.database_.agenda.insert(run.database_.clock);  // the launcher begins another visit
        } catch (const Broken& broken) {
          run.result_.broken = broken;
          session.disconnect();
        } catch (const std::exception& error) {  // of the store, which refuses what the tables would refuse
          run.result_.broken = Broken{"core writes nothing that the tables refuse", error.what()};
          session.disconnect();
        }
        dies = is_busy = false;
        if (!is_over) fiber.pause();
      }
    }

    /// Ends the fiber, whatever it is doing.
    void leave() {
      is_over = dies = true;
      while (!fiber.has_ended()) fiber.resume();
    }

    Run& run;
    int who;
    Session session;
    Fiber fiber;
    bool is_busy = false;
    bool dies = false;
    bool is_over = false;
  };

  void tell(int who, const std::string& what) {
    if (listener_) listener_(test::utc(database_.clock) + " session " + std::to_string(who) + ' ' + what);
  }

  void pass(std::int64_t seconds) {
    database_.clock += Seconds{seconds};
    world_.wait_until(database_.clock);
  }

  void step(int who, bool dies) {
    ++result_.steps;
    auto& place = *places_[static_cast<std::size_t>(who)];
    place.dies = dies && place.is_busy;
    place.fiber.resume();
  }

  void call(int who, Session& session) {
    const auto task = next_task(who);
    if (!task) return;
    ++result_.calls;
    database_.clock = std::max(database_.clock, task->call.at);
    if (listener_) tell(who, "calls: " + written(task->call));
    session.begin_call(task->ids, task->zones);
    const auto answer = simulate::make(*task, session);
    if (listener_) tell(who, "is answered: " + written(answer));
    const auto planned = session.planned();
    if (answer.failure) session.roll_back();
    const auto before = answer.failure ? std::nullopt : session.commit();
    check(*task, answer, planned, before, database_.tables);
    if (listener_) tell(who, "is done");
  }

  bool is_something_due() const { return !database_.agenda.empty() && *database_.agenda.begin() <= database_.clock; }

  // The entry is removed before the visit looks, so that what is announced meanwhile makes another visit.
  void visit(Session& session) {
    while (is_something_due()) database_.agenda.erase(database_.agenda.begin());
    session.begin_call(0, world_.zones());
    const auto calendars = database_.tables.calendars();
    for (const auto& [name, calendar] : calendars) {
      if (session.due(calendar, database_.clock).empty()) continue;
      session.begin_call(0, world_.zones());
      Scheduler(session).tend({name});
      if (session.commit()) check(database_.tables);
    }
    if (const auto next = database_.tables.next_due()) database_.agenda.insert(*next);
  }

  /// What is due is written, even if nobody calls.
  void end() {
    auto& tables = database_.tables;
    for (const auto& [name, calendar] : tables.calendars())
      for (const auto& event : tables.due(calendar, database_.clock))
        result_.broken = Broken{"what is due is written", written(event)};
  }

  const Listener& listener_;
  std::vector<std::unique_ptr<Place>> places_{};
  Result result_{};
};

/// A run whose choices are made at random, and written down.
class RandomRun final : public Run {
 public:
  RandomRun(std::uint64_t seed, Script& script, const Listener& listener) : Run(seed, listener), script_(script) {
    script_ = {.seed = seed};
    tasks_ = static_cast<int>(dice_.from(20, 90));
    steadiness_ = dice_.one_of({1, 2, 5, 20, 60});
    crashes_ = dice_.one_of({0, 0, 200, 1'000});
    patience_ = dice_.one_of({10, 40, 200});
  }

 private:
  std::optional<Turn> next_turn() override {
    std::vector<int> able;
    for (int who = 0; who <= sessions(); ++who)
      if (can_go(who)) able.push_back(who);
    if (able.empty()) return std::nullopt;
    // Calls that meet often take a step each in turn; that others go on in between for long is rarer, and as harmful.
    if (!contains(able, last_) || dice_.once_in(steadiness_)) last_ = dice_.one_of(able);
    Turn turn{.who = last_};
    turn.dies = crashes_ > 0 && dice_.once_in(crashes_);
    if (dice_.once_in(patience_)) turn.passes = dice_.one_of({1, 1, 20, 60, 600});
    script_.turns.push_back(turn);
    return turn;
  }

  static bool contains(const std::vector<int>& all, int who) { return std::ranges::find(all, who) != all.end(); }

  bool has_task(int) const override { return static_cast<int>(script_.tasks.size()) < tasks_; }

  std::optional<Task> next_task(int who) override {
    if (!has_task(who)) return std::nullopt;
    const auto ids = static_cast<EventId>(script_.tasks.size() + 1) * kIdsOfCall;
    auto call = some_call();
    if (call.kind == Call::Kind::schedule && dice_.once_in(10)) make_offer(call.requests.front());
    script_.tasks.push_back({std::move(call), who, ids, world_.zones()});
    return script_.tasks.back();
  }

  Call some_call() {
    if (has_other_calls(script_.seed) && dice_.once_in(6)) return world_.other_call();
    const auto bias = bias_of(script_.seed);
    if (bias == Bias::lists && dice_.once_in(4)) return world_.some_list();
    if (bias == Bias::lists && dice_.once_in(3)) return batch_on_one_calendar();
    if (bias == Bias::waiting && dice_.once_in(4))
      return {.kind = Call::Kind::remove, .at = world_.now(), .event = world_.some_event()};
    auto call = world_.next_call();
    if (bias == Bias::waiting)
      for (auto& request : call.requests)
        if (call.kind == Call::Kind::schedule && !request.recurrence) request.on_no_slot = OnNoSlot::wait;
    return call;
  }

  /// The first event, if it may choose, may have to give way to one of the others, and then choose anew.
  Call batch_on_one_calendar() {
    auto call = world_.some_batch();
    const auto& first = call.requests.front();
    if (!first.calendars.has_value()) return call;
    for (auto& fields : call.requests) {
      fields.dry_run = false;
      fields.recurrence.reset();
      fields.not_before.drop();
      fields.not_after.drop();
      fields.date.drop();
      fields.start_time.drop();
      fields.start_timestamp.drop();
      fields.within.drop();
      if (&fields == &first) continue;
      fields.calendars.set(std::vector<std::string>{first.calendars.value->front()});
      fields.one_of.drop();
      fields.start_timestamp.set(world_.some_start());
    }
    return call;
  }

  /// Rule 3.12: several times of which one will be confirmed.
  void make_offer(Fields& fields) {
    const bool is_fixed = fields.start_timestamp.has_value() || fields.start_time.has_value();
    if (is_fixed || fields.recurrence || fields.days.has_value()) return;
    fields.preempt = false;
    fields.on_no_slot = OnNoSlot::reject;
    fields.offer = static_cast<int>(dice_.from(2, 3));
  }

  Script& script_;
  int tasks_ = 0;
  int steadiness_ = 1;
  int crashes_ = 0;
  int patience_ = 1;
  int last_ = 0;
};

class ScriptedRun final : public Run {
 public:
  ScriptedRun(const Script& script, const Listener& listener)
      : Run(script.seed, listener), script_(script), has_begun_(script.tasks.size()) {}

 private:
  std::optional<Turn> next_turn() override {
    while (at_ < script_.turns.size()) {
      const auto& turn = script_.turns[at_++];
      if (turn.who <= sessions() && can_go(turn.who)) return turn;
    }
    for (int who = 0; who <= sessions(); ++who)
      if (can_go(who)) return Turn{.who = who};
    return std::nullopt;
  }

  std::optional<std::size_t> next_of(int who) const {
    for (std::size_t i = 0; i < script_.tasks.size(); ++i)
      if (!has_begun_[i] && script_.tasks[i].who == who) return i;
    return std::nullopt;
  }
  bool has_task(int who) const override { return next_of(who).has_value(); }

  std::optional<Task> next_task(int who) override {
    const auto next = next_of(who);
    if (!next) return std::nullopt;
    has_begun_[*next] = true;
    return script_.tasks[*next];
  }

  const Script& script_;
  std::vector<bool> has_begun_;
  std::size_t at_ = 0;
};

}  // namespace

Result run(std::uint64_t seed, Script& script, const Listener& listener) {
  RandomRun run(seed, script, listener);
  return run.go(2 + static_cast<int>(seed / 2 % 4));
}

Result replay(const Script& script, const Listener& listener) {
  int sessions = 0;
  for (const auto& task : script.tasks) sessions = std::max(sessions, task.who);
  return ScriptedRun(script, listener).go(sessions);
}

}  // namespace jb::simulate
