// SPDX-License-Identifier: PostgreSQL
//
// What this process has answered since it was started, in numbers, for GET /metrics. Counters live here and begin at
// nought with the process, as Prometheus expects; what the database knows is asked there (handlers/metrics.cpp).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "request.hpp"
#include "response.hpp"

namespace jb::gateway {

/// Writes the text format of Prometheus, version 0.0.4: a family's HELP and TYPE, then its samples.
class Exposition {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a family; `type` is counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  /// A sample of the family begun last; `suffix` is _bucket, _sum or _count of a histogram.
  void sample(double value, Labels labels = {}, std::string_view suffix = {});

  const std::string& text() const noexcept { return text_; }

 private:
  std::string name_;
  std::string text_;
};

/// Shared by all threads.
class Metrics {
 public:
  /// One request that was answered. How long a long poll waited says nothing about the service: it is counted, not
  /// timed.
  void count(const Request& request, const Response& response, std::chrono::microseconds took);

  void set_threads(int threads) noexcept { threads_ = threads; }
  void set_parked(std::size_t parked) noexcept { parked_ = parked; }
  void stand_in_line() noexcept { ++in_line_; }
  void begin_turn() noexcept {
    --in_line_;
    ++busy_;
  }
  void end_turn() noexcept { --busy_; }

  void write(Exposition& out) const;

 private:
  static constexpr std::array<double, 13> bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                    0.25,  0.5,    1,     2.5,  5,     10};
  struct Histogram {
    std::array<std::uint64_t, bounds.size() + 1> counts{};  ///< the last: above all bounds
    double sum = 0;
    void add(double seconds);
  };
  using Key = std::pair<std::string_view, std::string_view>;  ///< method and pattern, both of the route table

  mutable std::mutex mutex_;
  std::map<std::pair<Key, int>, std::uint64_t> answers_;  ///< under the mutex, as the three below
  std::map<Key, Histogram> durations_;
  std::map<std::string, std::uint64_t, std::less<>> outcomes_;
  std::map<std::string, std::uint64_t, std::less<>> rejections_;
  std::atomic<int> threads_{0}, busy_{0}, in_line_{0};
  std::atomic<std::size_t> parked_{0};
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

/// This process's.
Metrics& metrics();

}  // namespace jb::gateway
