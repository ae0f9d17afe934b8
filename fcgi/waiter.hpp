// SPDX-License-Identifier: PostgreSQL
//
// Long polls that have nothing to tell yet. One thread keeps them all, with one connection to the database and no
// transaction: every quarter of a second it asks in one statement how far the watched sequences are, and has those
// answered that something has come for, or whose deadline has.
//
// The table is the truth: a request says what its reader has seen, so nothing that comes between its own look and the
// first one here is missed. While the database is away they go on waiting, to the end of their time.
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

/// A request that waits. Whoever holds it answers it, once, or drops it.
class Parked {
 public:
  virtual ~Parked() = default;

  /// The socket on which its client would hang up, for poll(2).
  virtual int connection() const = 0;

  /// Asks again, and answers if there is something to tell or this is the `last` time. Result: nullopt when it has
  /// answered, else what it waits for now.
  virtual std::optional<Watch> answer(Backend& backend, bool last) = 0;

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

  /// Takes the request over if there is room for one more and the process does not end; else leaves it where it is.
  Parking park(std::unique_ptr<Parked>& request, const Watch& watch, Clock::time_point until);

  /// Keeps what is parked, until stop(). Everything that still waits then is answered before it returns.
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
  /// How far the watched sequences are; a calendar that is gone has no number.
  struct Progress {
    std::map<std::string, std::optional<std::int64_t>, std::less<>> calendars;
    std::optional<std::int64_t> rejections;
    std::optional<std::int64_t> of(const Watch& watch) const;
  };

  static Clock::time_point due_at(const Watch& watch);
  static void ask_again(Entry& entry, Backend& backend, bool last);
  void sleep(Clock::time_point next_look);
  bool take_arrivals();
  void answer_due(Backend& backend, Clock::time_point now);
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
