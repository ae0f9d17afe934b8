// SPDX-License-Identifier: PostgreSQL
//
// Long polls that have nothing to tell yet. One thread keeps them all, with one connection to the database and no
// transaction. Every quarter of a second it asks in one statement how far the watched sequences are. It wakes the
// requests for which something has come, or whose deadline has come: each then stands in line for a turn of its own
// caller (turns.hpp), so that one caller's many or slow requests hold nobody else's back.
//
// The table is the truth: a request says what its reader has seen, so nothing is missed that comes between the
// request's own look and the first look here. While the database is away the requests go on waiting, to the end of
// their time.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "database.hpp"
#include "descriptor.hpp"
#include "watch.hpp"

namespace jb::gateway {

/// A request that waits. The holder of this object wakes the request once, or drops it.
class Parked {
 public:
  virtual ~Parked() = default;

  /// The socket of the request's client, for poll(2), which tells when the client hangs up.
  virtual int connection() const = 0;

  /// Has the request asked again in a turn of its caller, which answers it if there is something to tell or this is the
  /// `last` time, and otherwise parks it anew. `heard` is what it waited for, with the number that woke it. Result:
  /// false when there is no place in line; never the last time.
  virtual bool wake(const Watch& heard, bool last) = 0;

  /// Its client is gone.
  virtual void drop() = 0;
};

/// Shared by all threads; run() is one thread's.
class Waiter {
 public:
  using Clock = std::chrono::steady_clock;

  /// At most `most` wait at once.
  explicit Waiter(std::size_t most);

  enum class Parking { taken, full, ending };

  /// Takes the request over if there is room for another and the process does not end; otherwise leaves it to the
  /// caller.
  Parking park(std::unique_ptr<Parked>& request, const Watch& watch, Clock::time_point until);

  /// Keeps the parked requests until stop(). Every request that still waits then is woken before this returns.
  void run(Backend& backend);

  void stop();

 private:
  struct Entry {
    std::unique_ptr<Parked> request;
    Watch watch;
    Clock::time_point until;
    Clock::time_point due = due_at(watch);  ///< when the clock alone makes news
    bool done = false;
  };
  /// How far the watched sequences are; a calendar or poll that is gone has no number.
  struct Progress {
    std::map<std::string, std::optional<std::int64_t>, std::less<>> calendars;
    std::map<std::int64_t, std::optional<std::int64_t>> polls;
    std::optional<std::int64_t> rejections;
    std::optional<std::int64_t> of(const Watch& watch) const;
  };

  static Clock::time_point due_at(const Watch& watch);
  void sleep(Clock::time_point next_look);
  bool take_arrivals();
  void wake_due(Clock::time_point now);
  void look(Backend& backend);
  Progress progress(Backend& backend) const;
  void leave();
  void wake();

  const std::size_t most_;
  const Descriptor wake_up_;
  std::mutex mutex_;
  std::vector<Entry> arrivals_;  ///< under the mutex, as the two below
  std::size_t count_ = 0;
  bool ending_ = false;
  std::vector<Entry> parked_;  ///< the thread's own
  bool database_is_away_ = false;
};

}  // namespace jb::gateway
