// SPDX-License-Identifier: PostgreSQL
//
// Which request gets the next turn (rule 14.4). A turn occupies a thread and its PostgreSQL session. A request without
// a turn stands in line here, and needs no thread. A free turn goes to the caller with the fewest requests running, and
// round robin among equals, so that fifty connections of one caller have no advantage over the single connection of
// another. All guests together count as one caller, and take turns among themselves by network.
//
// A request keeps its turn to the end, so some turns are kept free for the next caller. A caller with nothing running
// may take the last turn. A guest, or a caller with requests running in the other lane only, leaves half of the
// reserve. Every other caller leaves all of it. Neither lane may take all turns: writes may all wait for one locked
// calendar, and reads may all be long, but the other lane must go on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "database.hpp"

namespace jb::gateway {

/// A caller with a share of the turns, as nginx knows it: a certificate's issuer and subject, or a guest's network.
struct Caller {
  std::string name;
  bool is_guest = false;
};

/// How many turns and places in line there are, and how they are shared.
struct Shares {
  std::size_t turns;             ///< at once, at least 1
  std::size_t reserve;           ///< of these, kept for the next callers
  std::size_t guests;            ///< turns of all guests together, at least 1
  std::size_t places;            ///< in line
  std::size_t places_of_caller;  ///< of these, a principal's
  std::size_t places_of_guests;  ///< of all guests together
  std::size_t places_of_guest;   ///< of one guest
};

/// The shares for a value of JB_THREADS. JB_THREADS 8 gives 10 turns: one caller has at most 6 in one lane, callers
/// with turns have at most 8, and 2 more are for callers without. A caller or a guest has as many places in line as
/// nginx admits requests at the same moment (limit_conn), so that nginx refuses more.
constexpr Shares shares_of(std::size_t threads) {
  const std::size_t quarter = threads < 4 ? 1 : threads / 4;
  return {threads + quarter, 2 * quarter, threads < 8 ? 1 : threads / 8, 1000, 200, 250, 20};
}

/// Shared by all threads. Arrival: any movable type.
template <typename Arrival>
class Turns {
  struct Party;

 public:
  explicit Turns(const Shares& shares) : shares_(shares) {}

  enum class Entry { in_line, too_many, full };

  /// in_line: the arrival has been moved into the line. too_many: this caller has used all its places. full: the line,
  /// or the guests' part of it, is full. After too_many and full the arrival still belongs to the calling thread, which
  /// refuses it.
  Entry enter(const Caller& caller, Access lane, Arrival& arrival) {
    const std::lock_guard lock(mutex_);
    const auto known = parties_.find(caller.name);
    const std::size_t mine = known == parties_.end() ? 0 : known->second.in_line();
    if (mine >= (caller.is_guest ? shares_.places_of_guest : shares_.places_of_caller)) return Entry::too_many;
    if (in_line_ >= shares_.places) return Entry::full;
    if (caller.is_guest && guests_in_line_ >= shares_.places_of_guests) return Entry::full;
    Party& party = parties_.try_emplace(caller.name, caller).first->second;
    Queue& queue = party.queue(lane);
    if (queue.waiting.empty()) queue.since = ++clock_;
    queue.waiting.push_back(std::move(arrival));
    ++in_line_;
    guests_in_line_ += party.caller.is_guest;
    return Entry::in_line;
  }

  /// A turn, to be given back.
  struct Turn {
    Arrival arrival;
    Party* party;
    Access lane;
    bool leaves_more;  ///< another arrival may begin, too: wake another thread
  };

  /// A turn for the next arrival; nullopt if none may begin now. A thread that put an arrival in line or gave back a
  /// turn, or one that it wakes, asks until there is none, so that every arrival that may begin does.
  std::optional<Turn> take() {
    const std::lock_guard lock(mutex_);
    const auto [party, lane] = next();
    if (!party) return std::nullopt;
    Queue& queue = party->queue(lane);
    Turn turn{std::move(queue.waiting.front()), party, lane, false};
    queue.waiting.pop_front();
    queue.since = ++clock_;
    --in_line_;
    guests_in_line_ -= party->caller.is_guest;
    count(*party, lane, 1);
    turn.leaves_more = next().first != nullptr;
    return turn;
  }

  void give_back(const Turn& turn) {
    const std::lock_guard lock(mutex_);
    count(*turn.party, turn.lane, -std::size_t{1});
    if (turn.party->running() + turn.party->in_line() == 0) parties_.erase(turn.party->caller.name);
  }

 private:
  struct Queue {
    std::deque<Arrival> waiting;
    std::size_t running = 0;
    std::uint64_t since = 0;  ///< when it began to wait, or last had a turn: the order of the round robin
  };
  struct Party {
    explicit Party(const Caller& caller) : caller(caller) {}
    Queue& queue(Access lane) { return queues[static_cast<std::size_t>(lane)]; }
    const Queue& queue(Access lane) const { return queues[static_cast<std::size_t>(lane)]; }
    std::size_t running() const { return queues[0].running + queues[1].running; }
    std::size_t in_line() const { return queues[0].waiting.size() + queues[1].waiting.size(); }
    Caller caller;
    std::array<Queue, 2> queues;
  };

  void count(Party& party, Access lane, std::size_t change) {
    party.queue(lane).running += change;
    lanes_[static_cast<std::size_t>(lane)] += change;
    if (party.caller.is_guest) guests_running_ += change;
  }

  /// Whether enough turns would be left for the next caller, and for the other lane.
  bool may_begin(const Party& party, Access lane) const {
    const std::size_t half = shares_.reserve / 2;
    const bool is_guest = party.caller.is_guest, is_new = !is_guest && party.running() == 0;
    if (is_guest && guests_running_ >= shares_.guests) return false;
    const std::size_t left = is_new ? 0 : is_guest || party.queue(lane).running == 0 ? half : shares_.reserve;
    const std::size_t left_by_lane = is_new || is_guest ? half : shares_.reserve;
    return lanes_[0] + lanes_[1] + 1 + left <= shares_.turns &&
           lanes_[static_cast<std::size_t>(lane)] + 1 + left_by_lane <= shares_.turns;
  }

  /// Looks at every caller in line: takes no time if the line is empty, and some microseconds if it is full.
  std::pair<Party*, Access> next() {
    std::pair<Party*, Access> best{nullptr, Access::read};
    if (in_line_ == 0) return best;
    std::tuple<std::size_t, std::size_t, std::uint64_t> least;
    for (auto& [name, party] : parties_)
      for (const Access lane : {Access::read, Access::write}) {
        const Queue& queue = party.queue(lane);
        if (queue.waiting.empty() || !may_begin(party, lane)) continue;
        const std::tuple rank{party.caller.is_guest ? guests_running_ : party.running(), party.running(), queue.since};
        if (best.first && least <= rank) continue;
        best = {&party, lane};
        least = rank;
      }
    return best;
  }

  const Shares shares_;
  std::mutex mutex_;
  std::unordered_map<std::string, Party> parties_;  ///< callers in line or with a turn; nodes keep their addresses
  std::array<std::size_t, 2> lanes_{};              ///< turns taken, by lane
  std::size_t guests_running_ = 0, guests_in_line_ = 0, in_line_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace jb::gateway
