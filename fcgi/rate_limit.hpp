// SPDX-License-Identifier: PostgreSQL
//
// A token bucket for each caller, so that one caller gone wild does not starve the others (rule 5.12).
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace jb::gateway {

/// Shared by all threads. Time comes in as an argument and may step back a little between threads.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// `rate` requests a second in the long run, `burst` at once after a pause; both at least 1.
  RateLimit(double rate, double burst) : rate_(rate), burst_(burst) {}

  /// Takes one request from the caller's allowance. nullopt when there was one; else the whole seconds, at least 1,
  /// after which there will be, and nothing is taken.
  std::optional<int> take(const std::string& caller, Clock::time_point now);

 private:
  struct Bucket {
    double tokens;
    Clock::time_point filled_at;
  };
  Bucket refilled(const Bucket& bucket, Clock::time_point now) const;
  void forget_idle(Clock::time_point now);

  static constexpr std::size_t few = 10'000;

  const double rate_;
  const double burst_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
  std::size_t forget_at_ = few;
};

}  // namespace jb::gateway
