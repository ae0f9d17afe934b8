// SPDX-License-Identifier: PostgreSQL
//
// Retention: removes old history, old rejections and old idempotency keys. Needs an open pg::Session.
#pragma once

#include <cstdint>

#include "core/values/time.hpp"

namespace jb {

/// How many rows a purge deleted.
struct Purged {
  std::int64_t changes = 0;
  std::int64_t rejections = 0;
  std::int64_t idempotency_keys = 0;
};

/// Deletes, of each calendar, the changes before the first change that is not older than `cutoff`; the rejections
/// older than `cutoff`; and the idempotency keys older than `keys_cutoff`. A calendar's purged_seq is the last change
/// that was deleted. Locks the calendars concerned, in order of their ids, until the transaction ends. A second purge
/// waits for the first.
Purged purge(Instant cutoff, Instant keys_cutoff);

}  // namespace jb
