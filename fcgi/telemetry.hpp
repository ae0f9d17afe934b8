// SPDX-License-Identifier: PostgreSQL
//
// What this process reports of itself: a log line for each request, and counters.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "message.hpp"

namespace jb::gateway {

// One line per request on standard error, as key=value pairs. Never a body, and of the target only the path as nginx
// shows it, without a token, since a query may name people.

/// The line of one request, line feed included.
std::string log_line(const Request& request, const Response& response, std::chrono::microseconds took);

/// A value made safe for the log: a JSON string in ASCII if it is empty or holds a blank, a quote, a backslash, an
/// equals sign, or other than printable ASCII. So a client's text can neither end a line nor forge a pair.
std::string log_value(std::string_view text);

/// Writes whole lines to standard error with one call, so that threads do not mix theirs.
void write_log(std::string_view lines);

// Counts of this process's answers since its start, for GET /metrics. Counters live here and begin at zero with the
// process, as Prometheus expects; the numbers of the database are read from it (routes/operations.cpp).

/// A label as written between braces. No value needs an escape: all are methods, routes, words, or names of calendars.
std::string label(std::string_view name, std::string_view value);

/// Writes the text format of Prometheus, version 0.0.4: a family's HELP and TYPE, then its samples.
class Exposition {
 public:
  /// Begins a family; `type` is counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);
  /// A family of one sample.
  void gauge(std::string_view name, double value, std::string_view help);
  /// A sample of the family begun last; `labels` are separated by commas; `suffix` is _bucket, _sum or _count of a
  /// histogram.
  void sample(double value, const std::string& labels = {}, std::string_view suffix = {});

  const std::string& text() const noexcept { return text_; }

 private:
  std::string name_;
  std::string text_;
};

/// Shared by all threads.
class Metrics {
 public:
  /// Counts an answered request. A long poll that waited is not timed, since its duration says nothing about the
  /// service.
  void count(const Request& request, const Response& response, std::chrono::microseconds took);

  std::atomic<int> threads{0}, busy{0}, in_line{0}, parked{0};

  void write(Exposition& out) const;

 private:
  static constexpr std::array<double, 13> bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                    0.25,  0.5,    1,     2.5,  5,     10};
  struct Histogram {
    std::array<std::uint64_t, bounds.size() + 1> counts{};  ///< the last: above all bounds
    double sum = 0;
  };
  using Counts = std::map<std::string, std::uint64_t>;  ///< by labels

  mutable std::mutex mutex_;
  Counts answers_, outcomes_, rejections_;      ///< under the mutex, as the histograms
  std::map<std::string, Histogram> durations_;  ///< by the labels of a route
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

/// The metrics of this process.
Metrics& metrics();

}  // namespace jb::gateway
