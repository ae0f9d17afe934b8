// SPDX-License-Identifier: PostgreSQL
//
// Long polls that have no news yet. One thread keeps them all, with one connection to the database and no transaction.
// Every quarter of a second one statement asks how far the awaited sequences are. A request with news, or whose time is
// up, is woken: it then stands in line for a turn of its own caller (turns.hpp), so that many or slow requests of one
// caller hold up nobody else.
//
// The table is authoritative: a request says what its reader has seen, so news between the request's own look and the
// first look here is not missed. While the database is away, requests go on waiting until their time is up.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "database.hpp"
#include "message.hpp"

namespace jb::gateway {

/// A request that waits.
struct LongPoll {
  int connection;      ///< the socket of its client, for poll(2), which shows that the client hung up
  std::string caller;  ///< as Caller::name
  bool is_guest;
  Awaited awaited;
  Clock::time_point until;
  /// Queues the request for a turn of its caller, in which it is answered if there is news or this is the `last` time,
  /// and otherwise parked again. `heard` is what it waited for, with the number that woke it. Returns false if there is
  /// no place in line, but never the last time.
  std::function<bool(const Awaited& heard, bool last)> wake;
  std::function<void()> drop;                                                                    ///< its client is gone
  Clock::time_point due = awaited.due ? Clock::now() + *awaited.due : Clock::time_point::max();  ///< the clock's news
  bool is_done = false;
};

/// Shared by all threads; run() is one thread's.
class LongPolls {
 public:
  /// At most `most` wait at once, and `of_caller` of one caller.
  LongPolls(std::size_t most, std::size_t of_caller);

  enum class Parking { taken, too_many, full, full_of_guests, ending };

  /// Takes over the request if there is room and the process is not ending; otherwise the caller keeps it. All guests
  /// together have a quarter of the places, so that they cannot crowd out others; too_many: the caller has all that one
  /// caller may have.
  Parking park(LongPoll&& request);

  /// Keeps the parked requests until stop(), and wakes all that still wait before it returns.
  void run(Backend& backend);

  void stop();

 private:
  /// How far the awaited sequences are, by Awaited::what; a calendar or poll that is gone has no number.
  using Progress = std::map<std::string, std::int64_t, std::less<>>;

  void sleep(Clock::time_point next_look);
  void look(Backend& backend);
  Progress progress(Backend& backend) const;
  void leave();

  const std::size_t most_, of_caller_;
  const int wake_up_;  ///< lives as long as the process
  std::mutex mutex_;
  std::vector<LongPoll> arrivals_;  ///< under the mutex, as the four below
  std::size_t count_ = 0, guests_ = 0;
  std::unordered_map<std::string, std::size_t> of_callers_;  ///< how many wait, by caller
  bool ending_ = false;
  std::vector<LongPoll> parked_;  ///< used only by the thread in run()
  bool database_is_away_ = false;
};

}  // namespace jb::gateway
