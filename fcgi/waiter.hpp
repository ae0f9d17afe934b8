// SPDX-License-Identifier: PostgreSQL
//
// Long polls that have nothing to tell yet. One thread keeps them all, with one connection to the database and no
// transaction. Every quarter of a second it asks in one statement how far the awaited sequences are. It wakes the
// requests for which something has come, or whose deadline has come: each then stands in line for a turn of its own
// caller (turns.hpp), so that one caller's many or slow requests hold nobody else's back.
//
// The table is the truth: a request says what its reader has seen, so nothing is missed that comes between the
// request's own look and the first look here. While the database is away the requests go on waiting, to the end of
// their time.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "database.hpp"
#include "response.hpp"

namespace jb::gateway {

/// A request that waits.
struct Parked {
  int connection;  ///< the socket of its client, for poll(2), which tells when the client hangs up
  bool is_guest;
  Awaited awaited;
  Clock::time_point until;
  /// Has the request asked again in a turn of its caller, which answers it if there is something to tell or this is the
  /// `last` time, and otherwise parks it anew. `heard` is what it waited for, with the number that woke it. Result:
  /// false when there is no place in line; never the last time.
  std::function<bool(const Awaited& heard, bool last)> wake;
  std::function<void()> drop;                                                                    ///< its client is gone
  Clock::time_point due = awaited.due ? Clock::now() + *awaited.due : Clock::time_point::max();  ///< the clock's news
  bool is_done = false;
};

/// Shared by all threads; run() is one thread's.
class Waiter {
 public:
  /// At most `most` wait at once.
  explicit Waiter(std::size_t most);

  enum class Parking { taken, full, full_of_guests, ending };

  /// Takes the request over if there is room for another and the process does not end; otherwise leaves it to the
  /// caller. Guests together have a quarter of the places: however many they are, others find room.
  Parking park(Parked&& request);

  /// Keeps the parked requests until stop(). Every request that still waits then is woken before this returns.
  void run(Backend& backend);

  void stop();

 private:
  /// How far the awaited sequences are, by Awaited::what; a calendar or poll that is gone has no number.
  using Progress = std::map<std::string, std::int64_t, std::less<>>;

  void sleep(Clock::time_point next_look);
  void look(Backend& backend);
  Progress progress(Backend& backend) const;
  void leave();

  const std::size_t most_;
  const int wake_up_;  ///< as long as the process
  std::mutex mutex_;
  std::vector<Parked> arrivals_;  ///< under the mutex, as the three below
  std::size_t count_ = 0, guests_ = 0;
  bool ending_ = false;
  std::vector<Parked> parked_;  ///< the thread's own
  bool database_is_away_ = false;
};

}  // namespace jb::gateway
