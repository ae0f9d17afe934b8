// SPDX-License-Identifier: PostgreSQL
//
// Retention: removes old history, old rejections and old idempotency keys. Needs an open pg::SpiConnection.
#pragma once

#include <cstdint>
#include <limits>

#include "core/values/time.hpp"

namespace jb {

/// The limit of a purge that deletes all in one transaction.
inline constexpr auto kAllAtOnce = std::int64_t{std::numeric_limits<std::int32_t>::max()} * 1'000;

/// How many rows a purge deleted.
struct Purged {
  std::int64_t changes = 0;
  std::int64_t rejections = 0;
  std::int64_t idempotency_keys = 0;
  bool is_whole = true;  ///< nothing old is left
};

/// Deletes, of each calendar, the changes before the first change that is not older than `cutoff`; the rejections
/// older than `cutoff`; and the idempotency keys older than `keys_cutoff`; of all these `most` rows. A calendar's
/// purged_seq is the last change that was deleted. Locks the calendars whose changes it deletes, in order of their ids,
/// until the transaction ends. A second purge waits for the first. Cost: the rows deleted, and for each calendar a look
/// into the index of its history.
Purged purge(Instant cutoff, Instant keys_cutoff, std::int64_t most);

}  // namespace jb
