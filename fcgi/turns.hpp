// SPDX-License-Identifier: PostgreSQL
//
// Whose turn it is. A turn is a thread with its session of PostgreSQL: whoever has none stands in line here, and needs
// no thread. A free turn goes to the caller who has the fewest running, and among equals goes round, so that fifty
// connections of one caller are before another's one in nothing. All guests together are one caller as far as that
// goes, and go round among themselves by address.
//
// Who has a turn keeps it to the end: nothing is taken away. So some turns stay free for who comes next. One that has
// nothing running may take the last; one that has, but only in the other lane, and a guest, leave half of the reserve;
// more than that leaves all of it. Neither lane takes all turns: writes may all wait for one locked calendar, reads may
// all be long, and each shall find the other's way open.
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

#include "caller.hpp"

namespace jb::gateway {

/// How much of turns and line there is, and for whom.
struct Shares {
  std::size_t turns;             ///< at once, at least 1
  std::size_t reserve;           ///< of these, for who comes next
  std::size_t guests;            ///< turns of all guests together, at least 1
  std::size_t places;            ///< in line
  std::size_t places_of_caller;  ///< of these, a principal's
  std::size_t places_of_guests;  ///< of all guests together
  std::size_t places_of_guest;   ///< of one guest
};

/// What JB_THREADS stands for. Of 8 turns one caller has 6 in one lane, 8 are the most that callers take who have some
/// already, and 2 beyond these are there for who has none. What a caller and a guest may have in line is what nginx
/// takes of them at the same moment (limit_conn), so that they are refused there.
constexpr Shares shares_of(std::size_t threads) {
  const std::size_t quarter = threads < 4 ? 1 : threads / 4;
  return {threads + quarter, 2 * quarter, threads < 8 ? 1 : threads / 8, 1000, 200, 250, 20};
}

/// Shared by all threads. Arrival: whatever can be moved.
template <typename Arrival>
class Turns {
  struct Party;

 public:
  explicit Turns(const Shares& shares) : shares_(shares) {}

  enum class Entry { in_line, too_many, full };

  /// in_line: it has been moved away; call take(), which gives it or another out. too_many: this caller has all its
  /// places. full: the line, or the guests' part of it, is. Of these two it is still the caller's, who refuses it.
  Entry enter(const Caller& caller, Lane lane, Arrival& arrival) {
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
  class Turn {
   public:
    Arrival arrival;
    bool is_last;  ///< nobody else may begin now; else another thread should call take()

   private:
    friend class Turns;
    Turn(Arrival&& arrival, Party& party, Lane lane) : arrival(std::move(arrival)), party_(&party), lane_(lane) {}
    Party* party_;
    Lane lane_;
  };

  /// Who is next, if there is somebody who may begin. Call it after each enter() and give_back().
  std::optional<Turn> take() {
    const std::lock_guard lock(mutex_);
    const auto [party, lane] = next();
    if (!party) return std::nullopt;
    Queue& queue = party->queue(lane);
    Turn turn(std::move(queue.waiting.front()), *party, lane);
    queue.waiting.pop_front();
    queue.since = ++clock_;
    --in_line_;
    guests_in_line_ -= party->caller.is_guest;
    count(*party, lane, 1);
    turn.is_last = next().first == nullptr;
    return turn;
  }

  void give_back(const Turn& turn) {
    const std::lock_guard lock(mutex_);
    count(*turn.party_, turn.lane_, -std::size_t{1});
    if (turn.party_->running() + turn.party_->in_line() == 0) parties_.erase(turn.party_->caller.name);
  }

 private:
  struct Queue {
    std::deque<Arrival> waiting;
    std::size_t running = 0;
    std::uint64_t since = 0;  ///< when it began to wait, or had a turn last: who goes round is in this order
  };
  struct Party {
    explicit Party(const Caller& caller) : caller(caller) {}
    Queue& queue(Lane lane) { return queues[static_cast<std::size_t>(lane)]; }
    const Queue& queue(Lane lane) const { return queues[static_cast<std::size_t>(lane)]; }
    std::size_t running() const { return queues[0].running + queues[1].running; }
    std::size_t in_line() const { return queues[0].waiting.size() + queues[1].waiting.size(); }
    Caller caller;
    std::array<Queue, 2> queues;
  };

  void count(Party& party, Lane lane, std::size_t change) {
    party.queue(lane).running += change;
    lanes_[static_cast<std::size_t>(lane)] += change;
    if (party.caller.is_guest) guests_running_ += change;
  }

  /// Whether turns are left for the next one, and for the other lane.
  bool may_begin(const Party& party, Lane lane) const {
    const std::size_t half = shares_.reserve / 2;
    const bool is_guest = party.caller.is_guest, is_new = !is_guest && party.running() == 0;
    if (is_guest && guests_running_ >= shares_.guests) return false;
    const std::size_t left = is_new ? 0 : is_guest || party.queue(lane).running == 0 ? half : shares_.reserve;
    const std::size_t left_by_lane = is_new || is_guest ? half : shares_.reserve;
    return lanes_[0] + lanes_[1] + 1 + left <= shares_.turns &&
           lanes_[static_cast<std::size_t>(lane)] + 1 + left_by_lane <= shares_.turns;
  }

  /// Looks at everybody: with nobody in line that is nothing, with a full line some microseconds.
  std::pair<Party*, Lane> next() {
    std::pair<Party*, Lane> best{nullptr, Lane::read};
    if (in_line_ == 0) return best;
    std::tuple<std::size_t, std::size_t, std::uint64_t> least;
    for (auto& [name, party] : parties_)
      for (const Lane lane : {Lane::read, Lane::write}) {
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
  std::unordered_map<std::string, Party> parties_;  ///< those who wait or have a turn; nodes stay where they are
  std::array<std::size_t, 2> lanes_{};              ///< turns taken, by lane
  std::size_t guests_running_ = 0, guests_in_line_ = 0, in_line_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace jb::gateway
