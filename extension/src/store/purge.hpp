// SPDX-License-Identifier: PostgreSQL
//
// Retention: what is forgotten of history, and what is not. Needs an open pg::Session.
#pragma once

#include <cstdint>

#include "core/values/time.hpp"

namespace jb {

/// How many rows went.
struct Purged {
  std::int64_t changes = 0;
  std::int64_t rejections = 0;
  std::int64_t idempotency_keys = 0;
};

/// Forgets the changes of each calendar up to its last one before the first that is not older than `cutoff`, the
/// rejections older than it, and the idempotency keys older than `keys_cutoff`. A calendar's purged_seq tells how far
/// its history is gone. Locks the calendars concerned, in order of their ids, until the transaction ends; a second call
/// waits for the first.
Purged purge(Instant cutoff, Instant keys_cutoff);

}  // namespace jb
