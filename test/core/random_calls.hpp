// SPDX-License-Identifier: PostgreSQL
//
// Random calls of the scheduler on a MemoryStore, in sequence, while the clock advances between them. There are a few
// calendars with different settings, and so little time that most wishes conflict. A law is checked after each call.
//
// JB_SEED selects the calls, and JB_ROUNDS the number of rounds of a hundred calls. Without them the calls are always
// the same. A failure names the seed that repeats its round.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/fields.hpp"
#include "core/scheduling/scheduler.hpp"
#include "memory_store.hpp"

namespace jb::test {

/// Random choices determined by one seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  /// From `low` to `high`, both included.
  std::int64_t from(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool once_in(int times) { return from(1, times) == 1; }
  template <class List>
  auto one_of(const List& list) {
    return *(std::begin(list) + from(0, static_cast<std::int64_t>(std::size(list)) - 1));
  }
  template <class T>
  T one_of(std::initializer_list<T> list) {
    return *(list.begin() + from(0, static_cast<std::int64_t>(list.size()) - 1));
  }

 private:
  std::mt19937_64 engine_;
};

/// One call with its arguments. The call can be made more than once, and on more than one store.
struct Call {
  enum class Kind {
    schedule,
    schedule_all,
    update,
    update_all,
    become,
    remove,
    tend,
    replan,
    rezone,
    retune,
    amend,
    follow
  };

  Kind kind = Kind::tend;
  Instant at{};
  std::vector<Fields> requests{};    ///< of new events; in an update the change comes first; in a list all changes
  std::vector<Changing> changing{};  ///< which events a list changes
  EventId event = 0;                 ///< the event changed or removed
  bool place_waiting = false;
  Becoming becoming{};
  std::optional<std::int64_t> expected_version{};
  std::vector<std::string> calendars{};  ///< those tended, planned again, or given other settings
  std::optional<Calendar> settings{};    ///< their settings from now on
  /// When its events are by a source, which the calendar follows; none: the source has cancelled that event.
  std::vector<std::optional<Span>> source{};
  std::string note{};  ///< what happened just before it
};

/// The answer of a call.
struct Answer {
  std::optional<Failure> failure{};
  std::vector<Outcome> outcomes{};
  std::vector<Move> moves{};

  /// The outcome of a call that has exactly one; nullptr if it failed, or has none or several.
  const Outcome* outcome() const { return !failure && outcomes.size() == 1 ? &outcomes.front() : nullptr; }
};

/// Makes the call. Errors: every exception but a Failure, which is part of the result.
Answer make(const Call& call, MemoryStore& store, bool dry_run = false);

/// A call, what it answered, and the database before and after it.
struct Step {
  const MemoryStore& before;  ///< at the time of the call
  const Call& call;
  const Answer& answer;
  const MemoryStore& after;
  Dice& dice;  ///< for further choices of the law
};

/// What is wrong with a step; empty if the law holds.
using Law = std::function<std::string(const Step&)>;

/// Whether the random requests may have lists of calendars (OneOf), which most laws do not know.
enum class Requests { without_lists, with_lists };

/// Makes `steps` random calls, or JB_ROUNDS hundreds of calls, and checks the law after each call. The first failure
/// ends the run, with the seed and the calls of its round.
void expect(const Law& law, int steps, Requests requests = Requests::without_lists);

/// Counts answers, so that a test can show that its law was exercised.
struct Tally {
  void operator()(bool happened) { count += happened ? 1 : 0; }
  int count = 0;
};

/// The new event that the call requests, without its place, by the present settings of its calendars; nullopt if one of
/// these calendars does not exist yet.
std::optional<Event> wanted(const MemoryStore& store, const Fields& fields);

/// Whether these calendars show the same time over the next weeks. Of a made-up zone one may still have old rules.
bool have_one_clock(const MemoryStore& store, const std::vector<std::string>& calendars);

/// The events of the store that the call names: the event that it changes, and those of its series within its scope.
std::vector<EventId> subjects(const MemoryStore& before, const Call& call);

std::string written(const Call& call);
std::string written(const Answer& answer);
std::string written(const Outcome& outcome);
std::string written(const std::vector<Move>& moves);

/// Without the moves of events that waited.
std::vector<Move> of_displaced(std::vector<Move> moves);

/// The first line in which two images differ.
std::string difference(const std::string& before, const std::string& after);

inline std::string reason_of(const std::optional<Refusal>& refusal) {
  return refusal ? std::string(name_of(refusal->reason)) : std::string();
}
inline std::string reason_of(const Outcome& outcome) { return reason_of(outcome.refusal); }
inline std::string reason_of(const Verdict& row) { return reason_of(row.refusal); }
inline std::string reason_of(const Rejection& rejection) { return std::string(name_of(rejection.refusal.reason)); }

/// The events in the way.
inline std::vector<EventId> conflicts_of(const std::optional<Refusal>& refusal) {
  return refusal ? refusal->conflicts : std::vector<EventId>{};
}
inline std::vector<EventId> conflicts_of(const Outcome& outcome) { return conflicts_of(outcome.refusal); }
inline std::vector<EventId> conflicts_of(const Verdict& row) { return conflicts_of(row.refusal); }

/// The calendar whose rule or claim refused; empty if no single calendar did.
inline std::string calendar_of(const Verdict& row) { return row.refusal ? row.refusal->calendar : std::string(); }

/// The id of a rejected outcome's rejection; 0 if it has none.
inline std::int64_t rejection_of(const Outcome& outcome) {
  return outcome.rejection ? outcome.rejection->id.value_or(0) : 0;
}

}  // namespace jb::test
