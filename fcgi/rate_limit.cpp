// SPDX-License-Identifier: PostgreSQL
#include "rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace jb::gateway {

std::optional<int> RateLimit::take(const std::string& caller, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= forget_at_) forget_idle(now);
  Bucket& bucket = buckets_.try_emplace(caller, Bucket{burst_, now}).first->second;
  bucket = refilled(bucket, now);
  if (bucket.tokens < 1.0) return std::max(1, static_cast<int>(std::ceil((1.0 - bucket.tokens) / rate_)));
  bucket.tokens -= 1.0;
  return std::nullopt;
}

RateLimit::Bucket RateLimit::refilled(const Bucket& bucket, Clock::time_point now) const {
  if (now <= bucket.filled_at) return bucket;
  const std::chrono::duration<double> passed = now - bucket.filled_at;
  return {std::min(burst_, bucket.tokens + passed.count() * rate_), now};
}

/// Drops full buckets: a full bucket says no more than a new bucket. The next search comes when there are twice as many
/// buckets as now, so that with many busy callers not every request searches all buckets.
void RateLimit::forget_idle(Clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) { return refilled(entry.second, now).tokens >= burst_; });
  forget_at_ = std::max(few, 2 * buckets_.size());
}

}  // namespace jb::gateway
