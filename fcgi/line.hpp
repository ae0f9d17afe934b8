// SPDX-License-Identifier: PostgreSQL
//
// The line of those who want to write. A write may wait for seconds, for a calendar that a transaction of somebody else
// has locked; were all threads to wait so, nothing else would be answered, not even a probe. So only some of the
// threads may write at a time: who comes when they all do stands in line here, and needs no thread; a thread that has
// written takes the next. Reads never stand in line.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace jb::gateway {

/// Shared by all threads. Arrival: whatever can be moved.
template <typename Arrival>
class Line {
 public:
  /// `at_once` may write, `most` stand in line.
  Line(std::size_t at_once, std::size_t most) : at_once_(at_once), most_(most) {}

  enum class Entry { granted, queued, full };

  /// granted: write, then call next() until it has none. queued: it has been moved away; some thread's next() gives it
  /// out. full: it is still the caller's, who refuses it.
  Entry enter(Arrival& arrival) {
    const std::lock_guard lock(mutex_);
    if (writing_ < at_once_) {
      ++writing_;
      return Entry::granted;
    }
    if (queue_.size() >= most_) return Entry::full;
    queue_.push_back(std::move(arrival));
    return Entry::queued;
  }

  /// For a thread that has written: who is next, in the order of arrival; with none its turn is over.
  std::optional<Arrival> next() {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) {
      --writing_;
      return std::nullopt;
    }
    std::optional<Arrival> first(std::move(queue_.front()));
    queue_.pop_front();
    return first;
  }

 private:
  const std::size_t at_once_, most_;
  std::mutex mutex_;
  std::size_t writing_ = 0;
  std::deque<Arrival> queue_;
};

}  // namespace jb::gateway
